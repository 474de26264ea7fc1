"""One file with a model in it: what it holds, that it is whole or not there, what is refused."""

import base64
import json
import re

import numpy as np
import pytest
import torch

from llm_lib.book.widgets import export
from llm_lib.book.widgets.export import export_page
from tests.web.small_models import random_model, small_tokenizer


def data_of(path) -> dict:
    """Return what the page's script reads."""
    html = path.read_text("utf-8")
    (text,) = re.findall(
        r'<script type="application/json" id="playground-data">(.*?)</script>', html
    )
    return json.loads(text)


def test_the_model_is_in_the_file(tmp_path, capsys):
    # fails if weights, tokenizer or title are lost, or the size is not said
    model, tokenizer = random_model(), small_tokenizer()
    path = export_page(model, tokenizer, tmp_path / "new/fox.html", title="Fox", text="the fox")
    assert path == tmp_path / "new/fox.html"
    data = data_of(path)
    assert data["state"]["text"] == "the fox"
    assert data["state"]["shelf"][0]["name"] == "Fox"
    packed = data["files"][data["state"]["chosen"]]
    assert packed["config"] == model.config.to_dict()
    assert packed["tokenizer"] == tokenizer.to_dict()
    numbers = np.frombuffer(base64.b64decode(packed["data"]), dtype="<f2")
    weights = torch.cat([tensor.flatten() for tensor in model.state_dict().values()])
    assert torch.equal(torch.tensor(numbers.astype("float32")), weights)  # they fit into float16
    size = path.stat().st_size / 1e6
    assert f"fox.html: {size:.1f} MB" in capsys.readouterr().out
    assert [file.name for file in path.parent.iterdir()] == ["fox.html"]


def test_a_folder_gets_a_file_with_a_name(tmp_path):
    path = export_page(random_model(), small_tokenizer(), tmp_path / "page")
    assert path == tmp_path / "page/playground.html"


def test_nothing_in_it_leads_out(tmp_path):
    # fails if the page loads anything from elsewhere, or may; or if a title can be more than text
    title = "</script><b>&amp;"
    path = export_page(random_model(), small_tokenizer(), tmp_path, title=title)
    html = path.read_text("utf-8")
    assert "<title>&lt;/script&gt;&lt;b&gt;&amp;amp;</title>" in html
    assert html.count("</script>") == 2
    assert not re.search(r'(?:src|href)="(?!data:)', html)
    assert "default-src 'none'" in html
    assert data_of(path)["state"]["shelf"][0]["name"] == title


def test_an_error_leaves_the_old_file(tmp_path, monkeypatch):
    # fails if half a page can be left behind
    path = export_page(random_model(), small_tokenizer(), tmp_path)
    before = path.read_bytes()
    monkeypatch.setattr(export, "_page", lambda *_: "half" + "\ud800")  # can't be encoded
    with pytest.raises(UnicodeEncodeError):
        export_page(random_model(1), small_tokenizer(), tmp_path)
    assert path.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == [path.name]


@pytest.mark.parametrize(
    ("model", "tokenizer", "changes", "error", "words"),
    [
        ("sprout", small_tokenizer(), {}, TypeError, "model should be a GPT; got str"),
        (random_model(), None, {}, TypeError, "needs its tokenizer"),
        (
            random_model(),
            small_tokenizer(),
            {"title": " "},
            ValueError,
            "title should not be empty",
        ),
        (
            random_model(),
            small_tokenizer(),
            {"title": "x" * 41},
            ValueError,
            "at most 40 character",
        ),
        (random_model(), small_tokenizer(), {"text": 3}, TypeError, "text should be text"),
    ],
)
def test_what_can_not_be_is_refused(tmp_path, model, tokenizer, changes, error, words):
    with pytest.raises(error, match=words):
        export_page(model, tokenizer, tmp_path / "page", **changes)
    assert not (tmp_path / "page").exists()


def test_a_large_model_is_refused(tmp_path, monkeypatch):
    # fails if a file is written that a phone can't open
    monkeypatch.setattr(export, "MOST_PARAMETERS", 48_000)
    with pytest.raises(ValueError, match=r"has 48,224 parameters, .* at most 48,000: a phone"):
        export_page(random_model(), small_tokenizer(), tmp_path)

"""The Python side of the widgets: traits, the model as text, errors that say what is allowed."""

import base64
import json
import os
import re
import subprocess

import numpy as np
import pytest
import torch

from llm_lib.book.widgets import HeadLab, NextTokenLab, model_payload, publish_model
from llm_lib.book.widgets.model_file import SITE_FOLDER_VARIABLE
from llm_lib.bpe import BPETokenizer
from llm_lib.model.gpt import GPT, GPTConfig
from llm_lib.pretrained.save_load import save_model
from llm_lib.tokenizer import CharTokenizer

TOKENIZER = BPETokenizer.train("the fox and the owl " * 5, 265, special_tokens=["<|endoftext|>"])


def make_model(seed=0, **changes):
    torch.manual_seed(seed)
    sizes = {"vocab_size": 265, "context_length": 16, "n_layer": 2, "n_head": 3, "n_embd": 12}
    return GPT(GPTConfig(**sizes | changes)).eval()


@pytest.fixture
def labs():
    model = make_model()
    return NextTokenLab(model, TOKENIZER, prompt="the"), HeadLab(model, TOKENIZER, "the fox")


def weights_of(payload):
    """Return the tensors of a payload, read in another way than they were written."""
    flat = np.frombuffer(base64.b64decode(payload["data"]), dtype="<f2").astype("f4")
    return {
        t["name"]: flat[t["offset"] : t["offset"] + int(np.prod(t["shape"]))].reshape(t["shape"])
        for t in payload["tensors"]
    }


# Fails if a weight is lost, moved, or rounded to other than float16.
@pytest.mark.parametrize("tied", [True, False])
def test_payload_holds_the_weights(tied):
    model = make_model(tie_weights=tied)
    ref, payload = model_payload(model, TOKENIZER)
    assert re.fullmatch("[0-9a-f]{16}", ref)
    assert payload["config"] == model.config.to_dict()
    assert payload["tokenizer"] == TOKENIZER.to_dict()
    got = weights_of(payload)
    assert list(got) == [n for n in model.state_dict() if n != "head.weight" or not tied]
    for name, array in got.items():
        assert np.array_equal(array, model.state_dict()[name].half().float().numpy()), name
    json.dumps(payload)


# Fails if two models that differ in anything share a ref, or one model has two.
def test_ref_tells_models_apart():
    model = make_model()
    refs = {
        model_payload(model, TOKENIZER)[0],
        model_payload(make_model(1), TOKENIZER)[0],
        model_payload(make_model(n_head=4), TOKENIZER)[0],
        model_payload(model, CharTokenizer([chr(i) for i in range(265)]))[0],
    }
    assert len(refs) == 4
    assert model_payload(make_model(), TOKENIZER)[0] == model_payload((model, TOKENIZER))[0]


# Fails if a saved folder gives other weights than the model that was saved.
def test_payload_of_a_folder(tmp_path):
    model = make_model()
    save_model(model, TOKENIZER, tmp_path, dtype=torch.float16)
    got, want = model_payload(tmp_path)[1], model_payload(model, TOKENIZER)[1]
    assert got["config"] == want["config"] and got["tokenizer"] == want["tokenizer"]
    want = weights_of(want)
    for name, array in weights_of(got).items():
        assert np.array_equal(array, want[name]), name


# Fails if the file is not a script that a page can load, or if half a file can be seen.
def test_publish_writes_a_whole_script(tmp_path, monkeypatch):
    monkeypatch.setenv(SITE_FOLDER_VARIABLE, str(tmp_path / "models"))
    model = make_model()
    path = publish_model(model, TOKENIZER)
    ref, payload = model_payload(model, TOKENIZER)
    assert [p.name for p in path.parent.iterdir()] == [f"{ref}.js"]
    text = path.read_text("utf-8")
    start = f'(window.__llmModels ??= {{}})["{ref}"] = '
    assert text.startswith(start) and text.endswith(";\n")
    assert json.loads(text[len(start) : -2]) == payload
    assert path.stat().st_mode & 0o444 == 0o444

    def fail(*_):
        raise OSError("disk full")

    monkeypatch.setattr(os, "replace", fail)
    with pytest.raises(OSError, match="disk full"):
        publish_model(make_model(1), TOKENIZER)
    assert [p.name for p in path.parent.iterdir()] == [f"{ref}.js"]


# Fails if making a widget during a build does not publish its model, or publishes without one.
def test_a_widget_publishes_its_model(tmp_path, monkeypatch):
    monkeypatch.delenv(SITE_FOLDER_VARIABLE, raising=False)
    assert publish_model(make_model(), TOKENIZER) is None
    monkeypatch.setenv(SITE_FOLDER_VARIABLE, str(tmp_path))
    lab = HeadLab(make_model(), TOKENIZER, "the")
    assert [p.stem for p in tmp_path.iterdir()] == [lab.model_ref]


# Fails if Python's answer is not the widget's own model, or if it answers what it should not.
def test_weights_request_is_answered(labs, monkeypatch):
    for lab in labs:
        sent = []
        monkeypatch.setattr(lab, "send", sent.append)
        for message in ({"type": "model", "ref": "other"}, {"type": "x"}, "model", None):
            lab._handle_custom_msg(message, [])
        assert sent == []
        lab._handle_custom_msg({"type": "model", "ref": lab.model_ref}, [])
        assert sent == [{"type": "model", "ref": lab.model_ref, "payload": lab._payload}]


# Fails if weights go into the widget's state, which is saved in notebooks and pages.
def test_weights_are_not_in_the_state(labs):
    for lab in labs:
        state = json.dumps({k: v for k, v in lab.get_state().items() if k not in ("_esm", "_css")},
                           default=str)  # fmt: skip
        assert lab._payload["data"][:40] not in state and len(state) < 3000


# Fails if a way of giving the model is not understood.
def test_ways_to_give_a_model(tmp_path):
    model = make_model()
    save_model(model, TOKENIZER, tmp_path)
    labs = [
        HeadLab(model, TOKENIZER, "the fox"), HeadLab((model, TOKENIZER), text="the fox"),
        HeadLab(tmp_path, text="the fox"), HeadLab(str(tmp_path), text="the fox"),
    ]  # fmt: skip
    assert len({lab.model_ref for lab in labs[:2]}) == 1
    assert {lab.text for lab in labs} == {"the fox"}
    assert labs[0].head_scale == [[1.0] * 3] * 2
    assert repr(labs[0]) == "HeadLab(2 layers)"


# Fails if Reset in the page would not know the values that the widget began with.
def test_initial_values_are_kept(labs):
    lab = NextTokenLab(make_model(), TOKENIZER, prompt="the", temperature=0.5, top_k=3)
    assert lab.initial["temperature"] == 0.5 and lab.initial["prompt"] == "the"
    lab.temperature = 1.5
    assert lab.initial["temperature"] == 0.5


# Fails if head_scale can't be set from lists, arrays and tensors, or can't be seen changing.
def test_head_scale_can_be_set_and_observed(labs):
    lab, seen = labs[1], []
    lab.observe(lambda change: seen.append(change["new"]), "head_scale")
    lab.head_scale = [[0, 1, 1], [1, 1, 0.5]]
    lab.head_scale = torch.zeros(2, 3)
    lab.head_scale = np.full((2, 3), 2.0)
    lab.head_scale = None
    assert seen == [[[0, 1, 1], [1, 1, 0.5]], [[0.0] * 3] * 2, [[2.0] * 3] * 2, [[1.0] * 3] * 2]


WRONG = [
    (lambda m: NextTokenLab("spruot"), ValueError, "no model 'spruot'.*folder.*pair"),
    (lambda m: NextTokenLab(3, TOKENIZER), TypeError, "name of a shipped model.*got int"),
    (lambda m: NextTokenLab(m), TypeError, "needs its tokenizer.*got none"),
    (lambda m: NextTokenLab(m, "gpt2"), TypeError, "needs its tokenizer.*got str"),
    (lambda m: NextTokenLab("sprout", TOKENIZER), TypeError, "has its own tokenizer"),
    (lambda m: NextTokenLab((m, TOKENIZER, 1)), ValueError, r"pair should be \(model, tokenizer\)"),
    (lambda m: NextTokenLab(m, TOKENIZER, prompt=5), TypeError, "prompt should be text; got int"),
    (lambda m: NextTokenLab(m, TOKENIZER, topk=5), TypeError, "no setting 'topk'.*top_k"),
    (lambda m: NextTokenLab(m, TOKENIZER, temperature=3), ValueError, "at most 2, got 3"),
    (lambda m: NextTokenLab(m, TOKENIZER, temperature=float("nan")), ValueError, "got nan"),
    (lambda m: NextTokenLab(m, TOKENIZER, top_p=1.1), ValueError, "at most 1, got 1.1"),
    (lambda m: NextTokenLab(m, TOKENIZER, top_k=-1), ValueError, "top_k must be .* from 0 to 265"),
    (lambda m: NextTokenLab(m, TOKENIZER, seed=-1), ValueError, "seed must be .* from 0"),
    (lambda m: NextTokenLab(m, TOKENIZER, n_bars=0), ValueError, "n_bars must be .* from 1 to 50"),
    (lambda m: HeadLab(m, TOKENIZER, 5), TypeError, "text should be text; got int"),
    (lambda m: HeadLab(m, TOKENIZER, "a", layer=2), ValueError, "layer must be .* from 0 to 1"),
    (lambda m: HeadLab(m, TOKENIZER, "a", head=-1), ValueError, "head must be .* from 0 to 2"),
    (lambda m: HeadLab(m, TOKENIZER, "a", query=16), ValueError, "query must be .* from -1 to 15"),
    (lambda m: HeadLab(m, TOKENIZER, "a", compare="x"), ValueError, r"\('last', 'query'\)"),
    (lambda m: HeadLab(m, TOKENIZER, "a", rank_by="x"), ValueError, r"\('loss', 'probability'\)"),
    (lambda m: HeadLab(m, TOKENIZER, "a", head_scale=[[1, 1]]), ValueError, "list of 2 lists"),
    (lambda m: HeadLab(m, TOKENIZER, "a", head_scale=[[1] * 3, [1, 1, 3]]), ValueError,
     r"head_scale\[1\]\[2\] must be at least 0 and at most 2, got 3"),
]  # fmt: skip


# Fails if a wrong argument passes, or if the message does not say what is allowed.
@pytest.mark.parametrize(("make", "kind", "words"), WRONG)
def test_wrong_arguments_say_what_is_allowed(make, kind, words):
    with pytest.raises(kind, match=words):
        make(make_model())


# Fails if weights that a page could not show are sent without a word.
def test_diverged_weights_are_refused():
    model = make_model()
    with torch.no_grad():
        model.norm.weight[0] = 1e6
    with pytest.raises(ValueError, match=r"'norm.weight' holds numbers that float16 can't"):
        model_payload(model, TOKENIZER)


# Fails if a damaged folder is not named.
def test_damaged_folder_is_named(tmp_path):
    save_model(make_model(), TOKENIZER, tmp_path)
    (tmp_path / "tokenizer.json").write_text("{")
    with pytest.raises(ValueError, match=r"tokenizer.json can't be read"):
        model_payload(tmp_path)


# Fails if the joined script is not one module, fetches from elsewhere, or sets HTML from text.
def test_scripts_are_self_contained():
    for widget in (NextTokenLab, HeadLab):
        source = widget._esm
        assert len(re.findall(r"^export ", source, re.M)) == 1
        assert source.rstrip().endswith("export default { initialize: takeFiles, render };")
        for word in ("innerHTML", "insertAdjacentHTML", "http://", "https://", "import(", "eval("):
            assert word not in source, word
        assert "@import" not in widget._css and "url(" not in widget._css


# Fails if importing the widgets loads torch or model code.
def test_widgets_import_no_model_code():
    code = (
        "import sys, llm_lib.book.widgets; "
        "print([m for m in sys.modules if m in ('torch', 'llm_lib.model.gpt', 'llm_lib.bpe')])"
    )
    out = subprocess.run(
        [os.sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert out.stdout.strip() == "[]"


def test_settings_take_numbers_of_numpy_and_hand_on_those_of_python():
    # Fails if np.int64(2) is refused, or reaches the page's JSON as it is.
    lab = NextTokenLab(make_model(), TOKENIZER, top_k=np.int64(2), temperature=np.float32(0.5))
    assert (type(lab.top_k), lab.top_k) == (int, 2)
    assert (type(lab.temperature), lab.temperature) == (float, 0.5)
    assert type(lab.initial["top_k"]) is int

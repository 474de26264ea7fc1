"""The Python side of WindowLab: settings, vocabularies, and errors that say what is allowed."""

import json
import re

import pytest

from llm_lib.book.widgets import HeadLab, WindowLab, tokenizer_lab
from llm_lib.book.widgets.window_lab import DEFAULTS
from llm_lib.tokenizer import CharTokenizer, IntegerTokenizer

OWN = {"letters": CharTokenizer("abc "), "numbers": IntegerTokenizer(99)}


# Fails if settings can't be given, set, seen changing, or found again by Reset.
def test_settings():
    lab = WindowLab("a b", OWN, cut="numbers", context_length=3, shuffle=True, seed=5)
    assert (lab.text, lab.cut, lab.stride, lab.batch_size) == ("a b", "numbers", 4, 2)
    seen = []
    lab.observe(lambda change: seen.append((change["name"], change["new"])), ["stride", "step"])
    lab.stride, lab.step, lab.context_length = 1, 2, 5
    assert seen == [("stride", 1), ("step", 2)]
    assert (lab.initial["stride"], lab.initial["context_length"]) == (4, 3)
    assert set(lab.initial) == {
        "text", "cut", "context_length", "stride", "batch_size", "shuffle", "drop_last", "seed",
        "epoch", "step",
    }  # fmt: skip
    assert repr(lab) == "WindowLab(letters, numbers)"


# Fails if a tokenizer does not reach the page, or goes into the state that notebooks carry.
def test_vocabularies():
    lab = WindowLab("abc", OWN["letters"])
    (entry,) = lab.vocabularies
    assert entry["label"] == lab.cut == "tokenizer"
    assert lab._files[entry["ref"]] == OWN["letters"].to_dict()
    assert WindowLab("abc", "characters").cut == "characters"
    lab = WindowLab()
    assert [entry["label"] for entry in lab.vocabularies] == list(DEFAULTS)
    state = {k: v for k, v in lab.get_state().items() if k not in ("_esm", "_css")}
    assert len(json.dumps(state, default=str)) < 3000


# Fails if a missing package breaks the widget, or is not named with the way to install it.
def test_missing_package(monkeypatch):
    real = tokenizer_lab.tokenizer_payload

    def missing(tokenizer):
        if tokenizer == "words":
            raise ModuleNotFoundError("install it with: pip install --no-deps x==1")
        return real(tokenizer)

    monkeypatch.setattr(tokenizer_lab, "tokenizer_payload", missing)
    entries = {entry["label"]: entry for entry in WindowLab().vocabularies}
    assert "pip install --no-deps x==1" in entries["Words"]["problem"]
    assert "ref" in entries["BPE (Sprout)"]
    with pytest.raises(ModuleNotFoundError, match="pip install"):
        WindowLab("a", "words")


WRONG = [
    (lambda: WindowLab(5, OWN), TypeError, "text should be text; got int"),
    (lambda: WindowLab("x" * 2001, OWN), ValueError, "at most 2000 characters; got 2001"),
    (lambda: WindowLab("a", OWN, window=3), TypeError, "no setting 'window'.*context_length"),
    (lambda: WindowLab("a", OWN, stride=0), ValueError, "stride must be .* from 1 to 32, got 0"),
    (lambda: WindowLab("a", OWN, context_length=2.0), ValueError, "whole number from 1 to 32"),
    (lambda: WindowLab("a", OWN, batch_size=17), ValueError, "batch_size must be .* from 1 to 16"),
    (lambda: WindowLab("a", OWN, seed=-1), ValueError, "seed must be a whole number from 0"),
    (lambda: WindowLab("a", OWN, cut="x"), ValueError, r"cut should be one of \['letters'.*'x'"),
    (lambda: WindowLab("a", {}), ValueError, "1 to 6, each under a label; got the labels"),
    (lambda: WindowLab("a", {3: "words"}), ValueError, "each under a label"),
    (lambda: WindowLab("a", "gpt9"), ValueError, "no tokenizer 'gpt9'"),
    (lambda: WindowLab("a", 3), TypeError, "one of llm_lib's"),
]


# Fails if a wrong argument passes, or if the message does not say what is allowed.
@pytest.mark.parametrize(("make", "kind", "words"), WRONG)
def test_wrong_arguments_say_what_is_allowed(make, kind, words):
    with pytest.raises(kind, match=words):
        make()


# Fails if a setting that is set later is not checked as one that is given.
def test_wrong_values_later():
    lab = WindowLab("a", OWN)
    for name, value in (("stride", 99), ("cut", "x"), ("text", "x" * 2001), ("step", -1)):
        with pytest.raises(ValueError, match=name):
            setattr(lab, name, value)


# Fails if the joined script is no single module, sets HTML from text, or carries the model engine.
def test_script_is_small_and_self_contained():
    source = WindowLab._esm
    assert len(re.findall(r"^export ", source, re.M)) == 1
    assert source.rstrip().endswith("export default { initialize: takeFiles, render };")
    for word in ("innerHTML", "insertAdjacentHTML", "http://", "https://", "import(", "class GPT"):
        assert word not in source, word
    assert "@import" not in WindowLab._css and "url(" not in WindowLab._css
    assert len(source) < 0.75 * len(HeadLab._esm)

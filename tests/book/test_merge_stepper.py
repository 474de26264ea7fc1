"""The Python side of MergeStepper: its settings, and errors that say what is allowed."""

import json
import re
from pathlib import Path

import pytest

from llm_lib.book.widgets import MergeStepper, merge_stepper
from llm_lib.bpe import PATTERNS


# Fails if a pattern can be trained with in Python but not watched here, or the other way round.
def test_patterns_are_the_librarys():
    assert set(merge_stepper.PATTERNS) == set(PATTERNS)


# Fails if a setting is not taken over, or if Reset would not know where the widget began.
def test_settings_and_initial_values():
    lab = MergeStepper("low lower", pattern="o200k", max_merges=20, step=3)
    begun = {"text": "low lower", "pattern": "o200k", "max_merges": 20, "step": 3}
    assert lab.initial == begun
    lab.step, lab.text = 7, "other"
    assert (lab.step, lab.text) == (7, "other") and lab.initial == begun
    plain = MergeStepper()
    assert (plain.text, plain.pattern, plain.max_merges, plain.step) == ("", "gpt2", 60, 0)
    assert repr(plain) == "MergeStepper()"


# Fails if a step beyond the last merge stays when fewer merges are asked for.
def test_fewer_merges_lower_the_step():
    lab = MergeStepper("low lower", step=40)
    lab.max_merges = 10
    assert lab.step == 10


# Fails if what the page sets can't be observed from Python.
def test_steps_can_be_observed():
    lab, seen = MergeStepper("low lower"), []
    lab.observe(lambda change: seen.append(change["new"]), ["step", "playing"])
    lab.step = 2
    lab.playing = True
    assert seen == [2, True]


WRONG = [
    ({"text": 5}, TypeError, "text should be text; got int"),
    ({"text": None}, TypeError, "text should be text; got NoneType"),
    ({"text": "a" * 5001}, ValueError, "at most 5000 characters; got 5001"),
    ({"pattern": "gpt4"}, ValueError, r"\('gpt2', 'cl100k', 'o200k'\); got 'gpt4'"),
    ({"pattern": 2}, ValueError, "pattern should be one of.*got 2"),
    ({"max_merges": 0}, ValueError, "max_merges must be a whole number from 1 to 500, got 0"),
    ({"max_merges": 501}, ValueError, "from 1 to 500, got 501"),
    ({"max_merges": "9"}, ValueError, "max_merges must be a whole number.*got '9'"),
    ({"step": -1}, ValueError, "step must be a whole number from 0 to 60, got -1"),
    ({"step": 61}, ValueError, "step must be a whole number from 0 to 60, got 61"),
    ({"step": 2.5}, ValueError, "step must be a whole number.*got 2.5"),
    ({"step": True}, ValueError, "step must be a whole number.*got True"),
    ({"vocab_size": 300}, TypeError, "no setting 'vocab_size'.*max_merges, pattern, step, text"),
]


# Fails if a wrong setting passes, or if the message does not say what is allowed.
@pytest.mark.parametrize(("settings", "kind", "words"), WRONG)
def test_wrong_settings_say_what_is_allowed(settings, kind, words):
    with pytest.raises(kind, match=words):
        MergeStepper(**settings)


# Fails if a setting is only checked when the widget is made.
def test_wrong_values_are_refused_later_too():
    lab = MergeStepper("low lower", max_merges=5)
    for name, value in {"text": "a" * 6000, "pattern": "x", "max_merges": 0, "step": 6}.items():
        with pytest.raises(ValueError, match=f"{name} (should|must)"):
            setattr(lab, name, value)
    assert (lab.text, lab.pattern, lab.max_merges, lab.step) == ("low lower", "gpt2", 5, 0)


# Fails if the script is not one module, brings a model's engine along, or sets HTML from text.
def test_script_is_self_contained_and_small():
    source = MergeStepper._esm
    assert len(re.findall(r"^export ", source, re.M)) == 1
    assert source.rstrip().endswith("export default { render };")
    for word in ("innerHTML", "insertAdjacentHTML", "https://", "import(", "eval(", "class GPT"):
        assert word not in source, word
    # The one address is the name of a namespace, which no browser fetches.
    assert set(re.findall(r"http://[^\"]+", source)) == {"http://www.w3.org/2000/svg"}
    assert "@import" not in MergeStepper._css and "url(" not in MergeStepper._css


# Fails if a colour stands outside the theme.
def test_own_style_has_no_colours_of_its_own():
    own = Path(merge_stepper.__file__).with_suffix(".css").read_text("utf-8")
    assert not re.search(r"#[0-9a-fA-F]{3,8}\b|\b(rgba?|hsla?|oklch)\(", own)


# Fails if a widget on a page carries more than its settings.
def test_state_is_small():
    lab = MergeStepper("low lower")
    state = {k: v for k, v in lab.get_state().items() if k not in ("_esm", "_css")}
    assert len(json.dumps(state, default=str)) < 3000

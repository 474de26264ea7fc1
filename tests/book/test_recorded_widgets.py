"""Widgets that have a recorded run beside Sprout, as Python makes them."""

import pytest

from llm_lib.book.measured.recorded_run import load_recorded
from llm_lib.book.widgets import DecodingLab, HeadLab, NextTokenLab, SurpriseText
from llm_lib.book.widgets.recorded import record_payload

LABS = (NextTokenLab, SurpriseText, HeadLab, DecodingLab)


@pytest.mark.parametrize("cls", LABS)
def test_a_stored_widget_gets_the_record_of_now(cls):
    # fails if a page that is not run again asks for a record that is no longer there
    state, files = cls.renew({"model_ref": "sprout", "record_ref": "old-0123"})
    ref, record = record_payload(cls.RECORD)
    assert state["record_ref"] == ref and files[ref] == record == load_recorded(cls.RECORD)
    assert set(files) == {"sprout", ref}
    state, files = cls.renew({"model_ref": "sprout"})  # made without the choice
    assert set(files) == {"sprout"} and "record_ref" not in state


@pytest.mark.parametrize("cls", LABS)
def test_a_record_comes_along_only_where_it_is_shown(cls):
    # fails if a notebook sends what nobody has asked for, or waits for what it opens with
    shut, opened = cls(), cls(recorded=True)
    assert shut._later == {shut.record_ref} and opened._later == frozenset()
    assert opened._files[opened.record_ref]["model"] == "smollm2"
    assert (shut.recorded, opened.recorded, opened.initial["recorded"]) == (False, True, True)


def test_a_widget_on_the_first_page_has_no_choice():
    # fails if a page that waits with its model offers a record at once, or one that wants none
    assert NextTokenLab(prompt="Mia had a", wait=True).record_ref == ""
    assert NextTokenLab(prompt="Mia had a", choice=False).record_ref == ""


def test_what_is_not_there_is_refused_in_words():
    # fails if a run can be asked for that nobody has recorded
    with pytest.raises(ValueError, match="no run 'Spain'; there are"):
        HeadLab(run="Spain")
    with pytest.raises(ValueError, match=r'HeadLab\("smollm2"\)'):
        HeadLab("echo", recorded=True)

"""The log of changes: each is tried on what was kept before it."""

import pytest

from llm_lib.book.studies.faster_changes import (
    BASELINE,
    CHANGES,
    change_named,
    parent_of,
    recipe_of,
)


def test_a_recipe_is_the_baseline_with_what_was_kept_before():
    # fails when a change that was thrown out stays in later recipes, or one that was kept doesn't
    assert recipe_of("baseline") == BASELINE and parent_of("baseline") is None
    last = [change for change in CHANGES if change.kept][-1]
    expected = dict(BASELINE)
    for change in CHANGES:
        if change.kept:
            expected |= change.settings
    assert recipe_of(last.name) == expected
    for change in CHANGES[1:]:
        assert recipe_of(change.name) == recipe_of(parent_of(change.name)) | change.settings
        assert change_named(parent_of(change.name)).kept
    with pytest.raises(
        ValueError, match=r"there is no change 'magic'; there are baseline, .*, BPE"
    ):
        recipe_of("magic")

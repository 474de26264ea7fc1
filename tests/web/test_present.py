"""What is missing is named where it is asked for, and not met later as "undefined"."""

from __future__ import annotations

import pytest

from llm_lib.book.widgets import CostCalculator
from tests.web.deno_page import ScriptError
from tests.web.widget_page import plain_script


@pytest.fixture(scope="module")
def helpers(run_script):
    """The helpers of the engine, loaded."""
    return run_script(plain_script("engine/present.js"))


def test_what_is_there_is_handed_on(helpers):
    # fails if 0, "" or false count as missing, or another entry is taken
    found = helpers.evaluate("""() => [present(0, "a"), present("", "a"), present(false, "a"),
        entryOf(new Map([["k", 0]]), "k"), lastOf([1, 2]), lastOf(new Float32Array([3])),
        withoutGaps([0, null, 1, undefined, ""])]""")
    assert found == [0, "", False, 0, 2, 3, [0, 1, ""]]


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ("present(null, 'the tape')", "the tape is missing"),
        ("present(undefined, 'the tape')", "the tape is missing"),
        ("entryOf(new Map(), 'blocks.0.q')", "blocks.0.q is missing"),
        ("lastOf([])", "empty list"),
    ],
)
def test_what_is_missing_is_named(helpers, asked, words):
    # fails if something that is missing goes on as undefined, or nobody says what it was
    with pytest.raises(ScriptError, match=words):
        helpers.evaluate(f"() => {asked}")


def test_an_element_that_is_missing_is_named(show_widget):
    # fails if a selector that finds nothing ends somewhere else, as null
    page = show_widget(CostCalculator())
    page.add_script_tag(content=plain_script("widgets/shared/dom.js"))
    assert page.evaluate("find(document, 'body').tagName") == "BODY"
    said = "() => { try { find(document, '.none'); } catch (error) { return error.message; } }"
    assert page.evaluate(said) == "the element “.none” is missing"

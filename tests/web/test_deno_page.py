"""A page without a browser says what goes wrong, and reaches nothing."""

from __future__ import annotations

import pytest

from tests.web.deno_page import ScriptError


@pytest.fixture(scope="module")
def page(run_script):
    return run_script("const two = 2;")


@pytest.mark.parametrize(
    ("expression", "value"),
    [("two", 2), ("(x) => x + two", 3), ("async (x) => [x, {}]", [1, {}]), ("() => {}", None)],
)
def test_it_evaluates_as_a_browsers_page_does(page, expression, value):
    # fails if a later script does not see what an earlier one declared, or a promise is not awaited
    assert page.evaluate(expression, 1) == value


@pytest.mark.parametrize(
    ("expression", "words"),
    [
        ("() => { throw new RangeError('too far'); }", "RangeError: too far"),
        ("async () => three", "three is not defined"),
        ("() => [1, {at: 0 / 0}]", "NaN at at can't be sent"),
        ("() => new Float32Array(2)", "the numbers at .* can't be sent"),
        ("() => fetch('https://example.org')", "NotCapable|net access"),
        ("() => Deno.readTextFile('deno.json')", "NotCapable|read access"),
    ],
)
def test_what_cannot_be_is_told(page, expression, words):
    # fails if an error is lost, a number becomes another one, or a script may leave its process
    with pytest.raises(ScriptError, match=words):
        page.evaluate(expression)
    assert page.evaluate("two") == 2


def test_an_end_is_no_answer(run_script):
    # fails if a process that has ended makes a test wait for ever
    page = run_script("")
    with pytest.raises(ScriptError, match="ended with 7"):
        page.evaluate("() => Deno.exit(7)")

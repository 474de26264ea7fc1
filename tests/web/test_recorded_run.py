"""The page's reader of recorded runs refuses what Python's does, in the same words."""

from __future__ import annotations

import math

import pytest

from tests.book.measured.damaged_records import DAMAGES, damage, whole_record
from tests.web.widget_page import plain_script


@pytest.fixture(scope="module")
def page(run_script):
    return run_script(plain_script("widgets/shared/recorded_run.js"))


READ = """(record) => {
  const text = JSON.stringify(record).replaceAll('"NaN"', "null");
  try { return [JSON.stringify(readRecorded(JSON.parse(text))) === text, ""]; }
  catch (error) { return [false, error.message]; }
}"""


def test_a_whole_record_is_taken_as_it_is(page):
    # fails if a part that is in order is refused, or changed
    assert page.evaluate(READ, whole_record()) == [True, ""]


@pytest.mark.parametrize(("path", "value", "said"), DAMAGES)
def test_what_is_damaged_is_refused_in_words(page, path, value, said):
    # fails if a page would show a wrong number, or if the fault isn't named
    value = "NaN" if isinstance(value, float) and math.isnan(value) else value
    assert page.evaluate(READ, damage(path, value))[1].endswith(said.replace("'", '"'))

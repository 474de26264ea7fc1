"""What holds in every chapter: right answers pass, usual mistakes get a word, and stubs wait.

The answers stand in the test file of each chapter: RIGHT by exercise, WRONG by what is wrong.
"""

import importlib
import pkgutil
from pathlib import Path

import pytest

from llm_lib.book import checks, exercises
from llm_lib.book.exercises import check, find_exercise

FILES = sorted(Path(__file__).parent.glob("test_checks_ch*.py"))
MODULES = [importlib.import_module(f"{__package__}.{file.stem}") for file in FILES]
# others hold their answers in another form, and try them themselves
CHAPTERS = [module for module in MODULES if isinstance(getattr(module, "WRONG", None), dict)]
RIGHT = {name: function for chapter in CHAPTERS for name, function in chapter.RIGHT.items()}
WRONG = [
    pytest.param(*answer, id=f"{answer[0]}: {mistake}")
    for chapter in CHAPTERS
    for mistake, answer in chapter.WRONG.items()
]
for info in pkgutil.iter_modules(checks.__path__):
    importlib.import_module(f"llm_lib.book.checks.{info.name}")
NAMES = sorted(exercises._exercises)


@pytest.mark.parametrize("name", RIGHT)
def test_right_functions_pass(name):
    # Fails if a right answer, found by another way than the chapter's, is refused.
    assert check(name, RIGHT[name]), repr(check(name, RIGHT[name]))


@pytest.mark.parametrize(("name", "function"), WRONG)
def test_wrong_functions_do_not_pass(name, function):
    # Fails if the cases do not tell a usual mistake from the right answer, or give no help.
    result = check(name, function)
    assert not result
    assert "  hint  " in repr(result) or "leave it as it is" in repr(result)


@pytest.mark.parametrize("name", NAMES)
def test_waits_for_an_answer(name):
    # Fails if the stub of a chapter counts as a failure.
    def stub(*_):
        raise NotImplementedError

    answer = stub if find_exercise(name).cases else ...
    assert repr(check(name, answer)) == f"{name}: waiting for your answer"

"""The tool that changes a module to see whether its tests notice: which changes it makes."""

import ast

from tests.mutants import ROOT
from tests.mutations import Finder, Mutant

SOURCE = '''
"""Doc 1."""
@cached(1)
def pick(ids: list[0], n: int = 3) -> int | None:
    """Return 2 + 2."""
    if not ids or n < 1:
        raise ValueError(f"{n + 1} is wrong" + "!")
    best = max(ids)  # ö
    self.best = -best
    print("ä" * 2 if ids else "")
    return best
'''.lstrip()


def test_each_change_is_one_small_one():
    # Fails if a kind of change is forgotten, or a text, a type or a decorator is changed.
    found = Finder("x.py", SOURCE).found
    lines = [mutant.describe(SOURCE).split(": ", 1)[1] for mutant in found]
    assert sorted(lines) == sorted(
        [
            "def pick(ids: list[0], n: int = 3) -> int | None:"
            "  ->  def pick(ids: list[0], n: int = 4) -> int | None:",
            "if not ids or n < 1:  ->  if not ids and n < 1:",
            "if not ids or n < 1:  ->  if ids or n < 1:",
            "if not ids or n < 1:  ->  if not ids or n <= 1:",
            "if not ids or n < 1:  ->  if not ids or n < 2:",
            'raise ValueError(f"{n + 1} is wrong" + "!")  ->  pass',
            "best = max(ids)  # ö  ->  best = min(ids)  # ö",
            "self.best = -best  ->  pass",
            "self.best = -best  ->  self.best = best",
            'print("ä" * 2 if ids else "")  ->  pass',
            'print("ä" * 2 if ids else "")  ->  print("ä" / 2 if ids else "")',
            'print("ä" * 2 if ids else "")  ->  print("ä" * 3 if ids else "")',
            'print("ä" * 2 if ids else "")  ->  print("ä" * 2 if not (ids) else "")',
            "return best  ->  return None",
        ]
    )
    for mutant in found:
        ast.parse(mutant.apply(SOURCE))


def test_every_module_can_be_changed_and_read_again():
    # Fails if a change lands beside its place and leaves something that is no Python.
    for file in ("llm_lib/model/gpt.py", "llm_lib/generation/sampling.py"):
        source = (ROOT / file).read_text("utf-8")
        found = Finder(file, source).found
        assert len(found) > 50
        for mutant in found:
            assert mutant.apply(source) != source
            ast.parse(mutant.apply(source))


def test_a_change_says_where_it_is():
    # Fails if the line or one of its two forms is another.
    mutant = Mutant("a.py", 6, 7, "2")
    assert mutant.describe("x = 0\n1\n") == "a.py:2: 1  ->  2"

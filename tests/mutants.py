"""Changes a module a little, again and again, and lists the changes that no test notices.

``python -m tests.mutants llm_lib/ngram.py`` makes each change in a copy of the tree and runs what
tests the module: its own test file, its doctests, and the other tests that import it. What survives
is a change that makes no difference, or a test that is missing. It forks, so not on Windows.
"""

import argparse
import ast
import contextlib
import gc
import importlib
import itertools
import multiprocessing
import os
import random
import re
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OTHER_TESTS = {"web", "jupyter", "colab", "reader", "notebooks", "tools"}
NOT_COPIED = shutil.ignore_patterns(".git", ".venv*", "_build", "runs", "__pycache__", ".*cache")
PRELOADED = ("torch._dynamo", "pytest", "hypothesis.internal", "tokenizers", "sklearn.linear_model")
LEFT_ALONE = ("annotation", "returns", "decorator_list")  # so is `strict` of zip, a guard
LIMIT = 120  # seconds that the tests of a change may take: a change can make a loop endless
OPTIONS = ["-x", "-q", "-p", "no:cacheprovider", "-p", "no:unraisableexception"]
SWAPS = {
    **{ast.Add: ("+", "-"), ast.Sub: ("-", "+"), ast.Mult: ("*", "/"), ast.Div: ("/", "*")},
    **{ast.FloorDiv: ("//", "*"), ast.Mod: ("%", "//"), ast.Pow: ("**", "*")},
    **{ast.MatMult: ("@", "*"), ast.BitAnd: ("&", "|"), ast.BitOr: ("|", "&")},
    **{ast.Lt: ("<", "<="), ast.LtE: ("<=", "<"), ast.Gt: (">", ">="), ast.GtE: (">=", ">")},
    **{ast.Eq: ("==", "!="), ast.NotEq: ("!=", "=="), ast.And: ("and", "or")},
    **{ast.Or: ("or", "and"), ast.In: ("in", "not in"), ast.NotIn: ("not in", "in")},
    **{ast.Is: ("is", "is not"), ast.IsNot: ("is not", "is")},
}
NAMES = {"min": "max", "max": "min", "any": "all", "all": "any"}


@dataclass(frozen=True)
class Mutant:
    """A change to a file: the text from `start` to `end` becomes `new`."""

    file: str
    start: int
    end: int
    new: str

    def apply(self, source: str) -> str:
        """Return the source with the change made."""
        return source[: self.start] + self.new + source[self.end :]

    def describe(self, source: str) -> str:
        """Return where the change is, and its first line before and after."""
        line = source.count("\n", 0, self.start)
        texts = [text.splitlines()[line].strip() for text in (source, self.apply(source))]
        return f"{self.file}:{line + 1}: {texts[0]}  ->  {texts[1]}"


class Finder:
    """Finds the changes that can be made to a source text."""

    def __init__(self, file: str, source: str):
        self.file, self.source, self.found = file, source, []
        self.lines = source.splitlines(keepends=True)
        self.walk(ast.parse(source))

    def walk(self, node: ast.AST) -> None:
        """Find changes in a node and in all it holds, but annotations, decorators and texts."""
        self.look(node)
        is_text = isinstance(node, ast.JoinedStr | ast.Raise)
        for name, value in () if is_text else ast.iter_fields(node):
            if name not in LEFT_ALONE and getattr(node, "arg", "") != "strict":
                for child in value if isinstance(value, list) else [value]:
                    if isinstance(child, ast.AST):
                        self.walk(child)

    def look(self, node: ast.AST) -> None:
        """Find the changes to a node itself."""
        match node:
            case ast.BinOp(left=left, op=op, right=right):
                self.swap(op, left, right)
            case ast.BoolOp(op=op, values=values):
                for left, right in itertools.pairwise(values):
                    self.swap(op, left, right)
            case ast.Compare(left=left, ops=ops, comparators=others):
                for op, first, second in zip(ops, [left, *others], others, strict=False):
                    self.swap(op, first, second)
            case ast.UnaryOp(operand=ast.Constant()):
                pass  # the number changes below; without its sign, a dimension is often the same
            case ast.UnaryOp(operand=operand):
                self.add(self.span(node)[0], self.span(operand)[0], "")
            case ast.Constant(value=bool(value)):
                self.add(*self.span(node), str(not value))
            case ast.Constant(value=int(value) | float(value)):
                self.add(*self.span(node), repr(value + 1))
            case ast.Call(func=ast.Name(id=name) as called) if name in NAMES:
                self.add(*self.span(called), NAMES[name])
            case ast.If(test=test) | ast.While(test=test) | ast.IfExp(test=test):
                if isinstance(test, ast.Name | ast.Attribute | ast.Call | ast.NamedExpr):
                    start, end = self.span(test)
                    self.add(start, end, f"not ({self.source[start:end]})")
            case ast.Return(value=ast.expr() as value) if ast.unparse(value) != "None":
                self.add(*self.span(node), "return None")
            case ast.AugAssign(target=target, op=op, value=value):
                self.swap(op, target, value)
                self.add(*self.span(node), "pass")
            case ast.Expr(value=ast.Constant()):
                pass  # a docstring
            case ast.Expr() | ast.Raise() | ast.Break() | ast.Continue():
                self.add(*self.span(node), "pass")
            case ast.Assign(targets=[ast.Attribute() | ast.Subscript(), *_]):
                self.add(*self.span(node), "pass")

    def swap(self, op: ast.AST, left: ast.AST, right: ast.AST) -> None:
        """Swap the operator between two nodes for its opposite."""
        if type(op) in SWAPS:
            old, new = SWAPS[type(op)]
            place = self.source.index(old, self.span(left)[1], self.span(right)[0])
            self.add(place, place + len(old), new)

    def span(self, node: ast.AST) -> tuple[int, int]:
        """Return where a node begins and ends in the text; ast counts columns in bytes."""
        ends = ((node.lineno, node.col_offset), (node.end_lineno, node.end_col_offset))
        return tuple(
            sum(map(len, self.lines[: line - 1]))
            + len(self.lines[line - 1].encode()[:column].decode())
            for line, column in ends
        )

    def add(self, start: int, end: int, new: str) -> None:
        """Note a change."""
        self.found.append(Mutant(self.file, start, end, new))


def what_tests(file: str, own_only: bool = False) -> list[str]:
    """Return what tests a module: its own test file, its doctests, its room's tests, and others."""
    inside = Path(file).relative_to("llm_lib")
    own = ROOT / "tests" / inside.with_name(f"test_{inside.name}")
    room = ".".join(Path(file).parent.parts)
    named = re.compile(rf"\b{re.escape(room)}(\.{inside.stem}\b(?!\.)| import .*\b{inside.stem}\b)")
    others = [
        path
        for path in sorted(ROOT.glob("tests/**/test_*.py"))
        if path != own and path.relative_to(ROOT).parts[1] not in OTHER_TESTS
        if named.search(path.read_text("utf-8"))
        or (room != "llm_lib" and path.parent == own.parent)
    ]
    paths = [*([own] if own.exists() else []), ROOT / file, *(() if own_only else others)]
    return [path.relative_to(ROOT).as_posix() for path in paths]


def run_tests(tests: list[str], limit: float) -> bool:
    """Run tests in this worker's copy of the tree, by a process of its own; return if all pass."""
    child = os.fork()
    if not child:
        code = 1
        try:
            os.setsid()
            for stream in range(3):
                os.dup2(os.open(os.devnull, os.O_RDWR), stream)
            for name in [m for m in sys.modules if m.split(".")[0] in ("tests", "llm_lib", "web")]:
                del sys.modules[name]
            import pytest

            code = pytest.main([*OPTIONS, "--doctest-modules", f"--rootdir={ROOT}", *tests])
        finally:
            os._exit(int(code))
    until, done = time.monotonic() + limit, 0
    while not done and time.monotonic() < until:
        time.sleep(0.02)
        done, status = os.waitpid(child, os.WNOHANG)
    with contextlib.suppress(ProcessLookupError):  # also ends what the tests have left running
        os.killpg(child, signal.SIGKILL)
    if not done:
        os.waitpid(child, 0)
    return bool(done) and status == 0


def prepare(folder: str) -> None:
    """Give a worker a copy of the tree, in which it may break things, and load what is slow."""
    global ROOT, _changes
    tree, _changes = Path(tempfile.mkdtemp(dir=folder)) / "tree", 0
    shutil.copytree(ROOT, tree, ignore=NOT_COPIED)
    os.chdir(tree)
    os.environ |= {"PYTHONPATH": str(tree), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    sys.path[:] = [str(tree), *(path for path in sys.path if path not in ("", str(ROOT)))]
    ROOT = tree
    for name in PRELOADED:
        importlib.import_module(name)
    gc.freeze()  # else each run of the tests goes through all that torch has loaded


def write(file: str, source: str) -> None:
    """Write a file of the worker's copy, at a time of its own: no cache passes for up to date."""
    global _changes
    _changes += 1
    (ROOT / file).write_text(source, "utf-8")
    os.utime(ROOT / file, (_changes, _changes))


def survives(mutant: Mutant, own_only: bool = False) -> tuple[Mutant, bool]:
    """Return a mutant, and whether the tests pass although the change is made."""
    source = (ROOT / mutant.file).read_text("utf-8")
    write(mutant.file, mutant.apply(source))
    try:
        return mutant, run_tests(what_tests(mutant.file, own_only), LIMIT)
    finally:
        write(mutant.file, source)


def main(arguments: list[str] | None = None) -> int:
    """Try the changes to the files that are named; print what survives, and a line for each."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutants", description=__doc__)
    parser.add_argument("files", nargs="+", help="such as llm_lib/ngram.py")
    parser.add_argument("--sample", type=int, help="try so many changes, drawn at random")
    parser.add_argument("--seed", type=int, default=0, help="of the sample")
    parser.add_argument("--own", action="store_true", help="only its own test file and doctests")
    parser.add_argument("--jobs", type=int, default=2, help="how many to try side by side")
    options = parser.parse_args(arguments)
    sources = {file: (ROOT / file).read_text("utf-8") for file in options.files}
    mutants = [m for file, source in sources.items() for m in Finder(file, source).found]
    if options.sample and options.sample < len(mutants):
        mutants = random.Random(options.seed).sample(mutants, options.sample)
    tried, survived = Counter(), Counter()
    with (
        tempfile.TemporaryDirectory() as folder,
        ProcessPoolExecutor(
            options.jobs, multiprocessing.get_context("fork"), prepare, (folder,)
        ) as pool,
    ):
        attempt = partial(survives, own_only=options.own)
        whole = [Mutant(file, 0, 0, "") for file in sources]
        if failing := [m.file for m, passes in pool.map(attempt, whole) if not passes]:
            print(f"The tests fail as it is, of {', '.join(failing)}.")
            return 2
        for mutant, passes in pool.map(attempt, mutants):
            tried[mutant.file] += 1
            survived[mutant.file] += passes
            if passes:
                print(mutant.describe(sources[mutant.file]), flush=True)
    for file in tried:
        print(f"{file}: {tried[file]} changes, {survived[file]} survived")
    share = 1 - survived.total() / max(1, tried.total())
    print(f"{share:.1%} of {tried.total()} changes were noticed.")
    return 0


if __name__ == "__main__":
    sys.exit(main())

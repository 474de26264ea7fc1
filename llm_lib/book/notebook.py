"""Sets up a chapter's notebook: seeds, threads, figure style and Colab's widgets.

`set_up_cell` returns a chapter's first cell. If the package is there already, the cell installs
nothing. On Colab it leaves installed packages alone, above all torch.
"""

import ast
import importlib
import importlib.util
import inspect
import os
import random
import re
import time
from collections.abc import Callable, Iterable
from typing import Any

# Waiting threads give up their processor. Otherwise they spin, and on a busy machine a chapter of
# 40 seconds takes minutes. torch reads this on import, so it comes first.
os.environ.setdefault("OMP_WAIT_POLICY", "passive")

import numpy as np
import torch

from llm_lib.arguments import check_whole

N_THREADS = 2
MARK = " ◂"  # stands behind a marked line where there are no colours
SET_UP_CELL = """\
import importlib.util

if importlib.util.find_spec("llm_lib") is None:  # on Colab: install it
    %pip install -q "llm-lib[book] @ git+ADDRESS@REVISION"
    !python -m llm_lib.assets install

from llm_lib.book import set_up

set_up()"""


def set_up(seed: int = 0) -> None:
    """Prepare a notebook: the same random numbers each time, two threads, figures and widgets.

    Calling it again restarts the random numbers and changes nothing else.
    """
    set_seed(seed)
    torch.set_num_threads(min(N_THREADS, os.cpu_count() or 1))
    torch.set_printoptions(precision=4, sci_mode=False)
    if importlib.util.find_spec("plotly") is not None:
        import plotly.io as pio

        importlib.import_module("llm_lib.book.plots")
        pio.templates.default = "llm"
    if on_colab():
        importlib.import_module("google.colab.output").enable_custom_widget_manager()


def set_seed(seed: int) -> None:
    """Seed the random numbers of Python, numpy and torch.

    >>> set_seed(1); first = torch.rand(2)
    >>> set_seed(1); torch.equal(first, torch.rand(2))
    True
    """
    seed = check_whole("seed", seed, 0, 2**32 - 1)
    random.seed(seed)
    np.random.seed(seed)
    torch.manual_seed(seed)


def seconds_for(function: Callable, *arguments: Any, tries: int = 1) -> float:
    """Return how many seconds a call of `function` takes, the shortest of some tries.

    What else the machine does can only add to the time, so the shortest is nearest to the truth.

    >>> seconds_for(sorted, [3, 1, 2], tries=5) < 1
    True
    """
    times = []
    for _ in range(check_whole("tries", tries)):
        start = time.perf_counter()
        function(*arguments)
        times.append(time.perf_counter() - start)
    return min(times)


def on_colab() -> bool:
    """Tell whether this notebook runs on Google Colab."""
    try:
        return importlib.util.find_spec("google.colab") is not None
    except ModuleNotFoundError:  # there is no package "google" either
        return False


def set_up_cell(address: str, revision: str) -> str:
    """Return a chapter's first cell, which installs the book from git where it is missing.

    >>> print(set_up_cell("https://example.org/book", "v1.0"))
    import importlib.util
    <BLANKLINE>
    if importlib.util.find_spec("llm_lib") is None:  # on Colab: install it
        %pip install -q "llm-lib[book] @ git+https://example.org/book@v1.0"
        !python -m llm_lib.assets install
    <BLANKLINE>
    from llm_lib.book import set_up
    <BLANKLINE>
    set_up()
    """
    return SET_UP_CELL.replace("ADDRESS@REVISION", f"{address}@{revision}")


class Source:
    """The source of a function or class, which shows itself with colours in a notebook.

    marked: the lines that matter, counted from 0.
    """

    def __init__(self, title: str, code: str, marked: Iterable[int] = ()):
        """Keep the title, the code and which of its lines are marked."""
        self.title = title
        self.code = code
        self.marked = sorted(marked)

    def __repr__(self) -> str:
        lines = self.code.split("\n")
        for i in self.marked:
            lines[i] += MARK
        return "\n".join([f"# {self.title}", *lines])

    def _repr_html_(self) -> str:
        from pygments import highlight
        from pygments.formatters import HtmlFormatter
        from pygments.lexers import PythonLexer

        # The classes are those of the page's own code blocks, which colour them in both themes.
        lines = [i + 1 for i in self.marked]
        html = HtmlFormatter(cssclass="highlight", hl_lines=lines)
        code = highlight(self.code, PythonLexer(), html)
        # <mark> is seen without a style sheet, as in Jupyter, and is known to screen readers
        code = re.sub(r'<span class="hll">(.*?\n)</span>', r'<mark class="hll">\1</mark>', code)
        return (
            f'<div class="llm-source highlight-python"><p class="llm-source-title"><code>'
            f"{self.title}</code></p>{code}</div>"
        )


def show_source(obj: Any, *, docstring: bool = False, mark: str | Iterable[str] = ()) -> Source:
    """Show the source of a function, class or method, under its full name.

    docstring: True keeps the docstrings, which are left out otherwise.
    mark: a piece of the line that matters, or a list of pieces; each line with one is marked.

    Raises TypeError for anything without Python source, such as a number or a built-in function,
    ValueError for a piece that no line contains.

    >>> from llm_lib.bpe.merges import merge_pair
    >>> show_source(merge_pair, mark="(new_id)")
    # llm_lib.bpe.merges.merge_pair
    def merge_pair(ids: list[int], pair: Pair, new_id: int) -> list[int]:
        merged, i = [], 0
        while i < len(ids):
            if i + 1 < len(ids) and (ids[i], ids[i + 1]) == pair:
                merged.append(new_id) ◂
                i += 2
            else:
                merged.append(ids[i])
                i += 1
        return merged
    """
    try:
        code = inspect.cleandoc("\n" + inspect.getsource(obj))
    except (TypeError, OSError):
        raise TypeError(
            f"show_source needs a function or class of the library; got {obj!r:.60}"
        ) from None
    obj = inspect.unwrap(obj)
    title = f"{obj.__module__}.{obj.__qualname__}"
    if not docstring:
        code = _without_docstrings(code)
    return Source(title, code, _lines_with(mark, code, title))


def _without_docstrings(code: str) -> str:
    """Cut the docstrings of a function or class, and of all that it defines, out of its source."""
    lines, cut = code.split("\n"), set()
    for node in ast.walk(ast.parse(code)):
        is_definition = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        if is_definition and ast.get_docstring(node) is not None:
            first, last = node.body[0].lineno - 1, node.body[0].end_lineno
            if last < len(lines) and not lines[last]:  # the empty line below it goes, too
                last += 1
            cut |= {*range(first, last)}
    return "\n".join(line for i, line in enumerate(lines) if i not in cut)


def _lines_with(mark: str | Iterable[str], code: str, title: str) -> set[int]:
    """Return the lines, counted from 0, that contain one of the pieces."""
    found = set()
    for piece in [mark] if isinstance(mark, str) else mark:
        lines = {i for i, line in enumerate(code.split("\n")) if piece and piece in line}
        if not lines:
            raise ValueError(f"mark must be in a line of {title}; got {piece!r}")
        found |= lines
    return found

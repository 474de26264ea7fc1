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
from typing import Any

# Waiting threads give up their processor. Otherwise they spin, and on a busy machine a chapter of
# 40 seconds takes minutes. torch reads this on import, so it comes first.
os.environ.setdefault("OMP_WAIT_POLICY", "passive")

import numpy as np
import torch

from llm_lib.arguments import check_whole

N_THREADS = 2
SET_UP_CELL = """\
import importlib.util

if importlib.util.find_spec("llm_lib") is None:  # on Colab: install the book
    %pip install -q "llm-lib[book] @ git+ADDRESS@REVISION"
    !python -m llm_lib.assets install

from llm_lib.notebook import set_up

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

        importlib.import_module("llm_lib.plots")
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
    if importlib.util.find_spec("llm_lib") is None:  # on Colab: install the book
        %pip install -q "llm-lib[book] @ git+https://example.org/book@v1.0"
        !python -m llm_lib.assets install
    <BLANKLINE>
    from llm_lib.notebook import set_up
    <BLANKLINE>
    set_up()
    """
    return SET_UP_CELL.replace("ADDRESS@REVISION", f"{address}@{revision}")


class Source:
    """The source of a function or class, which shows itself with colours in a notebook."""

    def __init__(self, title: str, code: str):
        """Keep the title and the code."""
        self.title = title
        self.code = code

    def __repr__(self) -> str:
        return f"# {self.title}\n{self.code}"

    def _repr_html_(self) -> str:
        from pygments import highlight
        from pygments.formatters import HtmlFormatter
        from pygments.lexers import PythonLexer

        # The classes are those of the page's own code blocks, which colour them in both themes.
        code = highlight(self.code, PythonLexer(), HtmlFormatter(cssclass="highlight"))
        return (
            f'<div class="llm-source highlight-python"><p class="llm-source-title"><code>'
            f"{self.title}</code></p>{code}</div>"
        )


def show_source(obj: Any, *, docstring: bool = True) -> Source:
    """Show the source of a function, class or method, under its full name.

    docstring: False leaves out the docstring of the function or class itself.

    Raises TypeError for anything without Python source, such as a number or a built-in function.

    >>> from llm_lib.bpe.merges import merge_pair
    >>> show_source(merge_pair, docstring=False)
    # llm_lib.bpe.merges.merge_pair
    def merge_pair(ids: list[int], pair: Pair, new_id: int) -> list[int]:
        merged, i = [], 0
        while i < len(ids):
            if i + 1 < len(ids) and (ids[i], ids[i + 1]) == pair:
                merged.append(new_id)
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
    if not docstring:
        code = _without_docstring(code)
    return Source(f"{obj.__module__}.{obj.__qualname__}", code)


def _without_docstring(code: str) -> str:
    """Cut the first docstring out of the source of a function or class."""
    first = ast.parse(code).body[0].body[0]
    is_text = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
    if not is_text or not isinstance(first.value.value, str):
        return code
    lines = code.splitlines()
    return "\n".join(lines[: first.lineno - 1] + lines[first.end_lineno :])

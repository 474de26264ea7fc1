"""Tests of the set-up cell and of showing sources."""

import os
import random
import re
import subprocess
import sys
import types

import numpy as np
import plotly.io as pio
import pytest
import torch
from IPython.core.inputtransformer2 import TransformerManager

from llm_lib.book import notebook
from llm_lib.book.notebook import seconds_for, set_seed, set_up, set_up_cell, show_source
from llm_lib.bpe.merges import PairCounts, merge_pair


@pytest.fixture(autouse=True)
def leave_no_trace():
    """Put back what set_up changes for the whole process."""
    template, threads = pio.templates.default, torch.get_num_threads()
    yield
    pio.templates.default = template
    torch.set_num_threads(threads)
    torch.set_printoptions(profile="default")


def draw():
    return random.random(), np.random.rand(), torch.rand(1).item()


def test_seed_fixes_every_source_of_chance():
    # Fails if Python, numpy or torch draws other numbers after the same seed.
    set_seed(3)
    first = draw()
    set_seed(3)
    assert draw() == first
    set_seed(4)
    assert draw() != first
    set_seed(2**32 - 1)
    for wrong in (-1, 1.5, "0", None, 2**32):
        with pytest.raises(ValueError, match="seed must be a whole number from 0"):
            set_seed(wrong)


def test_set_up_twice_is_the_same():
    # Fails if a second run of the cell gives other numbers or settings.
    set_up()
    first = draw()
    set_up()
    assert draw() == first
    assert pio.templates.default == "llm"
    set_seed(0)
    assert draw() == first


def test_the_shortest_of_some_tries_is_taken(monkeypatch):
    # Fails if a try is left out, another than the shortest is returned, or arguments get lost.
    clock = iter([10, 15, 20, 22, 30, 37])  # tries of 5, 2 and 7 seconds
    monkeypatch.setattr(notebook.time, "perf_counter", lambda: next(clock))
    calls = []
    assert seconds_for(lambda *given: calls.append(given), "a", "b", tries=3) == 2
    assert calls == [("a", "b")] * 3
    with pytest.raises(ValueError, match="tries must be a whole number of at least 1, got 0"):
        seconds_for(list, tries=0)


@pytest.mark.parametrize(("processors", "threads"), [(8, 2), (2, 2), (1, 1), (None, 1)])
def test_set_up_takes_two_threads_where_there_are_two(monkeypatch, processors, threads):
    # Fails if a chapter takes the whole machine, or more threads than it has processors.
    monkeypatch.setattr(os, "cpu_count", lambda: processors)
    torch.set_num_threads(3)
    set_up()
    assert torch.get_num_threads() == threads


def test_set_up_prints_numbers_as_on_paper():
    # Fails if readers meet 3.3333e-05, or more than four places.
    set_up()
    assert str(torch.tensor([1 / 3, 1e-5, 20000])) == (
        "tensor([    0.3333,     0.0000, 20000.0000])"
    )


def test_colab_is_known_by_its_package(monkeypatch):
    # Fails if a machine without the package, or without any of Google's, passes for Colab.
    def no_google(name):
        raise ModuleNotFoundError

    for find, expected in (
        (lambda name: name, True),
        (lambda name: None, False),
        (no_google, False),
    ):
        with monkeypatch.context() as patch:
            patch.setattr(notebook.importlib.util, "find_spec", find)
            assert notebook.on_colab() is expected


def test_colab_gets_its_widgets(monkeypatch):
    # Fails if widgets stay blank on Colab, or Colab's module is asked for elsewhere.
    calls = []
    output = types.ModuleType("google.colab.output")
    output.enable_custom_widget_manager = lambda: calls.append(1)
    monkeypatch.setitem(sys.modules, "google.colab.output", output)
    set_up()
    assert calls == []
    monkeypatch.setattr(notebook, "on_colab", lambda: True)
    set_up()
    assert calls == [1]


def test_set_up_cell_runs_in_ipython():
    # Fails if the cell is not Python to a notebook, installs where the package is present, or
    # installs anything but the package with its extra, and then the data.
    cell = set_up_cell("https://example.org/book", "v1")
    code = TransformerManager().transform_cell(cell)
    calls = []
    shell = types.SimpleNamespace(
        run_line_magic=lambda *call: calls.append(call), system=lambda *call: calls.append(call)
    )
    names = {"get_ipython": lambda: shell}
    exec(compile(code, "cell", "exec"), names)
    assert calls == []
    exec(code.replace('"llm_lib"', '"no_such_package"'), names)
    assert calls == [
        ("pip", 'install -q "llm-lib[book] @ git+https://example.org/book@v1"'),
        ("python -m llm_lib.assets install",),
    ]


def test_source_is_shown():
    # Fails if the source is not the object's own, or names another place.
    source = show_source(merge_pair, docstring=True)
    assert repr(source).startswith("# llm_lib.bpe.merges.merge_pair\ndef merge_pair(")
    assert '"""' in repr(source)
    assert source._repr_html_().count("<pre>") == 1
    method = show_source(PairCounts.merge)
    assert repr(method).splitlines()[1].startswith("def merge(self")
    assert "wraps" not in repr(show_source(pytest.fixture)).splitlines()[0]


def test_only_docstrings_are_left_out():
    # Fails if a first line that is no docstring is cut away with those that are, or one stays.
    def not_written():
        ...
        return 3

    def calls():
        print("hello")

    def documented():
        """Say three."""
        return 3

    for function, line in (
        (not_written, "...\n    return 3"),
        (calls, 'print("hello")'),
        (documented, "return 3"),
    ):
        code = show_source(function).code
        assert code == f"def {function.__name__}():\n    {line}"

    class Documented:
        """Two lines.

        And an empty one below.
        """

        def method(self):
            """Say it."""
            return """no docstring"""

    assert show_source(Documented).code == (
        'class Documented:\n    def method(self):\n        return """no docstring"""'
    )
    assert show_source(Documented, docstring=True).code.count('"""') == 6


def test_lines_are_marked():
    # Fails if another line is marked than those with the pieces, in words or in colours.
    def halves(numbers):
        """Halve <all> of them."""
        half = [n / 2 for n in numbers]
        print(half < numbers)
        return half

    marked = show_source(halves, mark=["n / 2", "return"])
    assert repr(marked).splitlines()[1:] == [
        "def halves(numbers):",
        "    half = [n / 2 for n in numbers] ◂",
        "    print(half < numbers)",
        "    return half ◂",
    ]
    html = marked._repr_html_()
    shown = re.findall(r'<mark class="hll">(.*?)\n</mark>', html)
    assert [re.sub("<.*?>", "", line).strip() for line in shown] == [
        "half = [n / 2 for n in numbers]",
        "return half",
    ]
    assert show_source(halves, mark="half").marked == [1, 2, 3]  # each line that has it
    assert show_source(halves).marked == [] and "<mark" not in show_source(halves)._repr_html_()


@pytest.mark.parametrize("wrong", ["third", ["return", "third"], "Halve", ""])
def test_a_mark_must_be_found(wrong):
    # Fails if a marked line can vanish from a function without anybody being told.
    def halves(numbers):
        """Halve them."""
        return [n / 2 for n in numbers]

    piece = wrong[-1] if isinstance(wrong, list) else wrong
    with pytest.raises(ValueError, match=f"mark must be in a line of .*halves; got '{piece}'"):
        show_source(halves, mark=wrong)


@pytest.mark.parametrize("value", [3, len, "text", None])
def test_no_source_to_show(value):
    # Fails if a value without source ends in inspect's own error.
    with pytest.raises(TypeError, match="function or class"):
        show_source(value)


def test_threads_wait_politely_from_the_start():
    # Fails if torch is imported before its threads are told to give up the processor as they wait.
    code = (
        "import builtins, os\n"
        "load = builtins.__import__\n"
        "def note(name, *rest):\n"
        "    if name == 'torch' and not seen: seen.append(os.environ.get('OMP_WAIT_POLICY'))\n"
        "    return load(name, *rest)\n"
        "seen, builtins.__import__ = [], note\n"
        "import llm_lib.book.notebook\n"
        "print(seen)"
    )
    for given, want in ((None, "passive"), ("active", "active")):
        env = {name: value for name, value in os.environ.items() if name != "OMP_WAIT_POLICY"}
        env |= {"OMP_WAIT_POLICY": given} if given else {}
        done = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True)
        assert done.stdout.strip() == str([want]), done.stderr

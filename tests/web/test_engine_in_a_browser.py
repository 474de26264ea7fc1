"""The engine in a browser is the one that Deno runs: some tests of each kind, once more.

What needs a worker is tested in a browser alone: see test_engine_worker.py and test_engine_taste.py.
"""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterator

import pytest
import torch
from playwright.sync_api import Page

from llm_lib.bpe import PATTERNS
from tests.web import test_engine, test_engine_training, test_model_files
from tests.web.test_model_files import saved as saved
from tests.web.trained_models import TRAINING
from tests.web.widget_page import plain_script


@pytest.fixture
def load(browser) -> Iterator[Callable[[str], Page]]:
    """A function that loads a script into a page of a browser: load(text) -> page."""
    page = browser.new_page()
    page.set_content("<!doctype html><title>engine</title>")

    def add(text: str) -> Page:
        page.add_script_tag(content=text)
        return page

    yield add
    page.close()


# Fails if a browser's engine gives other numbers, or its WebAssembly others than plain loops.
@pytest.mark.parametrize("wasm", [True, False], ids=["kernel", "loops"])
def test_it_trains_as_torch_does(load, wasm):
    test_engine_training.test_steps_equal_torch(load(TRAINING), {}, wasm)


# Fails if a browser reads the weights that the book ships otherwise.
def test_it_runs_a_shipped_model(load):
    page = load(plain_script(*test_engine.ENGINE))
    test_engine.test_shipped_models_equal_python(page, "echo")


# Fails if the letters of a browser are not those of Python, or it follows a pattern another way.
def test_it_cuts_texts_as_python_does(load):
    page = load(plain_script(*test_engine.ENGINE))
    for pattern in PATTERNS:
        test_engine.test_bpe_gives_the_same_ids(page, pattern)


# Fails if a browser unpacks an archive otherwise, or lets too large a one fill the memory.
def test_it_reads_archives(load, saved):
    page = load(test_model_files.READER)
    method = zipfile.ZIP_DEFLATED
    test_model_files.test_other_types_and_archives(page, saved, torch.bfloat16, method)
    test_model_files.test_bad_archives_are_refused(page, saved)

"""One JupyterLab, with a copy of the chapters, and one browser for all tests here."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.jupyter.lab import ROOT, Lab, running_lab
from web.browser import launch


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """A JupyterLab whose folder is a copy of the chapters."""
    private = tmp_path_factory.mktemp("jupyter")
    folder = private / "chapters"
    shutil.copytree(ROOT / "chapters", folder, ignore=shutil.ignore_patterns(".ipynb_checkpoints"))
    with running_lab(folder, private) as running:
        yield running


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One browser for all tests."""
    with sync_playwright() as playwright:
        running = launch(playwright)
        yield running
        running.close()

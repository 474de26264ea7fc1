"""Plants mistakes into the file, and asks its checks what they say."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import torch

from llm_lib.book.my_gpt.check import checks_of, find_mistake
from llm_lib.book.my_gpt.reader import NAME, MistakeError, ReaderFile
from llm_lib.book.my_gpt.stages import text_at
from tests.book.my_gpt.mistakes import MISTAKES


def mistakes_of(*keys: str):
    """Return a mark that runs a test with each planted mistake of some stages."""
    found = [mistake for mistake in MISTAKES if mistake[0] in keys]
    names = [
        f"{key}: {new.strip()[:40] or 'nothing'} for {old.strip()[:40]}"
        for key, old, new, _ in found
    ]
    return pytest.mark.parametrize("mistake", found, ids=names)


@contextmanager
def one_thread() -> Iterator[None]:
    """Compute on one thread, as a check in its own process does."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)
        sys.modules.pop(NAME, None)


def problem_with(text: str, key: str, folder: Path) -> str:
    """Return what the checks of one stage say of a file, or "" if it passes them."""
    path = folder / "my_gpt.py"
    path.write_text(text, encoding="utf-8")
    with one_thread():
        try:
            my = ReaderFile(path)
        except MistakeError as error:
            return str(error)
        said = (find_mistake(my, check) for check in checks_of(key))
        return next(filter(None, said), "")


def is_named(mistake: tuple[str, str, str, str], folder: Path) -> tuple[bool, str]:
    """Return whether the right words come when a mistake is planted, and what was said."""
    key, old, new, words = mistake
    text = text_at(key)
    assert old in text, "the file has changed: what this replaces is not there"
    changed = text.replace(old, new) + ("\n\nKEPT = {}\n" if "KEPT" in new else "")
    said = problem_with(changed, key, folder)
    return any(part in said for part in words.split("|")), said

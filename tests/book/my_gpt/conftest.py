"""What tests of the reader's file are given."""

import pytest

from llm_lib.book.my_gpt.reader import ReaderFile
from llm_lib.book.my_gpt.stages import KEYS, text_at


@pytest.fixture(scope="module")
def my(tmp_path_factory):
    """Return the file as it is at its end, opened."""
    path = tmp_path_factory.mktemp("my") / "my_gpt.py"
    path.write_text(text_at(KEYS[-1]), encoding="utf-8")
    return ReaderFile(path)

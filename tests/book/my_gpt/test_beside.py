"""How long the file is, beside what others have written."""

from llm_lib.book.my_gpt.beside import CACHED, NANOGPT, compare_lines, count_code
from llm_lib.book.my_gpt.stages import count_lines


def test_lines_are_counted_in_one_way():
    # fails when docstrings or empty lines count, or a row is about another stage
    assert count_code('"""Doc,\nmore."""\n\n# no\nx = 1  # yes\n    # no\n') == 1
    rows = {row["code"]: row["lines"] for row in compare_lines()}
    assert rows["nanoGPT, model and training"] == 221 + 232
    assert rows["nanoGPT, with writing"] == 221 + 232 + NANOGPT["sample.py"]
    assert rows["my_gpt.py, to chapter 16"] == count_lines(CACHED)[0]
    assert rows["my_gpt.py, to chapter 22"] == count_lines("22")[0]
    assert rows["llm_lib, for the same"] > rows["my_gpt.py, to chapter 22"]

"""Settings from TOML files: what becomes of a table, and how a mistake in one is named."""

from dataclasses import dataclass, field

import pytest

from llm_lib.training.tables import read_table, read_tables


@dataclass
class Bread:
    grams: int
    seeds: tuple = ()
    notes: dict = field(default_factory=dict)
    oven: str = "hot"

    def __post_init__(self):
        if self.grams < 1:
            raise ValueError(f"grams must be at least 1, got {self.grams}")


def test_a_table_becomes_what_it_describes():
    # fails if a value is lost, or a default is asked for
    assert read_table(Bread, {"grams": 500, "oven": "cold"}, "[bread]") == Bread(500, oven="cold")


@pytest.mark.parametrize(
    ("table", "message"),
    [
        (
            {"grams": 5, "salt": 1},
            r"unknown \[bread\] key 'salt'; known are \['grams', 'notes', 's",
        ),
        ({"grams": 5, "oven": "hot"}, r"unknown \[bread\] key 'oven'"),
        ({"seeds": ()}, r"the \[bread\] key 'grams' is missing"),
        ({"grams": 0}, r"\[bread\] grams must be at least 1, got 0"),
        ({"grams": "many"}, r"\[bread\] '<' not supported"),
        ([1], r"\[bread\] should be a table, got \[1\]"),
    ],
)
def test_a_wrong_table_is_named(table, message):
    # fails if a misspelt key is taken for a default, or the error does not say where it is
    with pytest.raises(ValueError, match=message):
        read_table(Bread, table, "[bread]", without=["oven"])


def test_a_file_that_is_none_is_named(tmp_path):
    # fails if a reader meets a traceback from the parser
    with pytest.raises(ValueError, match="there is no recipe"):
        read_tables(tmp_path / "none.toml")
    (tmp_path / "half.toml").write_text("[bread")
    with pytest.raises(ValueError, match=r"half\.toml is not valid TOML"):
        read_tables(tmp_path / "half.toml")

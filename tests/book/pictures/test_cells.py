"""Cells: filled by size, shaped by role, hatched where masked."""

import re

import pytest

from llm_lib.book.pictures.cells import cell, grid, hatched, level, vector


def levels(piece):
    return [int(n) for n in re.findall(r"--level:(\d+)%", piece.svg())]


def test_fill_grows_with_size_and_stays_clear_of_text():
    # fails when a larger number is paler, the sign counts, or text would stand on a dark ground
    made = [level(v / 10, 1) for v in range(11)]
    assert made[0] == 0 and made == sorted(made) and max(made) == 40
    assert level(-0.5, 1) == level(0.5, 1) and level(5, 1) == 40


@pytest.mark.parametrize("role, radius", [("query", 17), ("key", 1), ("value", 7), ("weight", 4)])
def test_a_role_has_a_form(role, radius):
    # fails when roles differ by colour alone
    assert f'rx="{radius}"' in cell(1, role).svg()


def test_below_zero_is_dashed():
    # fails when a negative number looks like a positive one
    assert "p-minus" in cell(-1).svg() and "p-minus" not in cell(1).svg()
    assert ">−1<" in cell(-1).svg()


def test_a_vector_is_filled_by_its_own_largest():
    # fails when the strongest cell is not the largest number
    assert levels(vector([1, -4, 2])) == [14, 40, 23]


def test_a_mask_hides_numbers():
    # fails when what is masked can be read, or counts for the scale of the others
    made = grid([[1, 9], [2, 1]], mask=[[True, False], [True, True]]).svg()
    assert re.findall(r">(\d)<", made) == ["1", "2", "1"]
    assert made.count("p-hatch") == 1
    assert levels(grid([[1, 9], [2, 1]], mask=[[True, False], [True, True]])) == [23, 40, 23]


@pytest.mark.parametrize("width, height", [(36, 28), (34, 34), (15, 15), (60, 28)])
def test_hatching_stays_inside(width, height):
    # fails when a line runs over the edge of its cell
    path = re.search(r'd="([^"]+)" class="p-hatch"', hatched(width, height).svg())[1]
    pairs = [tuple(map(float, p.split())) for p in re.findall(r"[\d.]+ [\d.]+", path)]
    assert pairs and "-" not in path
    assert all(0 <= x <= width and 0 <= y <= height for x, y in pairs)


def test_names_above_columns_do_not_touch():
    # fails when long names run into each other
    made = grid([[1, 2]], columns=["owl: lamp", "bear: drum"])
    assert made.width >= 2 * 10 * 12 * 0.6


def test_an_unknown_role_is_refused():
    # fails when a misspelt role gets no colour, without a word
    with pytest.raises(ValueError, match=r"role must be one of .*'query'.* got 'querry'"):
        cell(1, "querry")

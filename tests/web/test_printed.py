"""Printed text on a page: what its cell has wrapped is wrapped by the page, and nothing is changed."""

from __future__ import annotations

import textwrap

import pytest

from web.fingerprint import ROOT

TALE = "Once there was a curious tiger. His name was Vofo, and his home was by the river. " * 2
STORIES = textwrap.fill(TALE, 74) + "\n" + textwrap.fill(TALE, 74) + "\n"
ANSWERS = "Is this spam? Win a free kite now! Send\n→ Yes, it is.\n" + textwrap.fill(
    TALE, 42, initial_indent="→ ", subsequent_indent="  "
)
CODE = 'one = 1\n\n<span class="llm-blank-line">\n</span>two = 2'
CELL = (
    '<div class="cell {}"><div class="cell_output"><div class="output stream"><div '
    'class="highlight"><pre><span></span>{}</pre></div></div></div></div>'
)
FIND = """() => [...document.querySelectorAll('pre')].map((pre) => ({
  text: pre.textContent, height: pre.getBoundingClientRect().height,
  blocks: pre.querySelectorAll('.llm-said').length, wide: pre.scrollWidth > pre.clientWidth,
}))"""


@pytest.fixture
def show(tmp_path, visit):
    """A function that shows cells on a page: show(pair of class and text, …, width=)."""

    def on_page(*cells, width=390):
        style = "".join(
            (ROOT / name).read_text("utf-8")
            for name in ("llm_lib/book/widgets/shared/theme.css", "web/style/code.css")
        )
        (tmp_path / "book.js").write_text((ROOT / "web/static/book.js").read_text("utf-8"))
        (tmp_path / "page.html").write_text(
            "<!doctype html><meta charset=utf-8><meta name=viewport content='width=device-width'>"
            f"<style>{style}</style><main class=bd-article>"
            f"{''.join(CELL.format(*cell) for cell in cells)}</main><script src=book.js></script>",
            "utf-8",
        )
        opened = visit((tmp_path / "page.html").as_uri(), home="file://", width=width)
        assert opened.complaints == []
        return opened.page.evaluate(FIND)

    return on_page


@pytest.mark.parametrize("width", [390, 1280])
def test_a_wrapped_text_is_wrapped_once(show, width):
    # fails when lines are broken by the cell and by the page, or two stories run into one
    wrapped, whole = show(("llm-wrapped", STORIES), ("", TALE + "\n" + TALE), width=width)
    assert wrapped["text"] == STORIES and not wrapped["wide"]
    assert wrapped["blocks"] == 2
    assert abs(wrapped["height"] - whole["height"]) < 12  # the gap between the two


def test_lines_of_their_own_stay_so(show):
    # fails when a line that only stands below a long one is joined to it
    (seen,) = show(("llm-wrapped", ANSWERS))
    assert seen["text"] == ANSWERS and seen["blocks"] == 3
    (table,) = show(("", "steps: 300, loss 3.19, slope 0.00\nsteps: 500, loss 3.19, slope 0.00"))
    assert table["blocks"] == 0


def test_one_of_two_blank_lines_is_seen(show):
    # fails when a gap between functions is two lines high, or one that is copied is lost
    two, one = show(("", CODE), ("", "one = 1\n\ntwo = 2"))
    assert two["height"] == one["height"] and two["text"] == "one = 1\n\n\ntwo = 2"

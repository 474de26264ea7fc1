"""The style of pictures stands in the pages' sheet, and not in each picture."""

from llm_lib.book.pictures import show_matrix
from llm_lib.book.pictures.picture import look
from llm_lib.book.widgets.architecture import STYLE, Architecture
from web import style
from web.picture_style import remove


def test_no_style_is_left_in_a_page_and_none_is_lost():
    # fails when a page repeats a style with each picture, or the sheet hasn't got it
    one, other = show_matrix([[1]])._repr_html_(), Architecture()._repr_html_()
    page = remove(f"<p>a</p>{one}<p>b</p>{other}")
    assert "<style" not in page and page.count("<svg") == 2 and "<p>b</p>" in page
    assert look() in style.joined() and STYLE in style.joined()


def test_other_pages_stay_as_they_are():
    # fails when a page without pictures is touched
    page = "<style>p { color: red }</style><p>a</p>"
    assert remove(page) == page

"""The style of pictures stands once on a page."""

from llm_lib.pictures import show_matrix
from llm_lib.pictures.picture import look, theme
from web.picture_style import keep_one


def test_one_look_and_no_theme_is_left():
    # fails when a page repeats the style with each picture, or loses it
    one, other = show_matrix([[1]])._repr_html_(), show_matrix([[2]])._repr_html_()
    page = keep_one(f"<p>a</p>{one}<p>b</p>{other}")
    assert page.count(look()) == 1 and page.count(theme()) == 0
    assert page.index(look()) < page.index("<svg") and page.count("<svg") == 2
    assert "<p>b</p>" in page


def test_other_pages_stay_as_they_are():
    # fails when a page without pictures is touched
    page = "<style>p { color: red }</style><p>a</p>"
    assert keep_one(page) == page

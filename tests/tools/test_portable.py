"""`web.portable` without a browser: order of pages, and what a look finds."""

import zipfile

import pytest

from web.portable import epub
from web.portable.__main__ import main
from web.portable.check_epub import check_epub
from web.portable.epub import File
from web.portable.pages import Heading, book_pages, find_pages
from web.portable.sheets import Sheet, contents_row
from web.portable.still import remove_older


def packed(path, *files):
    """Write a small EPUB with documents of our own."""
    style = File(epub.STYLE, b"")
    listed = [style, *(File(name, text.encode()) for name, text in files)]
    opf = File("package.opf", epub.package(listed, listed, "").encode())
    epub._pack([opf, *listed], path)
    return path


def xhtml(body):
    return epub.document("A page", body)


def test_pages_come_in_reading_order():
    # fails if a page of the contents is left out, or the first page is not the first
    pages = book_pages()
    assert [page.slug for page in pages[:2]] == ["intro", "01_what_is_an_llm"]
    assert [page.number for page in pages[:3]] == ["", "1", "2"]
    assert pages[1].part == "I The idea"
    assert pages[-1].part == "Reference"


def test_a_page_that_is_not_there_is_named(tmp_path):
    # fails if a typing error makes a book without pages, or one of pages that are not built
    with pytest.raises(ValueError, match="no page '99_nothing'; there are intro"):
        find_pages(tmp_path, ["99_nothing"])
    with pytest.raises(FileNotFoundError, match="make build"):
        find_pages(tmp_path, ["intro"])


def test_a_kind_that_is_not_known_is_refused(capsys):
    # fails if the command does something with a kind that it can't make
    with pytest.raises(SystemExit) as error:
        main(["docx"])
    assert error.value.code == 2
    assert "choose from" in capsys.readouterr().err


def test_a_sound_package_passes(tmp_path):
    # fails if the look at the package finds faults where there are none
    page = ("a.xhtml", xhtml('<p id="x"><a href="#x">here</a></p>'))
    assert check_epub(packed(tmp_path / "book.epub", page)) == []


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ('<a href="b.xhtml">b</a>', "leads nowhere: book/b.xhtml"),
        ('<a href="#y">y</a>', "leads nowhere: book/a.xhtml#y"),
        ('<img src="images/1.png" alt=""/>', "leads nowhere: book/images/1.png"),
        ("<p>open", "not well-formed"),
    ],
)
def test_a_fault_in_a_package_is_found(tmp_path, body, fault):
    # fails if a link, a picture or a document could be broken unseen
    faults = check_epub(packed(tmp_path / "book.epub", ("a.xhtml", xhtml(body))))
    assert fault in " ".join(faults)


def test_files_and_their_list_agree(tmp_path):
    # fails if a file could be packed without being listed: reading systems pass over it
    path = packed(tmp_path / "book.epub", ("a.xhtml", xhtml("<p>a</p>")))
    with zipfile.ZipFile(path, "a") as book:
        book.writestr("book/b.xhtml", xhtml("<p>b</p>"))
    assert check_epub(path) == ["book/b.xhtml is not listed"]


def test_the_package_nests_sections_in_chapters_in_parts():
    # fails if an EPUB's contents lose a level, or leave one open
    sheets = [
        Sheet("intro", "Welcome", "", [Heading(1, "intro", "Welcome")], "", ""),
        Sheet(
            "01_a", "1 A", "I P & Q", [Heading(1, "01_a", "A"), Heading(2, "01_a--x", "X")], "", ""
        ),
    ]
    assert epub.navigation(sheets).split("<ol>", 1)[1] == (
        '<li><a href="intro.xhtml">Welcome</a></li><li><span>I P &amp; Q</span><ol><li>'
        '<a href="01_a.xhtml">1 A</a><ol><li><a href="01_a.xhtml#01_a--x">X</a></li></ol></li>'
        "</ol></li></ol></nav>"
    )


def test_a_line_of_the_contents_has_its_page():
    # fails if the printed contents show no number, or let a title become markup
    row = contents_row(Heading(2, "a--b", "B < C"), {"a--b": 7})
    assert '<a href="#a--b"><span>B &lt; C</span><span>7</span></a>' in row


def test_what_is_kept_of_a_page_goes_alone(tmp_path):
    # fails if the page "model" takes the pictures of "12_gpt_model" with it
    digest = "0123456789ab"
    for name in (f"12_gpt_model-{digest}", f"model-{digest}", f".model-{digest}"):
        (tmp_path / name).mkdir()
    remove_older(tmp_path, "model")
    assert [folder.name for folder in tmp_path.iterdir()] == [f"12_gpt_model-{digest}"]

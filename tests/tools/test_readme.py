"""The README: its facts are those of the repository, and what it tells one to type is there."""

from __future__ import annotations

import json
import re
import struct
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.reader.test_clean_machine import TRIED
from web import chapter_list, counts, quality, readme, readme_picture, times
from web.fingerprint import ROOT
from web.readme import PAGES, README

TEXT = README.read_text("utf-8")
MAKEFILE = (ROOT / "Makefile").read_text("utf-8")
RULE = re.compile(r"^([a-z][a-z -]*):(?!=)", re.MULTILINE)
# what other targets begin with, and nobody types
INNER = re.compile(r"python|env-\w+")
TARGETS = {name for line in RULE.findall(MAKEFILE) for name in line.split()}
TYPED = {name for name in TARGETS if not INNER.fullmatch(name)}
COMMAND = re.compile(r"^`?(?:[A-Z]+=\S+ )?make ([a-z][\w-]*)", re.MULTILINE)
MODULE = re.compile(r"(?:python\S*|py -[\d.]+|torchrun [^`\n]*?)\s+-m ([\w.]+)")


def own_pages(monkeypatch, tmp_path, text: str) -> Path:
    """Let the command know one page alone, with a part that says 3."""
    page = tmp_path / "PAGE.md"
    page.write_text(text, "utf-8")
    monkeypatch.setattr(readme, "PAGES", {page: {"three": lambda: "3"}})
    return page


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_a_page_says_what_is_true(path):
    # fails if a chapter, widget, module … is added or described anew, and the page is not written
    text = path.read_text("utf-8")
    assert readme.fill(text, PAGES[path]) == text, "write it with: .venv/bin/python -m web.readme"


def test_the_command_writes_what_is_stale_and_no_more(monkeypatch, tmp_path, capsys):
    # fails if --check writes, or lets pass what the command would write
    begin, end = readme.marks("three")
    page = own_pages(monkeypatch, tmp_path, f"before\n{begin}\n2\n{end}\nafter\n")
    assert readme.main(["--check"]) == 1 and "2" in page.read_text("utf-8")
    assert readme.main([]) == 0
    assert page.read_text("utf-8") == f"before\n{begin}\n3\n{end}\nafter\n"
    capsys.readouterr()
    assert readme.main(["--check"]) == 0 and capsys.readouterr().out == ""


@pytest.mark.parametrize("times_there", [0, 2])
def test_a_part_that_is_not_there_once_is_told(monkeypatch, tmp_path, times_there, capsys):
    # fails if a fact could be left out without a word, or stand in two places
    begin, end = readme.marks("three")
    own_pages(monkeypatch, tmp_path, f"{begin}\n{end}\n" * times_there)
    assert readme.main([]) == 1
    assert f"once, and has {times_there}" in capsys.readouterr().err


def test_each_target_is_tried():
    # fails if the Makefile has a target of which nobody knows whether it works on a clean machine
    assert TYPED <= set(TRIED)


def test_each_target_is_in_the_table():
    # fails if the README leaves a target out of its table, or has one that is gone
    # the whole first cell: the table of times has more in it
    told = re.findall(r"^\| `make ([\w-]+)[^`|]*` \|", TEXT, re.MULTILINE)
    assert len(told) == len(set(told))
    assert set(told) == TYPED


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_each_command_is_there(path):
    # fails if a page tells of a target or a module that has another name by now
    text = path.read_text("utf-8")
    code = re.findall(r"`[^`\n]+`", text) + re.findall(r"^```\w*\n(.*?)^```", text, re.M | re.S)
    targets = {name for part in code for name in COMMAND.findall(part)}
    assert targets and targets <= TARGETS
    modules = {name for part in code for name in MODULE.findall(part)}
    assert modules
    for name in modules - {"pytest"}:
        spec = find_spec(name)
        assert spec, name
        if spec.submodule_search_locations:
            assert find_spec(f"{name}.__main__"), name
        else:
            assert '__name__ == "__main__"' in Path(spec.origin).read_text("utf-8"), name


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_each_link_leads_to_a_file(path):
    # fails if a file that a page links to, or shows, has moved, or a heading has another name
    text = path.read_text("utf-8")
    links = re.findall(r'\]\(([^)\s]+)\)|(?:href|src|srcset)="([^"]+)"', text)
    for link in {a or b for a, b in links if not (a or b).startswith("https://")}:
        file, _, place = link.partition("#")
        assert (ROOT / file).is_file(), link
        headings = re.findall(r"^#+ (.*)$", (ROOT / file).read_text("utf-8"), re.M) if place else []
        anchors = {
            re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings
        }
        assert not place or place in anchors, link


def test_the_picture_is_light_and_dark_and_small():
    # fails if a reader gets the picture of the other theme, waits for it, or hears another text
    sizes = []
    for path in readme_picture.PICTURES.values():
        data = path.read_bytes()
        assert data[:4] == b"RIFF" and data[8:16] == b"WEBPVP8L"
        (bits,) = struct.unpack("<I", data[21:25])
        sizes.append(((bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1))
        assert sizes[0] == sizes[-1]
    assert sum(p.stat().st_size for p in readme_picture.PICTURES.values()) <= readme_picture.MOST
    dark, light = (f".github/heads-{scheme}.webp" for scheme in ("dark", "light"))
    assert f'<source media="(prefers-color-scheme: dark)" srcset="{dark}">' in TEXT
    assert f'<img src="{light}" alt="{readme_picture.ALT}">' in TEXT


def test_numbers_are_those_of_the_files():
    # fails if something is counted that is not there, or is counted twice
    said = counts.describe_numbers()
    chapters = list((ROOT / "chapters").glob("[0-9][0-9]_*.ipynb"))
    assert said.startswith(f"{len(chapters)} chapters, ")
    stories = (ROOT / "llm_lib/book/widgets/stories").glob("[a-z]*.py")
    told = [re.findall(r'^    story = "', path.read_text("utf-8"), re.M) for path in stories]
    assert f" {sum(map(len, told))} moving pictures," in said
    scripts = {path.stem for path in (ROOT / "llm_lib/book/widgets").glob("*.js")}
    assert f" {len(scripts - {'walkthrough', 'prediction'})} widgets and" in said
    stars = sum(
        len(re.findall(r'^ *"#+ [^"\n]*★', path.read_text("utf-8"), re.M))
        for path in (ROOT / "chapters").glob("*.ipynb")
    )
    assert counts.count_exercises() == stars


def test_tests_are_counted_as_python_reads_them(tmp_path):
    # fails if a function inside a text counts as a test, or one of a class does not
    inside = "def test_a():\n    pass\n\nclass TestB:\n    def test_c(self):\n        pass\n"
    (tmp_path / "test_it.py").write_text(f'{inside}\ntext = """\ndef test_no():\n    pass\n"""\n')
    (tmp_path / "other.py").write_text("def test_no():\n    pass\n")
    assert counts.count_tests(tmp_path) == 2


def test_chapters_stand_under_their_part_with_what_they_teach():
    # fails if a row has the title, the file or the words of another page
    rows = chapter_list.describe_chapters().splitlines()
    at = rows.index("| III | **Attention** | |")
    assert rows[at + 2] == (
        "| 9 | [Self-attention](chapters/09_self_attention.ipynb) | Queries, keys and values: from "
        "one look back on paper to a whole layer. |"
    )
    assert "| F | [For the curious](chapters/appendix_f_curious.ipynb) | The gradient" in "\n".join(
        rows
    )


def test_a_time_is_kept_with_its_machine(monkeypatch, tmp_path):
    # fails if a time is lost when another is recorded, or is told of a machine that it isn't from
    file = tmp_path / "times.json"
    assert times.describe_times(file) == ""
    monkeypatch.setattr(times, "name_machine", lambda: "A, 2 cores")
    times.record("check", "54.6", file)
    times.record("book", "131", file)
    assert times.describe_times(file).splitlines() == [
        "| | time on A, 2 cores |",
        "|---|---|",
        f"| {times.WHAT['book']} | 2.2 minutes |",
        f"| {times.WHAT['check']} | 55 seconds |",
    ]
    monkeypatch.setattr(times, "name_machine", lambda: "B, 8 cores")
    times.record("check", "20", file)
    assert times.describe_times(file).splitlines()[2:] == [
        f"| {times.WHAT['book']} | 2.2 minutes | A, 2 cores |",
        f"| {times.WHAT['check']} | 20 seconds | B, 8 cores |",
    ]


@pytest.mark.parametrize(
    ("name", "seconds", "words"),
    [
        ("bok", "3", "one of book, .*got 'bok'"),
        ("book", "3 min", "number of seconds up to a day; got '3 min'"),
        ("book", "-1", "got '-1'"),
        ("book", "nan", "got 'nan'"),
        ("book", "90000", "got '90000'"),
    ],
)
def test_what_is_no_time_is_refused(tmp_path, name, seconds, words):
    # fails if a slip of the pen gets into the README
    file = tmp_path / "times.json"
    with pytest.raises(ValueError, match=words):
        times.record(name, seconds, file)
    assert not file.exists()


def test_quality_is_read_from_the_models_figures(monkeypatch, tmp_path):
    # fails if a row shows the figure of another, or a weak task is hidden behind the best
    answers = {"question": 0.9, "reversed": 0.5, "sentiment": 1.0, "summary": 0.75}
    answers |= {"names": 0.8, "translate": 0.875, "spam": 0.95}
    figures = {
        "stories": {"held_out, greedy": {"all": 0.9975}, "new_names, greedy": {"all": 0.6}},
        "answers": {f"{name}, held_out": share for name, share in answers.items()},
    }
    monkeypatch.setattr(quality, "FIGURES", tmp_path / "quality.json")
    quality.FIGURES.write_text(json.dumps(figures), "utf-8")
    shown = re.findall(r"\| ([\d.]+ %.*?) \|$", quality.describe_quality(), re.MULTILINE)
    assert shown == ["99.8 %", "60 %", "90 %", "50 %", "75 % to 100 %"]

"""The teachers' page recommends what is really there: chapters, films, questions, exercises."""

from __future__ import annotations

import re
from functools import cache

import pytest

from llm_lib.book.widgets.base import HERE
from web.chapter_size import EXERCISE, LIMITS, count_words
from web.fingerprint import ROOT
from web.notebooks import chapters, read
from web.reading_time import TEACHING

PAGE = TEACHING.read_text("utf-8")
ENTRY = re.compile(r"^(\w+ \w+)(: .*(?:\n[: ] - .*)+)", re.MULTILINE)  # a week, or half a day
CHAPTER = re.compile(r"\{doc\}`/chapters/(\w+)`")
PART = re.compile(r"\*\*(Goal|Show|Ask|In class|Hand in):?\*\*(.*?)$", re.MULTILINE)
EXERCISES = re.compile(r"\*([^*]+)\* (★+)")
QUOTED = re.compile(r"“([^”]+)”")
PLANS = {found[1]: found[2] for found in ENTRY.finditer(PAGE)}
WEEKS = [name for name in PLANS if name.startswith("Week")]
STORY = re.compile(r'Walkthrough\(\s*"([\w-]+)"')
TITLE = re.compile(r'title: "(.*)",')


@cache
def texts(stem: str) -> str:
    """Return the text cells of a chapter."""
    cells = read(ROOT / f"chapters/{stem}.ipynb").cells
    return "\n\n".join(cell.source for cell in cells if cell.cell_type == "markdown")


@cache
def code(stem: str) -> list:
    return [c for c in read(ROOT / f"chapters/{stem}.ipynb").cells if c.cell_type == "code"]


def printed(stem: str) -> str:
    """Return what the cells of a chapter show as text: its questions, among others."""
    data = [o.get("data", {}) for cell in code(stem) for o in cell.outputs]
    return plain("\n".join(each.get("text/plain", "") for each in data))


def titles_of_films(stem: str) -> list[str]:
    """Return what the films of a chapter are called."""
    names = STORY.findall("\n".join(cell.source for cell in code(stem)))
    files = [HERE / f"stories/{name.replace('-', '_')}.js" for name in names]
    return [TITLE.search(file.read_text("utf-8"))[1] for file in files]


def headings(stem: str) -> list[str]:
    return [line.lstrip("# ") for line in texts(stem).splitlines() if line.startswith("##")]


def exercises_of(stem: str) -> list[tuple[str, str]]:
    """Return title and stars of each exercise of a chapter."""
    found = [re.fullmatch(r"(?:[\w ]*\d+) (★+) (.*)", heading) for heading in headings(stem)]
    return [(match[2], match[1]) for match in found if match]


def goals(stem: str) -> list[str]:
    """Return what one will be able to do after a chapter, as it says itself."""
    text = texts(stem).split("**You will be able to**")[1].split("**You need:**")[0]
    return re.findall(r"^- (?:\(deeper\) )?(.*?)[;.]$", text, re.MULTILINE)


def plain(text: str) -> str:
    return text.replace("*", "").replace("`", "")


@pytest.mark.parametrize("name", PLANS)
class TestPlan:
    def parts(self, name):
        """Return the chapters of an entry, and what it says of each of its parts."""
        stems = CHAPTER.findall(PLANS[name])
        assert stems
        return stems, {part: text.strip() for part, text in PART.findall(PLANS[name])}

    def test_it_has_all_its_parts(self, name):
        # fails when a teacher has to find a film, a question or an exercise alone
        wanted = {"Show", "Ask", "In class"}
        wanted |= {"Goal", "Hand in"} if name in WEEKS else set()
        assert set(self.parts(name)[1]) == wanted

    def test_films_and_sections_are_there(self, name):
        # fails when a film has another title, or was taken out of the chapter
        stems, parts = self.parts(name)
        there = [title for stem in stems for title in titles_of_films(stem) + headings(stem)]
        shown = QUOTED.findall(parts["Show"])
        assert shown and set(shown) <= set(there)

    def test_questions_are_asked_there(self, name):
        # fails when a prediction has other words, or belongs to another chapter
        stems, parts = self.parts(name)
        asked = "\n".join(printed(stem) for stem in stems)
        questions = QUOTED.findall(parts["Ask"])
        assert questions and all(plain(words) in asked for words in questions)

    def test_exercises_are_there(self, name):
        # fails when an exercise is called otherwise, has other stars, or is gone
        stems, parts = self.parts(name)
        there = {exercise for stem in stems for exercise in exercises_of(stem)}
        for part in {"In class", "Hand in"} & set(parts):
            named = EXERCISES.findall(parts[part])
            assert named and set(named) <= there

    def test_what_it_promises_is_what_the_chapter_promises(self, name):
        # fails when a chapter has other goals than those that the plan takes from it
        stems, parts = self.parts(name)
        if "Goal" in parts:
            promised = [goal for stem in stems for goal in goals(stem)]
            assert all(goal in promised for goal in parts["Goal"].rstrip(".").split("; "))


def test_the_weeks_follow_the_book():
    # fails when a chapter comes twice, or before one that it needs
    numbered = [path.stem for path in chapters() if path.stem[0].isdigit()]
    planned = [stem for name in WEEKS for stem in CHAPTER.findall(PLANS[name])]
    assert planned == [stem for stem in numbered if stem in planned] and len(planned) >= 16
    assert WEEKS == [f"Week {n + 1}" for n in range(16)]


def test_other_exercises_on_the_page_are_there():
    # fails when a project is recommended that nobody finds
    there = {exercise for path in chapters() for exercise in exercises_of(path.stem)}
    assert set(EXERCISES.findall(PAGE)) <= there


def test_what_it_says_of_all_chapters_is_true():
    # fails when an exercise without a solution, a chapter without a question to explain, a longer
    # core or another time for an exercise makes the page a liar
    assert f"takes {LIMITS['core']} minutes at most" in PAGE
    for n, minutes in EXERCISE.items():
        assert f"{['one star', 'two', 'three stars'][n - 1]}: about {minutes} minutes" in PAGE
    first = headings("01_what_is_an_llm")
    assert first.index("So what is a large language model?") < first.index("Exercises")
    for path in (path for path in chapters() if path.stem[0].isdigit()):
        asked = [c for c in code(path.stem) if "raise NotImplementedError" in c.source]
        solved = [c for c in code(path.stem) if "hide-cell" in c.metadata.get("tags", [])]
        names = [re.search(r'check\("([\w-]+)"', cell.source)[1] for cell in asked]
        assert names
        assert all(any(f'"{n}"' in c.source for c in solved) for n in names), path.stem
        assert any(title.startswith("Explain") for title, _ in exercises_of(path.stem)), path.stem


def test_it_stays_short():
    # fails when the page grows into a book of its own
    assert count_words(PAGE) <= 1800

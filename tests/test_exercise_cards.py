"""Exercises as cards: what becomes of a section when the page is built."""

from __future__ import annotations

import pytest
from docutils import nodes
from docutils.core import publish_doctree
from myst_nb.sphinx_ import HideCodeCellNode

from web.exercise_cards import make_card, try_it_html

WAITING = (
    '<div class="llm-check llm-waiting"><div><code>8-x</code> waiting for your answer</div></div>'
)


def cell(*children, **attributes):
    made = nodes.container("", *children, nb_element="cell_code", **attributes)
    return made


def section(title, *children):
    """Return a section as the book has it, inside that of its chapter."""
    made = nodes.section("", nodes.title("", "", nodes.Text(title)), *children, ids=["it"])
    outer = nodes.section("", nodes.title("", "Chapter"), made)
    publish_doctree("").append(outer)
    return made


@pytest.mark.parametrize("title", ["2 ★★ Cut it", "Exercise 2 ★★ Cut it", "Your turn 2 ★★ Cut it"])
def test_a_heading_becomes_the_head_of_a_card(title):
    # fails when number, title and level are not told apart, or stars are read out as stars
    card = section(title, nodes.paragraph("", "Do it."))
    assert make_card(card, "8", "")
    number, words, level = card.next_node(nodes.title).children
    assert number.astext() == '<span class="llm-exercise-number">8.2</span> '
    assert words.astext() == "Cut it"
    assert "●●○</span> medium" in level.astext()
    assert card["classes"] == ["llm-exercise"]


@pytest.mark.parametrize("title", ["Exercises", "2 tokens", "Step 1. ★ of the show"])
def test_other_headings_stay(title):
    # fails when a section of the text turns into a card
    other = section(title, nodes.paragraph("", "Read it."))
    assert not make_card(other, "8", "")
    assert other["classes"] == [] and other.next_node(nodes.title).astext() == title


def test_a_solution_says_what_it_is():
    # fails when the folded solution is called "the content"
    folded = HideCodeCellNode(prompt_show="Show the content", prompt_hide="Hide the content")
    make_card(section("1 ★ Do", cell(nodes.raw("", WAITING, format="html")), cell(folded)), "8", "")
    assert folded["prompt_show"] == "Show the solution"


@pytest.mark.parametrize(("mode", "label"), [("all", "solution"), ("input", "source")])
def test_code_above_an_open_output_is_no_solution(mode, label):
    # fails when the code that made a question's numbers is called its solution, as 4.4 once said
    folded = HideCodeCellNode(prompt_show="Show the source", prompt_hide="Hide the source")
    output = nodes.raw("", "<pre>7 tokens</pre>", format="html")
    asks = cell(nodes.raw("", WAITING, format="html"))
    given = section("1 ★ Say", cell(folded, output, hide_mode=mode), asks)
    folded.parent = None if mode == "all" else folded.parent  # as MyST-NB leaves it
    make_card(given, "8", "")
    assert folded["prompt_show"] == f"Show the {label}"
    assert folded["prompt_hide"] == f"Hide the {label}"


def test_a_page_does_not_wait_for_code():
    # fails when a page says that it waits for what nobody can type there
    said = nodes.raw("", WAITING, format="html")
    make_card(section("1 ★ Do", cell(said)), "8", try_it_html("https://colab/x", "chapters/x"))
    assert "waiting for your answer" not in said.astext()
    assert '<a href="https://colab/x">Try it in Colab</a>' in said.astext()
    assert "Colab" not in try_it_html(None, "chapters/x")


def test_a_card_holds_all_that_it_asks():
    # fails when an exercise with a question and code ends after its question
    asks = [cell(nodes.raw("", WAITING, format="html")) for _ in range(2)]
    between, after = nodes.paragraph("", "Now write it."), nodes.paragraph("", "And on.")
    card = section("1 ★ Do", nodes.paragraph("", "Say it."), asks[0], between, asks[1], after)
    make_card(card, "8", "")
    assert card.children[-3:] == [asks[0], between, asks[1]]


def test_what_stands_behind_the_card_is_no_part_of_it():
    # fails when the text that goes on after an exercise is drawn into its card
    asks = cell(nodes.raw("", WAITING, format="html"))
    solution = cell(HideCodeCellNode(prompt_show="", prompt_hide=""))
    after, inner = nodes.paragraph("", "And on."), nodes.section("", nodes.title("", "More"))
    card = section("1 ★ Do", nodes.paragraph("", "Do it."), asks, solution, after, inner)
    make_card(card, "8", "")
    assert card.children[-1] is solution
    chapter = card.parent
    assert chapter.children[chapter.index(card) :] == [card, after, inner]

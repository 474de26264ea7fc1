"""The search: what comes first, what stands around it, and where it leads."""

from __future__ import annotations

import json
import re
from pathlib import Path
from urllib.parse import quote

import pytest

FIRST = "#search-results li:first-child"


@pytest.fixture(scope="module")
def index(site: Path) -> dict:
    """The index that the built site has."""
    text = (site / "_static" / "search-index.js").read_text("utf-8")
    return json.loads(text.split("=", 1)[1].strip().rstrip(";"))


@pytest.fixture
def search(address, visit):
    """Look for something; returns the page."""

    def look_for(query: str):
        opened = visit(f"{address}search.html?q={query}")
        opened.page.wait_for_selector("#search-results [role=status]")
        assert opened.complaints == []
        return opened.page

    return look_for


def test_every_place_is_there(index, site):
    # fails if a result would lead to a page or a section that doesn't exist
    ids = {
        page["name"]: set(re.findall(r'id="([^"]+)"', (site / f"{page['name']}.html").read_text()))
        for page in index["pages"]
    }
    pages = [page["name"] for page in index["pages"]]
    places = [(e["page"], e["id"]) for e in index["entries"]]
    places += [tuple(e["explained"]) for e in index["entries"] if "explained" in e]
    assert [place for place in places if place[1] not in ids[pages[place[0]]]] == []
    assert len(index["entries"]) > 300


# What a beginner types: what comes first, and for a term the chapter that explains it, second.
EXPECTED = [
    ("attention", "attention", "9 Self-attention"),
    ("softmax", "softmax", "B Maths and neural networks from zero"),
    ("token", "token", "1 What is a large language model?"),
    ("tokens", "token", "1 What is a large language model?"),
    ("BPE", "byte pair encoding", "4 Byte pair encoding"),
    ("byte pair encoding", "byte pair encoding", "4 Byte pair encoding"),
    ("temperature", "temperature", "15 Generating text"),
    ("kv cache", "key–value cache, KV cache", "16 Faster generation"),
    ("perplexity", "perplexity", "8 Before attention"),
    ("learning rate", "learning rate", "B Maths and neural networks from zero"),
    ("loss", "loss", "1 What is a large language model?"),
    ("embedding", "embedding", "6 Embeddings"),
    ("rope", "rotary positions", "7 Positions"),
    ("gpu", "device", "C PyTorch in an hour"),
    ("batch size", "batch", "5 Data loaders: from a row of tokens to batches"),
    ("top-k", "top-k", "15 Generating text"),
    ("hallucination", "hallucination", "1 What is a large language model?"),
    ("causal masks", "causal mask", "9 Self-attention"),
    ("gradient descent", "gradient descent", "B Maths and neural networks from zero"),
    ("backpropagation", "backpropagation", "B Maths and neural networks from zero"),
    ("fine-tuning", "fine-tuning", "2 How a language model is made"),
    ("transformer", "Transformer", "11 “Attention Is All You Need”"),
    ("GPT", "12 The GPT model", ""),
    ("context window", "context length", "5 Data loaders: from a row of tokens to batches"),
    ("scaling laws", "14 Scaling laws", ""),
    ("block_size", "context length", "5 Data loaders: from a row of tokens to batches"),
    ("hidden_size", "n_embd", ""),
    ("residual connection", "residual connection", "11 “Attention Is All You Need”"),
    ("layer norm", "layer norm", "11 “Attention Is All You Need”"),
    ("HeadLab", "What does each head do?", ""),
]


def test_a_terms_meaning_and_chapter_come_first(browser, address):
    # fails if a reader who looks for a term has to pick it, or its chapter, out of thirty sections
    page = browser.new_page()
    found, chapters = [], []
    for query, *_ in EXPECTED:
        page.goto(f"{address}search.html?q={quote(query)}")
        page.wait_for_selector("#search-results [role=status]")
        title = page.locator(f"{FIRST} h2 a").first
        where = page.locator(f"{FIRST} > p:last-child > a")
        there = where.inner_text() if where.count() else ""
        found.append((query, title.inner_text() if title.count() else "", there))
        chapters.append(page.locator("#search-results h2 a").nth(1).inner_text() if there else "")
    page.close()
    assert found == EXPECTED
    assert chapters == [chapter for *_, chapter in EXPECTED]


def test_what_was_found_is_marked_in_its_sentence(search):
    # fails if one sees a section's first words and not why it was found
    marks = search("smoothing").locator("#search-results mark").all_text_contents()
    assert len(marks) > 3 and all(mark.lower().startswith("smooth") for mark in marks)


def test_others_words_lead_to_ours(search):
    # fails if a reader of other sources finds nothing under the name that they know
    page = search("positional encoding")
    assert "here called “positions”" in page.locator("[role=status]").inner_text()
    assert page.locator(f"{FIRST} a").first.inner_text() == "7 Positions"


@pytest.mark.parametrize("query", ["zzzq", "<img src=x onerror=alert(1)>", "(", "%2B%2B"])
def test_what_is_nowhere_is_said(search, query):
    # fails if the page stays empty, breaks on a bracket, or lets a query become part of it
    page = search(query)
    assert page.locator("#search-results li, #search-results img").count() == 0
    assert "Nothing was found" in page.locator("[role=status]").inner_text()


OBJECTS_OWN = "Object.getOwnPropertyNames(Object.prototype).map((name) => name.toLowerCase())"


def test_a_word_that_every_object_has_is_a_word(browser, address):
    # fails if “constructor”, “__proto__” or the like is taken for one of the index's other names, and
    # the page stays empty
    page = browser.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    words = ["constructor", "__proto__", *page.evaluate(OBJECTS_OWN)]
    for word in words:
        page.goto(f"{address}search.html?q={quote(word)}")
        assert word in page.locator("#search-results [role=status]").inner_text()
        assert page.locator("#search-results").get_by_text("native code").count() == 0
    page.close()
    assert len(words) > 10 and complaints == []

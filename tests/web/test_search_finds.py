"""All that the index names is found: each term, section, widget and picture, and others' words.

The page's own script runs without a browser, on as much of a page as it writes to.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.web.test_search import index as index
from web.fingerprint import ROOT

PAGE = """
const element = () => ({
  children: [], textContent: "", href: "", setAttribute() {},
  append(...all) { this.children.push(...all); },
  replaceChildren(...all) { this.children = all; },
});
let results;
globalThis.document = {
  createElement: element, getElementById: () => results, querySelectorAll: () => [], title: "",
};
Object.defineProperty(globalThis, "location", {value: {search: ""}});
const lookUp = (query) => {
  results = element();
  location.search = `?q=${encodeURIComponent(query)}`;
  showResults();
  return results.children[1].children.map(({children: [head, _, explained]}) => ({
    title: head.children[0].textContent, to: head.children[0].href,
    explained: explained?.children[1].textContent ?? "",
  }));
};
"""


@pytest.fixture(scope="module")
def look_up(site: Path, run_script) -> Callable[[list[str]], list[list[dict]]]:
    """A function that returns what is found for each of some queries, the best first."""
    data = (site / "_static/search-index.js").read_text("utf-8")
    script = (ROOT / "web/static/search.js").read_text("utf-8")
    page = run_script(f"{data}{PAGE}const showResults = () => {{ {script} }};")
    return lambda queries: page.evaluate("(all) => all.map(lookUp)", queries)


def link_to(index: dict, entry: dict) -> str:
    """Return where the result for an entry leads: a chapter's first section is the chapter."""
    page = index["pages"][entry["page"]]
    place = "" if entry["title"] == page["title"] else f"#{entry['id']}"
    return f"{page['name']}.html{place}"


def test_every_name_of_a_term_leads_to_its_meaning(index, look_up):
    # fails if who looks for a term of the glossary has to pick it out of thirty results
    terms = [entry for entry in index["entries"] if entry.get("isTerm")]
    names = [(name, term) for term in terms for name in term["title"].split(", ")]
    assert len(names) > 200
    found = look_up([name for name, _ in names])
    lost = {
        name
        for (name, term), results in zip(names, found, strict=True)
        # "shard" and "sharding" have one stem
        if link_to(index, term) not in [result["to"] for result in results[:2]]
    }
    assert lost == set()


def test_the_chapter_that_explains_a_term_comes_with_it(index, look_up):
    # fails if a term that a chapter explains is found without the way to that chapter
    terms = [entry for entry in index["entries"] if "explained" in entry]
    names = [term["title"].split(", ")[0] for term in terms]
    lost = []
    for name, term, results in zip(names, terms, look_up(names), strict=True):
        page = index["pages"][term["explained"][0]]
        said = next((r["explained"] for r in results if r["to"] == link_to(index, term)), "")
        if said != f"{page['number']} {page['title']}".strip():
            lost.append(name)
    assert len(names) > 150 and lost == []


def test_every_title_is_found(index, look_up):
    # fails if a section, a widget or a picture can't be found under what stands over it
    entries = [entry for entry in index["entries"] if not entry.get("isTerm")]
    titles = sorted({entry["title"] for entry in entries})
    found = dict(zip(titles, look_up(titles), strict=True))
    lost = [
        (entry["title"], link_to(index, entry))
        for entry in entries
        if link_to(index, entry) not in [result["to"] for result in found[entry["title"]]]
    ]
    assert len(titles) > 500 and lost == []


def test_every_word_of_others_leads_to_ours(index, look_up):
    # fails if the name that other sources use leads to nothing, or to another thing; where it is
    # the name of a term of ours, too, that one comes first
    also, lost = index["also"], []
    terms = {entry["title"].lower() for entry in index["entries"] if entry.get("isTerm")}
    for (theirs, ours), results in zip(also.items(), look_up([*also]), strict=True):
        first = 12 if results[0]["title"].lower() == theirs and theirs in terms else 1
        titles = " ".join(result["title"] for result in results[:first])
        if re.findall(r"\w+", ours.lower())[0][:4] not in titles.lower():
            lost.append((theirs, ours))
    assert len(also) > 150 and lost == []


def test_a_term_that_others_use_otherwise_comes_first(look_up):
    # fails if who looks for DPO gets what it is a kind of, and not one section on DPO itself
    results = look_up(["DPO"])[0]
    assert results[0]["title"] == "DPO"
    titles = [result["title"] for result in results]
    assert any("DPO" in title for title in titles[1:6])
    assert any("preference tuning" in title for title in titles)


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
    ("loss", "loss", "13 Pretraining"),
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


def test_what_beginners_type_is_found_first(look_up):
    # fails if a reader who looks for a term has to pick it, or its chapter, out of thirty sections
    answers = look_up([query for query, *_ in EXPECTED])
    firsts = [results[0] for results in answers]
    found = zip(EXPECTED, firsts, strict=True)
    assert [(query, r["title"], r["explained"]) for (query, *_), r in found] == EXPECTED
    chapters = [results[1]["title"] if results[0]["explained"] else "" for results in answers]
    assert chapters == [chapter for *_, chapter in EXPECTED]

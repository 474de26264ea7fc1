"""Where the country crosses: one head of SmolLM2 carries it to the last token, in one block.

`python -m llm_lib.book.studies.real_english.country` measures it and writes `country.json` beside
this file (some minutes on a core). The run on *The capital of Italy is* gives its stream, one cell
after another, to the run on France; then the head is looked at, and switched off.
"""

import argparse
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from llm_lib.book.measured.recorded_run import write_recorded
from llm_lib.book.measured.recording import encode_after_end, next_without, record_run, rounded
from llm_lib.book.studies.real_english.sentences import (
    added_logits,
    last_logits,
    one_id,
    place_of,
    watch_heads,
    without,
)
from llm_lib.interp.patching import answer_score, patching_map, share_recovered
from llm_lib.model.gpt import GPT, without_dropout
from llm_lib.pretrained.save_load import load_model

FILE = Path(__file__).parent / "country.json"
COMMAND = "python -m llm_lib.book.studies.real_english.country"
BLOCK, HEAD = 23, (23, 4)
OTHERS = [(23, 0), (23, 5)]  # of the same block, to compare
CAPITAL, LANGUAGE = "The capital of {} is", "The people of {} speak"
KINDS = {  # what is asked, of what, and the answers
    CAPITAL: [
        *[("France", "Paris"), ("Italy", "Rome"), ("Japan", "Tokyo"), ("Germany", "Berlin")],
        *[("Russia", "Moscow"), ("England", "London"), ("China", "Beijing"), ("Spain", "Madrid")],
    ],
    LANGUAGE: [
        *[("France", "French"), ("Italy", "Italian"), ("Japan", "Japanese")],
        *[("Germany", "German"), ("Russia", "Russian"), ("Spain", "Spanish")],
    ],
    "The opposite of {} is": [
        *[("hot", "cold"), ("big", "small"), ("up", "down")],
        *[("black", "white"), ("left", "right"), ("good", "bad")],
    ],
    "The day after {} is": [
        *[("Monday", "Tuesday"), ("Tuesday", "Wednesday"), ("Wednesday", "Thursday")],
        *[("Friday", "Saturday"), ("Saturday", "Sunday"), ("Sunday", "Monday")],
    ],
}
SHOWN = 4  # pairs of countries: the first with the second, and so on
Pairs = list[tuple[str, str]]


def stream_grid(
    model: GPT, tokenizer: Any, text: str, other: str, answers: tuple[str, str]
) -> dict[str, Any]:
    """Return an entry of a run's `patches`: how far the stream of `other` turns the answer.

    answers: what `text` leads to, and what `other` does. shares[token][depth]: that token's stream
    before each block, and after the last one, put into the run of `text`.
    """
    ids, theirs = (encode_after_end(tokenizer, each) for each in (text, other))
    words = [one_id(tokenizer, word) for word in answers]
    grid = patching_map(model, theirs, ids, words[::-1])  # (n_layer + 1, T)
    return {
        "text": other,
        "tokens": [tokenizer.decode([i]) for i in theirs],
        "answers": [[i, tokenizer.decode([i])] for i in words],
        "shares": [rounded(column, 3) for column in grid.T],
    }


def written_words(model: GPT, tokenizer: Any, ids: list[int], n: int = 5) -> list[str]:
    """Return the tokens whose logits head 23.4 raises most, from the last token of a text."""
    logits = added_logits(model, watch_heads(model, ids, [HEAD]), HEAD)
    return [tokenizer.decode([int(i)]) for i in logits.topk(n).indices]


def country_run(model: GPT, tokenizer: Any, country: str, template: str = CAPITAL):
    """Return a run on a country: what comes next, where head 23.4 looks, and what it writes.

    off: the same without 23.4, and without two other heads of its block.
    """
    text = template.format(country)
    run = record_run(model, tokenizer, text, name=country, n_next=3, heads=[HEAD], queries=[-1])
    off = [next_without(model, tokenizer, run["ids"], [head], n=3) for head in (HEAD, *OTHERS)]
    return run | {"writes": written_words(model, tokenizer, run["ids"]), "off": off}


def shown_runs(model: GPT, tokenizer: Any) -> list[dict[str, Any]]:
    """Return the runs that are shown: every second country's, with its neighbour's stream in it."""
    pairs, runs = KINDS[CAPITAL][: 2 * SHOWN], []
    for (country, capital), (other, theirs) in zip(pairs[::2], pairs[1::2], strict=True):
        texts = CAPITAL.format(country), CAPITAL.format(other)
        grid = stream_grid(model, tokenizer, *texts, (capital, theirs))
        partner = written_words(model, tokenizer, encode_after_end(tokenizer, texts[1]))
        run = country_run(model, tokenizer, country)
        runs.append(run | {"patches": [grid | {"writes": partner}]})
    return runs


def crossing(
    model: GPT, tokenizer: Any, texts: tuple[str, str], answers: tuple[str, str]
) -> dict[str, Any]:
    """Return what has crossed to the last token before block 23 and after it, and by which head.

    The first text's activation at the last token goes into the run of the second. right: whether
    the first text's own answer leads.
    """
    clean, corrupted = (encode_after_end(tokenizer, text) for text in texts)
    words = [one_id(tokenizer, word) for word in answers]
    names = [f"blocks.{BLOCK}.{place}" for place in ("resid_pre", "resid_post", "attention.z")]
    with without_dropout(model):
        logits, cache = model.run_with_cache(torch.tensor([clean]), names)
    first = answer_score(logits[0, -1], words)
    second = answer_score(last_logits(model, [corrupted])[0], words)

    def shares(name: str, cells: list[tuple[int, ...]]) -> list[float]:
        def put(x: Tensor) -> None:  # a copy of the text for each cell
            for row, cell in enumerate(cells):
                x[row][cell] = cache[name][0][cell]

        patched = last_logits(model, [corrupted] * len(cells), {name: put})
        return rounded(share_recovered(answer_score(patched, words), second, first), 3)

    each_head = [(head, -1) for head in range(model.config.n_head)]
    return {
        "right": first.item() > 0,
        "before": shares(names[0], [(-1,)])[0],
        "after": shares(names[1], [(-1,)])[0],
        "heads": shares(names[2], each_head),
    }


def count_crossings(model: GPT, tokenizer: Any, template: str, pairs: Pairs) -> dict[str, Any]:
    """Return the crossings of each pair of neighbours in a list, the last with the first.

    before, after: the shares at the last token. heads: the mean of each head of block 23.
    """
    found = [
        crossing(model, tokenizer, (template.format(a), template.format(b)), (x, y))
        for (a, x), (b, y) in zip(pairs, pairs[1:] + pairs[:1], strict=True)
    ]
    return {
        "of": len(found),
        "right": sum(row["right"] for row in found),
        "before": [row["before"] for row in found],
        "after": [row["after"] for row in found],
        "heads": rounded(torch.tensor([row["heads"] for row in found]).mean(dim=0), 3),
    }


def count_off(model: GPT, tokenizer: Any, template: str, pairs: Pairs) -> dict[str, Any]:
    """Return what each pair's head looks at, and its answer with the head off.

    looks: its weight on the country. p, off: the answer's probability, before and after. first,
    first_off: how often it is the likeliest. top_off: what is then.
    """
    looks, p, first, tops = [], [], [], []
    for country, answer in pairs:
        run = country_run(model, tokenizer, country, template)
        place = place_of(tokenizer, run["ids"], country)
        looks.append(run["heads"][0]["weights"][0][place])
        hooks = ({}, without(model, [HEAD]))
        both = torch.cat([last_logits(model, [run["ids"]], hook) for hook in hooks])
        right = one_id(tokenizer, answer)
        p.append(rounded(both.softmax(dim=-1)[:, right], 3))
        first.append([int(i) == right for i in both.argmax(dim=-1)])
        tops.append(tokenizer.decode([int(both[1].argmax())]))
    return {
        "looks": looks,
        "p": [before for before, _ in p],
        "off": [after for _, after in p],
        "first": sum(before for before, _ in first),
        "first_off": sum(after for _, after in first),
        "top_off": tops,
    }


@torch.no_grad()
def measure(model: GPT, tokenizer: Any, kinds: dict[str, Pairs] = KINDS) -> dict[str, Any]:
    """Return, of each kind of fact, what crosses in block 23; of countries, what 23.4 is for."""
    return {
        template: count_crossings(model, tokenizer, template, pairs)
        | (count_off(model, tokenizer, template, pairs) if template in (CAPITAL, LANGUAGE) else {})
        for template, pairs in kinds.items()
    }


def main() -> None:
    """Measure all and write the file."""
    parser = argparse.ArgumentParser(prog=COMMAND, description=main.__doc__)
    parser.add_argument("--threads", type=int, default=1)
    torch.set_num_threads(parser.parse_args().threads)
    model, tokenizer = load_model("smollm2")
    counts = measure(model, tokenizer)
    write_recorded(FILE, shown_runs(model, tokenizer), COMMAND, counts=counts)
    for template, found in counts.items():
        print(f"{template:24} {found['right']} of {found['of']} right;", end=" ")
        print(f"head 23.4 carries {found['heads'][HEAD[1]]:.2f} of the difference")


if __name__ == "__main__":
    main()

"""One question, put to one network at each stage of its making.

    python -m llm_lib.book.studies.stages           # about a minute on two cores
    python -m llm_lib.book.studies.stages --quick   # two steps of each training; printed only

`llm_lib/book/studies/stages.json` holds the results: what a network of random numbers says, then
Sprout, then Sprout after fine-tuning on questions with answers, and after preference tuning.
"""

import argparse
import copy
import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import torch
from torch.nn import functional as F

from llm_lib.book.small_world import load_words
from llm_lib.files import write_json
from llm_lib.generation import complete
from llm_lib.model.gpt import GPT
from llm_lib.pretrained.save_load import load_model
from llm_lib.tokenizer import END_OF_TEXT

FILE = Path(__file__).parent / "stages.json"
COMMAND = "python -m llm_lib.book.studies.stages"
ASKED = ("bear", "duck", "drum", "key")  # all are in the half that is kept for the test
STOPS = (1, 2, 20, 60)  # steps of fine-tuning after which we look
SHORT = {True: "Yes.", False: "No."}
LONG = {True: "Yes, it is.", False: "No, it is not."}
TOKENS = ("Yes", "No", "By", "Sad", "Happy")  # the rest are told together
PLAIN = "By the lake lived Mia, a brave fox."
EXAMPLE = "hen"  # one of those to learn from
LEAVE_OUT = -100  # PyTorch's mark for a target that does not count


def ask(word: str) -> str:
    """Return the prompt that asks whether a word names an animal."""
    return f"User: Is a {word} an animal?\nBot:"


def split_words() -> tuple[dict[str, bool], dict[str, bool]]:
    """Return words to learn from and words for the test, with whether each is an animal."""
    words = load_words()
    pairs = [(word, True) for word in words["kinds"]]
    pairs += [(word, False) for word in words["objects"][:30]]
    return dict(pairs[::2]), dict(pairs[1::2])


def encode_answers(tokenizer: Any, examples: Iterable[tuple[str, str]]) -> tuple:
    """Return prompts with answers as inputs and targets, (n, T) each.

    Targets are one token ahead. Where they belong to the prompt, or to nothing, they are -100.
    """
    rows = []
    for prompt, answer in examples:
        before = tokenizer.encode(prompt)
        after = [*tokenizer.encode(f" {answer}"), tokenizer.special_tokens[END_OF_TEXT]]
        left_out = [LEAVE_OUT] * (len(before) - 1)
        rows.append(((before + after)[:-1], left_out + after))
    T = max(len(inputs) for inputs, _ in rows)
    inputs = [row + [0] * (T - len(row)) for row, _ in rows]
    targets = [row + [LEAVE_OUT] * (T - len(row)) for _, row in rows]
    return torch.tensor(inputs), torch.tensor(targets)


def fine_tune(
    model: GPT,
    inputs: torch.Tensor,
    targets: torch.Tensor,
    learning_rate: float = 3e-4,
    steps: int = 60,
    look: Callable[[int], Any] = lambda step: None,
) -> None:
    """Train a model on answers, eight random examples a step; after each, call look(step)."""
    optimizer = torch.optim.AdamW(model.parameters(), lr=learning_rate)
    generator = torch.Generator().manual_seed(0)
    for step in range(1, steps + 1):
        some = torch.randperm(len(inputs), generator=generator)[:8]
        logits = model(inputs[some])  # (8, T, V)
        loss = F.cross_entropy(logits.flatten(0, 1), targets[some].flatten())
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        look(step)


def log_probability(
    model: GPT,
    inputs: torch.Tensor,
    targets: torch.Tensor,
) -> torch.Tensor:
    """Return the logarithm of the probability of each answer, (n,): the sum over its tokens."""
    logits = model(inputs).transpose(1, 2)  # (n, V, T)
    return -F.cross_entropy(logits, targets, reduction="none").sum(dim=1)


def prefer(
    model: GPT,
    better: tuple[torch.Tensor, torch.Tensor],
    worse: tuple[torch.Tensor, torch.Tensor],
    learning_rate: float = 1e-4,
    steps: int = 80,
    beta: float = 0.1,
    look: Callable[[int], Any] = lambda step: None,
) -> None:
    """Train by direct preference optimisation: better[i] was preferred to worse[i].

    better, worse: inputs and targets, as `encode_answers` returns them. After each step, it calls
    look(step).
    """
    before = copy.deepcopy(model)
    optimizer = torch.optim.AdamW(model.parameters(), lr=learning_rate)
    generator = torch.Generator().manual_seed(0)

    def lead(of: GPT, some: torch.Tensor) -> torch.Tensor:
        """Return how far the better answer is ahead of the worse one, in log-probability."""
        ahead = log_probability(of, better[0][some], better[1][some])
        behind = log_probability(of, worse[0][some], worse[1][some])
        return ahead - behind

    for step in range(1, steps + 1):
        some = torch.randperm(len(better[0]), generator=generator)[:8]
        with torch.no_grad():
            start = lead(before, some)
        gain = lead(model, some) - start  # how much the lead has grown
        loss = -F.logsigmoid(beta * gain).mean()
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        look(step)


@torch.no_grad()
def count_right(model: GPT, tokenizer: Any, words: dict[str, bool]) -> int:
    """Return for how many words the likeliest first token of the answer is the right one."""
    prompts = torch.tensor([tokenizer.encode(ask(word)) for word in words])
    said = [tokenizer.decode([i]) for i in model(prompts)[:, -1].argmax(dim=-1).tolist()]
    right = (" Yes" if is_animal else " No" for is_animal in words.values())
    return sum(a == b for a, b in zip(said, right, strict=True))


@torch.no_grad()
def question(model: GPT, tokenizer: Any, word: str) -> dict[str, Any]:
    """Return what a model makes of one question: first tokens, whole answers, what it writes."""
    prompt = ask(word)
    p = model(torch.tensor([tokenizer.encode(prompt)]))[0, -1].softmax(dim=-1)
    firsts = {token: p[tokenizer.encode(f" {token}")[0]].item() for token in TOKENS}
    answers = [*SHORT.values(), *LONG.values()]
    whole = log_probability(model, *encode_answers(tokenizer, [(prompt, a) for a in answers]))
    return {
        "next": {token: round(p, 6) for token, p in firsts.items()},
        "whole": {a: float(f"{p:.3g}") for a, p in zip(answers, whole.exp().tolist(), strict=True)},
        "says": complete(model, tokenizer, [prompt], 32)[0],
    }


def texts(tokenizer: Any) -> dict[str, list]:
    """Return a piece of plain text and an example as tokens, each with whether its loss counts."""
    plain = tokenizer.encode(PLAIN)
    inputs, targets = encode_answers(tokenizer, [(ask(EXAMPLE), SHORT[True])])
    ids = [*inputs[0].tolist(), targets[0, -1].item()]
    counts = [False, *(targets[0] != LEAVE_OUT).tolist()]
    return {
        "plain": [[tokenizer.decode([i]), n > 0] for n, i in enumerate(plain)],
        "example": [[tokenizer.decode([i]), c] for i, c in zip(ids, counts, strict=True)],
    }


def measure(stops: tuple[int, ...] = STOPS, steps: int = 80) -> dict[str, dict]:
    """Return what a model makes of each question, and how many of 30 are right, by the stage."""
    base, tokenizer = load_model("sprout")
    learn, test = split_words()
    found = {}

    def look(stage: str, model: GPT) -> None:
        asked = {word: question(model, tokenizer, word) for word in ASKED}
        found[stage] = {"right": count_right(model, tokenizer, test), "asked": asked}

    def encode(said: dict[bool, str]) -> tuple[torch.Tensor, torch.Tensor]:
        return encode_answers(tokenizer, [(ask(word), said[a]) for word, a in learn.items()])

    torch.manual_seed(0)
    look("random", GPT(base.config))
    look("base", base)
    model = copy.deepcopy(base)
    short, long = encode(SHORT), encode(LONG)
    fine_tune(
        model,
        *short,
        steps=stops[-1],
        look=lambda step: look(f"tuned {step}", model) if step in stops else None,
    )
    prefer(model, long, short, steps=steps)
    look("preferred", model)
    return found


def load_stages() -> dict[str, Any]:
    """Return the results that are on file."""
    return json.loads(FILE.read_text("utf-8"))


def main(arguments: list[str] | None = None) -> int:
    """Train in three stages and ask after each: `python -m llm_lib.book.studies.stages`."""
    parser = argparse.ArgumentParser(prog=COMMAND, description=main.__doc__)
    parser.add_argument("--quick", action="store_true", help="two steps of each training")
    options = parser.parse_args(arguments)
    torch.set_num_threads(2)
    found = measure((1, 2), 2) if options.quick else measure()
    model, tokenizer = load_model("sprout")
    results = {
        "command": COMMAND,
        "parameters": model.count_parameters(),
        "vocab_size": tokenizer.vocab_size,
        "texts": texts(tokenizer),
        "stages": found,
    }
    print(json.dumps(results, indent=1))
    if not options.quick:
        write_json(FILE, results, indent=1)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())

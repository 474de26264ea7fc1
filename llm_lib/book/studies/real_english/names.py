"""Mary and John: four heads of SmolLM2 that decide to whom John gave the drink.

`python -m llm_lib.book.studies.real_english.names` measures it and writes `names.json` beside this
file (some minutes on a core). A head is *exchanged* when its output at the
last token is taken from the same text in which Mary gives, in place of John. The four heads were
chosen on the first template, and are judged on three others, too.
"""

import argparse
import random
from itertools import combinations
from pathlib import Path
from typing import Any, NamedTuple

import torch
from torch import Tensor

from llm_lib.book.measured.recorded_run import write_recorded
from llm_lib.book.measured.recording import Head, encode_after_end, record_run, rounded
from llm_lib.book.studies.real_english.sentences import (
    added_logits,
    head_name,
    last_logits,
    one_id,
    watch_heads,
    without,
)
from llm_lib.model.gpt import GPT
from llm_lib.model.hooks import Hook
from llm_lib.pretrained.save_load import load_model

FILE = Path(__file__).parent / "names.json"
COMMAND = "python -m llm_lib.book.studies.real_english.names"
FOUR: list[Head] = [(23, 3), (29, 1), (20, 0), (19, 2)]
TEMPLATES = [
    "When {A} and {B} went to the store, {S} gave a drink to",
    "After {A} and {B} met at the park, {S} handed a book to",
    "While {A} and {B} were working in the kitchen, {S} passed the salt to",
    "Last night {A} and {B} watched a film, and {S} offered some popcorn to",
    "Then {A} and {B} had a long talk, and {S} sent a letter to",
    "Yesterday {A} and {B} were playing in the garden. {S} threw the ball to",
    "Because {A} and {B} were old friends, {S} told the secret to",
    "{A} and {B} sat in the office all day. At last {S} showed the plan to",
]
JUDGED = 4  # templates on which heads are exchanged
NAMES = "Mary John Tom Anna James Emma Peter Sarah David Lucy Paul Kate Mark Alice George Laura"
NAMES = [*NAMES.split(), "Simon", "Helen", "Jack", "Jane"]
PAIRS = [("Mary", "John"), ("Tom", "Anna"), ("James", "Emma"), ("Sarah", "Peter")]
PAIRS += [("David", "Lucy"), ("Alice", "Mark"), ("Jack", "Laura"), ("Paul", "Jane")]
SHOWN = {  # a template, the name that comes first, and the one that is repeated
    "John": (0, "Mary", "John"),
    "Tom": (1, "Anna", "Tom"),
    "secret": (6, "Mary", "John"),
}
N_PAIRS = 16  # of each template, drawn by chance, in the counts


class Prompt(NamedTuple):
    """A text, the name that should come next, and the one that is repeated."""

    text: str
    right: str
    repeated: str


def both_ways(template: str, first: str, second: str) -> list[Prompt]:
    """Return the text in which the second name is repeated, and its partner, with the first."""
    return [
        Prompt(template.format(A=first, B=second, S=repeated), right, repeated)
        for right, repeated in ((first, second), (second, first))
    ]


def drawn_prompts(template: str, tokenizer: Any, seed: int = 0) -> list[Prompt]:
    """Return prompts with names drawn by chance, each once as the first and once as the second.

    The name of a text that begins with one has no space before it: where that makes two tokens of
    it, the text is left out.
    """
    draw = random.Random(f"{seed} {template}")
    prompts = []
    for a, b in draw.sample(list(combinations(NAMES, 2)), N_PAIRS):
        a, b = draw.sample((a, b), 2)
        prompts.append(Prompt(template.format(A=a, B=b, S=b), a, b))
        prompts.append(Prompt(template.format(A=a, B=b, S=a), b, a))
    return [
        p for p in prompts if len(tokenizer.encode(p.text)) == len(tokenizer.encode(f" {p.text}"))
    ]


def ids_and_names(
    tokenizer: Any, prompts: list[Prompt], start: bool = True
) -> tuple[list[list[int]], Tensor]:
    """Return the ids of texts of one length, and of both names, (B, 2): the right one first.

    start: whether `<|endoftext|>` stands in front.
    """
    ids = [encode_after_end(tokenizer, prompt.text)[0 if start else 1 :] for prompt in prompts]
    return ids, torch.tensor([[one_id(tokenizer, name) for name in p[1:]] for p in prompts])


def count_right(
    model: GPT, tokenizer: Any, prompts: list[Prompt], start: bool = True
) -> dict[str, Any]:
    """Return in how many prompts the right name is ahead of the other, and first of all tokens."""
    ids, names = ids_and_names(tokenizer, prompts, start)
    logits = last_logits(model, ids)
    right, repeated = logits.gather(1, names).T
    top = logits.argmax(dim=-1, keepdim=True) == names  # (B, 2)
    return {
        "of": len(prompts),
        "right": int((right > repeated).sum()),
        "top": int(top[:, 0].sum()),
        "wrong_top": int(top[:, 1].sum()),
        "p": rounded(logits.softmax(dim=-1).gather(1, names).mean(dim=0), 3),
    }


class Exchanged:
    """Prompts of one length, in pairs that differ in who gives, run up to the last token.

    `logits(heads)` runs that last token, with the outputs of `heads` there taken from the partner.
    """

    def __init__(self, model: GPT, tokenizer: Any, prompts: list[Prompt]):
        self.model = model
        texts, self.names = ids_and_names(tokenizer, prompts)
        ids = torch.tensor(texts)
        self.last, (B, self.T) = ids[:, -1:], ids.shape
        self.partner = torch.arange(B) ^ 1
        self.cache = model.new_cache(B, self.T)
        model(ids[:, :-1], cache=self.cache, logits_to_keep=1)
        self.z: dict[int, Tensor] = {}
        self.run({f"blocks.{i}.attention.z": self._keep(i) for i in range(model.config.n_layer)})

    def _keep(self, layer: int) -> Hook:
        return lambda z: self.z.update({layer: z.clone()})

    def _put(self, layer: int, heads: list[int]) -> Hook:
        def put(z: Tensor) -> None:  # (B, H, 1, D)
            z[:, heads] = self.z[layer][self.partner][:, heads]

        return put

    def run(self, hooks: dict[str, Hook]) -> Tensor:
        """Return the logits after the last token, (B, V)."""
        self.cache.length = self.T - 1
        return self.model.run_with_hooks(self.last, hooks, cache=self.cache)[:, -1]

    def logits(self, heads: list[Head]) -> Tensor:
        """Return the logits with these heads exchanged, (B, V)."""
        layers: dict[int, list[int]] = {}
        for layer, head in heads:
            layers.setdefault(layer, []).append(head)
        hooks = {f"blocks.{i}.attention.z": self._put(i, some) for i, some in layers.items()}
        return self.run(hooks)

    def margins(self, logits: Tensor) -> Tensor:
        """Return by how much the right name leads the repeated one in logits, (B,)."""
        return logits.gather(1, self.names).diff(dim=1).neg()[:, 0]


def scan_heads(texts: Exchanged) -> Tensor:
    """Return the share of the answer that each head carries at the last token alone, (L, H)."""
    L, H = texts.model.config.n_layer, texts.model.config.n_head
    normal = texts.margins(texts.logits([]))
    moved = [texts.margins(texts.logits([divmod(i, H)])) for i in range(L * H)]
    return ((normal - torch.stack(moved)).mean(dim=1) / (2 * normal.mean())).view(L, H)


def exchange_counts(model: GPT, tokenizer: Any, template: str, heads: list[Head]) -> dict:
    """Return the margin before and after `heads` are exchanged, and how often the answer turns."""
    prompts = [p for pair in PAIRS for p in both_ways(template, *pair)]
    texts = Exchanged(model, tokenizer, prompts)
    normal, after = (texts.margins(texts.logits(some)) for some in ([], heads))
    return {
        "template": template,
        "of": len(prompts),
        "right": int((normal > 0).sum()),
        "turned": int((after < 0).sum()),
        "margins": rounded(torch.stack([normal.mean(), after.mean()]), 2),
    }


def random_heads(n: int, avoid: list[Head], shape: tuple[int, int], seed: int = 0) -> list[Head]:
    """Return `n` heads of the layers from 10 on, drawn by chance, none of those to `avoid`."""
    others = [
        (i, h) for i in range(10, shape[0]) for h in range(shape[1]) if (i, h) not in set(avoid)
    ]
    return random.Random(seed).sample(others, n)


def head_facts(
    model: GPT, tokenizer: Any, prompts: list[Prompt], heads: list[Head]
) -> dict[str, dict[str, Any]]:
    """Return of each head where it looks from the last token, and what it adds to both names.

    looks: mean weights on the right name, and on the repeated one, the first time and the second.
    adds: the mean of what it adds to the right name's logit and to the repeated one's, from the
    mean of all logits. lowered: in how many prompts each of the two is below 0.
    """
    looks: dict[Head, list[Tensor]] = {head: [] for head in heads}
    adds: dict[Head, list[Tensor]] = {head: [] for head in heads}
    for ids, names in zip(*ids_and_names(tokenizer, prompts), strict=True):
        cache = watch_heads(model, ids, heads)
        places = [i for name in names for i, token in enumerate(ids) if token == name]
        for layer, h in heads:
            looks[layer, h].append(cache[f"blocks.{layer}.attention.pattern"][0, h, -1, places])
            adds[layer, h].append(added_logits(model, cache, (layer, h))[names])
    return {
        head_name(head): {
            "looks": rounded(torch.stack(looks[head]).mean(dim=0), 2),
            "adds": rounded(torch.stack(adds[head]).mean(dim=0), 2),
            "lowered": (torch.stack(adds[head]) < 0).sum(dim=0).tolist(),
        }
        for head in heads
    }


def margin_without(model: GPT, tokenizer: Any, prompts: list[Prompt], off: list[Head]) -> float:
    """Return by how much the right name leads in logits, a mean, with heads off everywhere."""
    ids, names = ids_and_names(tokenizer, prompts)
    right, repeated = last_logits(model, ids, without(model, off)).gather(1, names).T
    return round((right - repeated).mean().item(), 2)


def switch_run(
    model: GPT, tokenizer: Any, name: str, template: str, first: str, second: str
) -> dict[str, Any]:
    """Return a run whose second name is repeated: the rows of four heads, and each exchange.

    off: both names' chances with each of the 16 sets of the heads exchanged, from none to all: bit
    i of the number of an entry says whether head i is.
    """
    prompts = both_ways(template, first, second)
    texts = Exchanged(model, tokenizer, prompts)
    run = record_run(
        model, tokenizer, prompts[0].text, name=name, n_next=3, heads=FOUR, queries=[-1]
    )
    here, off = str(len(run["ids"]) - 1), []
    for number in range(2 ** len(FOUR)):
        heads = [head for i, head in enumerate(FOUR) if number >> i & 1]
        p = texts.logits(heads)[0].softmax(dim=-1)
        names = sorted(prompts[0][1:], key=lambda word: -p[one_id(tokenizer, word)].item())
        rows = [[i := one_id(tokenizer, w), f" {w}", round(p[i].item(), 4)] for w in names]
        off.append({"heads": [list(h) for h in heads], "next": {here: rows}})
        off[-1]["text"] = prompts[1].text
    return run | {"names": list(prompts[0][1:]), "off": off}


@torch.no_grad()
def measure(model: GPT, tokenizer: Any) -> dict[str, Any]:
    """Return all counts.

    right: of each template, how often the right name leads. bare: the same of the last one without
    `<|endoftext|>`. shares: what the heads that carry most
    do alone. heads: where some of them look, and what they add. off: the margin without 23.3.
    exchanged, random: what becomes of it with four heads exchanged, and with six others.
    """
    store = [p for pair in PAIRS for p in both_ways(TEMPLATES[0], *pair)]
    shares = scan_heads(Exchanged(model, tokenizer, store))
    top = [divmod(int(i), shares.shape[1]) for i in shares.abs().flatten().topk(8).indices]
    six = random_heads(6, top, tuple(shares.shape))
    return {
        "right": [
            {"template": t} | count_right(model, tokenizer, drawn_prompts(t, tokenizer))
            for t in TEMPLATES
        ],
        "bare": count_right(model, tokenizer, drawn_prompts(TEMPLATES[-1], tokenizer), start=False),
        "shares": {head_name(head): round(shares[head].item(), 3) for head in top},
        "heads": head_facts(model, tokenizer, store, [*FOUR, (23, 0)]),
        "off": {
            "all on": margin_without(model, tokenizer, store, []),
            "23.3 off": margin_without(model, tokenizer, store, FOUR[:1]),
        },
        "exchanged": [exchange_counts(model, tokenizer, t, FOUR) for t in TEMPLATES[:JUDGED]],
        "random": [exchange_counts(model, tokenizer, t, six) for t in TEMPLATES[:JUDGED]],
        "random_heads": [head_name(head) for head in six],
    }


def main() -> None:
    """Measure all and write the file."""
    parser = argparse.ArgumentParser(prog=COMMAND, description=main.__doc__)
    parser.add_argument("--threads", type=int, default=1)
    torch.set_num_threads(parser.parse_args().threads)
    model, tokenizer = load_model("smollm2")
    counts = measure(model, tokenizer)
    runs = [
        switch_run(model, tokenizer, name, TEMPLATES[n], first, second)
        for name, (n, first, second) in SHOWN.items()
    ]
    write_recorded(FILE, runs, COMMAND, counts=counts)
    turned, all_of = (sum(row[key] for row in counts["exchanged"]) for key in ("turned", "of"))
    print(f"four heads exchanged: the other name leads in {turned} of {all_of}")


if __name__ == "__main__":
    main()

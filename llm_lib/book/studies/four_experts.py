"""Four experts on stories: where a router sends the words, left alone and with two remedies.

    python -m llm_lib.book.studies.four_experts     # a minute or two on one core

Tiny models, 8 channels wide, read stories of the small world word by word; in each of their two
blocks, two of four experts read a word. `four_experts.json` holds which share of the words each
expert of the last block read, at some steps and for each seed, and what its router and experts do
with one sentence at the end of a run with the balance loss; the film "route-tokens" shows it. It
also holds the share of the busiest expert of each block, every five steps, and the loss on stories
that no model has read, both of which `load_four_experts` returns.
"""

from collections import Counter
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from llm_lib.book.small_world import SmallWorld
from llm_lib.files import read_json, write_json
from llm_lib.model.config import GPTConfig
from llm_lib.model.experts import (
    MixtureOfExperts,
    adjust_balance,
    balance_loss,
    routers,
    share_of_tokens,
)
from llm_lib.model.gpt import GPT
from llm_lib.tokenizer import WordTokenizer
from llm_lib.training.config import TrainingConfig
from llm_lib.training.loop import fit
from llm_lib.training.next_token import compute_loss, evaluate_loss

FILE = Path(__file__).parent / "four_experts.json"
N_EXPERT, N_ACTIVE, WIDTH, N_HIDDEN = 4, 2, 8, 16
LENGTH, BATCH, RATE, STEPS = 32, 16, 1e-2, 301
WAYS = ("none", "loss", "bias")  # no remedy, a balance loss, biases
WEIGHT, BIAS_RATE = 0.1, 0.01  # of the balance loss; how far a bias moves in a step
AT = (0, 20, 40, 100, 300)  # the steps whose shares are kept
EVERY = 5  # steps between two records of the busiest expert
SEEDS = (0, 1, 2)
N_HELD_OUT = 400  # documents
SHOWN = 2  # the seed of which the film shows a sentence
SENTENCE = "By the lake lived Mia, a brave fox."


def load_words() -> tuple[Tensor, WordTokenizer]:
    """Return the ids of some stories, and a tokenizer of their 300 most frequent words."""
    documents = SmallWorld(0, "train").documents(1500)
    text = "\n".join(one for one in documents if not one.startswith("User"))
    whole = WordTokenizer.from_text(text)
    counts = Counter(whole.encode(text))
    frequent = sorted(whole.words[i] for i, _ in counts.most_common(300))
    tokenizer = WordTokenizer(["<unknown>", *frequent], unknown="<unknown>")
    return torch.tensor(tokenizer.encode(text)), tokenizer


def load_held_out(tokenizer: WordTokenizer) -> Tensor:
    """Return the ids of stories that are held out."""
    documents = SmallWorld(0, "held_out").documents(N_HELD_OUT)
    stories = [one for one in documents if not one.startswith("User")]
    return torch.tensor(tokenizer.encode("\n".join(stories)))


def make_model(vocab_size: int, seed: int, way: str) -> GPT:
    """Return an untrained model; for "bias", its experts have biases that can be moved."""
    torch.manual_seed(seed)
    experts = {"n_expert": N_EXPERT, "n_active": N_ACTIVE, "balance_bias": way == "bias"}
    sizes = {"n_layer": 2, "n_head": 2, "n_embd": WIDTH, "n_hidden": N_HIDDEN}
    switches = {"bias": False, "position": "rotary", "norm": "rms"}
    return GPT(GPTConfig(vocab_size, LENGTH, experts=experts, **sizes, **switches))


def read_shares(model: GPT) -> list[list[float]]:
    """Return the share of words that each expert of each block read in the last pass."""
    shares = [share_of_tokens(router.last[1], N_EXPERT) for router in routers(model)]
    return [[round(s, 3) for s in (N_ACTIVE * share).tolist()] for share in shares]  # of the words


def train_model(
    ids: Tensor, vocab_size: int, seed: int, way: str
) -> tuple[GPT, dict[str, list[float]], list[list[float]]]:
    """Return a trained model, the shares of its last experts, and those of its busiest ones.

    The first by step, as in `AT`; the second for each block, every five steps.
    """
    model, shares = make_model(vocab_size, seed, way), {}
    busiest: list[list[float]] = [[], []]

    def loss_at(learner: nn.Module, step: int) -> Tensor:
        if step and way == "bias":
            adjust_balance(learner, BIAS_RATE)
        dice = torch.Generator().manual_seed(10_000 * (seed + 1) + step)
        starts = torch.randint(len(ids) - LENGTH, (BATCH, 1), generator=dice)
        windows = ids[starts + torch.arange(LENGTH + 1)]
        loss = compute_loss(learner, windows[:, :-1], windows[:, 1:])
        read = read_shares(model)
        if step in AT:
            shares[str(step)] = read[-1]
        if step % EVERY == 0:
            for block, of_block in zip(busiest, read, strict=True):
                block.append(max(of_block))
        return loss + WEIGHT * balance_loss(learner) if way == "loss" else loss

    config = TrainingConfig(
        steps=STEPS,
        learning_rate=RATE,
        warmup_steps=0,
        weight_decay=0,
        eval_interval=STEPS,
        seed=seed,
        progress=False,
    )
    fit(model, loss_at, config)
    return model, shares, busiest


@torch.no_grad()
def follow_sentence(model: GPT, tokenizer: WordTokenizer) -> dict[str, Any]:
    """Return what the last router reads of each word, its rows, and what each expert would say."""
    ids = tokenizer.encode(SENTENCE)
    mixture = [part for part in model.modules() if isinstance(part, MixtureOfExperts)][-1]
    read: list[Tensor] = []
    handle = mixture.register_forward_pre_hook(lambda _, given: read.append(given[0][0]))
    model.eval()(torch.tensor([ids]))
    handle.remove()
    [x] = read  # (T, C)
    said = torch.stack([expert(x) for expert in mixture.experts], dim=1)  # (T, E, C)
    return {
        "words": [tokenizer.words[i] for i in ids],
        "vectors": _rounded(x),
        "router": _rounded(mixture.router.score.weight),
        "outputs": _rounded(said),
    }


def _rounded(x: Tensor) -> list:
    """Return numbers as the film shows them, with two decimals."""
    return (x.double() * 100).round().div(100).tolist()


def load_four_experts() -> dict[str, Any]:
    """Return what is on file: "every", and "busiest" and "losses" for each of `WAYS`.

    In "busiest", a list for each seed holds, for either block, the share of words that its busiest
    expert read; in "losses", each seed has the loss on held-out stories.
    """
    return read_json(FILE)


def main() -> None:
    """Train all models and write the file."""
    ids, tokenizer = load_words()
    held_out = load_held_out(tokenizer)
    shares: dict[str, list] = {way: [] for way in WAYS}
    losses: dict[str, list] = {way: [] for way in WAYS}
    busiest: dict[str, list] = {way: [] for way in WAYS}
    sentence: dict[str, Any] = {}
    for seed in SEEDS:
        for way in WAYS:
            model, found, most = train_model(ids, tokenizer.vocab_size, seed, way)
            shares[way].append(found)
            busiest[way].append(most)
            losses[way].append(round(evaluate_loss(model, held_out), 3))
            print(way, seed, found, losses[way][-1], flush=True)
            if (way, seed) == ("loss", SHOWN):
                sentence = follow_sentence(model, tokenizer)
    settings = {"seed": SHOWN, "weight": WEIGHT, "n_hidden": N_HIDDEN, "every": EVERY}
    write_json(FILE, settings | {"shares": shares, "busiest": busiest, "losses": losses} | sentence)


if __name__ == "__main__":
    main()

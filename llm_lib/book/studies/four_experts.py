"""Four experts on stories: where a router sends the words, left alone and with a balance loss.

    python -m llm_lib.book.studies.four_experts     # a minute on one core

Tiny models, 8 channels wide, read stories of the small world word by word; in each of their two
blocks, two of four experts read a word. `four_experts.json` holds which share of the words each
expert of the last block read, at some steps and for each seed, and what its router and experts do
with one sentence at the end of a run with the loss; the film "route-tokens" shows it.
"""

from collections import Counter
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from llm_lib.book.small_world import SmallWorld
from llm_lib.files import write_json
from llm_lib.model.config import GPTConfig
from llm_lib.model.experts import MixtureOfExperts, balance_loss, routers, share_of_tokens
from llm_lib.model.gpt import GPT
from llm_lib.tokenizer import WordTokenizer
from llm_lib.training.config import TrainingConfig
from llm_lib.training.loop import fit
from llm_lib.training.next_token import compute_loss

FILE = Path(__file__).parent / "four_experts.json"
N_EXPERT, N_ACTIVE, WIDTH, N_HIDDEN = 4, 2, 8, 16
LENGTH, BATCH, RATE, STEPS = 32, 16, 1e-2, 301
WEIGHT = 0.1  # of the balance loss
AT = (0, 20, 40, 100, 300)  # the steps whose shares are kept
SEEDS = (0, 1, 2)
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


def train_model(ids: Tensor, vocab_size: int, seed: int, weight: float) -> tuple[GPT, dict]:
    """Return a trained model, and by step the share of words that each last expert read."""
    torch.manual_seed(seed)
    experts = {"n_expert": N_EXPERT, "n_active": N_ACTIVE}
    sizes = {"n_layer": 2, "n_head": 2, "n_embd": WIDTH, "n_hidden": N_HIDDEN}
    switches = {"bias": False, "position": "rotary", "norm": "rms"}
    model, shares = GPT(GPTConfig(vocab_size, LENGTH, experts=experts, **sizes, **switches)), {}

    def loss_at(learner: nn.Module, step: int) -> Tensor:
        dice = torch.Generator().manual_seed(10_000 * (seed + 1) + step)
        starts = torch.randint(len(ids) - LENGTH, (BATCH, 1), generator=dice)
        windows = ids[starts + torch.arange(LENGTH + 1)]
        loss = compute_loss(learner, windows[:, :-1], windows[:, 1:])
        if step in AT:
            chosen = [*routers(model)][-1].last[1]
            share = N_ACTIVE * share_of_tokens(chosen, N_EXPERT)  # of the words, not of the choices
            shares[str(step)] = [round(s, 3) for s in share.tolist()]
        return loss + weight * balance_loss(learner) if weight else loss

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
    return model, shares


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


def main() -> None:
    """Train all models and write the file."""
    ids, tokenizer = load_words()
    shares: dict[str, list] = {"none": [], "loss": []}
    sentence: dict[str, Any] = {}
    for seed in SEEDS:
        for way, weight in (("none", 0.0), ("loss", WEIGHT)):
            model, found = train_model(ids, tokenizer.vocab_size, seed, weight)
            shares[way].append(found)
            print(way, seed, found, flush=True)
            if (way, seed) == ("loss", SHOWN):
                sentence = follow_sentence(model, tokenizer)
    settings = {"seed": SHOWN, "weight": WEIGHT, "n_hidden": N_HIDDEN}
    write_json(FILE, settings | {"shares": shares} | sentence)


if __name__ == "__main__":
    main()

"""The induction heads of SmolLM2: which they are, and what is lost when they are switched off.

`python -m llm_lib.book.studies.smollm2_heads` measures it and writes `studies/smollm2_heads.json`
(some ten minutes on a core); `load_smollm2_heads` reads the file. Heads are chosen on some texts,
and judged on others.
"""

import argparse
import statistics
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from tqdm import tqdm

from llm_lib.book.corpus import load_corpus
from llm_lib.files import read_json, write_json
from llm_lib.interp.heads import prefix_matching_score, token_losses
from llm_lib.pretrained.save_load import load_model

FILE = Path(__file__).parent / "smollm2_heads.json"
COMMAND = "python -m llm_lib.book.studies.smollm2_heads"
LENGTH, N_TEXTS = 50, 16  # random tokens, written twice
FIRST_ID = 1000  # ids below are marks of the chat, single bytes and the commonest tokens
COUNTS = (1, 2, 4, 8, 16, 32)  # how many heads are switched off together
SEEDS = (0, 1, 2, 3, 4)  # of the random heads
N_PLAIN = 8  # texts of 2 · LENGTH tokens of ordinary English


def repeated_ids(vocab_size: int, n_texts: int = N_TEXTS, seed: int = 1) -> Tensor:
    """Return texts of `LENGTH` different random ids, each written twice: (B, 2 · LENGTH)."""
    draw = torch.Generator().manual_seed(seed)
    rows = [torch.randperm(vocab_size - FIRST_ID, generator=draw)[:LENGTH] for _ in range(n_texts)]
    return (torch.stack(rows) + FIRST_ID).repeat(1, 2)


def plain_ids(tokenizer: Any, n_texts: int = N_PLAIN) -> Tensor:
    """Return stretches of the Bible in Basic English, as long as the repeated texts."""
    size = 2 * LENGTH
    ids = tokenizer.encode(load_corpus("bible-bbe")[: 8 * n_texts * size])
    return torch.tensor(ids[: n_texts * size]).view(n_texts, size)


def scores_by_head(model: nn.Module, n_texts: int = N_TEXTS, seed: int = 0) -> Tensor:
    """Return the prefix-matching score of each head, (L, H)."""
    ids = range(FIRST_ID, model.config.vocab_size)
    return prefix_matching_score(model, LENGTH, n_texts, ids, seed)


def best_heads(scores: Tensor, n: int) -> list[tuple[int, int]]:
    """Return the `n` heads (layer, head) with the highest scores, the highest first."""
    H = scores.shape[1]
    return [divmod(int(i), H) for i in scores.flatten().topk(n).indices]


def random_heads(scores: Tensor, n: int, seed: int) -> list[tuple[int, int]]:
    """Return `n` heads that are not among the `n` best, drawn at random."""
    L, H = scores.shape
    best = set(best_heads(scores, n))
    others = [(i, h) for i in range(L) for h in range(H) if (i, h) not in best]
    draw = torch.Generator().manual_seed(seed)
    return [others[int(i)] for i in torch.randperm(len(others), generator=draw)[:n]]


def losses_without(model: nn.Module, heads: list[tuple[int, int]], texts: dict[str, Tensor]):
    """Return the mean losses with `heads` off: second copies of random tokens, plain English."""
    scale = torch.ones(model.config.n_layer, model.config.n_head)
    for layer, head in heads:
        scale[layer, head] = 0
    repeats = token_losses(model, texts["repeats"], scale)[:, LENGTH:]  # all behind their first
    plain = token_losses(model, texts["plain"], scale)
    return {"repeats": round(repeats.mean().item(), 3), "plain": round(plain.mean().item(), 3)}


def measure(
    model: nn.Module, tokenizer: Any, counts=COUNTS, seeds=SEEDS, n_texts: int = N_TEXTS
) -> dict[str, Any]:
    """Return the scores, and the losses with the best heads off and with random ones off."""
    scores = scores_by_head(model, n_texts)
    texts = {
        "repeats": repeated_ids(model.config.vocab_size, n_texts),
        "plain": plain_ids(tokenizer, min(N_PLAIN, n_texts)),
    }
    first = token_losses(model, texts["repeats"])[:, : LENGTH - 1].mean().item()
    rows = []
    for n in tqdm(counts, desc="heads off"):
        chosen = best_heads(scores, n)
        drawn = [random_heads(scores, n, seed) for seed in seeds]
        rows.append(
            {
                "n": n,
                "induction": losses_without(model, chosen, texts),
                "random": [losses_without(model, heads, texts) for heads in drawn],
            }
        )
    return {
        "scores": [[round(score, 3) for score in row] for row in scores.tolist()],
        "first_copy": round(first, 3),  # the loss on random tokens that nothing foretells
        "all_on": losses_without(model, [], texts),
        "off": rows,
    }


def load_smollm2_heads() -> dict[str, Any]:
    """Return what is on file.

    scores: of each head, 30 layers of 9. first_copy: the loss on random tokens seen for the first
    time. all_on: the loss on their repeats, and on plain English. off: for each number n of heads
    the same two, with the n best induction heads off, and with n random others off, by seed.
    """
    return read_json(FILE)


def main() -> None:
    """Measure all and write the file."""
    parser = argparse.ArgumentParser(prog=COMMAND, description=main.__doc__)
    parser.add_argument("--threads", type=int, default=1)
    torch.set_num_threads(parser.parse_args().threads)
    model, tokenizer = load_model("smollm2")
    found = measure(model, tokenizer)
    write_json(FILE, {"command": COMMAND, "model": "smollm2"} | found, indent=1)
    print(f"all on {found['all_on']}, first copy {found['first_copy']}")
    for row in found["off"]:
        drawn = statistics.mean(each["repeats"] for each in row["random"])
        print(f"{row['n']:2} off: induction {row['induction']}, random {drawn:.2f} on repeats")


if __name__ == "__main__":
    main()

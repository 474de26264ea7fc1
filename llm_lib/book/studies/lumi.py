"""The translator that ships with the book: the 2017 Transformer, small, trained on Lumi.

`python -m llm_lib.book.studies.lumi` trains it and writes `studies/lumi.safetensors` (a few minutes
on a core); `load_lumi` reads it, and `film_data` is what the walkthrough of that name shows.
"""

import argparse
from functools import cache
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file, save_file

from llm_lib.book.small_world import lumi_dictionary
from llm_lib.book.translation import LumiTask, lumi_tokenizer
from llm_lib.book.translation.followed import follow_translation
from llm_lib.book.translation.translator import share_right, train_translator
from llm_lib.model.transformer import Transformer, TransformerConfig

FILE = Path(__file__).parent / "lumi.safetensors"
SIZES = {"context_length": 24, "n_layer": 2, "n_head": 2, "n_embd": 32, "n_hidden": 128}
TRAINING = {"steps": 2000, "batch_size": 64, "warmup_steps": 300, "label_smoothing": 0.1}
N_PAIRS = 20_000
SENTENCES = (  # of the walkthrough; all of them were held out from the training
    "The brave fox finds forty three kites.",
    "The shy bear sees the proud cat.",
    "The proud cat sees the shy bear.",
    "The kind duck has eleven balls.",
)


def make_lumi(seed: int = 0) -> Transformer:
    """Return the translator untrained; all else is as in the paper, post-norm and sinusoids."""
    torch.manual_seed(seed)
    return Transformer(TransformerConfig(lumi_tokenizer().vocab_size, **SIZES))


def train_lumi(seed: int = 0, steps: int = TRAINING["steps"]) -> tuple[Transformer, list[float]]:
    """Train it on `N_PAIRS` pairs of sentences; return it and the loss of each step."""
    model = make_lumi(seed)
    training = TRAINING | {"steps": steps}
    pairs = LumiTask(seed=0).pairs(N_PAIRS)
    return model, train_translator(model, pairs, seed=seed, progress=False, **training)


def load_lumi() -> Transformer:
    """Return the trained translator."""
    model = make_lumi()
    model.load_state_dict({name: x.float() for name, x in load_file(FILE).items()})
    return model.eval()


@cache
def film_data() -> dict[str, Any]:
    """Return what `Walkthrough("translate")` shows: the trained model at work on `SENTENCES`."""
    gloss = {lumi: english for english, lumi in lumi_dictionary().items()}
    return follow_translation(load_lumi(), SENTENCES) | {"gloss": gloss}


def main() -> None:
    """Train the translator and write its weights, in half precision."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--threads", type=int, default=1)
    torch.set_num_threads(parser.parse_args().threads)
    model, losses = train_lumi()
    save_file({name: x.half().contiguous() for name, x in model.state_dict().items()}, FILE)
    right = share_right(load_lumi(), LumiTask(seed=0, split="held_out").pairs(500))
    print(f"loss at the end {sum(losses[-50:]) / 50:.2f}, right on held-out sentences {right:.1%}")


if __name__ == "__main__":
    main()

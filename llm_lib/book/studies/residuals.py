"""What add & norm is for: the translator trained with both, without the add, without the norm.

`python -m llm_lib.book.studies.residuals` trains each with several seeds and writes
`studies/residuals.json` (some ten minutes on a core); `load_residuals` reads the file.
"""

import argparse
from collections.abc import Callable
from pathlib import Path

import torch
from torch import Tensor
from torch.nn import functional as F
from tqdm import tqdm

from llm_lib.book.translation import PAD, LumiTask, encode_pairs, lumi_tokenizer
from llm_lib.book.translation.translator import train_translator
from llm_lib.files import read_json, write_json
from llm_lib.model.transformer import AddAndNorm, Transformer, TransformerConfig

FILE = Path(__file__).parent / "residuals.json"
SIZES = {"context_length": 24, "n_layer": 4, "n_head": 2, "n_embd": 32, "n_hidden": 64}
TRAINING = {"steps": 300, "batch_size": 32, "warmup_steps": 60, "rate": 1e-3}
SEEDS = (0, 1, 2)
N_PAIRS = 20_000
KINDS = ("add & norm", "no add", "no norm")


class Around(AddAndNorm):
    """Add & norm with one of both left out: norm(f(x)) is "no add", x + f(x) is "no norm"."""

    kind = KINDS[0]

    def forward(self, x: Tensor, sublayer: Callable[[Tensor], Tensor]) -> Tensor:
        """Put what is left of add & norm around a sublayer; same shape out."""
        change = F.dropout(sublayer(x), self.dropout, self.training)
        y = change if self.kind == "no add" else x + change
        return y if self.kind == "no norm" else self.norm(y)


def make_variant(kind: str, seed: int = 0) -> Transformer:
    """Return an untrained translator of one of `KINDS`."""
    torch.manual_seed(seed)
    model = Transformer(TransformerConfig(lumi_tokenizer().vocab_size, **SIZES, dropout=0.0))
    for part in model.modules():
        if isinstance(part, AddAndNorm):
            part.__class__, part.kind = Around, kind
    return model


def run_variant(kind: str, seed: int = 0, steps: int = TRAINING["steps"]) -> list[float]:
    """Train one; return the loss of each step."""
    pairs = LumiTask(seed=0).pairs(N_PAIRS)
    training = TRAINING | {"steps": steps}
    losses = train_translator(
        make_variant(kind, seed), pairs, seed=seed, progress=False, **training
    )
    return [round(loss, 3) for loss in losses]


def load_residuals() -> dict[str, list[list[float]]]:
    """Return the losses on file: for each of `KINDS` a list for each seed."""
    return read_json(FILE)


def frequency_loss(n_pairs: int = N_PAIRS) -> float:
    """Return the loss of a model that knows how frequent each token is, and nothing else.

    Its probabilities are those frequencies, smoothed as the targets are in training.
    """
    tokens = encode_pairs(LumiTask(seed=0).pairs(n_pairs))[1][:, 1:]
    n_vocab, epsilon = lumi_tokenizer().vocab_size, 0.1
    counts = tokens[tokens != PAD].bincount(minlength=n_vocab)
    q = (1 - epsilon) * counts / counts.sum() + epsilon / n_vocab
    return -(q * q.log()).sum().item()


def main() -> None:
    """Train all and write the file."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--threads", type=int, default=1)
    torch.set_num_threads(parser.parse_args().threads)
    results: dict[str, list[list[float]]] = {kind: [] for kind in KINDS}
    for seed, kind in tqdm([(s, k) for s in SEEDS for k in KINDS], desc="residuals"):
        results[kind].append(run_variant(kind, seed))
        tqdm.write(f"{kind}, seed {seed}: {sum(results[kind][-1][-20:]) / 20:.2f}")
        write_json(FILE, results)


if __name__ == "__main__":
    main()

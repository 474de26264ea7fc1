"""What the first token is for: how many heads of SmolLM2 put most of their attention there.

`python -m llm_lib.book.studies.real_english.sink` measures it and writes `sink.json` beside this
file (seconds on a core).
"""

import argparse
from pathlib import Path
from typing import Any

import torch

from llm_lib.book.measured.recorded_run import write_recorded
from llm_lib.book.measured.recording import encode_after_end, record_run
from llm_lib.interp.heads import mean_attention, stack_attention
from llm_lib.model.gpt import GPT
from llm_lib.pretrained.save_load import load_model

FILE = Path(__file__).parent / "sink.json"
COMMAND = "python -m llm_lib.book.studies.real_english.sink"
PARAGRAPH = (
    "The old lighthouse keeper climbed the stairs every evening at six. He lit the lamp, wrote the "
    "weather in his book, and made a pot of tea. One night in March a small boat appeared in the "
    "fog, and a girl in a red coat called his name."
)


def first_token_shares(model: GPT, ids: list[int]) -> torch.Tensor:
    """Return how much each head gives to the first token, over all later rows: (L, H)."""
    T = len(ids)
    where = torch.zeros(T, T, dtype=torch.bool)
    where[1:, 0] = True
    return mean_attention(stack_attention(model, torch.tensor([ids])), where)


def measure(model: GPT, tokenizer: Any) -> dict[str, Any]:
    """Return how many heads there are, how many give the first token over half, and the mean."""
    shares = first_token_shares(model, encode_after_end(tokenizer, PARAGRAPH))
    return {
        "heads": shares.numel(),
        "over_half": int((shares > 0.5).sum()),
        "mean": round(shares.mean().item(), 3),
    }


def main() -> None:
    """Measure it and write the file."""
    parser = argparse.ArgumentParser(prog=COMMAND, description=main.__doc__)
    parser.add_argument("--threads", type=int, default=1)
    torch.set_num_threads(parser.parse_args().threads)
    model, tokenizer = load_model("smollm2")
    counts = measure(model, tokenizer)
    run = record_run(model, tokenizer, PARAGRAPH, name="lighthouse", n_next=1)
    write_recorded(FILE, [run], COMMAND, counts=counts)
    print(f"{counts['over_half']} of {counts['heads']} heads give the first token over half")


if __name__ == "__main__":
    main()

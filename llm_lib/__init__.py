"""The library behind *LLM from Scratch*: one concept a module, readable in one sitting.

Its packages follow the way of the data, which is the way of the book; each module imports only from
those before it:

    tokenizer → bpe → dataset → model → training → generation → finetuning

Start with `llm_lib.tokenizer`, and read on from there. What shows, checks and measures all of it
for the book, its widgets, pictures, exercises and studies, is in `llm_lib.book`, and nothing else
needs that.

>>> from llm_lib import generate, load_model
>>> model, tokenizer = load_model("sprout")
>>> ids = tokenizer.encode("Once there was a fox")
>>> tokenizer.decode(generate(model, ids, 3, temperature=0))
'Once there was a fox. Her name'
"""

import importlib
import sys
from typing import TYPE_CHECKING, Any

from llm_lib._moved import MovedFinder

if TYPE_CHECKING:  # for editors; a program imports what it asks for, when it asks for it
    from llm_lib.bpe import BPETokenizer
    from llm_lib.dataset import create_dataloader
    from llm_lib.finetuning import add_lora, merge_lora
    from llm_lib.generation import complete, generate, stream_text
    from llm_lib.model import GPT, GPTConfig
    from llm_lib.pretrained import load_model, save_model
    from llm_lib.training import TrainingConfig, fit, train

__version__ = "0.1.0"
_HOMES = {
    "GPT": "model",
    "BPETokenizer": "bpe",
    "GPTConfig": "model",
    "TrainingConfig": "training",
    "add_lora": "finetuning",
    "complete": "generation",
    "create_dataloader": "dataset",
    "fit": "training",
    "generate": "generation",
    "load_model": "pretrained",
    "merge_lora": "finetuning",
    "save_model": "pretrained",
    "stream_text": "generation",
    "train": "training",
}
__all__ = [
    "GPT",
    "BPETokenizer",
    "GPTConfig",
    "TrainingConfig",
    "add_lora",
    "complete",
    "create_dataloader",
    "fit",
    "generate",
    "load_model",
    "merge_lora",
    "save_model",
    "stream_text",
    "train",
]

sys.meta_path.insert(0, MovedFinder())  # before others find an old folder's files a second time


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})

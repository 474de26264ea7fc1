"""Where modules were until version 0.1: what is imported by its old name is found, with a warning.

The table and its finder go with the release after it.
"""

import importlib
import warnings
from collections.abc import Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType

MOVED = {
    "activations": "model.hooks",
    "adapter_file": "pretrained.adapter_file",
    "attention": "model.attention",
    "block": "model.block",
    "bpe.foreign": "bpe.convert",
    "bpe.quick": "bpe.fast",
    "checkpoint": "pretrained.save_load",
    "checks": "book.checks",
    "classical": "book.classical",
    "corpus": "book.corpus",
    "embedding": "model.embedding",
    "evaluation.small_world": "book.small_world.quality",
    "evaluation.table": "book.small_world.table",
    "exercises": "book.exercises",
    "export": "book.widgets.export",
    "flops": "costs.flops",
    "generation.measured": "book.measured.generation",
    "generation.reading": "generation.prefill",
    "gpt": "model.gpt",
    "gpt_config": "model.config",
    "gpus": "costs.gpus",
    "heads": "interp.heads",
    "huggingface": "pretrained.huggingface",
    "kv_cache": "model.kv_cache",
    "labelled": "book.labelled",
    "model_size": "costs.model_size",
    "ngram": "before.ngram",
    "notebook": "book.notebook",
    "patching": "interp.patching",
    "pictures": "book.pictures",
    "plot_style": "book.plot_style",
    "plots": "book.plots",
    "predictions": "book.predictions",
    "progress": "book.progress",
    "quantize": "pretrained.quantize",
    "rnn": "before.rnn",
    "rnn_translator": "before.rnn_translator",
    "run_plan": "costs.run_plan",
    "small_world": "book.small_world",
    "smollm2": "pretrained.gguf",
    "stream": "interp.residual_stream",
    "studies": "book.studies",
    "training.recomputing": "training.activation_checkpointing",
    "transformer": "model.transformer",
    "translation": "book.translation",
    "tuning": "finetuning",
    "tuning.command": "book.recipes.tune",
    "tuning.instruct": "finetuning.sft",
    "tuning.preferences": "finetuning.dpo",
    "tuning.recipe": "book.recipes.tuning",
    "tuning.rewards": "finetuning.grpo",
    "tuning.tasks": "book.small_world.tasks",
    "widgets": "book.widgets",
    "window_model": "before.window_model",
}


class MovedFinder(MetaPathFinder, Loader):
    """Finds `llm_lib.model.gpt` in `llm_lib.model.gpt`; the old name is then the same module."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Return a spec for an old name, and None for any other."""
        return ModuleSpec(fullname, self) if find_new_name(fullname) else None

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        """Import the module from its new place, and say where that is."""
        new = find_new_name(spec.name)
        warnings.warn(f"{spec.name} is now {new}", DeprecationWarning, stacklevel=2)
        module = importlib.import_module(new)
        self._kept = module.__spec__, module.__loader__  # the import system writes its own there
        return module

    def exec_module(self, module: ModuleType) -> None:
        """Nothing is left to do: the module has run under its new name."""
        module.__spec__, module.__loader__ = self._kept


def find_new_name(old: str) -> str | None:
    """Return the new name of a module by its old one, or None if it has not moved.

    >>> find_new_name("llm_lib.tuning.lora"), find_new_name("llm_lib.bpe")
    ('llm_lib.finetuning.lora', None)
    """
    library, _, rest = old.partition(".")
    if library != "llm_lib":
        return None
    for place in (rest, *(rest[:i] for i in range(len(rest) - 1, 0, -1) if rest[i] == ".")):
        if place in MOVED:
            return f"{library}.{MOVED[place]}{rest[len(place) :]}"
    return None

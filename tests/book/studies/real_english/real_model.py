"""SmolLM2, read once for all tests of a process."""

from functools import cache

from llm_lib.pretrained.save_load import load_model


@cache
def smollm2():
    """Return the model of the package and its tokenizer."""
    return load_model("smollm2")

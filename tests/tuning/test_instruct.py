"""Instruction tuning: what is learned of a text, and what the loss counts."""

import pytest
import torch
from torch.nn import functional as F

from llm_lib.checkpoint import load_model
from llm_lib.gpt import GPT, GPTConfig
from llm_lib.small_world import SmallWorld
from llm_lib.tokenizer import END_OF_TEXT
from llm_lib.tuning.instruct import (
    AnswerBatches,
    Template,
    compute_answer_loss,
    encode_answered,
    stack_answered,
)

EXAMPLES = [("Is it red?", "Yes."), ("Who has a kite?", "Mia the fox has it."), ("Hi", "Hello!")]


@pytest.fixture(scope="module")
def tokenizer():
    return load_model("sprout")[1]


def test_what_is_learned_is_the_answer_and_its_end(tokenizer):
    # fails if a token of the prompt counts, or the end-of-text token doesn't
    row = encode_answered("Is it red?", "Yes.", tokenizer)
    assert tokenizer.decode(row.ids[~row.learned].tolist()) == "User: Is it red?\nBot:"
    assert tokenizer.decode(row.ids[row.learned].tolist()) == f" Yes.{END_OF_TEXT}"


def test_it_is_small_worlds_own_form(tokenizer):
    # fails if tuning and Small World write conversations differently, which the model would notice
    example = SmallWorld(3).example("spam")
    row = encode_answered(example.prompt, example.answer, tokenizer)
    assert tokenizer.decode(row.ids.tolist()) == example.text + END_OF_TEXT
    whole = tokenizer.encode(example.text + END_OF_TEXT, allowed_special="all")
    assert row.ids.tolist() == whole  # the place where they are cut changes no token


@pytest.mark.parametrize("mask_prompt", [True, False])
def test_the_loss_is_the_mean_over_what_is_learned(tokenizer, mask_prompt):
    # fails if padding or masked tokens are counted, or each row is averaged by itself
    torch.manual_seed(0)
    model = GPT(GPTConfig(tokenizer.vocab_size, 64, n_layer=1, n_head=2, n_embd=16))
    rows = [encode_answered(*example, tokenizer) for example in EXAMPLES]
    losses = []
    for ids, learned in rows:  # each alone, one token after another
        logits = model(ids[None])[0]
        for t in range(1, len(ids)):
            if learned[t] or not mask_prompt:
                losses.append(F.cross_entropy(logits[t - 1], ids[t]))
    loss = compute_answer_loss(model, *stack_answered(rows, mask_prompt=mask_prompt))
    torch.testing.assert_close(loss, torch.stack(losses).mean())


def test_batches_hold_each_example_once_an_epoch(tokenizer):
    # fails if an example is left out, shown twice, or if an index does not give the same again
    examples = [(f"Question {n}?", f"Answer {n}.") for n in range(12)]
    make = {"batch_size": 4, "context_length": 64}
    batches = AnswerBatches(examples, tokenizer, seed=5, **make)
    for epoch in range(2):
        answers = []
        for part in range(3):
            _, y = batches[epoch * 3 + part]
            answers += [tokenizer.decode(row[row >= 0].tolist()) for row in y]
        assert sorted(answers) == sorted(f" {answer}{END_OF_TEXT}" for _, answer in examples)
    again = AnswerBatches(examples, tokenizer, seed=5, **make)
    assert all(torch.equal(a, b) for a, b in zip(batches[4], again[4], strict=True))
    other = AnswerBatches(examples, tokenizer, seed=6, **make)
    assert any(not torch.equal(batches[i][0][0], other[i][0][0]) for i in range(3))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("User: {prompt}\nBot:", "needs {answer} once"),
        ("{answer}", "needs {prompt} once"),
        ("{prompt}{answer} bye", "ends with {answer}"),
    ],
)
def test_a_template_has_a_place_for_both(text, said):
    with pytest.raises(ValueError, match=said):
        Template(text)


def test_braces_in_a_prompt_are_text():
    # fails if a prompt is read as a template
    assert Template("{prompt}:{answer}").fill("a {answer} b", "c") == "a {answer} b: c"


def test_bad_examples_are_named_by_their_place(tokenizer):
    make = {"batch_size": 1, "context_length": 12}
    with pytest.raises(ValueError, match=r"example 1: .* its answer is ''"):
        AnswerBatches([EXAMPLES[0], ("Hi", "")], tokenizer, **make)
    with pytest.raises(ValueError, match=r"example 0 has \d+ tokens, and the model reads 12"):
        AnswerBatches([("Who? " * 12, "Me.")], tokenizer, **make)
    with pytest.raises(ValueError, match="no examples"):
        AnswerBatches([], tokenizer, **make)
    with pytest.raises(ValueError, match="batch_size must be a whole number from 1 to 1, got 2"):
        AnswerBatches(EXAMPLES[:1], tokenizer, batch_size=2, context_length=64)

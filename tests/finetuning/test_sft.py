"""Instruction tuning: what is learned of a text, and what the loss counts."""

import pytest
import torch
from torch.nn import functional as F

from llm_lib.book.small_world import SmallWorld
from llm_lib.finetuning.sft import (
    AnswerBatches,
    AnswerLoss,
    Template,
    collate,
    compute_answer_loss,
    encode_answered,
)
from llm_lib.model.gpt import GPT, GPTConfig
from llm_lib.pretrained.save_load import load_model
from llm_lib.tokenizer import END_OF_TEXT
from llm_lib.training import TrainingConfig, fit
from llm_lib.training.distributed import Ranks
from llm_lib.training.processes import run_on_ranks

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
    loss = compute_answer_loss(model, *collate(rows, mask_prompt=mask_prompt))
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


def small_gpt(vocab_size):
    torch.manual_seed(0)
    return GPT(GPTConfig(vocab_size, 64, n_layer=1, n_head=2, n_embd=16))


@pytest.mark.parametrize("mask_prompt", [True, False])
def test_two_small_batches_are_one_large_one(tokenizer, mask_prompt):
    # fails if the token of a short answer counts more than that of a long one beside it
    make = {"context_length": 64, "mask_prompt": mask_prompt, "seed": 2}
    results = []
    for batch_size, parts in ((2, 1), (1, 2)):
        batches = AnswerBatches(EXAMPLES[:2], tokenizer, batch_size=batch_size, **make)
        model = small_gpt(tokenizer.vocab_size)
        settings = {"steps": 2, "accumulation_steps": parts, "learning_rate": 0.1}
        config = TrainingConfig(**settings, eval_interval=1, progress=False)
        sgd = torch.optim.SGD(model.parameters(), 0.1)
        history = fit(model, AnswerLoss(batches), config, optimizer=sgd).history
        weights = torch.cat([p.detach().flatten() for p in model.parameters()])
        results.append((torch.tensor([row["train_loss"] for row in history]), weights))
    torch.testing.assert_close(results[0], results[1])


def test_what_is_measured_is_the_mean_over_all_targets(tokenizer):
    # fails if batches are averaged as means, or one of them is left out
    model = small_gpt(tokenizer.vocab_size)
    rows = [encode_answered(*example, tokenizer) for example in EXAMPLES]
    batches = AnswerBatches(EXAMPLES, tokenizer, batch_size=1, context_length=64)
    with torch.no_grad():
        whole = compute_answer_loss(model, *collate(rows)).item()
        assert AnswerLoss(batches).measure(model) == pytest.approx(whole, rel=1e-5)


def answer_in_processes(parallel):
    """Learn answers of different lengths for three steps; return the losses and the weights."""
    import torch

    from llm_lib.finetuning.sft import AnswerBatches, AnswerLoss
    from llm_lib.model.gpt import GPT, GPTConfig
    from llm_lib.pretrained.save_load import load_model
    from llm_lib.training import TrainingConfig, fit
    from llm_lib.training.resuming import gather_model

    tokenizer = load_model("sprout")[1]
    torch.manual_seed(0)
    model = GPT(GPTConfig(tokenizer.vocab_size, 64, n_layer=1, n_head=2, n_embd=8))
    examples = [(f"Question {n}?", "and so on " * n) for n in range(1, 9)]
    batches = AnswerBatches(examples, tokenizer, batch_size=4, context_length=64, seed=1)
    settings = {"steps": 3, "learning_rate": 0.1, "eval_interval": 1, "accumulation_steps": 2}
    config = TrainingConfig(**settings, parallel=parallel, progress=False)
    sgd = torch.optim.SGD(model.parameters(), 0.1) if parallel == "ddp" else None
    history = fit(model, AnswerLoss(batches), config, optimizer=sgd).history
    whole = gather_model(model)
    losses = [row["train_loss"] for row in history]
    return losses, None if whole is None else [p.tolist() for p in whole.parameters()]


@pytest.mark.parametrize("parallel", ["ddp", "fsdp"])
def test_two_processes_share_each_batch_of_answers(parallel):
    # fails if both read the same examples, or short answers count more than long ones beside them
    [(losses, weights)] = run_on_ranks(answer_in_processes, parallel, ranks=1)
    (told, shared), _ = run_on_ranks(answer_in_processes, parallel)
    assert told == pytest.approx(losses, abs=1e-4)
    if parallel == "fsdp":
        return  # AdamW moves a weight that has no gradient by the sign of its rounding
    for ours, theirs in zip(shared, weights, strict=True):
        torch.testing.assert_close(torch.tensor(ours), torch.tensor(theirs), atol=2e-4, rtol=0)


def test_ranks_get_parts_of_a_batch(tokenizer):
    # fails if an example goes to two ranks or to none, if a batch that can't be shared is cut, or
    # if one that measures alone sees a part
    examples = [(f"Question {n}?", f"Answer {n}.") for n in range(12)]
    make = {"batch_size": 4, "context_length": 64}
    parts = [AnswerBatches(examples, tokenizer, **make, ranks=Ranks(n, 2)) for n in (0, 1)]
    whole = AnswerBatches(examples, tokenizer, **make, ranks=Ranks())
    for index in (0, 4):
        said = [[y[y >= 0].tolist() for y in part[index][1]] for part in (*parts, whole)]
        assert sorted(said[0] + said[1]) == sorted(said[2])
        assert [len(part[index][0]) for part in parts] == [2, 2]
    with pytest.raises(ValueError, match="batch_size of 4 can't be shared by 3 processes"):
        AnswerBatches(examples, tokenizer, **make, ranks=Ranks(0, 3))


def test_batches_go_to_the_models_device(tokenizer):
    # fails if a model elsewhere than on the processor meets ids that are there
    batches = AnswerBatches(EXAMPLES, tokenizer, batch_size=2, context_length=64)
    model = small_gpt(tokenizer.vocab_size)
    expected = int((batches[0][1] >= 0).sum())
    loss, n = AnswerLoss(batches)(model.to("meta"), 0)
    assert (loss.device.type, loss.shape, n) == ("meta", (), expected)


def test_an_answers_identity_is_its_examples_and_how_they_are_read(tokenizer):
    # fails if another example, template, mask, order or batch passes for the same
    def identity(examples=EXAMPLES, **changes):
        settings = {"batch_size": 1, "context_length": 64} | changes
        return AnswerLoss(AnswerBatches(examples, tokenizer, **settings)).identity

    others = [
        identity(EXAMPLES[::-1]),
        identity(EXAMPLES[:2]),
        identity(template=Template("{prompt} ->{answer}")),
        identity(mask_prompt=False),
        identity(batch_size=2),
        identity(seed=1),
    ]
    assert identity() == identity()
    assert identity(context_length=32) == identity()  # they fit into both
    assert all(other != identity() for other in others)
    assert identity()["loss"] == "answers" and identity()["data"].startswith("3 examples, ")


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

"""Rollouts on a model of a few hundred numbers, which learns within a second what is rewarded."""

import copy
import re
from itertools import product

import pytest
import torch

from llm_lib.bpe import BPETokenizer
from llm_lib.finetuning import rollouts
from llm_lib.finetuning.rollouts import (
    GroupRewards,
    RolloutSettings,
    draw_answers,
    token_log_probs,
)
from llm_lib.finetuning.sft import IGNORE_INDEX, Answered, Template, collate
from llm_lib.model.gpt import GPT, GPTConfig
from llm_lib.tokenizer import END_OF_TEXT
from llm_lib.training import TrainingConfig, fit
from llm_lib.training.distributed import Ranks
from llm_lib.training.loop import seed_at
from llm_lib.training.processes import run_on_ranks

TEMPLATE = Template("{prompt}:{answer}")
SETTINGS = {"group_size": 8, "max_new_tokens": 4, "kl_weight": 0.0}


@pytest.fixture(scope="module")
def tokenizer():
    return BPETokenizer([], special_tokens=[END_OF_TEXT])  # bytes alone


@pytest.fixture
def model():
    torch.manual_seed(0)
    return GPT(GPTConfig(257, 16, n_layer=1, n_head=2, n_embd=16))


def mark(prompt, answer):
    """Reward characters that are in ASCII: of random bytes, every second is."""
    return sum(character.isascii() for character in answer) / max(1, len(answer))


def test_groups_belong_to_their_prompts_and_end_at_the_end(model, tokenizer):
    # fails if prompts and groups are mixed, or the prompt counts as written
    settings = RolloutSettings(group_size=3, max_new_tokens=5)
    groups = draw_answers(model, ["a", "bcd"], tokenizer, settings, TEMPLATE)
    assert [len(group) for group in groups] == [3, 3]
    for prompt, group in zip(("a:", "bcd:"), groups, strict=True):
        for row in group:
            assert tokenizer.decode(row.ids[~row.learned].tolist()) == prompt
            assert 1 <= row.learned.sum() <= 5
    again = draw_answers(model, ["a", "bcd"], tokenizer, settings, TEMPLATE)
    assert all(torch.equal(a.ids, b.ids) for a, b in zip(groups[0], again[0], strict=True))


def test_log_probs_are_those_of_the_targets(model):
    # fails if they are shifted by one, or counted at the prompt
    x = torch.tensor([[5, 6, 7]])
    y = torch.tensor([[IGNORE_INDEX, 7, 8]])
    p = model(x).log_softmax(-1)
    expected = torch.stack([torch.tensor(0.0), p[0, 1, 7], p[0, 2, 8]])
    torch.testing.assert_close(token_log_probs(model, x, y)[0], expected)


def test_log_probs_are_those_of_the_temperature(model):
    # fails if the temperature multiplies, or is forgotten
    x, y = torch.tensor([[5, 6]]), torch.tensor([[6, 8]])
    p = (model(x) / 0.5).softmax(-1)
    expected = torch.stack([p[0, 0, 6], p[0, 1, 8]]).log()
    torch.testing.assert_close(token_log_probs(model, x, y, 0.5)[0], expected)


class Bigrams(torch.nn.Module):
    """Writes the letters a, b and c, each with a view to the last one alone; its logits learn."""

    def __init__(self, seed):
        super().__init__()
        self.config = GPTConfig(257, 16, n_layer=1, n_head=1, n_embd=4)
        generator = torch.Generator().manual_seed(seed)
        self.logits = torch.nn.Parameter(torch.randn(4, 3, generator=generator))

    def forward(self, x):
        """Return logits (B, T, 257): after a, b and c, and in the last row after all else."""
        rows = torch.full((4, 257), -1e4).index_copy(1, torch.tensor([97, 98, 99]), self.logits)
        return rows[torch.where((x >= 97) & (x <= 99), x - 97, 3)]


def mean_loss(model, reference, tokenizer, settings, monkeypatch):
    """Return GRPO's loss over all pairs of answers of two letters, as often as each is probable.

    An answer that begins with a is marked 1, others 0.
    """
    p = (model.logits.detach() / settings.temperature).softmax(-1)
    answers = {(a, b): float(p[3, a] * p[a, b]) for a, b in product(range(3), repeat=2)}
    total, learned = 0.0, torch.tensor([False, True, True])
    for group in product(answers, repeat=2):
        rows = [Answered(torch.tensor([63, 97 + a, 97 + b]), learned) for a, b in group]
        monkeypatch.setattr(rollouts, "draw_answers", lambda *args, rows=rows: [rows])
        mark = lambda prompt, answer: float(answer[0] == "a")  # noqa: E731
        learn = GroupRewards(model, reference, tokenizer, lambda index: ["?"], mark, settings)
        loss, n_tokens = learn(model, 0)
        assert n_tokens == 4
        total = total + answers[group[0]] * answers[group[1]] * loss
    return total


@pytest.mark.parametrize("temperature", [1.0, 0.5, 2.0])
def test_what_earns_nothing_is_not_moved(tokenizer, monkeypatch, temperature):
    # fails if answers are drawn at one temperature and scored at another: a mark for the first
    # letter alone then moves the second one, in the mean over all groups of two answers
    model = Bigrams(seed=0)
    settings = RolloutSettings(2, 2, temperature, kl_weight=0)
    mean_loss(model, None, tokenizer, settings, monkeypatch).backward()
    after, first = model.logits.grad[:3], model.logits.grad[3]
    torch.testing.assert_close(after, torch.zeros(3, 3), atol=1e-6, rtol=0)
    # a group with one a among its two answers: its advantages are ± √½, its tokens four
    p = (model.logits[3].detach() / temperature).softmax(-1)
    expected = -2 * p[0] * 0.5**0.5 / 4 / temperature * torch.stack([1 - p[0], -p[1], -p[2]])
    torch.testing.assert_close(first, expected, atol=1e-6, rtol=1e-4)


@pytest.mark.parametrize("temperature", [1.0, 0.5])
def test_the_price_pulls_towards_the_reference_token_by_token(tokenizer, monkeypatch, temperature):
    # fails if model and reference are scored at different temperatures, or if the text is wrong
    # about the gradient: over all answers, it is that of KL(reference, model) at each token, with
    # what was written before it as it is, and not that of KL(model, reference)
    model, reference = Bigrams(seed=0), Bigrams(seed=1)
    free, held = (RolloutSettings(2, 2, temperature, kl_weight=weight) for weight in (0, 1))
    gradients = []
    for settings, of in ((free, None), (held, reference)):
        model.zero_grad()
        mean_loss(model, of, tokenizer, settings, monkeypatch).backward()
        gradients.append(model.logits.grad.clone())
    found = gradients[1] - gradients[0]
    model.zero_grad()
    log_p, log_q = ((m.logits / temperature).log_softmax(-1) for m in (model, reference))
    p, q = log_p.exp(), log_q.exp().detach()
    toward = (q * (log_q.detach() - log_p)).sum(-1)  # KL(reference, model) after each letter
    (toward[3] + (p[3].detach() * toward[:3]).sum()).div(2).backward()
    torch.testing.assert_close(found, model.logits.grad, atol=1e-6, rtol=1e-4)
    model.zero_grad()
    log_p = (model.logits / temperature).log_softmax(-1)
    away = (log_p.exp() * (log_p - log_q.detach())).sum(-1)
    (away[3] + (log_p.exp()[3] * away[:3]).sum()).div(2).backward()  # of whole answers
    assert (found - model.logits.grad).abs().max() > 0.02


def test_the_divergence_is_estimated_at_the_temperature(tokenizer, monkeypatch):
    # fails if what is reported is the divergence of another distribution than the one that wrote
    model, reference = Bigrams(seed=0), Bigrams(seed=1)
    log_p, log_q = ((m.logits.detach() / 0.5).log_softmax(-1) for m in (model, reference))
    away = (log_p.exp() * (log_p - log_q)).sum(-1)
    expected = (away[3] + (log_p[3].exp() * away[:3]).sum()) / 2
    free, held = (RolloutSettings(2, 2, 0.5, kl_weight=weight) for weight in (0, 1))
    losses = [
        mean_loss(model, of, tokenizer, settings, monkeypatch)
        for settings, of in ((free, None), (held, reference))
    ]
    torch.testing.assert_close((losses[1] - losses[0]).detach(), expected, atol=1e-5, rtol=1e-4)


def train(model, tokenizer, steps=40, reference=None, **settings):
    learn = GroupRewards(
        model,
        reference,
        tokenizer,
        lambda index: ["a", "b"],
        mark,
        RolloutSettings(**SETTINGS | settings),
        TEMPLATE,
    )
    config = TrainingConfig(
        steps=steps, learning_rate=0.02, eval_interval=steps, progress=False, warmup_steps=0
    )
    fit(model, learn, config)
    return learn


def test_what_is_rewarded_becomes_likelier(model, tokenizer):
    # fails if the sign of the loss is wrong, or the marks don't belong to their answers
    learn = train(model, tokenizer)
    first, last = (sum(part) / 10 for part in (learn.mean_rewards[:10], learn.mean_rewards[-10:]))
    assert first < 0.7
    assert last > 0.9


def test_a_reference_holds_it_back(model, tokenizer):
    # fails if the divergence has the wrong sign, or does not count
    reference = copy.deepcopy(model)
    free, held = copy.deepcopy(model), model
    train(free, tokenizer)
    learn = train(held, tokenizer, reference=reference, kl_weight=5.0)
    x, y = collate(
        [
            row
            for group in draw_answers(
                free, ["a"], tokenizer, RolloutSettings(max_new_tokens=4), TEMPLATE
            )
            for row in group
        ]
    )
    drift = {}
    for name, tuned in (("free", free), ("held", held)):
        difference = token_log_probs(tuned, x, y) - token_log_probs(reference, x, y)
        drift[name] = float(difference.detach().abs().mean())
    assert drift["held"] < drift["free"] / 2
    assert learn.mean_kl[0] == pytest.approx(0, abs=1e-6)  # it begins as the reference


def reward_in_processes(size, parts, parallel="ddp"):
    """Learn from marks of answers that a prompt alone decides; return what happened."""
    import torch

    from llm_lib.bpe import BPETokenizer
    from llm_lib.finetuning import rollouts
    from llm_lib.finetuning.sft import Answered
    from llm_lib.model.gpt import GPT, GPTConfig
    from llm_lib.tokenizer import END_OF_TEXT
    from llm_lib.training import TrainingConfig, fit

    def answers(model, prompts, tokenizer, settings, template, seed):
        groups = [[(prompt, 1), (prompt, 2 + ord(prompt) % 7)] for prompt in prompts]
        rows = lambda prompt, n: torch.tensor([ord(prompt)] + [97] * n)  # noqa: E731
        return [
            [Answered(ids, torch.arange(len(ids)) > 0) for ids in (rows(*row) for row in group)]
            for group in groups
        ]

    rollouts.draw_answers = answers
    torch.manual_seed(0)
    model, reference = (GPT(GPTConfig(257, 16, n_layer=1, n_head=2, n_embd=8)) for _ in range(2))
    loss_at = rollouts.GroupRewards(
        model,
        reference,
        BPETokenizer([], special_tokens=[END_OF_TEXT]),
        lambda index: "pqrstuvwxyzabcdefghijklmno"[size * index :][:size],
        lambda prompt, answer: float(len(answer) > 1) + ord(prompt) % 3 * len(answer),
        rollouts.RolloutSettings(2, 9, kl_weight=0.5),
    )
    settings = {"steps": 2, "accumulation_steps": parts, "eval_interval": 1, "learning_rate": 0.2}
    config = TrainingConfig(**settings, parallel=parallel, warmup_steps=0, progress=False)
    sgd = torch.optim.SGD(model.parameters(), 0.2) if parallel == "ddp" else None
    history = fit(model, loss_at, config, evaluate=loss_at.report, optimizer=sgd).history
    told = [[row[name] for name in ("train_loss", "reward")] for row in history]
    return told, sum(loss_at.mean_kl), [p.tolist() for p in model.parameters()]


@pytest.mark.parametrize(("size", "parts", "ranks"), [(2, 2, 1), (4, 1, 2), (2, 2, 2)])
def test_each_token_counts_alike_in_whatever_batch_and_process(size, parts, ranks):
    # fails if processes answer the same prompts, if a long answer's tokens count less in one
    # process than a short one's in another, or if one alone tells what the marks were
    [(told, kl, weights)] = run_on_ranks(reward_in_processes, 4, 1, ranks=1)
    results = run_on_ranks(reward_in_processes, size, parts, ranks=ranks)
    torch.testing.assert_close(torch.tensor(results[0][0]), torch.tensor(told))
    if parts == 1:
        assert results[0][1] == pytest.approx(kl, rel=1e-4)
    for _, _, shared in results:
        for ours, theirs in zip(shared, weights, strict=True):
            torch.testing.assert_close(torch.tensor(ours), torch.tensor(theirs), atol=1e-4, rtol=0)


def test_what_processes_cannot_do_is_refused():
    # fails if a cut model is asked to write, where each process waits for the other for ever, or
    # if a prompt is left out because it has no process
    with pytest.raises(RuntimeError, match='cut over processes, by parallel="fsdp", can\'t draw'):
        run_on_ranks(reward_in_processes, 4, 1, "fsdp")
    with pytest.raises(RuntimeError, match="a batch_size of 3 can't be shared by 2 processes"):
        run_on_ranks(reward_in_processes, 3, 1)


def test_each_process_has_dice_of_its_own(model, tokenizer, monkeypatch):
    # fails if two processes draw the same answers to prompts of the same length, or one alone
    # draws others than before
    seeds = []

    def look(model, prompts, tokenizer, settings, template, seed):
        seeds.append((prompts, seed))
        return draw_answers(model, prompts, tokenizer, settings, template, seed)

    monkeypatch.setattr(rollouts, "draw_answers", look)
    for ranks in (Ranks(), Ranks(1, 2)):
        settings = RolloutSettings(**SETTINGS, seed=3)
        learn = GroupRewards(model, None, tokenizer, lambda i: ["a", "b"], mark, settings, TEMPLATE)
        learn.ranks = ranks
        learn._draw(4)
    assert seeds == [(["a", "b"], seed_at(3, 4)), (["b"], seed_at(3, 4, 1))]


def test_answers_go_to_the_models_device(model, tokenizer, monkeypatch):
    # fails if a model that is elsewhere, or its reference, meets ids on the processor
    settings, reference = RolloutSettings(**SETTINGS), copy.deepcopy(model)
    groups = draw_answers(model, ["a"], tokenizer, settings, TEMPLATE)
    monkeypatch.setattr(rollouts, "draw_answers", lambda *args: groups)
    learn = GroupRewards(model, None, tokenizer, lambda i: ["a"], mark, settings, TEMPLATE)
    loss, n = learn(model.to("meta"), 0)
    assert loss.device.type == "meta" and n == sum(int(row.learned.sum()) for row in groups[0])
    learn.reference = reference
    x, y = (ids.to("meta") for ids in collate(groups[0]))
    log_probs = token_log_probs(model, x, y)
    assert learn._divergence(log_probs, x, y, y != IGNORE_INDEX).device.type == "meta"


def test_an_answer_that_could_not_be_learned_is_named_before_it_is_drawn(model, tokenizer):
    # fails if the training stops at an answer that is too long, or one that fits is refused
    settings = RolloutSettings(2, max_new_tokens=10)
    told = "prompt 1 has 8 tokens, and with an answer of up to 10 it is longer than the 16"
    with pytest.raises(ValueError, match=told):
        draw_answers(model, ["a", "abcdefg"], tokenizer, settings, TEMPLATE)
    [rows] = draw_answers(model, ["abcdef"], tokenizer, settings, TEMPLATE)
    x, y = collate(rows)
    assert x.shape[1] <= 16
    token_log_probs(model, x, y)


def test_the_folder_of_another_training_from_marks_is_refused(model, tokenizer, tmp_path):
    # fails if another mark, price, temperature, prompt or reference is taken for the same
    config = TrainingConfig(steps=1, folder=str(tmp_path), progress=False)
    base = copy.deepcopy(model)

    def learn(reference=base, prompts=("a", "b"), of=mark, template=TEMPLATE, **changes):
        settings = RolloutSettings(**SETTINGS | {"kl_weight": 0.1} | changes)
        learner = copy.deepcopy(base)
        loss_at = GroupRewards(
            learner, reference, tokenizer, lambda i: prompts, of, settings, template
        )
        fit(learner, loss_at, config)
        return len(loss_at.mean_rewards)

    assert [learn(), learn()] == [1, 0]  # the second time, it is done
    other = copy.deepcopy(base)
    with torch.no_grad():
        other.norm.weight += 1
    for change, told in (
        ({"kl_weight": 0.2}, "rollouts' kl_weight = 0.1, this one has 0.2"),
        ({"temperature": 0.5}, "rollouts' temperature = 1.0, this one has 0.5"),
        ({"of": len}, "mark = 'mark', this one has 'len'"),
        ({"prompts": ("a", "c")}, "first prompts = "),
        ({"reference": other}, "reference = 'weights "),
        ({"template": Template("{prompt} {answer}")}, "template = '{prompt}:{answer}', this one"),
    ):
        with pytest.raises(ValueError, match=re.escape(told)):
            learn(**change)


def test_a_report_is_of_what_came_since_the_last_one(model, tokenizer):
    # fails if old batches are counted again, or a divergence is told that nobody measured
    learn = GroupRewards(
        model, None, tokenizer, lambda i: ["a"], mark, RolloutSettings(**SETTINGS), TEMPLATE
    )
    learn.mean_rewards += [0.25, 0.75]
    assert learn.report(model) == {"reward": 0.5}
    learn.mean_rewards += [1.0]
    learn.mean_kl += [9.0, 9.0, 0.5]
    assert learn.report(model) == {"reward": 1.0, "kl": 0.5}
    assert learn.report(model) == {"reward": 0.0, "kl": 0.0}


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"group_size": 1}, "group_size must be a whole number of at least 2, got 1"),
        ({"max_new_tokens": 0}, "max_new_tokens must be a whole number of at least 1, got 0"),
        ({"temperature": 0}, "temperature must be above 0, got 0"),
        ({"clip": 0}, "clip must be above 0, got 0"),
        ({"kl_weight": -1}, "kl_weight must be at least 0, got -1"),
        ({"seed": -1}, "seed must be a whole number of at least 0, got -1"),
    ],
)
def test_bad_settings_are_named(changes, said):
    # fails if a setting is noticed only when all answers are greedy, or there are none
    with pytest.raises(ValueError, match=said):
        RolloutSettings(**changes)


def test_a_price_needs_a_reference(model, tokenizer):
    # fails if a model that should be held is free
    with pytest.raises(ValueError, match="kl_weight needs a reference"):
        GroupRewards(model, None, tokenizer, lambda i: ["a"], mark, RolloutSettings(), TEMPLATE)

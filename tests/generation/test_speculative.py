"""Speculative decoding writes what the model alone writes: id by id, or in distribution."""

import pytest
import torch

from llm_lib.before.ngram import NGramModel
from llm_lib.generation import generate
from llm_lib.generation.speculative import GPTDrafter, accept_draft, generate_speculative
from llm_lib.model.gpt import GPT, GPTConfig


def make(seed=0, vocab_size=20, **kind) -> GPT:
    torch.manual_seed(seed)
    return GPT(GPTConfig(vocab_size, 40, 2, 2, 8, init_std=0.6, **kind)).eval()


class Fixed:
    """A drafter that always expects the same."""

    def __init__(self, p):
        self.p = torch.as_tensor(p)

    def next_probabilities(self, context):
        return self.p


class Twin:
    """The best drafter there is: the model itself."""

    def __init__(self, model):
        self.model = model

    def next_probabilities(self, context):
        return self.model(torch.tensor([context]))[0, -1].softmax(0)


@pytest.mark.parametrize("kind", [{}, {"position": "rotary", "n_kv_head": 1}])
@pytest.mark.parametrize("n_draft", [0, 1, 3, 8])
def test_greedy_ids_are_the_models_own(kind, n_draft):
    # fails if a refused token stays in the cache, or a draft is taken that the model would not
    model, prompt = make(**kind), [1, 2, 3]
    expected = generate(model, prompt, 30, temperature=0)
    counted = NGramModel(2, 20, k=0.01).fit(expected.tolist())
    for drafter in (counted, Fixed(torch.full((20,), 0.05)), Twin(model)):
        result = generate_speculative(model, drafter, prompt, 30, n_draft=n_draft, temperature=0)
        assert torch.equal(result.ids, expected)
        assert result.n_calls + result.n_accepted == 30  # each call adds one of its own
    assert result.n_accepted == result.n_drafted  # the twin is never refused


class Table:
    """A model whose scores depend on the last token alone: quick to run thousands of times."""

    def __init__(self, rows):
        self.rows, self.config = torch.tensor(rows), GPTConfig(len(rows), 40, 1, 1, 2)
        self.training = False

    def new_cache(self, batch_size):
        assert batch_size == 1
        return type("Cache", (), {"length": 0})()

    def parameters(self):
        yield self.rows

    def __call__(self, ids, cache=None):
        if cache is not None:
            cache.length += ids.shape[1]
        return self.rows[ids]


def exact(model, prompt, n, **settings):
    """Return the probability of every text of `n` new tokens, worked out in plain loops."""
    texts = {(): 1.0}
    for _ in range(n):
        longer = {}
        for new, so_far in texts.items():
            logits = model(torch.tensor([prompt + list(new)]))[0, -1]
            p = (logits / settings.get("temperature", 1.0)).softmax(0)
            if "top_k" in settings:
                p = torch.where(p >= p.topk(settings["top_k"]).values[-1], p, 0)
            for token, share in enumerate((p / p.sum()).tolist()):
                longer[(*new, token)] = so_far * share
        texts = longer
    return texts


def count_texts(model, drafter, n, rounds, **settings):
    """Hold `rounds` sampled texts against the model's distribution; return χ² and its freedom."""
    with torch.no_grad():
        expected = exact(model, [0, 1], n, **settings)
    counts = dict.fromkeys(expected, 0)
    for seed in range(rounds):
        result = generate_speculative(
            model, drafter, [0, 1], n, n_draft=2, seed=seed, **settings
        )  # fmt: skip
        counts[tuple(result.ids.tolist()[2:])] += 1
    possible = {text: p for text, p in expected.items() if p > 0}
    assert sum(counts[text] for text in possible) == rounds
    chi2 = sum((counts[t] - rounds * p) ** 2 / (rounds * p) for t, p in possible.items())
    return chi2, len(possible) - 1


@pytest.mark.parametrize("settings", [{}, {"temperature": 0.7, "top_k": 2}])
def test_sampled_texts_have_the_models_distribution(settings):
    # fails if refused drafts are replaced from p and not from what q left over, or if p and q mix
    model = Table([[0.0, 1.0, -1.0], [0.5, 0.0, 0.5], [-1.0, 2.0, 0.0]])
    chi2, freedom = count_texts(model, Fixed([0.7, 0.2, 0.1]), 3, 2000, **settings)
    assert chi2 < freedom + 4 * (2 * freedom) ** 0.5  # beyond 4 standard deviations: not chance


@pytest.mark.parametrize("kind", [{}, {"position": "rotary", "n_kv_head": 1}])
def test_a_gpt_drafts(kind):
    # fails if a GPT is no drafter, keeps what was refused in its cache, or drafts with dropout
    model, prompt = make(**kind), [1, 2, 3]
    expected = generate(model, prompt, 30, temperature=0)
    short = GPT(GPTConfig(20, 9, 1, 1, 4, init_std=0.6, dropout=0.5))  # its context ends early
    for drafter in (make(seed=1, **kind), short.train(), model):
        result = generate_speculative(model, drafter, prompt, 30, temperature=0)
        assert torch.equal(result.ids, expected)
    assert short.training and result.n_accepted == result.n_drafted  # the model drafted for itself


def test_what_a_gpt_drafts_from_is_what_it_says():
    # fails if keys of another text are reused, or all is read anew, or a window is too short
    gpt, read = make(position="rotary"), []
    gpt.token_embedding.register_forward_hook(lambda table, ids, out: read.append(ids[0].numel()))
    drafter = GPTDrafter(gpt)
    long = torch.randint(20, (45,), generator=torch.Generator().manual_seed(0)).tolist()
    for context in ([3, 1, 4], [3, 1, 4, 1, 5], [3, 1, 4, 1, 5], [3, 1, 9], [2], long, long[:40]):
        with torch.no_grad():
            expected = gpt(torch.tensor([context[-40:]]))[0, -1].softmax(-1)
        torch.testing.assert_close(drafter.next_probabilities(context), expected)
    assert read[1::2] == [3, 2, 1, 1, 1, 40, 40]  # every other one: those of the drafter


def test_texts_that_a_gpt_drafted_have_the_models_distribution():
    # fails if what a GPT drafts is drawn from other probabilities than it is judged by
    model = Table([[0.0, 1.0, -1.0], [0.5, 0.0, 0.5], [-1.0, 2.0, 0.0]])
    settings = {"temperature": 0.7, "top_k": 2}
    chi2, freedom = count_texts(model, make(vocab_size=3), 2, 1000, **settings)
    assert chi2 < freedom + 4 * (2 * freedom) ** 0.5


@pytest.mark.parametrize("temperature", [0, 1])
def test_a_drafter_that_knows_nothing_drafts_nothing(temperature):
    # fails if a draw from no probability at all is tried, as after a pair that was never counted
    model, counted = make(), NGramModel(3, 20, k=0).fit([1, 2, 3, 1, 2, 3])
    result = generate_speculative(model, counted, [9, 9], 12, temperature=temperature, seed=0)
    assert len(result.ids) == 14
    assert result.n_calls + result.n_accepted == 12
    known = generate_speculative(model, counted, [1, 2], 1 + 2, temperature=temperature, seed=0)
    assert known.n_drafted >= 2  # 3 and 1 were seen to follow


def test_without_a_seed_torchs_own_dice_are_thrown():
    # fails if a seed is drawn: then `torch.manual_seed` repeats nothing, here and afterwards
    model, drafter, found = make(), Fixed(torch.full((20,), 0.05)), []
    for _ in range(2):
        torch.manual_seed(5)
        found.append(generate_speculative(model, drafter, [1], 20).ids.tolist())
        found.append(torch.rand(3).tolist())
    assert found[:2] == found[2:]
    assert torch.initial_seed() == 5


@pytest.mark.parametrize(
    ("drafter", "error", "message"),
    [
        (None, TypeError, r"method next_probabilities\(context\), got NoneType"),
        (torch.nn.Linear(2, 2), TypeError, "must be a GPT or .* got Linear"),
        (Fixed([0.5, -0.5]), ValueError, "the drafter gave a probability that is negative or no"),
        (Fixed([0.5, float("nan")]), ValueError, "a probability that is negative or no number"),
        (Fixed([0.0] * 20 + [1.0]), ValueError, "the drafter knows 21 tokens and the model 20"),
        (make(vocab_size=9), ValueError, "the drafter knows 9 tokens and the model 20"),
    ],
)
def test_what_can_not_draft_is_refused(drafter, error, message):
    # fails if the error is one of torch's, in the middle of the work
    with pytest.raises(error, match=message):
        generate_speculative(make(), drafter, [19], 5)


def test_a_taken_token_is_distributed_as_the_model_says():
    # fails if tokens are taken too often, or the replacement comes from the wrong part
    p, q = torch.tensor([[0.5, 0.3, 0.2], [0.0, 0.0, 1.0]]), torch.tensor([[0.1, 0.8, 0.1]])
    dice = torch.Generator().manual_seed(0)
    first = torch.zeros(3)
    for _ in range(4000):
        draft = torch.multinomial(q[0], 1, generator=dice).tolist()
        taken = accept_draft(p, q, draft, dice)
        first[taken[0]] += 1
        assert len(taken) == 1 or taken == [draft[0], 2]
    torch.testing.assert_close(first / 4000, p[0], atol=0.03, rtol=0)


def test_calls_and_drafts_by_hand():
    # fails if counting begins elsewhere than at 0, or another number is drafted than was asked for
    table = [[9.0 if j == (i + 1) % 5 else 0.0 for j in range(5)] for i in range(5)]
    model = Table(table)  # after 0 comes 1, after 4 comes 0

    class Sure:
        def next_probabilities(self, context):
            wrong = len(context) == 8  # 0 to 7 are there: the ninth token is guessed wrong
            return torch.eye(5)[(context[-1] + 1 + wrong) % 5]

    result = generate_speculative(model, Sure(), [0], 12, temperature=0)
    assert result.ids.tolist() == [i % 5 for i in range(13)]
    # 4 right and one more: 6 tokens. 2 right, the third is wrong and replaced: 9. Then 3 and one.
    assert (result.n_calls, result.n_drafted, result.n_accepted) == (3, 4 + 4 + 3, 4 + 2 + 3)
    stopped = generate_speculative(model, Sure(), [0], 12, temperature=0, stop_ids=[2])
    assert stopped.ids.tolist() == [0, 1, 2]  # in the middle of what was taken
    none = generate_speculative(model, Sure(), [0], 0)
    assert (none.ids.tolist(), none.n_calls, none.n_drafted, none.n_accepted) == ([0], 0, 0, 0)


def test_a_token_that_the_model_rules_out_is_never_taken(monkeypatch):
    # fails if dice that fall on exactly 0 let it through
    monkeypatch.setattr(torch, "rand", lambda *size, **options: torch.zeros(()))
    assert accept_draft(torch.tensor([[0.0, 1.0], [1.0, 0.0]]), torch.ones(1, 2) / 2, [0]) == [1]


@pytest.mark.parametrize("wrong", [{"max_new_tokens": -1}, {"temperature": -1}, {"top_k": 0}])
def test_settings_are_checked_before_anything_is_drafted(wrong):
    # fails if a wrong setting is an error of the drafter, or goes unnoticed
    settings = {"max_new_tokens": 3} | wrong
    with pytest.raises(ValueError, match=f"{next(iter(wrong))} must be"):
        generate_speculative(make(), None, [1], **settings)


def test_stops_and_sizes():
    # fails if text goes on behind a stop token, a seed does not repeat, or the context overflows
    model, drafter = make(), Fixed(torch.full((20,), 0.05))
    expected = generate(model, [1], 20, temperature=0).tolist()
    stop = expected[7]
    result = generate_speculative(model, drafter, [1], 20, temperature=0, stop_ids=[stop])
    assert result.ids.tolist() == expected[: expected.index(stop, 1) + 1]
    runs = [generate_speculative(model, drafter, [1], 20, seed=s).ids.tolist() for s in (5, 5, 6)]
    assert runs[0] == runs[1] != runs[2]
    assert len(generate_speculative(model, drafter, [1], 39).ids) == 40  # the whole context
    for arguments, message in (
        (([], 3), "text is empty"),
        (([1], 40), "ask for at most 39"),
    ):
        with pytest.raises(ValueError, match=message):
            generate_speculative(model, drafter, *arguments)
    with pytest.raises(ValueError, match="the drafter knows 3 tokens and the model 20"):
        generate_speculative(model, Fixed([0.2, 0.3, 0.5]), [1], 5)
    with pytest.raises(ValueError, match="n_draft must be a whole number of at least 0"):
        generate_speculative(model, drafter, [1], 5, n_draft=-1)


def test_drafts_are_checked_where_the_model_is():
    # fails if ids stay on the processor while the model is on a GPU
    class Elsewhere(Table):
        def parameters(self):
            yield torch.zeros(1, device="meta")

        def __call__(self, ids, cache=None):
            assert ids.device.type == "meta"
            cache.length += ids.shape[1]
            return torch.ones(1, ids.shape[1], len(self.rows))

    rows = [[1.0, 0.0], [0.0, 1.0]]
    found = generate_speculative(Elsewhere(rows), Fixed([0.5, 0.5]), [0], 5, temperature=0)
    assert found.ids.tolist() == [0] * 6


def test_drafted_ids_that_are_not_whole_are_refused():
    # fails if 1.9 is cut to 1
    with pytest.raises(TypeError, match="token ids must be whole numbers"):
        generate_speculative(make(), Fixed([0.05] * 20), [1.9], 3)

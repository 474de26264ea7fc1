"""Choosing one token, against definitions written in plain Python and cases worked by hand."""

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from llm_lib.generation import choose_token, filter_logits, penalize_repetition
from llm_lib.generation.sampling import as_ids, check_settings, token_probabilities


def kept(logits, **filters) -> set[int]:
    out = filter_logits(torch.tensor([logits]), **filters)[0]
    return {i for i, value in enumerate(out.tolist()) if value != -math.inf}


logit_lists = st.lists(st.floats(-4, 4, width=16), min_size=2, max_size=8, unique=True)


@settings(deadline=None)
@given(logits=logit_lists, k=st.integers(1, 10), p=st.floats(0.05, 1), m=st.floats(0, 1))
def test_filters_keep_what_their_definitions_say(logits, k, p, m):
    # fails if a filter keeps one token too many or too few
    order = sorted(range(len(logits)), key=lambda i: -logits[i])
    weights = [math.exp(x) for x in logits]
    probability = [w / sum(weights) for w in weights]
    assert kept(logits, top_k=k) == set(order[:k])
    smallest = next(
        (n for n in range(1, len(order)) if sum(probability[i] for i in order[:n]) >= p), len(order)
    )
    margin = min(abs(sum(probability[i] for i in order[:n]) - p) for n in range(1, len(order) + 1))
    if margin > 1e-5:  # at the very edge, rounding decides
        assert kept(logits, top_p=p) == set(order[:smallest])
    if all(abs(q - m * max(probability)) > 1e-6 for q in probability):
        assert kept(logits, min_p=m) == {
            i for i, q in enumerate(probability) if q >= m * max(probability)
        }


def test_sampling_follows_the_probabilities():
    # fails if the temperature multiplies instead of dividing
    logits = torch.tensor([[0.0, 1.0, 2.0]]).repeat(20000, 1)
    generator = torch.Generator().manual_seed(0)
    drawn = choose_token(logits, temperature=0.5, generator=generator)
    share = torch.bincount(drawn, minlength=3) / 20000
    torch.testing.assert_close(share, (logits[0] / 0.5).softmax(0), atol=0.01, rtol=0)
    plain = torch.bincount(choose_token(logits, generator=generator), minlength=3) / 20000
    torch.testing.assert_close(plain, logits[0].softmax(0), atol=0.015, rtol=0)


def test_repetition_penalty_lowers_both_signs():
    # fails if a negative logit is divided, or a small one multiplied, and so rises
    logits = torch.tensor([[2.0, -2.0, 1.0, 0.5, -0.5]])
    found = penalize_repetition(logits, torch.tensor([[0, 1, 1, 3, 4]]), 2.0)
    assert found.tolist() == [[1.0, -4.0, 1.0, 0.25, -1.0]]


def test_the_borders_of_the_filters():
    # fails if a filter is off by one token where probabilities meet its limit exactly
    four_alike, halves = [0.0] * 4, [math.log(2), 0.0, 0.0]  # 1/4 each; 1/2, 1/4, 1/4
    assert [len(kept(four_alike, top_p=p)) for p in (0.2, 0.25, 0.26, 0.5, 0.75, 0.76, 1)] == [
        *(1, 1, 2, 2, 3, 4, 4)
    ]
    assert [len(kept(halves, min_p=p)) for p in (0, 0.49, 0.51, 1)] == [3, 3, 1, 1]
    assert len(kept(four_alike, min_p=1)) == 4  # nothing is less likely than the likeliest
    assert [len(kept([3.0, 1.0, 2.0], top_k=k)) for k in (1, 2, 3, 4)] == [1, 2, 3, 3]


def test_of_equal_tokens_the_first_ones_stay():
    # fails if a tie at the k-th place lets more than k tokens through, or the last ones
    assert kept([1.0] * 10, top_k=3) == {0, 1, 2}
    assert kept([0.0, 2.0, 1.0, 2.0, 1.0, 1.0], top_k=4) == {1, 2, 3, 4}
    assert kept([-math.inf, 1.0, -math.inf, 1.0], top_k=3) == {1, 3}
    assert kept([1.0] * 4 + [3.0], top_p=0.8) == {0, 1, 4}  # 0.65, and 0.09 four times
    rows = filter_logits(torch.tensor([[1.0, 1.0, 2.0], [2.0, 1.0, 1.0]]), top_k=2)
    assert rows.isfinite().tolist() == [[True, False, True], [True, True, False]]


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_a_share_of_one_keeps_every_token(dtype):
    # fails if rounding lets 50,000 shares reach 1 too soon, or reach nothing in 16 bits
    torch.manual_seed(0)
    logits = 2 * torch.randn(2, 50257).to(dtype)
    for share in (1, 1.0):
        assert torch.equal(filter_logits(logits, top_p=share), logits)
    p = logits.double().softmax(-1).sort(descending=True).values
    smallest = (p.cumsum(-1) < 0.9).sum(-1) + 1
    counted = filter_logits(logits, top_p=0.9).isfinite().sum(-1)
    assert (counted - smallest).abs().max() <= 5  # at the very edge, rounding decides


@pytest.mark.parametrize("temperature", [1e-30, 1e-40, 1e-320])
def test_the_coldest_draw_is_the_greedy_one(temperature):
    # fails if a quotient is infinite, or the temperature becomes 0 on its way: NaN, both times
    logits = torch.tensor([[-90.0, 40.0, 39.0, -1e30], [5.0, 2.0, 5.0, 0.0]])
    for dtype in (torch.float32, torch.float64, torch.bfloat16):
        p = token_probabilities(logits.to(dtype), temperature)
        assert p.tolist() == [[0, 1, 0, 0], [0.5, 0, 0.5, 0]]  # and where two are equal, either
    assert choose_token(logits[:1], temperature=temperature).tolist() == [1]


def test_a_token_has_to_pass_every_filter_in_its_own_row():
    # fails if one filter undoes another, or a row is judged by what stands in the next one
    logits = torch.tensor([[8.0, 1.0, 4.0, 2.0], [1.0, 2.0, 4.0, 8.0]]).log()
    alone = {"top_k": 3, "top_p": 0.6, "min_p": 0.2}  # keep 3, 2 and 3 tokens
    for filters, n in ((alone, 2), (alone | {"top_p": 1.0}, 3), (alone | {"min_p": 0.6}, 1)):
        out = filter_logits(logits, **filters)
        largest = logits.topk(n).values[:, -1:]
        assert torch.equal(out, torch.where(logits >= largest, logits, -math.inf))


def test_what_is_kept_is_scaled_up():
    # fails if dropped tokens keep a part, the temperature comes after the filters, or rows mix
    logits = torch.tensor([[4.0, 2.0, 1.0, 1.0], [1.0, 1.0, 2.0, 4.0]]).log()
    p = token_probabilities(logits, 0.5, top_k=2)  # squares: 16 to 4
    torch.testing.assert_close(p, torch.tensor([[0.8, 0.2, 0, 0], [0, 0, 0.2, 0.8]]))
    # the likeliest has 1/2 at temperature 1, and 16/22 at 1/2
    assert (token_probabilities(logits, 1.0, top_p=0.6) > 0).sum(-1).tolist() == [2, 2]
    assert (token_probabilities(logits, 0.5, top_p=0.6) > 0).sum(-1).tolist() == [1, 1]
    torch.testing.assert_close(token_probabilities(logits)[0], logits[0].exp() / 8)
    sure = torch.tensor([[1.0, 0, 0, 0], [0, 0, 0, 1]])
    assert torch.equal(token_probabilities(logits, 0), sure)
    assert choose_token(logits, temperature=0).tolist() == [0, 3]
    assert choose_token(logits, temperature=1, top_k=1).tolist() == [0, 3]


def test_settings_at_their_limits_are_taken():
    # fails if the last value that makes sense is refused
    check_settings(0, top_k=1, top_p=1, min_p=0, repetition_penalty=1e-9, max_new_tokens=0)
    check_settings(min_p=1)
    with pytest.raises(ValueError, match="max_new_tokens must be a whole number of at least 0"):
        check_settings(max_new_tokens=-1)


@pytest.mark.parametrize("ids", [[True, False], [1.0], [1j]])
def test_ids_that_are_not_whole_are_refused(ids):
    # fails if a truth value or half an id is taken for a token
    with pytest.raises(TypeError, match="token ids must be whole numbers"):
        as_ids(ids)
    assert as_ids([3]).dtype == torch.int64


def test_an_empty_text_is_refused():
    # fails if there is nothing that a first token could follow
    with pytest.raises(ValueError, match="text is empty: give at least one token"):
        as_ids([])


@pytest.mark.parametrize(
    ("settings_", "message"),
    [
        ({"top_p": 0}, "top_p must be above 0"),
        ({"top_p": float("nan")}, "top_p must be above 0 and at most 1, got nan"),
        ({"min_p": 2}, "min_p must be at least 0 and at most 1, got 2"),
        ({"min_p": float("nan")}, "min_p must be"),
        ({"top_k": 0}, "top_k must be a whole number of at least 1, got 0"),
        ({"top_k": 1.5}, "top_k must be a whole number"),
    ],
)
def test_filters_refuse_what_would_leave_no_token(settings_, message):
    # fails if the likeliest token can be filtered out, or a row of NaN comes back
    logits = torch.tensor([[1.0, 3.0, 2.0]])
    for function in (filter_logits, token_probabilities, choose_token):
        with pytest.raises(ValueError, match=message):
            function(logits, **settings_)


@pytest.mark.parametrize("temperature", [-1, float("nan"), float("inf"), None])
def test_a_temperature_that_cannot_be_is_refused(temperature):
    # fails if a negative one turns likely into unlikely, or NaN passes every comparison
    logits = torch.tensor([[1.0, 3.0, 2.0]])
    for function in (token_probabilities, choose_token):
        with pytest.raises(ValueError, match="temperature must be at least 0"):
            function(logits, temperature=temperature)
    with pytest.raises(ValueError, match="temperature must be at least 0"):
        check_settings(temperature)
    with pytest.raises(ValueError, match="repetition_penalty must be above 0"):
        penalize_repetition(logits, torch.tensor([[0]]), 0.0)

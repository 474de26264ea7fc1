"""Training to predict the next token: windows, the loss on them, and that it learns."""

import numpy as np
import pytest
import torch

from llm_lib.dataset import ShuffledWindows
from llm_lib.training import TrainingConfig, compute_loss, evaluate_loss, next_token, train
from llm_lib.training.next_token import DeviceBatches
from tests.training.small import FAST, TOKENS, make, run, weights


def test_an_epoch_shows_each_window_once_and_targets_are_one_ahead():
    # fails if windows overlap, are dropped, or targets are not shifted
    windows = ShuffledWindows(np.arange(1000), batch_size=3, context_length=10, seed=1)
    seen = torch.cat([windows[i][0] for i in range(windows.n_windows // 3)])
    assert len(seen.flatten().unique()) == seen.numel()
    x, y = windows[5]
    assert torch.equal(x + 1, y)
    assert x.shape == (3, 10)
    again = ShuffledWindows(np.arange(1000), 3, 10, seed=1)
    assert torch.equal(again[40][0], windows[40][0])  # any batch, without those before
    assert not torch.equal(windows[0][0], windows[33][0])  # another epoch, another order


def test_it_learns_a_pattern_that_repeats():
    # fails if nothing is learned: the loss of a guess is ln 11 = 2.4
    pattern = np.tile([1, 5, 2, 9, 4], 300)
    model = make()
    config = TrainingConfig(
        steps=150, batch_size=8, learning_rate=0.01, warmup_steps=5, progress=False
    )
    result = train(model, pattern, pattern[:100], config)
    assert result.val_loss < 0.1
    assert result.history[-1]["step"] == 150


def test_evaluation_is_the_plain_mean_and_leaves_the_mode():
    # fails if dropout is on, or batches of other sizes are weighted wrongly
    model = make(dropout=0.5).train()
    x, y = (
        torch.tensor(TOKENS[:40].astype(int)).view(5, 8),
        torch.tensor(TOKENS[1:41].astype(int)).view(5, 8),
    )
    loss = evaluate_loss(model, TOKENS[:41], batch_size=2)
    assert model.training
    assert loss == pytest.approx(compute_loss(model.eval(), x, y).item(), rel=1e-5)


def test_evaluation_reads_the_first_windows_alone():
    # fails if the loss of a long text is of other windows than of the first 16 × 20
    model = make().eval()
    x = torch.tensor(TOKENS[: 220 * 8].astype(int)).repeat(2).view(440, 8)
    text = x.flatten().numpy()
    y = torch.tensor(text[1 : 320 * 8 + 1]).view(320, 8)
    expected = compute_loss(model, x[:320], y).item()
    assert evaluate_loss(model, text) == pytest.approx(expected, rel=1e-5)
    two = compute_loss(model, x[:2], y[:2]).item()
    assert evaluate_loss(model, text, 1, 2) == pytest.approx(two, rel=1e-5)


def test_a_loss_can_be_asked_for_in_either_precision():
    # fails if the precision is not that of the products, or the loss itself is rounded
    model, ids = make().eval(), torch.tensor([[1, 2, 3]])
    plain = compute_loss(model, ids, ids)
    assert compute_loss(model, ids, ids, "float32") == plain
    half = compute_loss(model, ids, ids, "bfloat16")
    assert half.dtype == torch.float32
    assert half != plain and half.item() == pytest.approx(plain.item(), abs=0.02)


def test_bfloat16_stays_near_float32():
    # fails if the loss itself is computed in half precision
    (a, one), (b, two) = run(), run(precision="bfloat16")
    assert one.val_loss == pytest.approx(two.val_loss, abs=0.02)
    assert a.token_embedding.weight.dtype == b.token_embedding.weight.dtype == torch.float32


def test_texts_that_are_too_short_say_how_much_is_needed():
    # fails if indexing goes wrong deep inside, or after an hour of training
    with pytest.raises(ValueError, match=r"20 tokens are too few.*at least 40 are needed"):
        train(make(), TOKENS[:20], TOKENS, TrainingConfig(**FAST, progress=False))
    model, before = make(), weights(make())
    with pytest.raises(ValueError, match="8 validation tokens are too few"):
        train(model, TOKENS, TOKENS[:8], TrainingConfig(**FAST, progress=False))
    assert torch.equal(weights(model), before)  # it is said before the training, not after
    for sizes in ({"batch_size": 0}, {"max_batches": 0}):
        with pytest.raises(ValueError, match=f"{next(iter(sizes))} must be a whole number"):
            evaluate_loss(model, TOKENS, **sizes)


def test_the_history_says_how_many_tokens_were_read():
    # fails if micro-steps, or the windows of a batch, are not counted
    _, result = run(accumulation_steps=3)
    assert [(row["step"], row["tokens"]) for row in result.history] == [
        (5, 5 * 3 * 4 * 8),
        (10, 10 * 3 * 4 * 8),
        (12, 12 * 3 * 4 * 8),
    ]
    assert all(row["val_loss"] == round(row["val_loss"], 6) for row in result.history)


def test_the_next_batch_is_sent_for_while_this_one_is_computed(monkeypatch):
    # fails if a GPU waits for its batches, or others are sent for than are asked for
    class Noted(DeviceBatches):
        def __getitem__(self, index):
            events.append(("get", index))
            return super().__getitem__(index)

        def prefetch(self, index):
            events.append(("prefetch", index))

    events = []
    monkeypatch.setattr(next_token, "DeviceBatches", Noted)
    run(steps=2, accumulation_steps=2)
    assert events == [(what, n + (what != "get")) for n in range(4) for what in ("get", "prefetch")]


@pytest.mark.parametrize("device", ["cpu", "meta"])
def test_batches_wait_on_the_device_before_they_are_asked_for(device):
    # fails if a batch is fetched twice, or a device with its own memory has to wait for it
    fetched = []

    class Batches:
        def __getitem__(self, index):
            fetched.append(index)
            return torch.full((2, 3), index), torch.zeros(2, 3, dtype=torch.int64)

    batches = DeviceBatches(Batches(), torch.device(device), 10)
    x, y = batches[4]
    batches.prefetch(5)
    assert x.device.type == y.device.type == device and x.shape == (2, 3)
    assert fetched == ([4, 5] if device == "meta" else [4])
    assert batches[5][0].device.type == device and fetched == [4, 5]
    batches.prefetch(6)
    if device == "cpu":
        assert batches[9][0].tolist() == [[9] * 3] * 2
    else:
        assert batches[9][0].shape == (2, 3) and fetched[-1] == 9


def test_a_wrong_id_is_named_before_it_reaches_another_device():
    # fails if a GPU meets it first, and can say no more than "assert"
    batches = [(torch.tensor([[1, 10]]), torch.tensor([[1, 2]]))]
    with pytest.raises(ValueError, match=r"token id 10 is outside of the vocabulary, 0\.\.9"):
        DeviceBatches(batches, torch.device("meta"), 10)[0]


def test_a_precision_that_is_not_there_is_named():
    # Fails if any other word passes for float32.
    x = torch.tensor([[1, 2]])
    with pytest.raises(ValueError, match=r"precision must be one of .* got 'float16'"):
        compute_loss(make(), x, x, "float16")

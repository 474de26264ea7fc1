"""Training and using the translator, against formulas, against torch, and against itself."""

import math

import pytest
import torch
from torch import nn

from llm_lib.book.translation import (
    PAD,
    LumiTask,
    encode_pairs,
    lumi_tokenizer,
    to_lumi,
    translator,
)
from llm_lib.book.translation.followed import follow_translation
from llm_lib.book.translation.translator import (
    alignment_share,
    cross_attention,
    share_right,
    train_translator,
    translate_beam,
    translate_greedy,
    translation_loss,
    warmup_rate,
)
from llm_lib.model.transformer import Transformer, TransformerConfig

SENTENCE = "The brave fox finds forty two kites."


def small_model(seed=0, **changes):
    """Return a translator with random weights."""
    torch.manual_seed(seed)
    sizes = {"context_length": 24, "n_layer": 2, "n_head": 2, "n_embd": 16, "n_hidden": 32}
    sizes |= {"dropout": 0.0} | changes
    return Transformer(TransformerConfig(lumi_tokenizer().vocab_size, **sizes)).eval()


@pytest.mark.parametrize("n_embd", [64, 512])
def test_the_rate_rises_and_falls(n_embd):
    # Fails if the two parts of equation 3 do not meet at the end of the warm-up.
    rates = [warmup_rate(step, n_embd, 100) for step in range(1, 1001)]
    assert max(rates) == rates[99] == pytest.approx(1 / math.sqrt(n_embd * 100))
    assert rates[49] == pytest.approx(rates[99] / 2)
    assert rates[399] == pytest.approx(rates[99] / 2)


@pytest.mark.parametrize("epsilon", [0.0, 0.1])
def test_loss_is_the_sum_over_smoothed_labels(epsilon):
    # Fails if padding counts, or smoothing shares its part in another way.
    torch.manual_seed(1)
    logits, targets = torch.randn(2, 3, 7), torch.tensor([[4, 2, PAD], [1, PAD, PAD]])
    log_p = logits.log_softmax(-1)
    terms = []
    for b, t in ((0, 0), (0, 1), (1, 0)):
        q = torch.full((7,), epsilon / 7)
        q[targets[b, t]] += 1 - epsilon
        terms.append(-(q * log_p[b, t]).sum())
    torch.testing.assert_close(translation_loss(logits, targets, epsilon), sum(terms) / 3)


def test_first_steps_are_those_of_adam_by_hand():
    # Fails if the rate is set too late, targets are not shifted, or another optimiser is used.
    pairs = LumiTask(seed=1).pairs(8)
    model, other = small_model(), small_model()
    losses = train_translator(
        model, pairs, steps=2, batch_size=8, warmup_steps=10, seed=3, progress=False
    )
    sources, targets = encode_pairs(pairs)
    generator = torch.Generator().manual_seed(3)
    optimizer = torch.optim.Adam(other.parameters(), betas=(0.9, 0.98), eps=1e-9)
    criterion = nn.CrossEntropyLoss(ignore_index=PAD, label_smoothing=0.1)
    for step in (1, 2):
        rows = torch.randint(8, (8,), generator=generator)
        logits = other(sources[rows], targets[rows, :-1])
        loss = criterion(logits.transpose(1, 2), targets[rows, 1:])
        assert losses[step - 1] == pytest.approx(loss.item(), abs=1e-3)
        optimizer.param_groups[0]["lr"] = step * 10**-1.5 / 4
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    # Not every weight: where a gradient is all but 0, Adam's first steps go by its sign.
    ours, by_hand = model.token_embedding.weight, other.token_embedding.weight
    assert (ours - by_hand).abs().mean() < 1e-4


def test_a_few_sentences_are_learned():
    # Fails if gradients do not reach the source: then no translation can be right.
    pairs = LumiTask(seed=2).pairs(4)
    model = small_model(n_embd=32, n_hidden=64, n_layer=1)
    train_translator(
        model, pairs, steps=120, batch_size=8, warmup_steps=20, rate=5e-3,
        label_smoothing=0.0, progress=False,
    )  # fmt: skip
    assert share_right(model, pairs) == 1.0
    sentences = [english for english, _ in pairs]
    assert translate_greedy(model, sentences) == [lumi for _, lumi in pairs]
    best = [translate_beam(model, english, 3)[0][0] for english in sentences]
    assert best == [lumi for _, lumi in pairs]


def test_one_beam_is_greedy_and_more_are_no_worse():
    # Fails if the two ways of decoding feed the model differently.
    model = small_model(seed=5)
    [greedy] = translate_greedy(model, [SENTENCE], max_new_tokens=5)
    [(one, _)] = translate_beam(model, SENTENCE, 1, max_new_tokens=5)
    assert one == greedy
    found = translate_beam(model, SENTENCE, 8, length_penalty=0.0, max_new_tokens=5)
    [(_, plain)] = translate_beam(model, SENTENCE, 1, 0.0, max_new_tokens=5)
    assert found[0][1] >= plain - 1e-5
    assert [s for _, s in found] == sorted((s for _, s in found), reverse=True)


def test_a_batch_is_translated_as_its_sentences_alone():
    # Fails if padding of the shorter sentence changes its translation.
    model = small_model(seed=6)
    both = translate_greedy(model, [SENTENCE, "The hen sees the cup."], max_new_tokens=6)
    assert both == [
        translate_greedy(model, [s], max_new_tokens=6)[0]
        for s in (SENTENCE, "The hen sees the cup.")
    ]


def test_translations_are_made_without_dropout():
    # fails if a model in training translates otherwise each time, or is left in another mode
    model = small_model(dropout=0.5)

    def measure():
        found = translate_greedy(model, [SENTENCE] * 3), translate_beam(model, SENTENCE)
        return *found, cross_attention(model, SENTENCE), follow_translation(model, [SENTENCE])

    calm = measure()
    model.train()
    assert measure() == calm and all(part.training for part in model.modules())


def test_cross_attention_is_what_the_layers_did():
    # Fails if a row is shown beside another token than the one it helped to write.
    model, seen = small_model(), {}
    found = cross_attention(model, SENTENCE)
    source, target = encode_pairs([(SENTENCE, to_lumi(SENTENCE))])
    model(source, target[:, :-1], seen)
    torch.testing.assert_close(torch.tensor(found["weights"])[1], seen["cross"][1][0])
    assert found["source"] == ["The", "brave", "fox", "finds", "forty", "two", "kites", "."]
    assert found["target"][3:5] == ["4", "2"] and found["target"][-1] == "<stop>"
    assert found["origin"] == [2, 1, 6, 4, 5, 3, 7, None]
    other = cross_attention(model, SENTENCE, "4 2.")
    assert other["origin"] == [None] * 4


def test_alignment_share_counts_hits():
    # Fails if the share is taken over other tokens than those with one word of origin.
    model, sentence = small_model(), "The hen sees the cup."
    found = cross_attention(model, sentence)
    hits = [
        [sum(head[t].index(max(head[t])) == found["origin"][t] for t in range(3)) for head in layer]
        for layer in found["weights"]
    ]
    expected = [[n / 3 for n in row] for row in hits]
    shares = alignment_share(model, [sentence])
    assert [x for row in shares for x in row] == pytest.approx([x for r in expected for x in r])


def test_looking_across_happens_where_the_model_is():
    # fails if sentences stay on the processor while the model is on a GPU
    class Elsewhere(nn.Module):
        def __init__(self):
            super().__init__()
            self.weight = nn.Parameter(torch.zeros(1, device="meta"))

        def forward(self, source, target, seen):
            assert source.device.type == target.device.type == "meta"
            seen["cross"] = [torch.ones(1, 2, target.shape[1], source.shape[1])]

    assert len(cross_attention(Elsewhere(), SENTENCE)["weights"]) == 1


@pytest.mark.parametrize("rate", [None, 0.5])
def test_the_translator_is_trained_by_the_papers_schedule_or_a_plain_one(monkeypatch, rate):
    # fails if a step takes the rate of another one, or a warm-up is left out
    asked, batches = [], []

    def note(model, loss_at, config, *, optimizer, rate_at):
        asked.append(rate_at)
        loss_at(lambda source, target: batches.append(len(source)) or model(source, target), 0)

    monkeypatch.setattr(translator, "fit", note)
    pairs = LumiTask(seed=0).pairs(4)
    train_translator(small_model(), pairs, steps=6, warmup_steps=4, rate=rate, progress=False)
    expected = [warmup_rate(step, 16, 4) for step in range(1, 7)]
    if rate:
        expected = [0.125, 0.25, 0.375, 0.5, 0.5, 0.5]
    assert [asked[0](step) for step in range(6)] == pytest.approx(expected)
    assert batches == [64]  # pairs at a time, unless another number is given


def test_a_rate_that_is_too_high_is_named():
    # Fails if the explanation of a breakdown tells of another rate or warm-up than was given.
    settings = {"steps": 30, "batch_size": 4, "warmup_steps": 3, "rate": 1e30, "progress": False}
    with pytest.raises(ValueError, match=r"it is 1e\+30: try a third.*warmup_steps is 3"):
        train_translator(small_model(), LumiTask(seed=1).pairs(8), **settings)

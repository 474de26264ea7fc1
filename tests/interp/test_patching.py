"""Activation patching, against what must be so and against a model worked out part by part."""

import pytest
import torch

from llm_lib.interp.patching import (
    PARTS,
    answer_score,
    differing_positions,
    patching_map,
    run_patched,
    share_recovered,
)
from llm_lib.model.gpt import GPT, GPTConfig
from llm_lib.model.hooks import Activation
from llm_lib.pretrained.save_load import load_model

CLEAN, CORRUPTED = [3, 1, 4, 1, 5, 9], [3, 1, 7, 1, 5, 9]  # they differ at position 2
ANSWERS = (2, 11)
CONFIGS = {
    "gpt2": {},
    "modern": {
        "position": "rotary",
        "norm": "rms",
        "mlp": "swiglu",
        "bias": False,
        "tie_weights": False,
        "n_kv_head": 2,
    },
    "qk norm": {"position": "rotary", "mlp": "relu2", "qk_norm": True},
}


@pytest.fixture(params=CONFIGS.values(), ids=CONFIGS.keys())
def model(request):
    """A random model of three layers whose norms and biases are not ones and zeros."""
    torch.manual_seed(4)
    model = GPT(GPTConfig(13, 8, n_layer=3, n_head=4, n_embd=16, **request.param)).eval()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.add_(0.3 * torch.randn_like(parameter))
    return model


@torch.no_grad()
def by_hand(model, ids, change=lambda name, x: x):
    """Return the last logits, with no hook: each part is called, and its output may be changed."""
    x = model._embed(torch.tensor([ids]))
    for i, block in enumerate(model.blocks):
        attention, feed_forward = block.attention, block.feed_forward
        x = change(f"residual {i}", x)
        q, k, v = attention.queries_keys_values(block.norm_1(x))
        if model.rotary is not None:
            q, k = model.rotary(q, 0), model.rotary(k, 0)
        heads = change(f"heads {i}", attention.attend(q, k, v, None))  # (1, H, T, D)
        x = x + attention.out(heads.transpose(1, 2).flatten(2))
        given = block.norm_2(x)
        if feed_forward.kind == "relu2":
            hidden = feed_forward.up(given).clamp(min=0) ** 2
        elif feed_forward.gate is None:
            hidden = torch.nn.functional.gelu(feed_forward.up(given), approximate="tanh")
        else:
            hidden = torch.nn.functional.silu(feed_forward.gate(given)) * feed_forward.up(given)
        x = x + feed_forward.down(change(f"feed_forward {i}", hidden))
    x = change(f"residual {len(model.blocks)}", x)
    return model.unembed(x)[0, -1]


def expected(model, part, cell, position=None):
    """Return what one cell should be: (layer, position) or (layer, head), worked out by hand."""
    layer, i = cell
    seen = {}
    clean = by_hand(model, CLEAN, lambda name, x: seen.setdefault(name, x))

    def change(name, x):
        if name != f"{part} {layer}":
            return x
        x = x.clone()
        where = (0, i) if part != "heads" or position is None else (0, i, position)
        x[where] = seen[name][where]
        return x

    a, b = ANSWERS
    corrupted = by_hand(model, CORRUPTED)
    patched = by_hand(model, CORRUPTED, change)
    score = [run[a] - run[b] for run in (patched, corrupted, clean)]
    return ((score[0] - score[1]) / (score[2] - score[1])).item()


@pytest.mark.parametrize(
    ("part", "position", "shape"),
    [
        ("residual", None, (4, 6)),
        ("heads", None, (3, 4)),
        ("heads", 2, (3, 4)),
        ("heads", 5, (3, 4)),
        ("feed_forward", None, (3, 6)),
    ],
)
def test_every_cell_is_what_comes_out_by_hand(model, part, position, shape):
    # Fails if another layer, head or position is patched, from another run, or at another place.
    found = patching_map(model, CLEAN, CORRUPTED, ANSWERS, part, position=position)
    assert found.shape == shape
    for cell in torch.cartesian_prod(*map(torch.arange, shape)).tolist():
        want = expected(model, part, cell, position)
        assert found[tuple(cell)].item() == pytest.approx(want, abs=1e-4), cell


def test_what_must_be_so(model):
    # Fails if a patch reaches where it can't, or if one that takes over everything does not.
    found = patching_map(model, CLEAN, CORRUPTED, ANSWERS)
    assert found[:, :2].abs().max() < 1e-5  # before the difference, both runs hold the same
    assert found[0, 3:].abs().max() < 1e-5  # nor do later tokens differ before block 0
    assert found[0, 2].item() == pytest.approx(1, abs=1e-4)  # the one token that does
    assert found[-1, -1].item() == pytest.approx(1, abs=1e-4)  # all that the head reads
    assert found[-1, :-1].abs().max() < 1e-5  # and it reads nothing else


def test_all_positions_of_a_layer_are_the_whole_run(model):
    # Fails if `run_patched` leaves a position out when none is named.
    whole = run_patched(model, CLEAN, CLEAN[:2] + CORRUPTED[2:], "blocks.0.resid_pre")
    with torch.no_grad():
        assert torch.allclose(whole, model(torch.tensor([CLEAN]))[0], atol=1e-5)


def test_one_patch_is_a_cell_of_the_map(model):
    # Fails if a head or a position is counted otherwise there than here.
    logits = run_patched(model, CLEAN, CORRUPTED, "blocks.1.attention.z", head=3, position=4)
    with torch.no_grad():
        runs = [model(torch.tensor([ids]))[0] for ids in (CORRUPTED, CLEAN)]
    scores = [answer_score(run[-1], ANSWERS) for run in (logits, *runs)]
    found = patching_map(model, CLEAN, CORRUPTED, ANSWERS, "heads", position=4)
    assert share_recovered(*scores).item() == pytest.approx(found[1, 3].item(), abs=1e-4)
    hidden = run_patched(model, CLEAN, CORRUPTED, "blocks.2.feed_forward.post", position=5)
    cell = patching_map(model, CLEAN, CORRUPTED, ANSWERS, "feed_forward")[2, 5]
    score = share_recovered(answer_score(hidden[-1], ANSWERS), *scores[1:])
    assert score.item() == pytest.approx(cell.item(), abs=1e-4)


def test_nothing_stays_behind(model):
    # Fails if a hook outlives its run, even one that ends in an error.
    before = by_hand(model, CORRUPTED)
    patching_map(model, CLEAN, CORRUPTED, ANSWERS, "heads")
    with pytest.raises(ValueError, match="more than the model's context_length"):
        patching_map(model, [*CLEAN, 1, 2, 3], [*CORRUPTED, 1, 2, 3], ANSWERS)
    assert not any(part.is_watched for part in model.modules() if isinstance(part, Activation))
    with torch.no_grad():
        assert torch.allclose(model(torch.tensor([CORRUPTED]))[0, -1], before, atol=1e-5)


def test_the_log_probability(model):
    # Fails if that measure is not the first answer's, among all tokens.
    found = patching_map(model, CLEAN, CORRUPTED, ANSWERS, measure="log_probability")
    with torch.no_grad():
        runs = [
            run_patched(model, CLEAN, CORRUPTED, "blocks.1.resid_pre", position=3)[-1],
            by_hand(model, CORRUPTED),
            by_hand(model, CLEAN),
        ]
    a, b, c = (run.softmax(-1)[ANSWERS[0]].log() for run in runs)
    assert found[1, 3].item() == pytest.approx(((a - b) / (c - b)).item(), abs=1e-4)


def test_patches_are_measured_without_dropout():
    # Fails if a model in training answers otherwise each time, or is left in another mode.
    torch.manual_seed(4)
    model = GPT(GPTConfig(13, 8, n_layer=2, n_head=4, n_embd=16, dropout=0.5)).eval()
    name = "blocks.0.attention.z"

    def measure():
        maps = [patching_map(model, CLEAN, CORRUPTED, ANSWERS, part) for part in PARTS]
        return [run_patched(model, CLEAN, CORRUPTED, name, head=1), *maps]

    calm = measure()
    model.train()
    assert all(map(torch.equal, measure(), calm))
    assert all(part.training for part in model.modules())


def test_a_long_text_runs_in_pieces(model, monkeypatch):
    # Fails if the pieces in which a layer's cells run are put together wrongly.
    whole = patching_map(model, CLEAN, CORRUPTED, ANSWERS)
    monkeypatch.setattr("llm_lib.interp.patching.MOST_ROWS", 4)
    assert torch.allclose(patching_map(model, CLEAN, CORRUPTED, ANSWERS), whole, atol=1e-5)


def test_tensors_serve_as_ids(model):
    # Fails if a text can be given as a list only.
    tensors = [torch.tensor(each) for each in (CLEAN, CORRUPTED, ANSWERS)]
    want = patching_map(model, CLEAN, CORRUPTED, ANSWERS)
    assert torch.equal(patching_map(model, *tensors), want)


FAULTS = {
    "lengths": (dict(corrupted=CORRUPTED[:-1]), "6 and 5, and part at position 2"),
    "a longer end": (dict(corrupted=[*CLEAN, 8]), "6 and 7, and part at position 6"),
    "the same": (dict(corrupted=CLEAN), "the two texts are the same, 6 tokens"),
    "a part": (dict(part="mlp"), r"part must be one of \('residual', 'heads'.*got 'mlp'"),
    "a measure": (dict(measure="loss"), "measure must be one of .*got 'loss'"),
    "a position": (dict(part="heads", position=6), "position must be a whole number from 0 to 5"),
    "a position of all": (dict(position=2), "for the part 'heads' alone; the part is 'residual'"),
    "one answer": (dict(answers=[4]), r"answers should be two different ids; got \[4\]"),
    "the same answer": (dict(answers=[4, 4]), "two different ids"),
    "no such token": (dict(answers=[4, 13]), "an answer must be a whole number from 0 to 12"),
}


@pytest.mark.parametrize(("changes", "said"), FAULTS.values(), ids=FAULTS.keys())
def test_faults_are_told(model, changes, said):
    # Fails if one of these is let through, or the message does not say what is wrong.
    arguments = dict(clean=CLEAN, corrupted=CORRUPTED, answers=ANSWERS) | changes
    with pytest.raises(ValueError, match=said):
        patching_map(model, **arguments)


PATCH_FAULTS = {
    "a name": (dict(name="blocks.0.mlp"), "no activation is called 'blocks.0.mlp'; there are"),
    "a layer": (dict(name="blocks.3.resid_pre"), "i is from 0 to 2"),
    "a head": (dict(head=4), "head must be a whole number from 0 to 3, got 4"),
    "no heads": (dict(name="blocks.0.resid_pre", head=0), "has no heads; got 0"),
    "a position": (dict(position=-1), "position must be a whole number from 0 to 5, got -1"),
}


@pytest.mark.parametrize(("changes", "said"), PATCH_FAULTS.values(), ids=PATCH_FAULTS.keys())
def test_faults_of_one_patch_are_told(model, changes, said):
    # Fails if one of these is let through, or the message does not say what is wrong.
    arguments = dict(name="blocks.0.attention.z") | changes
    with pytest.raises(ValueError, match=said):
        run_patched(model, CLEAN, CORRUPTED, **arguments)


def test_runs_that_answer_alike_are_told():
    # Fails if a share of nothing is computed: two tokens that no answer depends on.
    torch.manual_seed(0)
    model = GPT(GPTConfig(13, 8, n_layer=1, n_head=2, n_embd=8)).eval()
    with torch.no_grad():
        model.token_embedding.weight[7] = model.token_embedding.weight[4]
    with pytest.raises(ValueError, match=r"both runs answer alike, with a score of -?\d\.\d{4}"):
        patching_map(model, CLEAN, CORRUPTED, (2, 11))


def test_the_heads_of_the_relay():
    # Fails if what the chapter says of its own text does not hold: three heads carry whose it is.
    model, tokenizer = load_model("sprout")
    story = "User: Mia the fox met Tom the bear by the lake. {} had a kite and {} had a drum."
    end = " What did Tom have?\nBot: Tom had a"
    texts = [tokenizer.encode(story.format(*who) + end) for who in (("Mia", "Tom"), ("Tom", "Mia"))]
    answers = [tokenizer.encode(f" {thing}")[0] for thing in ("drum", "kite")]
    assert [tokenizer.decode([texts[0][t]]) for t in differing_positions(*texts)] == [
        " Mia",
        " Tom",
    ]
    for clean, corrupted, (a, b) in ((*texts, answers), (*texts[::-1], answers[::-1])):
        found = patching_map(model, clean, corrupted, (a, b), "heads")
        relay = {(1, 2), (2, 0), (3, 2)}
        for i, value in enumerate(found.flatten().tolist()):
            assert (value > 0.7) if divmod(i, 4) in relay else (abs(value) < 0.3), divmod(i, 4)

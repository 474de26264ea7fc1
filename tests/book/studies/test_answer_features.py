"""The recorded features of SmolLM2, how they are made small, and what probes find in them."""

import dataclasses
import json

import pytest
import torch

from llm_lib.book.studies import answer_features, answer_questions
from llm_lib.book.studies.answer_features import (
    BEHIND,
    CLASSES,
    COUNTS,
    FILE,
    L2,
    LAYERS,
    N_DIRECTIONS,
    PAD,
    Standard,
    load_answer_features,
    main,
    measure,
    measure_words,
    pack,
    read_places,
    reduce_places,
    unpack,
    widest_directions,
)
from llm_lib.book.studies.answer_questions import N_TEST, N_TRAIN, pick_questions
from llm_lib.finetuning.classify import POSITIONS, encode_labels, read_features
from llm_lib.finetuning.probe import fit_probe
from llm_lib.model.gpt import GPT, GPTConfig
from llm_lib.pretrained.save_load import load_model


@pytest.fixture(scope="module")
def recorded():
    return load_answer_features()


def accuracy(recorded, layer, position, behind=0):
    """Return what a probe of a place gets, at that place or so many columns behind it."""
    i, truth = LAYERS.index(layer), encode_labels([label for _, label in recorded["test"]], CLASSES)
    labels = encode_labels([label for _, label in recorded["train"]], CLASSES)
    x = recorded["text"][i, POSITIONS.index(position)]
    probe = fit_probe(x[:N_TRAIN], labels, len(CLASSES), L2)
    test = recorded["behind_end"][i, BEHIND.index(behind)] if behind else x[N_TRAIN:]
    return probe.accuracy(test, truth)


def full(recorded, layer, position, n=N_TRAIN):
    """Return the recorded accuracy with all channels."""
    wanted = (layer, position, n)
    return next(
        row["mean"]
        for row in recorded["full"]
        if (row["layer"], row["position"], row["n"]) == wanted
    )


def test_the_file_holds_what_the_script_measures(recorded):
    # fails if a layer, a count or a question was changed without reading anew
    train, test = recorded["train"], recorded["test"]
    assert (len(train), len(test)) == (N_TRAIN, N_TEST)
    assert not {text for text, _ in train} & {text for text, _ in test}
    assert recorded["text"].shape == (7, 4, N_TRAIN + N_TEST, N_DIRECTIONS)
    assert recorded["behind_end"].shape == (7, len(BEHIND), N_TEST, N_DIRECTIONS)
    assert (recorded["layers"], recorded["l2"]) == (list(LAYERS), L2)
    assert [row["n"] for row in recorded["words"]] == list(COUNTS)
    size = sum(FILE.with_suffix(end).stat().st_size for end in (".safetensors", ".json"))
    assert size < 700_000


def test_the_record_bears_out_what_is_said_of_it(recorded):
    # fails if the last token is not better than the first, or padding does not break the probe
    assert accuracy(recorded, 20, "last") > accuracy(recorded, 20, "first") + 0.15
    assert accuracy(recorded, 20, "last", behind=8) < accuracy(recorded, 20, "last") - 0.2
    assert full(recorded, 20, "+8") > accuracy(recorded, 20, "last", behind=8)  # not gone
    # before any block, the last token is nearly always the same question mark: nothing is learned
    marks = recorded["text"][0, POSITIONS.index("last")].unique(dim=0, return_counts=True)[1]
    assert marks.max() > 500 and accuracy(recorded, 0, "last") < 0.2


def test_the_reduction_costs_little(recorded):
    # fails if the directions of a place were mixed up with those of another
    for layer, position in ((5, "mean"), (15, "last"), (25, "last")):
        got, wanted = accuracy(recorded, layer, position), full(recorded, layer, position)
        assert abs(got - wanted) < 0.07


def test_the_word_counts_are_as_recorded(recorded):
    # fails if the record is of other examples or another model of the words
    train, test = pick_questions()
    assert measure_words(train, test, counts=(N_TRAIN,))[0] == recorded["words"][-1]


@pytest.mark.slow  # it reads 135 million parameters, and 520 questions with five blocks
def test_the_features_are_the_models(recorded):
    # fails if the file is not of the model in the package, or its numbers are not those read there
    gpt, tokenizer = load_model("smollm2")
    gpt.config = dataclasses.replace(gpt.config, n_layer=5)
    gpt.blocks = gpt.blocks[:5]
    texts = [text for text, _ in recorded["train"] + recorded["test"]]
    for position in ("last", "mean"):
        x = read_features(gpt, texts, tokenizer, 5, position=position).double()
        standard = Standard(x[:N_TRAIN])
        expected = standard(x) @ widest_directions(standard(x[:N_TRAIN]))
        got = recorded["text"][1, POSITIONS.index(position)].double()
        step = got.abs().amax(0) / 7
        assert ((got - expected).abs() < 0.75 * step + 0.05).double().mean() > 0.99


def test_packed_numbers_are_off_by_half_a_step():
    # fails if the two numbers of a byte change places, or a sign is lost
    x = torch.randn(20, 6, generator=torch.Generator().manual_seed(0)) * torch.arange(1, 7)
    packed, scale = pack(x)
    assert packed.dtype == torch.uint8 and packed.shape == (20, 3)
    assert ((unpack(packed, scale) - x).abs() <= scale / 2 + 1e-6).all()


class Characters:
    """A tokenizer of the tests: a character is its code."""

    special_tokens = {PAD: 127}

    def encode(self, text):
        return [ord(character) % 127 for character in text]


@pytest.fixture
def small():
    torch.manual_seed(0)
    return GPT(GPTConfig(128, 64, n_layer=2, n_head=2, n_embd=16, position="rotary")).eval()


TEXTS = ["Who is it ?", "Where ?", "What does a fox have ?", "How many kites are there ?"]


def test_columns_behind_the_end_are_read_as_text(small):
    # fails if another column is taken, or padding is hidden, as it should be elsewhere
    places = read_places(small, Characters(), TEXTS, layers=(1,), batch_size=3)
    for i, text in enumerate(TEXTS):
        ids = torch.tensor([[*Characters().encode(text), *[127] * 8]])
        _, seen = small.run_with_cache(ids)
        stream = seen.stream[1][0]
        for k in BEHIND:
            found = places[1, f"+{k}"][i]
            torch.testing.assert_close(found, stream[len(text) + k - 1], atol=1e-4, rtol=1e-4)
    alone = read_features(small, TEXTS, Characters(), 1)
    torch.testing.assert_close(places[1, "last"], alone, atol=1e-4, rtol=1e-4)


def test_a_probe_meets_padding_along_its_own_directions(small):
    # fails if columns behind the end are seen along other directions than the last token's
    places = read_places(small, Characters(), TEXTS, layers=(1,))
    for k in BEHIND:
        places[1, f"+{k}"] = places[1, "last"]
    tensors = reduce_places(places, n_train=3, n=2)
    text = unpack(tensors["text"], tensors["text_scale"])[0, POSITIONS.index("last"), 3:]
    behind = unpack(tensors["behind"], tensors["behind_scale"])[0, 0]
    assert torch.allclose(text, behind, atol=tensors["text_scale"].max().item())


def test_the_command_writes_what_it_measured(small, tmp_path, monkeypatch, capsys):
    # fails if a part is missing from the files, or can't be read back
    questions = [
        (f"{word} {i} ?", label)
        for i, (word, label) in enumerate(
            zip("who where when".split() * 4, CLASSES * 2, strict=True)
        )
    ]
    monkeypatch.setattr(answer_features, "FILE", tmp_path / "some.safetensors")
    monkeypatch.setattr(answer_features, "load_model", lambda _: (small, Characters()))
    for module in (answer_features, answer_questions):
        monkeypatch.setattr(module, "pick_questions", lambda: (questions[:8], questions[8:]))
    few = measure(small, Characters(), questions[:8], questions[8:], layers=(0, 2), counts=(4, 8))
    monkeypatch.setattr(answer_features, "measure", lambda *_: few)
    monkeypatch.setattr("sys.argv", ["answer_features"])
    main()
    written = json.loads((tmp_path / "some.json").read_text("utf-8"))
    assert written["layers"] == [0, 2] and len(written["full"]) == 2 * 8 * 2
    assert load_answer_features()["text"].shape[:3] == (2, 4, 12)
    assert "layer  2, last" in capsys.readouterr().out

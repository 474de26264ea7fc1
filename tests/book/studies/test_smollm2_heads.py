"""The recorded induction heads of SmolLM2, and the script that finds them."""

import json
import statistics

import pytest
import torch

from llm_lib.book.studies import smollm2_heads
from llm_lib.book.studies.smollm2_heads import (
    COUNTS,
    FIRST_ID,
    LENGTH,
    SEEDS,
    best_heads,
    load_smollm2_heads,
    losses_without,
    main,
    measure,
    random_heads,
    repeated_ids,
    scores_by_head,
)
from llm_lib.model.gpt import GPT, GPTConfig
from llm_lib.pretrained.save_load import load_model


def test_the_file_holds_what_the_script_measures():
    # fails if a count or a seed was changed without measuring it
    found = load_smollm2_heads()
    assert found["command"] == "python -m llm_lib.book.studies.smollm2_heads"
    assert torch.tensor(found["scores"]).shape == (30, 9)
    assert [row["n"] for row in found["off"]] == list(COUNTS)
    assert all(len(row["random"]) == len(SEEDS) for row in found["off"])


def test_the_file_bears_out_what_is_said_of_it():
    # fails if head 18.6 is not the first, or random heads are missed as much as induction heads
    found = load_smollm2_heads()
    scores = torch.tensor(found["scores"])
    assert best_heads(scores, 1) == [(18, 6)] and scores[18, 6] > 0.9
    normal = found["all_on"]
    for row in found["off"]:
        drawn = [each["repeats"] for each in row["random"]]
        assert row["induction"]["repeats"] > max(drawn)
        assert row["induction"]["repeats"] > normal["repeats"] + 2
    eight = found["off"][COUNTS.index(8)]
    assert found["first_copy"] - eight["induction"]["repeats"] < 2
    assert statistics.mean(each["repeats"] for each in eight["random"]) < normal["repeats"] + 2
    assert eight["induction"]["plain"] - normal["plain"] < 0.1


@pytest.mark.slow  # it reads 135 million parameters
def test_a_few_texts_show_the_same_heads():
    # fails if the recorded scores are not those of the model in the package
    model, _ = load_model("smollm2")
    found = torch.tensor(load_smollm2_heads()["scores"])
    again = scores_by_head(model, n_texts=1, seed=7)
    assert best_heads(again, 1) == best_heads(found, 1)
    assert torch.allclose(again, found, atol=0.3)


@pytest.fixture
def small():
    torch.manual_seed(0)
    config = GPTConfig(
        FIRST_ID + 200, 2 * LENGTH, n_layer=2, n_head=4, n_embd=16, position="rotary"
    )
    return GPT(config).eval()


def test_heads_are_chosen_and_drawn():
    # fails if the best are not the best, or a random one is among them
    scores = torch.tensor([[0.1, 0.9, 0.2], [0.3, 0.0, 0.8]])
    assert best_heads(scores, 3) == [(0, 1), (1, 2), (1, 0)]
    for seed in range(5):
        drawn = random_heads(scores, 3, seed)
        assert sorted(drawn) == [(0, 0), (0, 2), (1, 1)] and drawn == random_heads(scores, 3, seed)


def test_losses_are_of_the_second_copy_and_of_a_model_without_the_heads(small):
    # fails if first copies count, or a head that is switched off still writes
    ids = repeated_ids(small.config.vocab_size, n_texts=2)
    assert ids.shape == (2, 2 * LENGTH) and torch.equal(ids[:, :LENGTH], ids[:, LENGTH:])
    assert ids.min() >= FIRST_ID and all(len(set(row[:LENGTH])) == LENGTH for row in ids.tolist())
    texts = {"repeats": ids, "plain": ids}
    found = losses_without(small, [(0, 1), (1, 3)], texts)
    with torch.no_grad():
        for layer, head in ((0, 1), (1, 3)):
            small.blocks[layer].attention.out.weight[:, 4 * head : 4 * head + 4] = 0
        logits = small(ids)[:, LENGTH:-1]
    expected = torch.nn.functional.cross_entropy(
        logits.flatten(0, 1), ids[:, LENGTH + 1 :].flatten()
    )
    assert found["repeats"] == pytest.approx(expected.item(), abs=2e-3)


class Characters:
    """A tokenizer of the tests: a character is its code."""

    def encode(self, text):
        return [ord(character) % 128 for character in text]


def test_the_command_writes_what_it_measured(small, tmp_path, monkeypatch, capsys):
    # fails if a part is missing from the file, or the file from the folder
    monkeypatch.setattr(smollm2_heads, "FILE", tmp_path / "heads.json")
    monkeypatch.setattr(smollm2_heads, "load_model", lambda _: (small, Characters()))
    few = measure(small, Characters(), counts=(1, 2), seeds=(0, 1), n_texts=2)
    monkeypatch.setattr(smollm2_heads, "measure", lambda *_: few)
    monkeypatch.setattr("sys.argv", ["smollm2_heads"])
    main()
    found = json.loads((tmp_path / "heads.json").read_text("utf-8"))
    assert set(found) == {"command", "model", "scores", "first_copy", "all_on", "off"}
    assert [row["n"] for row in found["off"]] == [1, 2] and len(found["scores"]) == 2
    assert "induction" in capsys.readouterr().out

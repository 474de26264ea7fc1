"""What is recorded of decoding, against the file and a fresh run."""

import pytest
import torch

from llm_lib.book.measured.recorded_run import find_run, load_recorded
from llm_lib.book.measured.recording import run_watched
from llm_lib.book.studies.real_english import decoding
from llm_lib.generation import generate
from tests.book.studies.real_english.records import assert_same_next, assert_whole


def test_the_file_bears_out_what_is_said_of_it():
    # fails if a new measurement does not say what the chapter on generating says
    assert_whole(decoding)
    record = load_recorded("decoding")
    found = record["counts"]["settings"]
    assert (found["greedy"]["loops"], found["greedy"]["texts"]) == (3, 6)
    for name, low, high in (
        ("T 1.5", 7.3, 10),
        ("T 1.5, top-p 0.9", 6.1, 8.8),
        ("T 1.5, min-p 0.1", 1.8, 2.9),
    ):
        assert found[name]["texts"] == 18
        assert low <= found[name]["range"][0] <= found[name]["range"][1] <= high
    drawn = [count for name, count in found.items() if not name.startswith("greedy")]
    assert sum(count["texts"] for count in drawn) == 108
    assert not any(count["loops"] for count in drawn)
    mended = found[decoding.PENALIZED]
    assert (mended["loops"], mended["texts"]) == (0, found["greedy"]["texts"])
    assert "crying" not in record["counts"]["mended"]
    tails = {run["name"]: run["tails"][0] for run in record["runs"]}
    at_open = [tails[name] for name in decoding.PROMPTS]
    assert all(1.6 <= tail["steepest"][1] <= 5 for tail in at_open)
    assert sum(tail["nucleus"] >= 143 for tail in at_open) == 5
    assert all(0.41 <= tail["outside"] <= 0.53 for tail in at_open)
    assert tails["be"]["steepest"][0] == 1 and tails["be"]["steepest"][1] > 200
    assert tails["be"]["p"][0] == pytest.approx(0.96, abs=0.005)
    sprout = record["counts"]["sprout"]
    assert sprout["Once there was a"]["steepest"] == [16, 56.1]
    assert sprout["One day Mia"]["steepest"] == [1, 3.2]


def test_no_text_leaks_the_marks_of_a_chat():
    # fails if a reader meets <|im_end|> in the middle of a story
    for run in load_recorded("decoding")["runs"]:
        for text in run.get("texts", []):
            assert "<|" not in text["text"] and "|>" not in text["text"]


def test_the_steepest_step_and_repeats_by_hand():
    # fails if a step is counted from 0, or a text that goes in circles is not told
    p = torch.full((200,), 0.01)
    p[:3] = torch.tensor([0.4, 0.3, 0.2])
    assert decoding.steepest(p) == (3, 20.0)
    assert decoding.repeats([1, 2, 3, 4, 5]) == 0
    assert decoding.repeats([1, 2, 3, 4] * 3) == pytest.approx(5 / 9, abs=1e-3)


@pytest.mark.slow  # it reads 135 million parameters
def test_the_model_says_the_same_again(smol):
    # fails if the record is not what the model in the package says, or of another setting
    model, tokenizer = smol
    run = find_run(load_recorded("decoding"), "phone")
    logits = run_watched(model, run["ids"])[0][-1]
    tail = decoding.measure_tail(logits, len(run["ids"]) - 1)
    assert run["tails"][0] | {"p": 0} == tail | {"p": 0}
    assert run["tails"][0]["p"] == pytest.approx(tail["p"], abs=1e-3)
    for name in ("T 0.7", "T 1.5, min-p 0.1"):
        stage = decoding.stage_of(logits, tokenizer, **decoding.SETTINGS[name])
        assert run["stages"][name]["kept"] == stage["kept"]
        assert_same_next({"": run["stages"][name]["next"]}, {"": stage["next"]})
    written = generate(model, run["ids"], 8, temperature=0.0)[len(run["ids"]) :].tolist()
    assert run["texts"][0]["name"] == "greedy"
    assert run["texts"][0]["text"].startswith(tokenizer.decode(written))
    how = decoding.WAYS[decoding.PENALIZED]
    written = generate(model, run["ids"], 8, **how)[len(run["ids"]) :].tolist()
    assert load_recorded("decoding")["counts"]["mended"].startswith(tokenizer.decode(written))

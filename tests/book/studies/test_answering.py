"""The answers that are on file, against tuning anew."""

import pytest
import torch
from torch.nn import functional as F

from llm_lib.book.studies.answering import ANSWER, PROMPT, STOPS, load_answering, measure
from llm_lib.pretrained.save_load import load_model
from llm_lib.tokenizer import END_OF_TEXT

ON_FILE = load_answering()
RUNS = {(run["mask"], run["stop"]): run["after"] for run in ON_FILE["runs"]}


def test_losses_before_training_are_the_models():
    # fails if a loss stands at another token than its own, or the file is of another base model
    model, tokenizer = load_model("sprout_base")
    text = f"User: {PROMPT}\nBot: {ANSWER}{END_OF_TEXT}"
    ids = tokenizer.encode(text, allowed_special="all")
    assert "".join(ON_FILE["tokens"]) == text and len(ids) == len(ON_FILE["tokens"])
    assert "".join(ON_FILE["tokens"][ON_FILE["first"] :]) == f" {ANSWER}{END_OF_TEXT}"
    for place in (1, ON_FILE["first"], len(ids) - 1):
        with torch.no_grad():
            logits = model(torch.tensor([ids[:place]]))[0, -1]
        loss = float(F.cross_entropy(logits, torch.tensor(ids[place])))
        for after in RUNS.values():
            assert after["0"]["losses"][place - 1] == pytest.approx(loss, abs=2e-3)


def test_file_is_what_tuning_gives():
    # fails if the library no longer tunes as it did when the file was written
    again = measure(True, True, (0, 1))["after"]["1"]
    assert again["losses"] == pytest.approx(RUNS[True, True]["1"]["losses"], abs=2e-2)


def test_what_the_film_tells_is_on_file():
    # fails if tuning no longer answers, or stops without having learned to
    assert all(set(after) == {str(n) for n in STOPS} for after in RUNS.values())
    for (_, stop), after in RUNS.items():
        says = after["100"]["says"]
        assert says.startswith(ANSWER) and (says == ANSWER) == stop
        assert not after["0"]["says"].startswith(ANSWER)

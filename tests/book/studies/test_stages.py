"""The three trainings on one question: the script that runs them, and the file that is shipped."""

import copy
import json
import math

import pytest
import torch
from torch.nn import functional as F

from llm_lib.book.studies import stages
from llm_lib.book.studies.stages import (
    ASKED,
    EXAMPLE,
    LEAVE_OUT,
    LONG,
    SHORT,
    STOPS,
    TOKENS,
    ask,
    count_right,
    encode_answers,
    fine_tune,
    load_stages,
    log_probability,
    main,
    measure,
    prefer,
    split_words,
)
from llm_lib.model.gpt import GPT
from llm_lib.pretrained.save_load import load_model


@pytest.fixture(scope="module")
def sprout():
    return load_model("sprout")


def test_the_file_holds_what_the_script_measures(sprout):
    # fails if a stage, a word or a text was changed without running the script again
    model, tokenizer = sprout
    found = load_stages()
    assert found["command"] == "python -m llm_lib.book.studies.stages"
    assert found["parameters"] == model.count_parameters()
    assert found["vocab_size"] == tokenizer.vocab_size
    assert found["texts"] == json.loads(json.dumps(stages.texts(tokenizer)))
    names = ["random", "base", *(f"tuned {stop}" for stop in STOPS), "preferred"]
    assert list(found["stages"]) == names
    for stage in found["stages"].values():
        assert list(stage["asked"]) == list(ASKED)
        for word in stage["asked"].values():
            assert list(word["next"]) == list(TOKENS)
            assert list(word["whole"]) == [*SHORT.values(), *LONG.values()]


def test_the_base_model_on_file_is_sprout(sprout):
    # fails if the recorded probabilities or words are not those of the shipped model
    model, tokenizer = sprout
    for word, told in load_stages()["stages"]["base"]["asked"].items():
        with torch.no_grad():
            p = model(torch.tensor([tokenizer.encode(ask(word))]))[0, -1].softmax(-1)
        for token, share in told["next"].items():
            assert p[tokenizer.encode(f" {token}")[0]].item() == pytest.approx(share, abs=2e-6)


def test_the_file_bears_out_what_the_film_says():
    # fails if the film would tell of a training that went another way
    found = load_stages()["stages"]
    bear, drum = ({s: v["asked"][w] for s, v in found.items()} for w in ("bear", "drum"))
    assert bear["random"]["next"]["Yes"] < 0.001 and bear["base"]["next"]["Yes"] < 0.01
    assert "User: Who" in bear["base"]["says"]  # more questions
    for word in (bear, drum):
        assert word["tuned 1"]["says"] == "Yes." and word["tuned 2"]["says"] == "No."
    assert [found[f"tuned {stop}"]["right"] for stop in STOPS] == [15, 15, 27, 30]
    assert bear["preferred"]["says"] == LONG[True] and drum["preferred"]["says"] == LONG[False]
    assert found["preferred"]["right"] == 30 and bear["preferred"]["whole"][LONG[True]] > 0.7


def test_words_of_the_test_are_in_no_example():
    # fails if a word that is asked about was learned from, or one half lacks things or animals
    learn, test = split_words()
    assert not set(learn) & set(test) and set(ASKED) <= set(test) and EXAMPLE in learn
    assert sum(learn.values()) == sum(test.values()) == 15 and len(learn) == len(test) == 30


def test_only_the_answer_counts(sprout):
    # fails if a target belongs to the prompt or to the filling, or the shift is wrong
    model, tokenizer = sprout
    examples = [(ask("hen"), "Yes."), (ask("kite"), "No, it is not.")]
    inputs, targets = encode_answers(tokenizer, examples)
    for (prompt, answer), x, y in zip(examples, inputs.tolist(), targets.tolist(), strict=True):
        n = len(tokenizer.encode(prompt))
        assert y[: n - 1] == [LEAVE_OUT] * (n - 1)
        kept = [t for t in y if t != LEAVE_OUT]
        assert tokenizer.decode(kept[:-1]) == f" {answer}"
        assert x[: n + len(kept) - 1] == tokenizer.encode(prompt) + kept[:-1]
    got = log_probability(model, inputs, targets)
    for i, (prompt, answer) in enumerate(examples):  # one at a time, token by token
        ids = tokenizer.encode(prompt)
        total = 0.0
        for token in [*tokenizer.encode(f" {answer}"), tokenizer.special_tokens["<|endoftext|>"]]:
            with torch.no_grad():
                p = model(torch.tensor([ids]))[0, -1].softmax(-1)[token].item()
            total += math.log(p)
            ids.append(token)
        assert got[i].item() == pytest.approx(total, abs=1e-3)


def test_two_steps_of_fine_tuning_are_those_written_out(sprout):
    # fails if the loss counts something else, or a gradient is carried over to the next step
    base, tokenizer = sprout
    examples = [(ask(word), SHORT[is_animal]) for word, is_animal in split_words()[0].items()]
    inputs, targets = encode_answers(tokenizer, examples)
    got, want, seen = copy.deepcopy(base), copy.deepcopy(base), []
    fine_tune(got, inputs, targets, steps=2, look=seen.append)
    assert seen == [1, 2]
    generator = torch.Generator().manual_seed(0)
    optimizer = torch.optim.AdamW(want.parameters(), lr=3e-4)
    for _ in range(2):
        some = torch.randperm(30, generator=generator)[:8]
        optimizer.zero_grad()
        lengths = (targets[some] != LEAVE_OUT).sum()
        (-log_probability(want, inputs[some], targets[some]).sum() / lengths).backward()
        optimizer.step()
    for a, b in zip(got.parameters(), want.parameters(), strict=True):
        # of a gradient near 0, AdamW takes little more than the sign, so a few numbers may differ
        assert (a - b).abs().mean() < 1e-6


def test_a_step_of_preference_raises_the_better_answer(sprout):
    # fails if the sign is wrong, or the model that is compared with moves along
    base, tokenizer = sprout
    model = copy.deepcopy(base)
    words = list(split_words()[0])[:4]
    better, worse = (
        encode_answers(tokenizer, [(ask(w), a) for w in words]) for a in ("No.", "Yes.")
    )

    def lead():
        with torch.no_grad():
            return (log_probability(model, *better) - log_probability(model, *worse)).mean().item()

    before = lead()
    prefer(model, better, worse, steps=3)
    gain = lead() - before
    assert gain > 1
    loss = -F.logsigmoid(torch.tensor(0.1 * gain)).item()
    assert loss < math.log(2)


def test_the_count_takes_the_likeliest_of_all_tokens():
    # fails if only Yes and No are compared, or the two are mixed up
    _, tokenizer = load_model("sprout")
    [yes], [other] = tokenizer.encode(" Yes"), tokenizer.encode(" By")

    class Says:
        def __init__(self, token):
            self.token = token

        def __call__(self, ids):
            return F.one_hot(torch.full(ids.shape, self.token), tokenizer.vocab_size).float()

    words = {"hen": True, "drum": False, "fox": True}
    assert count_right(Says(yes), tokenizer, words) == 2
    assert count_right(Says(other), tokenizer, words) == 0


def test_the_command_writes_what_it_measured(tmp_path, monkeypatch, capsys):
    # fails if the quick form overwrites the file, or the other one writes something else
    asked = []
    monkeypatch.setattr(stages, "measure", lambda *a: asked.append(a) or {"random": {}})
    monkeypatch.setattr(stages, "FILE", tmp_path / "stages.json")
    assert main(["--quick"]) == 0 and not (tmp_path / "stages.json").exists()
    assert main([]) == 0 and asked == [((1, 2), 2), ()]
    written = json.loads((tmp_path / "stages.json").read_text("utf-8"))
    assert written == json.loads(capsys.readouterr().out.split("\n}\n", 1)[1])
    assert written["stages"] == {"random": {}}


@pytest.mark.slow
def test_the_file_is_what_the_trainings_give():
    # fails if training goes another way than it did when the file was written
    found = measure()
    for name, stage in load_stages()["stages"].items():
        assert found[name]["right"] == stage["right"]
        for word, told in stage["asked"].items():
            assert found[name]["asked"][word]["next"] == pytest.approx(told["next"], abs=0.02)


def test_an_untrained_network_is_made_with_seed_0(sprout):
    # fails if the random network of the film is another one than the chapter's
    model, tokenizer = sprout
    torch.manual_seed(0)
    told = stages.question(GPT(model.config), tokenizer, "bear")
    assert told["next"] == load_stages()["stages"]["random"]["asked"]["bear"]["next"]

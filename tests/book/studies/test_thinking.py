"""The study of thinking: its training, what it measures, and what is on file."""

import random
from statistics import mean

import pytest

from llm_lib.book.studies import thinking
from llm_lib.book.studies.shell_game import (
    LONGEST,
    answer_at_once,
    follow_balls,
    think_aloud,
)
from llm_lib.book.studies.thinking import (
    NS,
    SWAPS,
    TOKENIZER,
    alter_thought,
    encode_text,
    list_votes,
    load_thinker,
    load_thinking,
    make_problems,
    measure,
    measure_altered,
    measure_swaps,
    measure_votes,
    most_swaps,
    new_model,
    save_thinker,
    share_right,
    spread,
    train,
)


@pytest.fixture
def oracle(monkeypatch):
    """Let perfect thoughts, and draws that are wrong one time in four, stand for models."""

    def complete(model, tokenizer, prompts, room):
        return [finish(prompt) for prompt in prompts]

    def draw(model, tokenizer, prompts, n, room, seed):
        dice = random.Random(seed)
        return [
            [finish(prompt) if dice.random() < 0.75 else ":abc" for _ in range(n)]
            for prompt in prompts
        ]

    def finish(prompt):
        problem, thought = prompt.split("=")
        if not thought:
            return think_aloud(prompt)[:-1]
        left = problem[3 + 2 * (len(thought) // 5) :]
        return think_aloud(f"{thought[-3:]}{left}=")[:-1] if left else f":{thought[-3:]}"

    monkeypatch.setattr(thinking, "complete", complete)
    monkeypatch.setattr(thinking, "draw_texts", draw)


def test_only_the_text_is_learned():
    # fails if the model learns to write problems, or not to end
    row = encode_text("cdaBECD=", ":dca.")
    assert TOKENIZER.decode(row.ids.tolist()) == "cdaBECD=:dca."
    assert row.learned.tolist() == [False] * 8 + [True] * 5


def test_training_makes_texts_likelier_and_depends_on_the_seed_alone():
    # fails if nothing is learned, or a run can't be repeated
    first, again = new_model(0), new_model(0)
    losses = train(first, answer_at_once, 12, 0)
    assert losses == train(again, answer_at_once, 12, 0)
    assert mean(losses[-3:]) < mean(losses[:3]) - 0.3
    assert first.count_parameters() == load_thinking()["parameters"]


def test_problems_grow_from_one_swap_to_the_longest():
    # fails if a training that grows begins with long problems, or never reaches the longest
    tops = [most_swaps(step / 100, 0.6) for step in range(100)]
    assert tops == sorted(tops) and set(tops) == set(range(1, LONGEST + 1))
    assert tops.count(1) == 10 and tops[60] == LONGEST
    assert most_swaps(0.0, 0.0) == LONGEST


def test_one_way_alone_leaves_what_the_other_has_learned():
    # fails if what is on file of the thinker is lost when only its rival is trained
    old = {"seed": 0, "by_swaps": {"thinking": [1.0]}, "votes": ["kept"]}
    run, models = measure(0, {"at once": 2}, 2, ["at once"], old)
    assert list(models) == ["at once"] and run["votes"] == ["kept"]
    assert run["by_swaps"]["thinking"] == [1.0] and len(run["by_swaps"]["at once"]) == len(SWAPS)
    assert old["by_swaps"] == {"thinking": [1.0]}


def test_problems_are_the_same_for_all_models():
    # fails if models are compared on different problems
    assert make_problems(3, 5) == make_problems(3, 5)
    assert make_problems(3, 5) != make_problems(3, 5, seed=1)
    assert make_problems(3, 9)[:5] == make_problems(3, 5)


def test_a_perfect_thinker_is_right_whatever_is_measured(oracle):
    # fails if right answers are counted as wrong, or the other way round
    assert measure_swaps(None, 10) == [1.0] * len(SWAPS)
    found = measure_votes(None, LONGEST, 0, 20)
    assert found["greedy"] == 1.0
    assert found["majority"][-1] == 1.0 > found["majority"][0] > 0.5
    assert found["checker"] == sorted(found["checker"])
    assert found["majority"][0] == pytest.approx(found["checker"][0], abs=1e-4)
    for altered in measure_altered(None, 10).values():
        assert altered == {"follows": 1.0, "right": 0.0}


@pytest.mark.parametrize("after", [1, 2, 3])
def test_an_altered_thought_has_two_balls_exchanged(after):
    # fails if the thought stays right, or the end doesn't follow from what it says
    problem = "cdaBECDAB="
    thought, end = alter_thought(problem, after)
    truth = think_aloud(problem)[: 5 * after]
    assert len(thought) == len(truth) and thought[:-3] == truth[:-3]
    assert thought[-3:] == truth[-2] + truth[-3] + truth[-1]
    right = follow_balls(problem)[-1]
    assert end == right[1] + right[0] + right[2]  # exchanged at one time, exchanged for good


def test_the_shipped_model_is_the_one_on_file(tmp_path):
    # fails if weights and record are of different trainings
    model, tokenizer = load_thinker()
    [run] = [run for run in load_thinking()["runs"] if run["seed"] == 0]
    problem, said = run["examples"]["thinking"]
    assert thinking.complete(model, tokenizer, [problem], 70) == [said]
    problems = make_problems(LONGEST, 200)
    share = share_right(problems, thinking.complete(model, tokenizer, problems, 70))
    assert share == pytest.approx(run["by_swaps"]["thinking"][LONGEST - 1], abs=0.02)
    save_thinker(model, tmp_path / "again.safetensors")
    assert (tmp_path / "again.safetensors").read_bytes() == thinking.WEIGHTS.read_bytes()


def test_what_is_on_file_shows_what_the_chapter_says():
    # fails if a new run no longer shows what the chapter tells
    runs = load_thinking()["runs"]
    aloud = [mean(run["by_swaps"]["thinking"][i] for run in runs) for i in range(12)]
    at_once = [mean(run["by_swaps"]["at once"][i] for run in runs) for i in range(12)]
    assert aloud[5] > 0.8 and at_once[5] < 0.1
    assert at_once[0] > 0.95  # its training isn't what is missing
    assert aloud[7] < 0.2  # two swaps more than it was trained on
    for run in runs:
        best = run["votes"][0]
        assert best["majority"][-1] < best["greedy"] + 0.06
        assert best["majority"][1] < best["majority"][-1]  # votes mend what drawing spoils
        assert best["checker"][1] > best["majority"][1]


def test_rows_and_means():
    # fails if a seed is left out of a mean, or votes stand in another row
    found = {"ns": NS, "runs": []}
    for seed in (0, 1):
        vote = {"majority": [0.1 * seed] * len(NS), "checker": [0.5 + 0.1 * seed] * len(NS)}
        found["runs"].append({"votes": [vote]})
    rows = list_votes(found)
    assert [row["texts drawn"] for row in rows] == list(NS)
    assert rows[0]["majority"] == "0.05 (0.00–0.10)"
    assert rows[-1]["a checker"] == "0.55 (0.50–0.60)"
    assert spread([1.0, 3.0], 1) == "2.0 (1.0–3.0)"

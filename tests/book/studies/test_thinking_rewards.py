"""The study of GRPO on thoughts: what is drawn, counted and kept."""

from statistics import mean

import pytest

from llm_lib.book.studies.shell_game import answer_at_once, is_thought, think_aloud
from llm_lib.book.studies.thinking import make_problems, new_model
from llm_lib.book.studies.thinking_rewards import (
    EVERY,
    STEPS,
    WATCHED,
    Watch,
    learn_from_checker,
    list_changes,
    load_thinking_rewards,
    mix,
    summarize,
)

PROBLEM = "cdaBECD="


def test_seven_texts_in_ten_answer_at_once():
    # fails if the start thinks more, or less, than the chapter says
    problems = make_problems(3, 400)
    at_once = [mix(problem) == answer_at_once(problem) for problem in problems]
    assert mean(at_once) == pytest.approx(0.7, abs=0.07)
    assert all(mix(p) in (answer_at_once(p), think_aloud(p)) for p in problems)


def test_texts_are_summed_up():
    # fails if a sort of text is counted as another
    texts = ["BEcdaCDdca:dca.", "BEabcCDdca:dca.", "BEcdaCDcda:cda.", ":dca.", ":abc."]
    found = summarize([(PROBLEM, text) for text in texts])
    assert found["right"] == 0.6
    assert found["thinking"] == 0.6
    assert found["right_if_thinking"] == pytest.approx(2 / 3, abs=1e-4)
    assert found["right_at_once"] == 0.5
    assert found["sound"] == 0.5
    assert found["tokens"] == (3 * 15 + 2 * 5) / 5
    assert summarize([])["right"] is None
    assert summarize([(PROBLEM, ":dca")])["tokens"] == 5  # the end is a token, shown or not


def test_marks_are_the_checker_s_less_the_price():
    # fails if thinking earns anything by itself
    free, dear = Watch(0.0), Watch(0.01)
    assert free(PROBLEM, ":dca.") == free(PROBLEM, "BEcdaCDdca:dca.") == 1.0
    assert free(PROBLEM, "BEcdaCDcda:cda.") == 0.0
    assert dear(PROBLEM, "BEcdaCDdca:dca.") == pytest.approx(0.85)
    assert len(free.texts) == 3


def test_the_time_line_has_what_was_drawn_and_two_texts():
    # fails if steps are left out, or the same text is watched in vain
    model = new_model(0)
    before = [weight.clone() for weight in model.parameters()]
    watch = learn_from_checker(model, 0.0, 0, steps=EVERY)
    assert [entry["step"] for entry in watch.timeline] == [0, EVERY]
    assert watch.timeline[0]["right"] is None and watch.timeline[1]["right"] is not None
    assert all(len(entry["texts"]) == 2 for entry in watch.timeline)
    assert len(before) == len(list(model.parameters()))


def test_rows_are_means_over_seeds_before_and_after():
    # fails if kinds or seeds are mixed up
    def measured(x):
        names = ("pass@1", "pass@16", "thinking", "tokens", "right_if_thinking", "sound", "greedy")
        return {"6": dict.fromkeys(names, x)}

    runs = [
        {"kind": "plain", "before": measured(0.2), "after": measured(0.6)},
        {"kind": "plain", "before": measured(0.4), "after": measured(0.8)},
        {"kind": "price", "before": measured(9.0), "after": measured(9.0)},
    ]
    rows = list_changes({"runs": runs})
    assert rows[0] == {
        "measure": "pass@1",
        "before": "0.30 (0.20–0.40)",
        "after": "0.70 (0.60–0.80)",
    }
    assert rows[3]["measure"] == "tokens" and rows[3]["before"] == "0.3 (0.2–0.4)"
    assert rows[-1] == {**rows[0], "measure": "greedy"}


def test_what_is_on_file_shows_what_the_chapter_says():
    # fails if a new run no longer shows what the chapter tells
    found = load_thinking_rewards()
    assert found["watched"] == WATCHED
    plain = [run for run in found["runs"] if run["kind"] == "plain"]
    assert plain
    for run in plain:
        before, after = run["before"]["6"], run["after"]["6"]
        assert after["pass@1"] > before["pass@1"] + 0.15
        assert after["thinking"] > 0.8 > 0.6 > before["thinking"]
        assert after["tokens"] > 1.5 * before["tokens"]
        entries = run["timeline"]
        assert [e["step"] for e in entries] == list(range(0, STEPS + 1, EVERY))
        assert all(len(e["texts"]) == 2 for e in entries)
        assert any(is_thought(text) for text in entries[-1]["texts"])


def test_at_seven_swaps_the_checker_brings_no_clear_gain():
    # fails if a new run solves more of the problems that are too long, as the chapter denies
    plain = [run for run in load_thinking_rewards()["runs"] if run["kind"] == "plain"]
    before, after = ([run[when]["7"]["pass@16"] for run in plain] for when in ("before", "after"))
    assert min(after) < max(before) and mean(after) < mean(before) + 0.1
    assert mean(before) < 1 - (59 / 60) ** 16 + 0.1  # hardly above blind guesses

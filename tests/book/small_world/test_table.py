"""The table of several models: each figure stands under its own model, and errors come early."""

import pytest

from llm_lib.book.small_world import table
from llm_lib.book.small_world.table import main
from llm_lib.files import read_json

PARTS = ("name", "kind", "object", "all")


def figures(share):
    """Return figures as of `evaluate_model`, which tell their model, split and task apart."""
    splits = {"held_out": 0.0, "new_names": 0.01}
    return {
        "stories": {
            f"{split}, {how}": dict.fromkeys(PARTS, share + less)
            for split, less in splits.items()
            for how in ("greedy", "temperature 0.7")
        },
        "answers": {
            f"{task}, {split}": share + less + 0.002
            for split, less in splits.items()
            for task in ("question", "spam")
        },
    }


@pytest.fixture
def measured(monkeypatch):
    """Let models be measured at once; the list of which, and over how many prompts."""
    calls = []

    def evaluate(model, tokenizer, n, report):
        calls.append((model, n))
        report()
        return figures(len(model) / 100)

    monkeypatch.setattr(table, "load_model", lambda name: (name, None))
    monkeypatch.setattr(table, "evaluate_model", evaluate)
    return calls


def test_models_stand_in_columns(measured, tmp_path, capsys):
    # fails if a figure is in another row or column, or is written otherwise than printed
    path = tmp_path / "figures.json"
    assert main(["base", "tuned", "base", "--prompts", "7", "--write", str(path)]) == 0
    assert measured == [("base", 7), ("tuned", 7)]  # each once
    rows = [line.split("  ") for line in capsys.readouterr().out.splitlines()]
    cells = [[cell.strip() for cell in row if cell.strip()] for row in rows]
    assert cells[0] == ["base", "tuned"]
    assert cells[1] == ["held out"] and cells[12] == ["new names"] and len(cells) == 23
    assert cells[2] == ["story, greedy: name", "4.0%", "5.0%"]
    assert cells[10] == ["question", "4.2%", "5.2%"]
    assert cells[20] == ["story, temperature 0.7: all", "5.0%", "6.0%"]
    assert cells[22] == ["spam", "5.2%", "6.2%"]
    assert read_json(path) == {"base": figures(0.04), "tuned": figures(0.05)}


def test_one_model_is_measured_as_it_is_shipped(measured, tmp_path):
    # fails if quality.json of a model is nested under its name, or fewer prompts are the default
    assert main(["tuned", "--write", str(tmp_path / "quality.json")]) == 0
    assert measured == [("tuned", 400)]
    assert read_json(tmp_path / "quality.json") == figures(0.05)


def test_a_wrong_name_is_said_before_the_work_begins(monkeypatch, capsys):
    # fails if a traceback is shown, or the first model is measured for minutes before
    monkeypatch.setattr(table, "evaluate_model", lambda *a: pytest.fail("it began"))
    assert main(["sprout", "spruot"]) == 1
    assert "no model 'spruot': give one of ['echo', 'sprout', " in capsys.readouterr().out
    with pytest.raises(SystemExit):
        main(["sprout", "--prompts", "0"])
    assert "--prompts must be 1 or more, got 0" in capsys.readouterr().err


def test_ctrl_c_writes_nothing(measured, monkeypatch, tmp_path, capsys):
    # fails if an interrupted measurement ends in a traceback, or leaves half a file
    def stop(*arguments):
        raise KeyboardInterrupt

    monkeypatch.setattr(table, "evaluate_model", stop)
    assert main(["base", "--write", str(tmp_path / "figures.json")]) == 130
    assert "stopped" in capsys.readouterr().out and not [*tmp_path.iterdir()]

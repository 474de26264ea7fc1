"""The command: its table, its file, and what it says of mistakes."""

import json

import pytest

from llm_lib.evaluation import command
from llm_lib.evaluation.command import main
from llm_lib.evaluation.intervals import paired_difference, wilson_interval
from llm_lib.evaluation.tasks import SHIPPED


def run(capsys, *arguments):
    """Return (exit code, what was printed, what was told beside it)."""
    code = main([*map(str, arguments), "--threads", "1", "--device", "cpu"])
    said = capsys.readouterr()
    return code, said.out, said.err


def test_two_models_are_compared_question_by_question(tmp_path, capsys):
    # fails if table and file disagree, or an interval is not that of its counts
    file = tmp_path / "result.json"
    code, out, err = run(
        capsys, "sprout", "--compare", "sprout_tuned", "--limit", 8, "--output", file
    )
    assert code == 0 and "8/8" in err and "sprout_tuned: " in err  # the bars
    data = json.loads(file.read_text("utf-8"))
    one, other = data["results"]
    for rule, entry in one["metrics"].items():
        marks = one["marks"][rule]
        assert entry["right"] == sum(marks) and len(marks) == 8
        assert (entry["low"], entry["high"]) == wilson_interval(int(sum(marks)), 8)
        gap = paired_difference(marks, other["marks"][rule])
        assert data["differences"][rule]["mean"] == gap.mean
        [line] = [line for line in out.splitlines() if line.startswith(f"{rule} ")]
        assert f"{entry['right']}/8" in line and f"{100 * gap.mean:+.1f}" in line
    assert "guessing: 25.0 %" in out
    assert one["items"][0]["chosen"].keys() == one["metrics"].keys()


def test_open_questions_and_texts_have_their_own_metrics(tmp_path, capsys):
    # fails if a kind of task gets the numbers of another
    task = tmp_path / "open.jsonl"
    task.write_text('{"question": "Who had the kite?", "answers": ["Mia"]}\n' * 2)
    code, out, _ = run(capsys, "sprout", "--task", task)
    assert code == 0 and "exact_match" in out and "f1" in out and "guessing" not in out
    task.write_text('{"text": "Once there was a fox."}\n{"text": "Her name was Mia."}')
    code, out, _ = run(capsys, "sprout", "--task", task, "--compare", "sprout")
    assert code == 0 and "2 texts;" in out
    for unit in ("bits_per_byte", "token_perplexity", "word_perplexity"):
        assert unit in out
    assert "+0.000 [+0.000, +0.000] (open)" in out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nobody"], "there is no model 'nobody'"),
        (["sprout", "--compare", "nobody"], "there is no model 'nobody'"),
        (["sprout", "--task", "none.jsonl"], "none.jsonl"),
        (["sprout", "--task", "bad.jsonl"], "bad.jsonl, line 2: the field 'answer' is missing"),
        (["sprout", "--limit", "0"], "--limit must be at least 1"),
        (["sprout", "--output", "nowhere/x.json"], "there is no folder nowhere"),
        (["sprout", "--output", "."], "is a folder"),
    ],
)
def test_a_mistake_is_told_in_a_sentence_before_anything_is_asked(
    tmp_path, capsys, monkeypatch, arguments, said
):
    # fails if a traceback is all that a beginner gets, or minutes pass before it
    monkeypatch.chdir(tmp_path)
    good = '{"question": "Who?", "choices": ["a", "b"], "answer": 0}\n'
    (tmp_path / "bad.jsonl").write_text(good + '{"question": "Who?", "choices": ["a", "b"]}')
    code, out, err = run(capsys, *arguments)
    assert code == 1 and not out and err.startswith("error: ") and said in err
    assert "%|" not in err  # no bar


def test_a_file_is_written_whole_or_not_at_all(tmp_path, capsys, monkeypatch):
    # fails if an old result is lost to a run that is stopped
    file = tmp_path / "result.json"
    file.write_text("old")

    def stop(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(command, "evaluate", stop)
    code, _, err = run(capsys, "sprout", "--output", file, "--task", SHIPPED)
    assert code == 130 and "nothing was written" in err
    assert file.read_text() == "old" and len(list(tmp_path.iterdir())) == 1


def test_a_model_without_a_tokenizer_is_told(tmp_path, capsys):
    # fails if it ends in an AttributeError
    from llm_lib import GPT, GPTConfig, save_model

    save_model(GPT(GPTConfig(8, 8, 1, 1, 8)), None, tmp_path / "m")
    code, _, err = run(capsys, tmp_path / "m")
    assert code == 1 and "has no tokenizer" in err

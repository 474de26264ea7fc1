"""Tests of ``python -m benchmarks.compare``, with files that are made up."""

import json

import pytest

from benchmarks import compare


def write_record(path, rows, **changes):
    """Write the file of a run whose rows have these ratios or problems."""
    same = {"work": "some work", "peer": "somebody", "verdict": "", "problem": ""}
    record = {"machine": "a machine", "versions": {"torch": "2.9"}, "rounds": 7, "stopped": False}
    record["rows"] = [{"name": name, **same, **fields} for name, fields in rows.items()]
    path.write_text(json.dumps(record | changes), "utf-8")
    return str(path)


def test_two_files_are_compared_row_by_row(tmp_path, capsys):
    # Fails if before and after are swapped, or a row that can't be compared seems unchanged.
    missing = {"ratio": None, "problem": "SKIPPED: no GPU"}
    before = {
        "better": {"ratio": 2.0, "verdict": "missed; the rest would give 3"},
        "worse": {"ratio": 0.8, "verdict": "met"},
        "other": {"ratio": 1},
        "gone": {"ratio": 1},
        "lost": {"ratio": 4},
    }
    after = {
        "new": {"ratio": 5},
        "better": {"ratio": 3.0, "verdict": "met"},
        "worse": {"ratio": 0.6, "verdict": "met"},
        "other": {"ratio": 1, "peer": "somebody else"},
        "lost": missing,
    }
    files = [write_record(tmp_path / f"{i}.json", rows) for i, rows in enumerate((before, after))]
    assert compare.main(files) == 0
    lines = capsys.readouterr().out.splitlines()
    cells = [line.split(None, 1) for line in lines[lines.index("") + 3 :]]
    assert {name: " ".join(rest.split()) for name, rest in cells} == {
        "new": "5.00 only after",
        "better": "2.00 3.00 +50% budget missed, then met",
        "worse": "0.80 0.60 -25%",
        "other": "1.00 1.00 +0% another peer",
        "lost": "4.00 measured, then SKIPPED: no GPU",
        "gone": "1.00 only before",
    }


def test_a_comparison_says_what_else_has_changed(tmp_path, capsys):
    # Fails if another machine, another version or a smoke run could be taken for a change of ours.
    before = write_record(tmp_path / "a.json", {"a": {"ratio": 1}}, rounds=1)
    changes = {"machine": "another", "versions": {"torch": "2.10"}, "stopped": True}
    after = write_record(tmp_path / "b.json", {"a": {"ratio": 1}}, **changes)
    compare.main([before, after])
    said = capsys.readouterr().out
    for words in (
        "before: a machine, rounds: 1, a smoke run",
        "after: another, rounds: 7, stopped before all rows were done",
        "machines differ",
        "torch: 2.9, then 2.10",
    ):
        assert words in said
    compare.main([before, before])
    assert "differ" not in (said := capsys.readouterr().out) and "then" not in said


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, "a.json can't be read: No such file"),
        ("half a fi", "a.json is not a JSON file"),
        ("[]", "a.json should hold one JSON object"),
        (
            '{"rows": []}',
            "a.json does not come from python -m benchmarks --json FILE: field 'machine'",
        ),
        ({"a": {"work": None, "ratio": 1}}, "field 'work' should be of type str; got None"),
        ({"a": {}}, "the ratio of row 'a' should be a number above 0; got None"),
        ({"a": {"ratio": 0}}, "should be a number above 0; got 0"),
        ({"a": {"ratio": float("nan")}}, "should be a number above 0; got nan"),
        ({"a": {"ratio": "2"}}, "should be a number above 0; got '2'"),
        (
            {"a": {"ratio": 2, "problem": "FAILED: x"}},
            "should be null, since it has a problem; got 2",
        ),
    ],
)
def test_a_file_that_is_another_is_told_in_a_sentence(content, words, tmp_path, capsys):
    # Fails if a wrong file ends in a traceback, or its rows are compared all the same.
    file = tmp_path / "a.json"
    if isinstance(content, dict):
        write_record(file, content)
    elif content is not None:
        file.write_text(content, "utf-8")
    with pytest.raises(SystemExit) as ended:
        compare.main([str(file), str(file)])
    assert ended.value.code == 2 and words in capsys.readouterr().err

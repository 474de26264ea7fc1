"""The command that makes a record."""

import json

from llm_lib.book.studies.real_english import command
from tests.book.measured.damaged_records import RUN


class Model:
    """All that the command asks of a model."""

    class config:
        vocab_size, context_length = 12, 34

    def eval(self):
        return self


def test_what_is_measured_is_written_and_told(tmp_path, monkeypatch, capsys):
    # fails if a part is missing from the file, or the file from the folder
    monkeypatch.setattr(command, "FOLDER", tmp_path)
    monkeypatch.setattr(command, "load_model", lambda _: (Model(), None))
    monkeypatch.setattr("sys.argv", ["cups"])
    command.write_study("cups", lambda _model, _tokenizer: ([RUN], {"right": 3}))
    found = json.loads((tmp_path / "cups.json").read_text("utf-8"))
    assert found["made_by"] == "python -m llm_lib.book.studies.real_english.cups"
    assert (found["vocab_size"], found["context_length"]) == (12, 34)
    assert found["runs"] == [RUN] and found["counts"] == {"right": 3}
    assert "cups.json" in (said := capsys.readouterr().out) and "right: 3" in said

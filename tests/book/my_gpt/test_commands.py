"""Tests of what a reader types: each stage shows something, and a slip becomes one sentence."""

import json
import re
import runpy
import shlex
import subprocess
import sys
from contextlib import redirect_stdout
from pathlib import Path

import pytest

from llm_lib.book.my_gpt import __main__ as around
from llm_lib.book.my_gpt.reader import captured, printed
from llm_lib.book.my_gpt.stages import KEYS, STAGES, text_at
from llm_lib.files import model_folder
from tests.book.my_gpt.planted import one_thread
from web.notebooks import read

STORY = "Mia the fox met Tom the bear by the lake. Mia had a kite, and Tom had a drum.\n" * 60
PAGE = Path(__file__).parents[3] / "chapters" / "your_gpt.md"
COMMANDS = ("train", "write", "classify", "tune", "ask", "prefer")
SMALL = ["n_layer=1", "n_embd=32", "context_length=16", "vocab_size=300", "steps=12"]


@pytest.fixture
def type_in(tmp_path, monkeypatch):
    """Return a function that runs a stage's file in an empty folder, and returns what it says."""
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "my_gpt.py"

    def run(key, *words):
        path.write_text(text_at(key), encoding="utf-8")
        monkeypatch.setattr(sys, "argv", ["my_gpt.py", *words])
        with one_thread(), captured() as out:
            runpy.run_path(str(path), run_name="__main__")
        return printed(out)

    return run


def sentence(type_in, key, *words):
    """Return the one sentence with which a command ends, at exit code 1."""
    with pytest.raises(SystemExit) as ended:
        type_in(key, *words)
    said = ended.value.code
    assert isinstance(said, str)  # Python prints it to stderr, and exits with 1
    assert "\n" not in said
    return said


SHOWN = {
    "04a": r"^256: 'e' \+ 'a'\n257: 's' \+ 'ea'\n",
    "04b": r"^the\| sea\| saw\|.*\n45 bytes, \d+ tokens: \[",
    "05": r"one ahead",
    "06": r"^logits \(1, \d+, \d+\).*\nloss \d\.\d\d; of a blind guess, ln \d+ = 5\.\d\d\n",
    "07": r"^query at   5, key at   2:  3 apart, score (-?\d+\.\d+)\n.* score \1\n.* score \1\n",
    "09": r"(?m)^ +saw 0\.\d\d #*$",
    "10": r"^head 0 looks most at '(<\|endoftext\|>| \w+)', with 0\.\d\d\nhead 1",
    "12": r"^[\d,]+ weights\nfirst loss \d\.\d\d; of a blind guess",
    "13a": r"step     0   loss \d.*\nstep     4   loss \d",
}


@pytest.mark.parametrize("key", SHOWN)
def test_a_stage_shows_what_it_does(key, type_in):
    # fails if a stage does not run, or shows something else than its page says
    assert re.search(SHOWN[key], type_in(key, *(["steps=5"] if key == "13a" else [])))


def test_a_first_loss_is_near_that_of_a_blind_guess(type_in):
    # fails if the first weights are too large for what is printed to make sense
    said = type_in("12")
    loss, guess = (float(x) for x in re.findall(r"(\d\.\d\d)", said.splitlines()[1]))
    assert abs(loss - guess) < 1


def test_a_text_of_one_s_own_is_taken(type_in):
    # fails if what is typed behind the name is passed over
    assert type_in("04b", "steal", "the", "seal").startswith("s|t|ea|l| the| seal\n14 bytes")
    assert " kite" in type_in("05", "a kite a kite a kite a kite a kite")


@pytest.mark.parametrize("key", [key for key in KEYS if key >= "13b"])
def test_a_model_is_trained_and_writes(key, type_in, tmp_path):
    # fails if a stage can't use what it has saved itself
    (tmp_path / "text.txt").write_text(STORY, encoding="utf-8")
    said = type_in(key, "train", "text.txt", *SMALL)
    assert re.search(r"tokens; [\d,]+ weights\n", said)
    assert re.search(r"step    11   loss \d\.\d+   held-out loss \d\.\d+   \d+ s\n$", said)
    if key >= "15":
        said = type_in(key, "write", "Mia", "n=5", "temperature=0")
        assert said.startswith("Mia") and len(said) > 5
        assert said == type_in(key, "write", "Mia", "n=5", "temperature=0")


def test_the_switches_are_settings(type_in, tmp_path):
    # fails if a modern model can't be asked for
    (tmp_path / "text.txt").write_text(STORY, encoding="utf-8")
    switches = ["norm=rms", "mlp=swiglu", "n_kv_head=1"]
    assert "weights" in type_in("17", "train", "text.txt", *SMALL, *switches)
    type_in("22", "train", "text.txt", *SMALL, *switches)
    config = json.loads((tmp_path / "my_model/config.json").read_text("utf-8"))
    assert (config["norm"], config["mlp"], config["n_kv_head"]) == ("rms", "swiglu", 1)


def test_the_book_s_model_speaks(type_in):
    # fails if the pay-off of chapter 19 does not come
    model = f"model={model_folder('sprout')}"
    assert type_in("19b", "write", "Mia the fox", model, "n=20", "temperature=0").startswith(
        "Mia the"
    )
    said = type_in("22", "ask", "Is this happy or sad? I like this kite.", model, "n=8")
    assert said.strip() and "User" not in said


def test_tuning_commands_work_on_files(type_in, tmp_path):
    # fails if classify, tune or prefer can't be used from the command line
    rows = [
        {
            "prompt": f"{n}?",
            "answer": "a",
            "chosen": "a",
            "rejected": "b",
            "text": f"{n}",
            "label": n % 2,
        }
        for n in range(4)
    ]
    lines = "\n".join(map(json.dumps, rows))
    (tmp_path / "rows.jsonl").write_text("\ufeff" + lines + "\n\n", encoding="utf-8")
    (tmp_path / "text.txt").write_text(STORY, encoding="utf-8")
    type_in("22", "train", "text.txt", *SMALL)
    assert (
        type_in("22", "classify", "rows.jsonl", "text=2", "steps=2").splitlines()[-1][1:] == ": 2"
    )
    assert "loss" in type_in("22", "tune", "rows.jsonl", "steps=2")
    assert "loss" in type_in("22", "prefer", "rows.jsonl", "steps=2")
    assert type_in("22", "ask", "1?", "model=my_preferred", "n=3")


SPAN = re.compile(r"(?:python my_gpt\.py )?((?:train|write|classify|tune|ask|prefer) [^`\n]+)")


def commands_of_pages():
    """Return (stage, command) for each command that a section, the page or the file's help has."""
    found = [(KEYS[-1], line) for line in SPAN.findall(PAGE.read_text("utf-8"))]
    found += [
        (KEYS[-1], re.split("   ", line)[0]) for line in SPAN.findall(text_at(KEYS[-1])[:1000])
    ]
    found += [(stage.key, line) for stage in STAGES for line in SPAN.findall(stage.command)]
    for stage in STAGES:
        [path] = PAGE.parent.glob(f"{stage.chapter:02}_*.ipynb")
        [text] = [cell.source for cell in read(path).cells if cell.id == "your-file"]
        spans = re.findall(r"`([^`]+)`", text)
        if stage.key != "13a":
            found += [(stage.key, line) for span in spans for line in SPAN.findall(span)]
    named = [(key, line) for key, line in found if re.search(r'"|\.txt|\.jsonl', line)]
    return sorted(
        dict.fromkeys((k, line) for k, line in named if not (k == "19a" and "model=" in line))
    )


def test_every_command_of_the_pages_works(type_in, tmp_path):
    # fails if a page names a command that its stage's file does not take
    row = {"prompt": "1?", "answer": "a", "chosen": "a", "rejected": "b", "text": "a", "label": "c"}
    for name in ("labelled", "pairs", "liked"):
        (tmp_path / f"{name}.jsonl").write_text(json.dumps(row), encoding="utf-8")
    (tmp_path / "text.txt").write_text(STORY, encoding="utf-8")
    for name in ("sprout", "smollm2"):  # a small model stands in for the large one
        (tmp_path / name).symlink_to(model_folder("sprout"))
    commands = commands_of_pages()
    assert {line.split()[0] for _, line in commands} == {*COMMANDS}
    for key, line in commands:
        words = shlex.split(line)
        few = SMALL if words[0] == "train" else ["n=2"] if words[0] in ("write", "ask") else []
        if "write" == words[0] and "model=sprout" not in words:
            type_in(key, "train", "text.txt", *SMALL)
        if words[0] in ("classify", "tune", "prefer"):
            few = ["steps=1", "model=sprout"]
        if words[0] == "ask" and not any(word.startswith("model=") for word in words):
            few = ["n=2", "model=sprout"]
        assert type_in(key, *words, *few).strip(), line


def test_bad_input_becomes_a_sentence(type_in, tmp_path):
    # fails if a slip ends in a traceback, or in words that do not say what to do
    def said(*words):
        return sentence(type_in, "22", *words)

    (tmp_path / "short.txt").write_text("too short", encoding="utf-8")
    (tmp_path / "latin.txt").write_text("Él" * 90, encoding="latin-1")
    (tmp_path / "empty.jsonl").write_text("", encoding="utf-8")
    good = '{"prompt": "a", "answer": "b"}\n'
    (tmp_path / "broken.jsonl").write_text(good + '{"prompt": "a", "answ\n', encoding="utf-8")
    (tmp_path / "lacks.jsonl").write_text(good * 2 + '{"prompt": "a"}\n', encoding="utf-8")
    model = f"model={model_folder('sprout')}"
    assert "the text is too short, 0 tokens to learn from; 16 windows of 128" in said(
        "train", "short.txt"
    )
    assert "No such file" in said("train", "nowhere.txt")
    assert "check the file's name" in said("train", "nowhere.txt")
    assert "UTF-8" in said("train", "latin.txt")
    assert "no model 'sprout' here" in said("write", "Mia", "model=sprout")
    assert "python -m llm_lib.book.my_gpt models" in said("write", "Mia", "model=sprout")
    assert "there is no setting stepps=; there are vocab_size" in said("train", "a", "stepps=5")
    for value in ("abc", "-3", "0", "1.5", ""):
        assert f"steps={value} should be a number like 1000" in said("train", "a", f"steps={value}")
    for value in ("abc", "-1", "nan", "inf"):
        assert f"temperature={value} should be a number like 0.8" in said(
            "write", "a", f"temperature={value}"
        )
    assert "n_head" in said("train", "a", "n_head=0")
    (tmp_path / "text.txt").write_text(STORY, encoding="utf-8")
    assert "norm= should be layer or rms" in said("train", "text.txt", "norm=root")
    assert "must be a multiple of 2 x n_head" in said("train", "text.txt", "n_embd=30", "n_head=4")
    assert "broken.jsonl, line 2 should be JSON with prompt, answer" in said(
        "tune", "broken.jsonl", model
    )
    assert "lacks.jsonl, line 3" in said("tune", "lacks.jsonl", model)
    assert "empty.jsonl, line 1" in said("tune", "empty.jsonl", model)


def test_no_words_and_wrong_words_show_what_there_is(type_in):
    # fails if who types the file's name alone gets a traceback
    for words in ((), ("train",), ("trian", "text.txt")):
        with pytest.raises(SystemExit) as ended:
            type_in("22", *words)
        assert "python my_gpt.py train text.txt" in ended.value.code
        assert "prefer liked.jsonl" in ended.value.code


def test_a_real_process_ends_with_1_and_one_line(tmp_path):
    # fails if the sentence is printed elsewhere, or the exit code says that all is well
    path = tmp_path / "my_gpt.py"
    path.write_text(text_at("13b"), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, str(path), "train", "nowhere.txt"],
        cwd=tmp_path,
        capture_output=True,
        encoding="utf-8",
    )
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1 and "nowhere.txt" in done.stderr


def test_commands_around_the_file(tmp_path, monkeypatch, capsys):
    # fails if start, show, check or a slip in them does not do what the help says
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "stdout", sys.__stdout__)
    with captured() as out, redirect_stdout(out):
        assert around.main(["start", "4"]) == 0
        assert around.main(["show", "09"]) == 0
        assert around.main(["check", "my_gpt.py", "04a"]) == 1
    said = printed(out)
    assert (tmp_path / "my_gpt.py").is_file()
    assert text_at("09") in said
    assert "is still to be written: merge" in said
    for words, told in (
        (["start", "8"], "no stage '8'"),
        (["start", "8"], "take 9, the next chapter"),
        (["start"], "start needs a chapter"),
        (["check", "mine.py"], "my_gpt check mine.py 9"),
        (["start", "05", "from=nowhere.py"], "nowhere.py"),
        (["strat", "8"], "no such command"),
        ([], "no such command"),
        (["models", "sprot"], "no model 'sprot'"),
    ):
        assert around.main(words) == 1
        assert told in capsys.readouterr().err

"""What chapter 20 asks of a reader's file: a model learns labels."""

import json
import re
import tempfile
from pathlib import Path

import torch

from llm_lib.book.my_gpt.checks_training import TEXT
from llm_lib.book.my_gpt.compare import small_model, want
from llm_lib.book.my_gpt.reader import MistakeError, ReaderFile, captured, printed
from llm_lib.book.my_gpt.registry import check


def write_rows(folder: str, rows: list[dict]) -> str:
    """Write rows into a jsonl file, and return its path."""
    path = Path(folder) / "rows.jsonl"
    path.write_text("\n".join(map(json.dumps, rows)) + "\n", encoding="utf-8")
    return str(path)


def saved_base(my: ReaderFile, folder: str):
    """Save a small model of the reader's with a tokenizer; return its path and both."""
    tokenizer = my.Tokenizer(my.learn_merges(TEXT + "User: Bot:", 40))
    model = small_model(my, n_embd=32, vocab_size=297)
    path = str(Path(folder) / "base")
    my.save(path, model, tokenizer)
    return path, model, tokenizer


@check("20")
def rows(my: ReaderFile) -> None:
    """Rows are read from a file, and a broken line is named."""
    with tempfile.TemporaryDirectory() as folder:
        path = write_rows(folder, [{"text": "é", "label": "a"}, {"text": "b", "label": "c"}])
        got = [list(row) for row in my.read_rows(path, "text", "label")]
        want(got == [["é", "a"], ["b", "c"]], f"read_rows(path, 'text', 'label') gave {got}")
        for broken in ('{"text": "a", "lab', '{"text": "a"}', "[1]"):
            Path(path).write_text('{"text": "a", "label": "b"}\n' * 2 + broken, encoding="utf-8")
            try:
                my.read_rows(path, "text", "label")
            except ValueError as error:
                says = str(error).replace(path, "")
                want(re.search(r"\b3\b", says), f"read_rows should name the broken line, 3: {says}")
            else:
                raise MistakeError(f"read_rows should raise ValueError for the line {broken}")


@check("20")
def filling_up(my: ReaderFile) -> None:
    """Rows of different lengths are one batch, and what fills them up does not count."""
    given = [([1, 2, 3], [-100, -100, 4]), ([5], [6]), ([7, 8], [-100, 9])]
    x, y = my.collate(given)
    want(tuple(x.shape) == (3, 3), f"collate should give x (3, 3), yours is {tuple(x.shape)}")
    ids = [row[: len(inputs)] for row, (inputs, _) in zip(x.tolist(), given, strict=True)]
    want(
        ids == [inputs for inputs, _ in given],
        f"collate: x should begin with the ids, and be filled up on the right; yours {x.tolist()}",
    )
    right = [[-100, -100, 4], [6, -100, -100], [-100, 9, -100]]
    want(
        y.tolist() == right,
        f"collate: targets are filled up with -100, which no loss counts: {right}; yours "
        f"{y.tolist()}",
    )
    many = list(range(40))
    one, two, other = my.pick(many, 3), my.pick(many, 3), my.pick(many, 4)
    want(list(one) == list(two), "pick: the same step should draw the same rows")
    want(list(one) != list(other), "pick: each step should draw other rows")
    want(len(set(one)) == 8, f"pick should draw 8 different rows, yours {sorted(one)}")
    drawn = [list(my.pick(list(range(12)), step)) for step in range(6)]
    want(
        all(len(rows) == 8 for rows in drawn),
        f"pick should draw 8 of 12 rows in each step, yours {[len(rows) for rows in drawn]}",
    )
    drawn = [sorted(my.pick(many, step)) for step in range(5)]
    want(
        any(rows[-1] - rows[0] > 7 for rows in drawn),
        "pick goes through the rows in their order, neighbours together: draw them",
    )
    want(len(my.pick([1, 2], 0)) == 2, "pick: of two rows there are no more than two to draw")


ASKED = {"the seal the sea": "yes", "the and the saw": "no"}


def labelled() -> list[dict]:
    """Return texts of words that tell their label."""
    groups = {"yes": ["sea", "seal", "tea"], "no": ["saw", "and", "it"]}
    return [
        {"text": f"the {first} the {second}", "label": label}
        for label, words in groups.items()
        for first in words
        for second in words
    ]


@check("20")
def labels(my: ReaderFile) -> None:
    """The last token tells the label, and only the last block and the head learn."""
    with tempfile.TemporaryDirectory() as folder:
        path, model, _ = saved_base(my, folder)
        rows, fitted, fit = write_rows(folder, labelled()), [], my.fit

        def watched(model, *rest, **more) -> None:
            fitted.append(model)
            fit(model, *rest, **more)

        my.module.fit = watched
        try:
            said = {text: label_of(my, rows, text, path) for text in ASKED}
        finally:
            my.module.fit = fit
    for text, right in ASKED.items():
        want(
            said[text] == right,
            f"classify should learn two labels that words tell apart; of {text!r} it said "
            f"{said[text]!r}, and not {right!r}: is the target at the last token, and does the "
            "last block learn?",
        )
    moved = [name for tuned in fitted for name in same_start(tuned, model)]
    want(not moved, f"classify moves {moved[:1]}: only the last block and the head should learn")


def label_of(my: ReaderFile, rows: str, text: str, path: str) -> str:
    """Return the label that `classify` prints beside a text."""
    with captured() as out:
        my.classify(rows, text=text, model=path, steps=60)
    lines = [line.replace(text, "") for line in printed(out).splitlines() if text in line]
    want(bool(lines), "classify should print the text that it is asked of, and its label")
    words = [word.strip(":,.'\"") for word in lines[-1].split()]
    return next((word for word in words if word in ASKED.values()), lines[-1].strip())


def same_start(tuned, base) -> list[str]:
    """Return the weights that have moved, of all but the last block and the head."""
    before = base.state_dict()
    last = f"blocks.{base.config.n_layer - 1}."
    return [
        name
        for name, weight in tuned.state_dict().items()
        if not name.startswith((last, "head")) and not torch.equal(weight, before[name])
    ]

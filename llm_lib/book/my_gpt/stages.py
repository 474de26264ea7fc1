"""The reader's own file, cut into stages from one marked source.

In `my_gpt.py.txt` a line "#@ 12" begins what stands in the file from stage 12 on, and "#@ 12-15"
what is gone, or written otherwise, after stage 15. Nothing else in it is special.
"""

import ast
import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cache
from pathlib import Path

SOURCE = Path(__file__).parent / "my_gpt.py.txt"
MARK = re.compile(r"#@ (\w+)(?:-(\w+))?")


@dataclass(frozen=True)
class Stage:
    """The file at the end of a chapter, or of a part of it.

    `key` names it, "04a"; `command` is what a reader types to see what it does, and `shows` says
    in a few words what is then to be seen.
    """

    key: str
    chapter: int
    title: str
    command: str
    shows: str


@dataclass(frozen=True)
class Line:
    """A line of the file; whether the stage before lacked it; whether it is code.

    Code is what is neither empty nor a comment; a docstring is a comment.
    """

    text: str
    is_new: bool
    is_code: bool


RUN = "python my_gpt.py"
STAGES = (
    Stage("04a", 4, "Learn merges", f'{RUN} "sea seal tea"', "which pairs become tokens, in order"),
    Stage("04b", 4, "Encode and decode", f'{RUN} "steal the seal"', "a text cut into tokens"),
    Stage("05", 5, "Batches", RUN, "a batch of two windows, and their targets one ahead"),
    Stage("06", 6, "Embeddings", RUN, "the shape of the logits, and a loss near ln V"),
    Stage("07", 7, "Positions", RUN, "that a score depends on the distance alone"),
    Stage("09", 9, "Attention", RUN, "where the last token of a sentence looks, as bars"),
    Stage("10", 10, "Heads", RUN, "the token that each head looks at most"),
    Stage("12", 12, "The model", RUN, "how many weights it has, and a first loss near ln V"),
    Stage("13a", 13, "The training loop", RUN, "a loss that falls, on the file's own lines"),
    Stage("13b", 13, "Train and save", f"{RUN} train text.txt", "a model trained on your text"),
    Stage("15", 15, "Writing", f'{RUN} write "Once upon"', "a text that your model continues"),
    Stage("16", 16, "The cache", f'{RUN} write "Once upon"', "the same text, sooner"),
    Stage(
        "17",
        17,
        "Modern switches",
        f"{RUN} train text.txt norm=rms mlp=swiglu n_kv_head=1",
        "a model with RMSNorm, SwiGLU and one head of keys and values",
    ),
    Stage(
        "19a",
        19,
        "A file of weights",
        f"{RUN} train text.txt",
        "a folder that the book's library and its Playground open",
    ),
    Stage(
        "19b",
        19,
        "Real weights",
        f'{RUN} write "Mia the fox" model=sprout',
        "the book's model, writing out of your file",
    ),
    Stage(
        "20",
        20,
        "Classify",
        f'{RUN} classify labelled.jsonl text="What a day!"',
        "the label that a text gets",
    ),
    Stage(
        "21",
        21,
        "Answers and LoRA",
        f'{RUN} ask "What is the capital of France?" model=smollm2',
        "an answer of a real model",
    ),
    Stage(
        "22",
        22,
        "Preferences",
        f"{RUN} prefer liked.jsonl",
        "a loss that falls, and a model that gives chosen answers more probability",
    ),
)
KEYS = tuple(stage.key for stage in STAGES)


def find_stage(key: str | int) -> Stage:
    """Return a stage by its key, or the last one of a chapter by its number.

    Raises ValueError, with all that there are, for another.

    >>> find_stage("04a").title, find_stage(4).key, find_stage("9").key
    ('Learn merges', '04b', '09')
    """
    text = str(key).strip()
    for stage in reversed(STAGES):
        if text == stage.key or text.lstrip("0") == str(stage.chapter):
            return stage
    later = [s.chapter for s in STAGES if text.isdecimal() and s.chapter > int(text)]
    advice = f": take {later[0]}, the next chapter that adds to the file" if later else ""
    raise ValueError(f"there is no stage {text!r}; there are {', '.join(KEYS)}{advice}")


def stage_before(stage: Stage | str | int) -> Stage | None:
    """Return the stage before a stage, or None before the first."""
    place = KEYS.index(_stage(stage).key)
    return STAGES[place - 1] if place else None


def stages_of(chapter: int) -> tuple[Stage, ...]:
    """Return the stages of a chapter: one, two, or none."""
    return tuple(stage for stage in STAGES if stage.chapter == chapter)


def text_at(stage: Stage | str | int) -> str:
    """Return the file at a stage, given as such, by its key or by its chapter's number."""
    return "".join(f"{text}\n" for text in _texts(KEYS.index(_stage(stage).key)))


def file_at(stage: Stage | str | int) -> list[Line]:
    """Return the lines of the file at a stage, new ones marked."""
    place = KEYS.index(_stage(stage).key)
    now, before = _texts(place), _texts(place - 1) if place else ()
    matcher = SequenceMatcher(None, before, now, autojunk=False)
    new = [False] * len(now)
    for tag, _, _, first, stop in matcher.get_opcodes():
        if tag != "equal":
            new[first:stop] = [True] * (stop - first)
    return [Line(*line) for line in zip(now, new, _are_code(now), strict=True)]


def count_lines(stage: Stage | str | int) -> tuple[int, int]:
    """Return how many lines of code the file has at a stage, and how many of them are new."""
    code = [line for line in file_at(stage) if line.is_code]
    return len(code), sum(line.is_new for line in code)


def _stage(stage: Stage | str | int) -> Stage:
    return stage if isinstance(stage, Stage) else find_stage(stage)


@cache
def _texts(place: int) -> tuple[str, ...]:
    """Return the lines of the file at the stage of that place."""
    lines = [text for first, last, text in _source() if first <= place <= last]
    return tuple("\n".join(lines).strip("\n").split("\n"))


@cache
def _source() -> list[tuple[int, int, str]]:
    """Return (first stage, last stage, line) for each line of the source that is no mark."""
    first, last, rows = 0, len(KEYS), []
    for number, line in enumerate(SOURCE.read_text("utf-8").splitlines(), start=1):
        if not line.startswith("#@"):
            rows.append((first, last, line))
            continue
        found = MARK.fullmatch(line.rstrip())
        if not found or not {found[1], found[2] or found[1]} <= set(KEYS):
            raise ValueError(f"{SOURCE.name}, line {number}: {line!r} is no mark")
        first = KEYS.index(found[1])
        last = KEYS.index(found[2]) if found[2] else len(KEYS)
    return rows


def _are_code(texts: tuple[str, ...]) -> list[bool]:
    """Return for each line of a file whether it is code."""
    comments = {n for n, text in enumerate(texts, 1) if text.strip()[:1] in ("", "#")}
    for node in ast.walk(ast.parse("\n".join(texts))):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and ast.get_docstring(
            node
        ):
            comments |= set(range(node.body[0].lineno, node.body[0].end_lineno + 1))
    return [n not in comments for n in range(1, len(texts) + 1)]

"""Writes a reader's file as it is before a chapter, with what the chapter asks for still empty."""

import ast
import textwrap
from pathlib import Path

from llm_lib.book.my_gpt.carry import GIVEN, Definition, carry_on
from llm_lib.book.my_gpt.stages import Stage, find_stage, stage_before, stages_of, text_at
from llm_lib.files import atomic_write


def stages_to_write(chapter: int | str) -> tuple[Stage, Stage | None]:
    """Return the last stage that is to be written, and the one before the first.

    A chapter's number means all of its stages; a key, as "04b", one alone.
    """
    stage = find_stage(chapter)
    is_key = str(chapter).strip() == stage.key
    first = stage if is_key else stages_of(stage.chapter)[0]
    return stage, stage_before(first)


def empty_file(chapter: int | str) -> str:
    """Return the file before a chapter, and the chapter's functions empty in their places.

    What is new has its docstring, and how it is called; what a chapter changes stands as it was,
    below a comment that says what is to come. Imports, settings and the command line are given.
    """
    stage, before = stages_to_write(chapter)
    new = text_at(stage)
    old = _parts(text_at(before)) if before else {}
    gone = _names_gone(text_at(before), new) if before else []
    lines, at, out = new.splitlines(), 0, []
    for node in ast.parse(new).body:
        first = _first_line(node)
        out += lines[at : first - 1]
        at = node.end_lineno
        whole = "\n".join(lines[first - 1 : at])
        if isinstance(node, Definition) and gone:
            out += ["# what is below still needs this", *gone, "", ""]
            gone = []
        is_given = not isinstance(node, Definition) or node.name in GIVEN
        out.append(whole if is_given else _emptied(node, whole, old.get(node.name), stage))
    return "\n".join(out + lines[at:]).strip("\n") + "\n"


def _first_line(node: ast.stmt) -> int:
    """Return the line at which a definition begins, its decorators included."""
    return min([node.lineno, *(d.lineno for d in getattr(node, "decorator_list", []))])


def _parts(text: str) -> dict[str, str]:
    """Return the text of each definition at the first level, by its name."""
    lines = text.splitlines()
    return {
        node.name: "\n".join(lines[_first_line(node) - 1 : node.end_lineno])
        for node in ast.parse(text).body
        if isinstance(node, Definition)
    }


def _names_gone(old: str, new: str) -> list[str]:
    """Return the lines that give a value to a name which the new file no longer has."""
    names = {
        ast.unparse(node.targets[0]) for node in ast.parse(new).body if isinstance(node, ast.Assign)
    }
    lines = old.splitlines()
    return [
        line
        for node in ast.parse(old).body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) not in names
        for line in lines[node.lineno - 1 : node.end_lineno]
    ]


def _emptied(node: Definition, new: str, old: str | None, stage: Stage) -> str:
    """Return a definition as a reader finds it: as it was, empty, or its methods so."""
    if new == old:
        return new
    if isinstance(node, ast.ClassDef):
        return _class_emptied(new, old, stage)
    if old is None:
        return _function_emptied(new)
    return f"{_notice(node, stage)}\n{old}"


def _class_emptied(new: str, old: str | None, stage: Stage) -> str:
    """Return a class with its new methods empty, and its changed ones as they were."""
    tree, lines = ast.parse(new).body[0], new.splitlines()
    before = {}
    if old:
        old_lines = old.splitlines()
        for node in ast.parse(old).body[0].body:
            if isinstance(node, ast.FunctionDef):
                text = old_lines[_first_line(node) - 1 : node.end_lineno]
                before[node.name] = "\n".join(text)
    at, out = 0, []
    for node in tree.body:
        first = _first_line(node)
        out += lines[at : first - 1]
        at = node.end_lineno
        whole = "\n".join(lines[first - 1 : at])
        is_given = not isinstance(node, ast.FunctionDef) or node.name in GIVEN
        if is_given or before.get(node.name) == whole:
            out.append(whole)
        elif node.name in before:
            notice = textwrap.indent(_notice(node, stage), "    ")
            out.append(f"{notice}\n{before[node.name]}")
        else:
            empty = _function_emptied(textwrap.dedent(whole), f"{tree.name}.")
            out.append(textwrap.indent(empty, "    "))
    return "\n".join(out)


def _notice(node: ast.FunctionDef, stage: Stage) -> str:
    """Return the comment above what a chapter changes."""
    does = (ast.get_docstring(node) or "").splitlines()
    call = f"{node.name}({ast.unparse(node.args)})"
    text = f"chapter {stage.chapter} changes this: {call}"
    new = _attributes(node)
    says = [text, *does, *([f"it sets {new}"] if new else [])]
    return "\n".join(f"# {line}".rstrip() for line in says)


def _function_emptied(text: str, owner: str = "") -> str:
    """Return a function without its body: its docstring, what it sets, and an error."""
    node, lines = ast.parse(text).body[0], text.splitlines()
    has_words = ast.get_docstring(node) is not None
    first = node.body[0]
    kept = lines[: first.end_lineno if has_words else first.lineno - 1]
    sets = _attributes(node)
    if "super().__init__()" in text:
        kept.append("    super().__init__()")
    if sets:
        kept.append(f"    # set {sets}")
    return "\n".join([*kept, f'    raise NotImplementedError("{owner}{node.name}")'])


def _attributes(node: ast.FunctionDef) -> str:
    """Return what a method sets of its object: "self.up, self.down"."""
    found = [
        f"self.{part.attr}"
        for part in ast.walk(node)
        if isinstance(part, ast.Attribute)
        and isinstance(part.ctx, ast.Store)
        and isinstance(part.value, ast.Name)
        and part.value.id == "self"
    ]
    return ", ".join(dict.fromkeys(found))


def start_my_gpt(
    chapter: int | str, folder: str | Path = ".", mine: str | Path | None = None
) -> Path:
    """Write `my_gpt.py` to begin a chapter with, say so, and return its path.

    mine: the reader's own file, which the new one then continues; else it begins with the book's.
    A file of that name with other content stays as it is: the new one is then `my_gpt_09.py`, or
    `my_gpt_09_2.py`. Raises ValueError for a chapter that has no stage.
    """
    stage, text = find_stage(chapter), empty_file(chapter)
    if mine:
        text = carry_on(Path(mine).read_text("utf-8-sig"), text)
    key = stage.key
    names = ["my_gpt.py", f"my_gpt_{key}.py", *(f"my_gpt_{key}_{n}.py" for n in range(2, 1000))]
    for path in (Path(folder) / name for name in names):
        if not path.exists() or path.read_text("utf-8", "replace") == text:
            break
    with atomic_write(path) as file:
        file.write(text)
    if path.name != "my_gpt.py":
        print("There is a my_gpt.py already, which stays as it is.")
    whose = f"what you wrote in {Path(mine).name}, up" if mine else "all up"
    print(
        f"{path.name}: {whose} to chapter {stage.chapter}, whose functions are empty. "
        f"When they are written: python -m llm_lib.book.my_gpt check {path.name} {key}"
    )
    keys = [part.key for part in stages_of(stage.chapter)]
    if len(keys) > 1 and str(chapter).strip() not in keys:
        print(f"The chapter has two steps; to take one at a time, start {keys[0]}, then {keys[1]}.")
    return path

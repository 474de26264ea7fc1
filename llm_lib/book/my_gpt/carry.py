"""Gives a reader's own file what a chapter adds to it, still empty; all they wrote stays."""

import ast
import textwrap

# what no chapter explains: it is given
GIVEN = {"demo", "call", "read_settings", "read", "__post_init__"}
Definition = ast.FunctionDef | ast.ClassDef
ADDS = '# class {name} needs this, too: put it into yours, without "# "'


def carry_on(mine: str, stub: str) -> str:
    """Return a reader's file with the empty functions of a chapter behind what they wrote.

    stub: the book's file in which they stand empty.
    What the chapter changes in theirs is told in comments; its demo and command line replace those
    of before. Raises ValueError for a file that is no Python.
    """
    try:
        body = ast.parse(mine).body
    except SyntaxError as error:
        raise ValueError(f"line {error.lineno} of your file is not Python: {error.msg}") from None
    new, have = ast.parse(stub).body, {name: node for node in body for name in _names(node)}
    imports = [ast.unparse(n) for n in new if isinstance(n, ast.Import | ast.ImportFrom)]
    words = [_text(stub, n) for n in new if _is_words(n)]
    added = [_added(stub, n, have) for n in new]
    future = [n for n in body if isinstance(n, ast.ImportFrom) and n.module == "__future__"]
    words += [ast.unparse(n) for n in future]  # they have to stand first
    kept = _without(mine, [n for n in body if _is_replaced(n) or _is_words(n) or n in future])
    there = {ast.unparse(n) for n in body}
    head = [*words, "\n".join(line for line in imports if line not in there)]
    parts = [*head, kept.strip("\n"), *added]
    return "\n\n\n".join(part for part in parts if part) + "\n"


def _names(node: ast.stmt) -> list[str]:
    """Return the names that a statement of the first level gives."""
    if isinstance(node, ast.Assign):
        return [ast.unparse(target) for target in node.targets]
    return [node.name] if isinstance(node, Definition) else []


def _is_words(node: ast.stmt) -> bool:
    """Whether a statement is a text: the file's docstring."""
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _is_replaced(node: ast.stmt) -> bool:
    """Whether a statement belongs to the command line, which the book gives."""
    is_main = isinstance(node, ast.If) and "__name__" in ast.unparse(node.test)
    return is_main or (isinstance(node, ast.FunctionDef) and node.name in GIVEN)


def _first(node: ast.stmt) -> int:
    return min([node.lineno, *(d.lineno for d in getattr(node, "decorator_list", []))])


def _text(text: str, node: ast.stmt) -> str:
    """Return the lines of a statement, with the notice "chapter 9 changes this" above it."""
    lines, first = text.split("\n"), _first(node) - 1
    above = first
    while lines[above - 1].lstrip().startswith("#") and above:
        above -= 1
    is_notice = above < first and "changes this" in lines[above]
    return "\n".join(lines[above if is_notice else first : node.end_lineno])


def _without(text: str, gone: list[ast.stmt]) -> str:
    """Return a text without the lines of some statements."""
    numbers = {n for node in gone for n in range(_first(node), node.end_lineno + 1)}
    return "\n".join(line for n, line in enumerate(text.split("\n"), 1) if n not in numbers)


def _added(stub: str, node: ast.stmt, have: dict[str, ast.stmt]) -> str:
    """Return what a statement of the book's adds to a file: itself, words on it, or nothing."""
    if _is_replaced(node):
        return _text(stub, node)
    known = [have[name] for name in _names(node) if name in have]
    if not _names(node):
        return ""
    if not known:
        return _text(stub, node)
    if isinstance(node, ast.ClassDef):
        parts = [_part(stub, part, known[0]) for part in node.body]
        lines = "\n".join(part for part in parts if part)
        told = textwrap.indent(textwrap.dedent(lines), "# ", lambda line: True)
        told = "\n".join(line.rstrip() for line in told.split("\n"))
        return f"{ADDS.format(name=node.name)}\n{told}" if lines else ""
    return _notice(_text(stub, node))


def _part(stub: str, part: ast.stmt, mine: ast.stmt) -> str:
    """Return what a part of a class adds to the reader's class: itself, words on it, or nothing."""
    own = {ast.unparse(p) for p in ast.walk(mine) if isinstance(p, ast.stmt)}
    names = [p.name for p in ast.walk(mine) if isinstance(p, ast.FunctionDef)]
    if _is_words(part):
        return ""
    if told := _notice(_text(stub, part)):
        return told
    is_theirs = isinstance(part, ast.FunctionDef) and part.name in names and part.name not in GIVEN
    return "" if is_theirs or ast.unparse(part) in own else _text(stub, part)


def _notice(text: str) -> str:
    """Return the comment "chapter 9 changes this" at the beginning of a text, or ""."""
    lines = text.split("\n")
    n = next(i for i, line in enumerate(lines) if not line.lstrip().startswith("#"))
    return "\n".join(lines[:n])

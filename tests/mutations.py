"""The small changes that can be made to a module: an operator, a limit, a default, a statement."""

import ast
import itertools
from dataclasses import dataclass

LEFT_ALONE = ("annotation", "returns", "decorator_list")  # so is `strict` of zip, a guard
SWAPS = {
    **{"Add": ("+", "-"), "Sub": ("-", "+"), "Mult": ("*", "/"), "Div": ("/", "*")},
    **{"FloorDiv": ("//", "*"), "Mod": ("%", "//"), "Pow": ("**", "*"), "MatMult": ("@", "*")},
    **{"BitAnd": ("&", "|"), "BitOr": ("|", "&"), "And": ("and", "or"), "Or": ("or", "and")},
    **{"Lt": ("<", "<="), "LtE": ("<=", "<"), "Gt": (">", ">="), "GtE": (">=", ">")},
    **{
        "Eq": ("==", "!="),
        "NotEq": ("!=", "=="),
        "In": ("in", "not in"),
        "NotIn": ("not in", "in"),
    },
    **{"Is": ("is", "is not"), "IsNot": ("is not", "is")},
}
NAMES = {"min": "max", "max": "min", "any": "all", "all": "any"}


@dataclass(frozen=True)
class Mutant:
    """A change to a file: the text from `start` to `end` becomes `new`."""

    file: str
    start: int
    end: int
    new: str

    def apply(self, source: str) -> str:
        """Return the source with the change made."""
        return source[: self.start] + self.new + source[self.end :]

    def describe(self, source: str) -> str:
        """Return where the change is, and its first line before and after."""
        line = source.count("\n", 0, self.start)
        texts = [text.splitlines()[line].strip() for text in (source, self.apply(source))]
        return f"{self.file}:{line + 1}: {texts[0]}  ->  {texts[1]}"


class Finder:
    """Finds the changes that can be made to a source text."""

    def __init__(self, file: str, source: str):
        self.file, self.source, self.found = file, source, []
        self.lines = source.splitlines(keepends=True)
        self.walk(ast.parse(source))

    def walk(self, node: ast.AST) -> None:
        """Find changes in a node and in all it holds, but annotations, decorators and texts."""
        self.look(node)
        is_text = isinstance(node, ast.JoinedStr | ast.Raise)
        for name, value in () if is_text else ast.iter_fields(node):
            if name not in LEFT_ALONE and getattr(node, "arg", "") != "strict":
                for child in value if isinstance(value, list) else [value]:
                    if isinstance(child, ast.AST):
                        self.walk(child)

    def look(self, node: ast.AST) -> None:
        """Find the changes to a node itself."""
        match node:
            case ast.BinOp(left=left, op=op, right=right):
                self.swap(op, left, right)
            case ast.BoolOp(op=op, values=values):
                for left, right in itertools.pairwise(values):
                    self.swap(op, left, right)
            case ast.Compare(left=left, ops=ops, comparators=others):
                for op, first, second in zip(ops, [left, *others], others, strict=False):
                    self.swap(op, first, second)
            case ast.UnaryOp(operand=ast.Constant()):
                pass  # the number changes below; without its sign, a dimension is often the same
            case ast.UnaryOp(operand=operand):
                self.add(self.span(node)[0], self.span(operand)[0], "")
            case ast.Constant(value=bool(value)):
                self.add(*self.span(node), str(not value))
            case ast.Constant(value=int(value) | float(value)):
                self.add(*self.span(node), repr(value + 1))
            case ast.Call(func=ast.Name(id=name) as called) if name in NAMES:
                self.add(*self.span(called), NAMES[name])
            case ast.If(test=test) | ast.While(test=test) | ast.IfExp(test=test):
                if isinstance(test, ast.Name | ast.Attribute | ast.Call | ast.NamedExpr):
                    start, end = self.span(test)
                    self.add(start, end, f"not ({self.source[start:end]})")
            case ast.Return(value=ast.expr() as value) if ast.unparse(value) != "None":
                self.add(*self.span(node), "return None")
            case ast.AugAssign(target=target, op=op, value=value):
                self.swap(op, target, value)
                self.add(*self.span(node), "pass")
            case ast.Expr(value=ast.Constant()):
                pass  # a docstring
            case ast.Expr() | ast.Raise() | ast.Break() | ast.Continue():
                self.add(*self.span(node), "pass")
            case ast.Assign(targets=[ast.Attribute() | ast.Subscript(), *_]):
                self.add(*self.span(node), "pass")

    def swap(self, op: ast.AST, left: ast.AST, right: ast.AST) -> None:
        """Swap the operator between two nodes for its opposite."""
        if type(op).__name__ in SWAPS:
            old, new = SWAPS[type(op).__name__]
            place = self.source.index(old, self.span(left)[1], self.span(right)[0])
            self.add(place, place + len(old), new)

    def span(self, node: ast.AST) -> tuple[int, int]:
        """Return where a node begins and ends in the text; ast counts columns in bytes."""
        ends = ((node.lineno, node.col_offset), (node.end_lineno, node.end_col_offset))
        return tuple(
            sum(map(len, self.lines[: line - 1]))
            + len(self.lines[line - 1].encode()[:column].decode())
            for line, column in ends
        )

    def add(self, start: int, end: int, new: str) -> None:
        """Note a change."""
        self.found.append(Mutant(self.file, start, end, new))

"""Writes the engine's WebAssembly kernel: ``python -m web.kernel``.

Most of the time of a training step in a page goes into matrix products and into the exponentials
of GELU. WebAssembly takes four float32 numbers at a time (SIMD, no relaxed one). The kernel's text,
`kernel.wat`, is written here, since its inner loops are unrolled: every number of a tile of the
result has a register of its own. `kernel.js` holds its bytes, as base64.

The functions, whose plain-loop twins are in `loops.js` (pointers and strides in bytes):

- matmul: C (M, N) = A (M, K) · B (K, N), or C += A · B. A has any two strides, so a transposed A
  costs nothing; the numbers of a row of B, and of C, lie side by side.
- gelu, gelu_backward: GELU and its derivative. `length` is a multiple of 4.
"""

from __future__ import annotations

import base64
import math
import sys
from collections.abc import Sequence
from pathlib import Path

ENGINE = Path(__file__).resolve().parent.parent / "llm_lib" / "book" / "engine"
ROWS, VECTORS = 4, 2  # a tile is 4 rows of 2 vectors of 4 numbers: with B's, 11 of 16 registers
SLOPE = 2 * math.sqrt(2 / math.pi)  # GELU is v · sigmoid(SLOPE · v + CUBIC · v³)
CUBIC = 0.044715 * SLOPE


def get(name: str) -> str:
    """Return the code that reads a local variable."""
    return f"(local.get ${name})"


def put(name: str, value: str) -> str:
    """Return the code that sets a local variable."""
    return f"(local.set ${name} {value})\n"


def add(a: str, b: str) -> str:
    """Return the code of a sum of whole numbers."""
    return f"(i32.add {a} {b})"


def times(a: str, b: str) -> str:
    """Return the code of a product of whole numbers."""
    return f"(i32.mul {a} {b})"


def whole(n: int) -> str:
    """Return the code of a whole number."""
    return f"(i32.const {n})"


def move(name: str, by: str) -> str:
    """Return the code that adds to a variable."""
    return put(name, add(get(name), by))


def four(operation: str, *arguments: str) -> str:
    """Return the code of an operation on four numbers at once."""
    return f"(f32x4.{operation} {' '.join(arguments)})"


def constant(x: float) -> str:
    """Return the code of a number, four times."""
    return f"(v128.const f32x4{f' {x!r}' * 4})"


def loop(variable: str, step: int, limit: str, body: str) -> str:
    """Return the code of: while variable + step <= limit, do the body, then add the step."""
    over = f"(i32.gt_u {add(get(variable), whole(step))} {get(limit)})"
    end = f"{move(variable, whole(step))}(br 0)"
    return f"(block (loop (br_if 1 {over})\n{body}{end}))\n"


class Tile:
    """The code for a tile of C: some rows, and some vectors of 4 columns; 0 vectors: one column."""

    def __init__(self, rows: int, vectors: int) -> None:
        self.rows, self.single = range(rows), vectors == 0
        self.columns = range(vectors or 1)
        self.type = "f32" if self.single else "v128"

    def sum_of(self, row: int, column: int) -> str:
        """Return the name of the register in which a number, or a vector, of C is summed."""
        return f"f{row}" if self.single else f"s{row}_{column}"

    def load(self, pointer: str, column: int) -> str:
        """Return the code that reads column (or vector) `column` of what a pointer points to."""
        return f"({self.type}.load offset={16 * column} {get(pointer)})"

    def begin(self, from_c: bool) -> str:
        """Return the code that sets all sums, to what C holds or to 0."""
        zero = "(f32.const 0)" if self.single else constant(0.0)
        code = put("p", get("pc"))
        for row in self.rows:
            for column in self.columns:
                value = self.load("p", column) if from_c else zero
                code += put(self.sum_of(row, column), value)
            code += move("p", get("rc"))
        return code

    def multiply(self) -> str:
        """Return the code that adds one column of A times one row of B, and moves on."""
        kind = "f32" if self.single else "f32x4"
        code = "".join(put(self.b(column), self.load("pb", column)) for column in self.columns)
        for row in self.rows:
            read = "f32.load" if self.single else "v128.load32_splat"
            code += put("g" if self.single else "t", f"({read} {get(f'pa{row}')})")
            for column in self.columns:
                name = self.sum_of(row, column)
                product = f"({kind}.mul {get('g' if self.single else 't')} {get(self.b(column))})"
                code += put(name, f"({kind}.add {get(name)} {product})")
            code += move(f"pa{row}", get("ca"))
        return code + move("pb", get("rb"))

    def b(self, column: int) -> str:
        """Return the name of the register for a number, or a vector, of B."""
        return "h" if self.single else f"b{column}"

    def end(self) -> str:
        """Return the code that writes the sums to C."""
        code = put("p", get("pc"))
        for row in self.rows:
            for column in self.columns:
                value = get(self.sum_of(row, column))
                code += f"({self.type}.store offset={16 * column} {get('p')} {value})\n"
            code += move("p", get("rc"))
        return code

    def code(self) -> str:
        """Return the code for the tile at row i and column j."""
        at_j = times(get("j"), whole(4))
        code = put("pc", add(get("c"), add(times(get("i"), get("rc")), at_j)))
        code += put("pa0", add(get("a"), times(get("i"), get("ra"))))
        for row in self.rows[1:]:
            code += put(f"pa{row}", add(get(f"pa{row - 1}"), get("ra")))
        code += put("pb", add(get("b"), at_j)) + put("k", whole(0))
        code += f"(if {get('add')} (then\n{self.begin(True)}) (else\n{self.begin(False)}))\n"
        return code + loop("k", 1, "K", self.multiply()) + self.end()


def function(name: str, parameters: Sequence[str], locals_: dict[str, Sequence[str]], body) -> str:
    """Return the code of an exported function; its parameters are whole numbers."""
    names = "".join(f" (param ${each} i32)" for each in parameters)
    for kind, variables in locals_.items():
        names += "".join(f" (local ${each} {kind})" for each in variables)
    return f'(func (export "{name}"){names}\n{body})\n'


def matmul() -> str:
    """Return the code of the product: strips of 8 columns, then of 4, then single ones."""
    body = put("j", whole(0))
    for vectors in (VECTORS, 1, 0):
        tiles = loop("i", ROWS, "M", Tile(ROWS, vectors).code())
        tiles += loop("i", 1, "M", Tile(1, vectors).code())
        body += loop("j", max(1, 4 * vectors), "N", put("i", whole(0)) + tiles)
    sums = [f"s{row}_{column}" for row in range(ROWS) for column in range(VECTORS)]
    locals_ = {
        "i32": ["i", "j", "k", "p", "pc", "pb", *(f"pa{row}" for row in range(ROWS))],
        "v128": ["t", *(f"b{column}" for column in range(VECTORS)), *sums],
        "f32": ["g", "h", *(f"f{row}" for row in range(ROWS))],
    }
    return function("matmul", "c rc a ra ca b rb M N K add".split(), locals_, body)


def over_all(pointers: Sequence[str], body: str) -> str:
    """Return the code that does something with every four numbers, and moves the pointers on."""
    return loop("i", 4, "length", body + "".join(move(p, whole(16)) for p in pointers))


def exponential() -> str:
    """Return the code that sets $s to exp($x): 2^n, as a number's exponent, times a polynomial."""
    code = put("x", four("min", four("max", get("x"), constant(-87.0)), constant(87.0)))
    code += put("x", four("mul", get("x"), constant(math.log2(math.e))))
    code += put("n", four("nearest", get("x")))
    code += put("r", four("mul", four("sub", get("x"), get("n")), constant(math.log(2))))
    polynomial = constant(1 / 720)
    for n in (5, 4, 3, 2, 1, 0):
        term = constant(1 / math.factorial(n))
        polynomial = four("add", term, four("mul", get("r"), polynomial))
    exponent = (
        "(i32x4.add (i32x4.trunc_sat_f32x4_s (local.get $n)) (v128.const i32x4 127 127 127 127))"
    )
    power = f"(i32x4.shl {exponent} {whole(23)})"
    return code + put("s", four("mul", power, polynomial))


def gelu() -> str:
    """Return the code of: hidden = up · sigmoid, where sigmoid = 1 / (1 + exp(-x)) is kept."""
    pointers, v = ["up", "sigmoid", "hidden"], get("v")
    body = put("v", f"(v128.load {get('up')})")
    inner = four("add", constant(-SLOPE), four("mul", constant(-CUBIC), four("mul", v, v)))
    body += put("x", four("mul", v, inner)) + exponential()
    body += put("s", four("div", constant(1.0), four("add", constant(1.0), get("s"))))
    body += f"(v128.store {get('sigmoid')} {get('s')})\n"
    body += f"(v128.store {get('hidden')} {four('mul', v, get('s'))})\n"
    locals_ = {"i32": ["i"], "v128": ["v", "x", "n", "r", "s"]}
    return function("gelu", [*pointers, "length"], locals_, over_all(pointers, body))


def gelu_backward() -> str:
    """Return the code of: d *= s + v · s · (1 - s) · (SLOPE + 3 · CUBIC · v²)."""
    pointers, v, s = ["d", "up", "sigmoid"], get("v"), get("s")
    body = put("v", f"(v128.load {get('up')})") + put("s", f"(v128.load {get('sigmoid')})")
    steep = four("mul", constant(3 * CUBIC), four("mul", v, v))
    steep = four("add", constant(SLOPE), steep)
    around = four("mul", v, four("mul", s, four("sub", constant(1.0), s)))
    slope = four("add", s, four("mul", around, steep))
    d = four("mul", f"(v128.load {get('d')})", slope)
    body += f"(v128.store {get('d')} {d})\n"
    locals_ = {"i32": ["i"], "v128": ["v", "s"]}
    return function("gelu_backward", [*pointers, "length"], locals_, over_all(pointers, body))


def kernel_text() -> str:
    """Return the kernel as text."""
    head = ";; Written by web/kernel.py, which says what the functions do.\n"
    memory = '(module (import "env" "memory" (memory 1))\n'
    return f"{head}{memory}{matmul()}{gelu()}{gelu_backward()})\n"


def kernel_bytes(text: str) -> bytes:
    """Return the kernel as bytes, without the names of its variables."""
    from wasmtime import wat2wasm

    binary, kept, at = bytes(wat2wasm(text)), b"", 8  # after the magic number and the version
    while at < len(binary):
        size, body, shift = 0, at + 1, 0
        while True:  # the size of a section, seven bits at a time
            size |= (binary[body] & 127) << shift
            body, shift = body + 1, shift + 7
            if binary[body - 1] < 128:
                break
        if binary[at] != 0:  # 0 is a section for debuggers
            kept += binary[at : body + size]
        at = body + size
    return binary[:8] + kept


def kernel_script(binary: bytes) -> str:
    """Return the module that brings the bytes into a page."""
    data, width = base64.b64encode(binary).decode(), 94
    lines = " +\n  ".join(f'"{data[at : at + width]}"' for at in range(0, len(data), width))
    head = "// Written by web/kernel.py: kernel.wat as bytes, in base64.\n\n"
    return f"{head}export const KERNEL =\n  {lines};\n"


def main() -> int:
    """Write both files, and say how large the kernel is."""
    text = kernel_text()
    binary = kernel_bytes(text)
    (ENGINE / "kernel.wat").write_text(text, "utf-8")
    (ENGINE / "kernel.js").write_text(kernel_script(binary), "utf-8")
    print(f"{len(binary)} bytes of WebAssembly")
    return 0


if __name__ == "__main__":
    sys.exit(main())

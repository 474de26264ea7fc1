"""A widget's modules become one script: each once, in order, and nothing is left out in silence."""

import re

import pytest

from llm_lib.book.widgets.base import HERE, join_scripts
from llm_lib.book.widgets.scripts import join_modules, read_module

FILES = [*HERE.glob("*.js"), *HERE.glob("stories/*.js")]
WIDGETS = sorted(file.relative_to(HERE).as_posix() for file in FILES)


@pytest.fixture
def modules(tmp_path):
    """Write modules, {name: text}, and return what they are joined to, from the first one on."""

    def join(**texts):
        for name, text in texts.items():
            (tmp_path / f"{name}.js").write_text(text, "utf-8")
        return join_modules(tmp_path / f"{next(iter(texts))}.js")

    return join


# Fails if a module comes twice, before one that it needs, or with a word that only modules know.
def test_each_module_once_after_what_it_needs(modules):
    script = modules(
        main='import { a } from "./a.js";\nimport {\n  b,\n  c,\n} from "./b.js";\n'
        "\nexport default { a, b, c };\n",
        b='import { a } from "./a.js";\n\nexport const b = a + 1;\nexport class c {}\n',
        a="// one\nexport function a() {\n  return 1;\n}\n",
    )
    lines = [line for line in script.splitlines() if line]
    assert lines == [
        "// one", "function a() {", "  return 1;", "}",
        "const b = a + 1;", "class c {}",
        "export default { a, b, c };",
    ]  # fmt: skip


# Fails if types get into the script, or if words or code get lost with them.
def test_types_stay_behind(modules):
    script = modules(
        a="""/** @import { A } from "./types.js" */

/**
 * Twice a number.
 * @param {number} n a
 *   number
 * @returns {number}
 */
function a(n) {
  return /** @type {A} */ (2 * n); /** @type {never} */
}

/** @type {Map<string, A>} ref -> A */
const b = new Map();
/** Words. */
const c = (/** @type {number} */ v) => v;
"""
    )
    assert (
        script
        == """
/**
 * Twice a number.
 */
function a(n) {
  return (2 * n); }

const b = new Map();
/** Words. */
const c = (v) => v;
"""
    )


WORKER = 'import w from "./w.js" with { type: "text" };\n'


# Fails if a module that both sides need comes twice, or if the worker's text lacks one: the text is
# that of a function, which returns what its modules export.
def test_a_worker_and_its_page_share_modules(modules):
    script = modules(
        main=WORKER + 'import { a } from "./a.js";\nconst page = a;\nexport default { w, page };\n',
        w='import { a } from "./a.js";\nexport const main = () => a;\n',
        a="/** @type {number} */\nexport const a = 1;\nconst own = 2;\n",
    )
    assert [line for line in script.splitlines() if line] == [
        "function w() {", '"use strict";',
        "const a = 1;", "const own = 2;", "const main = () => a;",
        "return { a, main };", "}",
        "const { a, main } = w();",
        "const page = a;", "export default { w, page };",
    ]  # fmt: skip


IMPORT_A = 'import { a } from "./a.js";\n'
REFUSED = [
    ({"m": 'import a from "./a.js";\n'}, ["m.js", "import a from", "allowed"]),
    ({"m": 'import { a as b } from "./a.js";\n'}, ["m.js", "a as b"]),
    ({"m": 'import * as a from "./a.js";\n'}, ["m.js", "import *"]),
    ({"m": 'import { a } from "https://x.org/a.js";\n'}, ["m.js", "https://x.org/a.js"]),
    ({"m": 'import a from "./a.js" with { type: "json" };\n'}, ["m.js", "type", "allowed"]),
    ({"m": WORKER, "w": "export default {};\n"}, ["w.js", "default"]),
    (
        {
            "m": WORKER + WORKER.replace("w from", "v from").replace("w.js", "v.js"),
            "w": "",
            "v": "",
        },
        ["one worker", "v.js and w.js"],
    ),
    ({"m": WORKER + "const w = 1;\n", "w": ""}, ["w is declared in both"]),
    ({"m": "const a = 1;\nexport { a };\n"}, ["m.js", "export { a }"]),
    ({"m": "export const { a } = b;\n"}, ["m.js", "const { a }"]),
    ({"m": "const [a] = b;\n"}, ["m.js", "const [a]"]),
    ({"m": "var a = 1;\n"}, ["m.js", "var a"]),
    ({"m": 'import { a } from "./gone.js";\n'}, ["no module", "gone.js"]),
    ({"m": IMPORT_A, "a": "const a = 1;\n"}, ["m.js imports a", "a.js doesn't export"]),
    ({"m": IMPORT_A, "a": "export const a = 1;\nexport default { a };\n"}, ["a.js", "default"]),
    (
        {"m": IMPORT_A + "const b = 1;\n", "a": "const b = 2;\nexport const a = b;\n"},
        ["b is declared in both", "a.js", "m.js"],
    ),
    (
        {"m": IMPORT_A, "a": 'import { b } from "./m.js";\nexport const a = 1;\n'},
        ["circle", "m.js -> a.js -> m.js"],
    ),
]


# Fails if what joining would turn into another program is joined all the same.
@pytest.mark.parametrize(("texts", "words"), REFUSED)
def test_what_would_be_another_program_is_refused(modules, texts, words):
    with pytest.raises(ValueError, match=".*".join(map(re.escape, words))):
        modules(**texts)


# Fails if a widget can't be joined, or carries a model that it does not run.
@pytest.mark.parametrize("widget", WIDGETS)
def test_a_widget_takes_what_it_imports(widget):
    script = join_scripts(widget)
    assert not re.search(r"^import\b", script, re.MULTILINE)
    assert len(re.findall(r"^export default \{", script, re.MULTILINE)) == 1
    has_model = widget in (
        "decoding_lab.js", "guess_game.js", "head_lab.js", "marker_hack.js", "next_token_lab.js",
        "patch_lab.js", "playground.js", "rank_dial.js", "stream_lab.js", "surprise_text.js",
        "thinking_lab.js", "token_look.js", "train_lab.js", "transplant.js", "two_ranks.js",
        "your_taste.js",
    )  # fmt: skip
    assert ("\nclass GPT {" in script) == has_model


# Fails if the engine, which Python's results are compared with, needs anything of a page's looks.
def test_the_engine_imports_from_itself_alone():
    engine = HERE.parent / "engine"
    for file in engine.glob("*.js"):
        for source, _ in read_module(file).imports:
            assert source.parent == engine, file.name

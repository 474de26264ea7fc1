"""Scripts without comments and indentation: what they say and do stays the same."""

from pathlib import Path

import pytest
from pygments.lexers import JavascriptLexer
from pygments.token import Comment, Text, Whitespace

from web.slim_script import find_templates, slim_script

BOOK = Path(__file__).resolve().parents[2] / "llm_lib/book"
# Pygments takes the quote in a regular expression behind => for the beginning of a text
MISREAD = {BOOK / "widgets/guess_game/questions.js"}
SCRIPTS = sorted(path for path in BOOK.rglob("*.js") if path not in MISREAD)


def code_of(script):
    """Return the tokens of a script, by another reader of JavaScript, without comments and gaps."""
    lexer = JavascriptLexer(stripnl=False, ensurenl=False)
    pieces = lexer.get_tokens_unprocessed(script)
    gaps = (Whitespace, Text)
    return "".join(text for _, kind, text in pieces if kind not in Comment and kind not in gaps)


def test_every_script_of_the_book_says_what_it_said():
    # fails if a text or a piece of code changes, as where a template stands inside of another one
    changed = [
        path.name
        for path in SCRIPTS
        if code_of(slim_script(path.read_text("utf-8"))) != code_of(path.read_text("utf-8"))
    ]
    assert changed == []
    assert len(SCRIPTS) > 400


@pytest.mark.parametrize(
    "template",
    [
        "`a  b`",
        "`${n.map((x) => `${x} times ${`“${y}”`}`)}  and`",
        "`${{ a: `}` }.a}  `",
        r"`\`  \${`",
        "`${'`'} ${/* ` */ x}  `",
    ],
)
def test_a_template_stays_as_it_was_written(template):
    # fails if an inner backtick, brace, text or comment ends the template too early
    script = f'const a = 1; // `\n  say({template});   /* ` */ say(/[`]/, "`");'
    assert [script[begin:end] for begin, end in find_templates(script)] == [template]
    slim = slim_script(script)
    assert template in slim and "//" not in slim and "/* ` */ say" not in slim


def test_comments_and_indentation_go():
    # fails if pages fetch what only who reads the source needs
    assert slim_script("  // why\n  if (a) {\n    b(); /* so */\n  }\n") == "if(a){b();}"

"""Which cells wrap their text, and how code shows its blank lines."""

from web import printed
from web.tables import TAG

CELL = '<div class="cell docutils"><div class="cell_input"><pre>{}</pre></div></div>'
HELPER = "<b>def</b> show(ids):\n    print(textwrap.fill(decode(ids), 74))\n\nx = 1\n"
CODE = (
    '<div class="highlight-ipython3 notranslate"><div class="highlight"><pre>{}</pre></div></div>'
)


def marks(*codes):
    body = printed.mark_wrapped("<h1>Page</h1>" + "".join(map(CELL.format, codes)))
    return [cell.startswith("llm-wrapped ") for cell in body.split('<div class="cell ')[1:]]


def test_a_cell_that_wraps_says_so():
    # fails when a table is taken for wrapped text, or a story printed by a helper is not
    codes = (HELPER, "show(generate(model))", "print(x)", "template.fill(a)", "print(fill(a, 70))")
    assert marks(*codes) == [False, True, False, False, True]
    assert marks("print(x)", "show(1)") == [False, False]


def test_of_two_blank_lines_one_is_shown():
    # fails when code is changed by how it is shown, or other text is
    code = "<i>a</i> = 1\n\n\n<b>def</b> f():\n    b = 2\n\n    return b\n\n\nf()\n"
    shown = printed.close_gaps(CODE.format(code) + "<pre>1\n\n\n2</pre>")
    assert TAG.sub("", shown) == TAG.sub("", CODE.format(code)) + "1\n\n\n2"
    assert shown.count('<span class="llm-blank-line">\n</span>') == 2

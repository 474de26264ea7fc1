"""TokenizerLab as a reader uses it: by mouse and by keyboard, on a wide page and on a telephone."""

from __future__ import annotations

import random
import unicodedata

import pytest

from llm_lib.book.corpus import load_corpus
from llm_lib.book.widgets import TokenizerLab
from llm_lib.book.widgets.model_file import SITE_FOLDER_VARIABLE
from llm_lib.book.widgets.tokenizer_lab import tokenizer_payload
from llm_lib.bpe import BPETokenizer, load_tokenizer
from llm_lib.files import MODELS_FOLDER
from llm_lib.tokenizer import CharTokenizer, IntegerTokenizer, WordTokenizer
from tests.web.test_engine import TEXTS
from tests.web.widget_page import find_faults, plain_script, set_trait, settle, trait
from web.fingerprint import ROOT
from web.widget_state import placeholder, write

CAFE = "Mira's café — 日本語!\n  two spaces"


@pytest.fixture(scope="module")
def gpt2():
    """GPT-2's tokenizer as tiktoken builds it."""
    from tests.tricky import load_gpt2  # brings hypothesis, which only this file needs

    return load_gpt2()


@pytest.fixture
def lab(show_widget):
    """A function that opens the lab: lab(text, tokenizers, width=, theme=, **settings)."""

    def open_lab(*arguments, width=1000, theme="light", **settings):
        page = show_widget(TokenizerLab(*arguments, **settings), width=width, theme=theme)
        page.wait_for_selector("[data-loaded]")
        settle(page)
        return page

    return open_lab


def row(page, label):
    """Return the part of the page that shows one tokenizer."""
    return page.locator(f'section[aria-label="{label}"]')


def tokens(page, label):
    """Return the blocks of one tokenizer."""
    return row(page, label).locator("button.llm-token")


def note(page, label):
    """Return the line below the blocks of one tokenizer."""
    return row(page, label).locator(".llm-cut-note").inner_text()


def says(page, *words):
    """Wait until the finding holds the words: it waits for a pause in typing."""
    for each in words:
        page.wait_for_function("(words) => model.get('finding').includes(words)", arg=each)
    assert page.locator(".llm-finding").inner_text() == trait(page, "finding")


# Fails if a merge, an id or a cut of GPT-2 or GPT-4 is another in the browser than in tiktoken.
@pytest.mark.parametrize(("vocabulary", "size"), [("gpt2", 50257), ("cl100k", 100277)])
def test_openais_vocabularies_equal_tiktoken(run_script, vocabulary, size):
    from tests import tricky  # brings hypothesis, which only this file needs

    theirs = {"gpt2": tricky.load_gpt2, "cl100k": tricky.load_cl100k}[vocabulary]()
    rng = random.Random(0)
    texts = [
        *TEXTS,
        load_corpus("bible-bbe")[:3000],
        *(tricky.random_text(rng) for _ in range(900)),
    ]
    # A browser may know characters that are younger than Python's tables, or the other way round.
    texts = [text for text in texts if all(unicodedata.category(c) != "Cn" for c in text)]
    assert len(texts) > 500
    page = run_script(plain_script("engine/tokenizers.js"))
    got = page.evaluate(
        """([data, texts]) => { const t = makeTokenizer(data);
          return texts.map((text) => { const ids = t.encode(text); return [ids, t.decode(ids)]; }); }""",
        [tokenizer_payload(vocabulary)[1], texts],
    )
    for text, (ids, back) in zip(texts, got, strict=True):
        want = theirs.encode(text, allowed_special="all")
        assert ids == want, text
        assert back == theirs.decode(want), text
    payload = tokenizer_payload(vocabulary)[1]
    assert page.evaluate("(data) => makeTokenizer(data).vocabSize", payload) == size


# Fails if a row shows other tokens than its tokenizer gives in Python.
@pytest.mark.parametrize("text", ["The owl sat on the river's edge.", "a  b\n\tc", "The end. 'tis"])
def test_ids_are_pythons(lab, gpt2, text):
    page = lab(text, show_ids=True)
    corpus = load_corpus("bible-bbe")
    words = WordTokenizer.from_text(corpus, unknown="<|unk|>")
    sprout = load_tokenizer(MODELS_FOLDER / "sprout" / "tokenizer.json")
    want = {
        "Characters": CharTokenizer.from_text(corpus).encode(text) if "\n" not in text else None,
        "Words": words.encode(text),
        "BPE (Sprout)": sprout.encode(text),
        "GPT-2": gpt2.encode(text),
    }
    assert trait(page, "token_ids") == want
    for label, ids in want.items():
        if ids is not None:
            assert tokens(page, label).locator("small").all_inner_texts() == [str(i) for i in ids]
    joined = "".join(tokens(page, "GPT-2").locator("span:first-child").all_text_contents())
    for blank, sign in ((" ", "·"), ("\n", "↵"), ("\t", "⇥")):
        text = text.replace(blank, sign)
    assert "".join(dict.fromkeys(joined)) == "".join(dict.fromkeys(text))


# Fails if the counts are not those of the text.
def test_counts(lab, gpt2):
    page = lab(CAFE)
    n, n_bytes = len(gpt2.encode(CAFE)), len(CAFE.encode())
    assert f"{len(CAFE)} characters, {n_bytes} bytes" in page.locator(".llm-cut-head").inner_text()
    number = row(page, "GPT-2").locator(".llm-cut-number").inner_text()
    assert number == f"{n} tokens, {n_bytes / n:.1f} bytes each"
    assert tokens(page, "GPT-2").count() == n


# Fails if what a tokenizer can't write is passed over in silence, or only by colour.
def test_what_is_lost_is_named(lab):
    page = lab(CAFE)
    says(
        page,
        "Characters can’t write it: there is no id for “é”, “—”, “日” and 3 more",
        "Words can’t keep “Mira's”, “café”, “—” and 1 more: only <|unk|> is left",
        "GPT-2 have tokens that are only a part of a character",
    )
    assert trait(page, "token_ids")["Characters"] is None
    assert row(page, "Characters").locator(".llm-cut-number").inner_text() == "no id for 6 of 31"
    unknown = tokens(page, "Words").first
    assert unknown.inner_text() == "<|unk|>"
    assert "“Mira's”, read as <|unk|>" in unknown.get_attribute("aria-label")
    assert unknown.evaluate("(e) => getComputedStyle(e).borderStyle") == "dashed"
    unknown.hover()
    assert "Mira's, unknown here, becomes <|unk|>" in note(page, "Words")


# Fails if a token that is a part of a character does not show which bytes of which.
def test_part_of_a_character(lab, gpt2):
    page = lab(CAFE, shown=["GPT-2"])
    ids = gpt2.encode(CAFE)
    at = next(i for i, token in enumerate(ids) if gpt2.decode_bytes([token]) == b" \xe6")
    block = tokens(page, "GPT-2").nth(at)
    assert block.inner_text() == "‹20\u2009E6›"
    block.click()
    assert trait(page, "selected") == ["GPT-2", at]
    settle(page)
    said = note(page, "GPT-2")
    assert f"token {at + 1} of {len(ids)} · id {ids[at]} · 2 bytes: 20 E6" in said
    assert "byte 1 of 3 in “日”" in said
    assert "byte 1 of 3 in “日”" in block.get_attribute("aria-label")


# Fails if the arrow keys do not move, if a row is more than one Tab stop, or Escape does not end it.
def test_keyboard(lab):
    page = lab()
    page.get_by_label("Text", exact=True).focus()
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    settle(page)
    assert trait(page, "selected") == ["Characters", 2]
    assert "token 3 of 45 · id" in note(page, "Characters")
    assert "1 byte: 65" in note(page, "Characters")
    page.keyboard.press("Tab")
    settle(page)
    assert trait(page, "selected") == ["Words", 0]
    assert note(page, "Characters").startswith("Vocabulary: 66 characters")
    page.keyboard.press("End")
    settle(page)
    assert trait(page, "selected") == ["Words", 8]
    assert tokens(page, "Words").nth(8).get_attribute("aria-current") == "true"
    page.keyboard.press("Escape")
    settle(page)
    assert trait(page, "selected") == [] and page.locator("[aria-current]").count() == 0
    assert tokens(page, "GPT-2").nth(1).get_attribute("aria-label").startswith("space, “owl”")


# Fails if pointing shows nothing, changes the choice, or marks other text in the other rows.
def test_mouse(lab):
    page = lab(selected=["GPT-2", 0])
    tokens(page, "GPT-2").nth(1).hover()
    assert "id 39610 · 4 bytes: 20 6F 77 6C" in note(page, "GPT-2")
    assert trait(page, "selected") == ["GPT-2", 0]
    assert row(page, "Words").locator(".llm-cut-same").all_inner_texts() == ["owl"]
    marked = row(page, "Characters").locator(".llm-cut-same").all_inner_texts()
    assert "".join(marked) == "·owl"
    page.mouse.move(5, 5)
    assert "id 464 · 3 bytes: 54 68 65" in note(page, "GPT-2")


# Fails if an example, the choice of rows, the ids or Reset does not do what it says.
def test_controls(lab):
    page = lab("The owl", show_ids=False)
    page.get_by_role("button", name="Numbers").click()
    settle(page)
    assert trait(page, "text").startswith("127 + 677")
    assert page.get_by_label("Text", exact=True).input_value() == trait(page, "text")
    for name in ("A sentence", "Greek", "Code", "Other scripts", "Emoji"):
        before = trait(page, "text")
        page.get_by_role("button", name=name).click()
        settle(page)
        assert trait(page, "text") != before
    page.locator("summary").click()
    page.get_by_role("checkbox", name="Words").uncheck()
    settle(page)
    assert trait(page, "shown") == ["Characters", "BPE (Sprout)", "GPT-2"]
    assert row(page, "Words").is_hidden() and "Words" not in trait(page, "token_ids")
    page.get_by_role("checkbox", name="Words").check()
    settle(page)
    assert trait(page, "shown")[1] == "Words" and row(page, "Words").is_visible()
    assert not tokens(page, "GPT-2").first.locator("small").is_visible()
    page.get_by_label("Show ids").check()
    settle(page)
    assert trait(page, "show_ids") and tokens(page, "GPT-2").first.locator("small").is_visible()
    page.get_by_role("button", name="Reset").click()
    settle(page)
    assert trait(page, "text") == "The owl" and trait(page, "show_ids") is False
    says(page, "This text is 2 tokens with Words and GPT-2, the fewest")


# Fails if typing is not followed, or if no text, no row or one row is not put in words.
def test_typing_and_findings(lab):
    page = lab("The owl")
    area = page.get_by_label("Text", exact=True)
    area.press("End")
    page.keyboard.type(" sat")
    settle(page)
    assert trait(page, "text") == "The owl sat" and tokens(page, "Words").count() == 3
    area.fill("")
    says(page, "Type a text")
    set_trait(page, "shown", [])
    says(page, "Choose a tokenizer")
    set_trait(page, "shown", ["GPT-2"])
    set_trait(page, "text", "The owl")
    says(page, "This text is 2 tokens with GPT-2.")


# Fails if Python's changes are not followed, or a place beyond the end breaks the page.
def test_python_is_followed(lab):
    page = lab()
    set_trait(page, "text", "low lower")
    assert page.get_by_label("Text", exact=True).input_value() == "low lower"
    set_trait(page, "selected", ["GPT-2", 1])
    assert "token 2 of 2" in note(page, "GPT-2")
    assert tokens(page, "GPT-2").nth(1).get_attribute("tabindex") == "0"
    set_trait(page, "selected", ["GPT-2", 99])
    assert note(page, "GPT-2").startswith("Vocabulary: 50,257 tokens: 256 bytes, 50,000 merges")
    set_trait(page, "show_ids", True)
    assert page.get_by_label("Show ids").is_checked()


# Fails if a reader's own tokenizers are not shown, or one without an unknown word is misread.
def test_own_tokenizers(lab):
    plain = BPETokenizer.train("low lower lowest " * 9, 262)
    mine = {"mine": plain, "strict": WordTokenizer(["low"]), "numbers": IntegerTokenizer(64)}
    page = lab("low 7 lower", mine)
    assert trait(page, "token_ids") == {
        "mine": plain.encode("low 7 lower"), "strict": None, "numbers": None,
    }  # fmt: skip
    says(page, "strict can’t write it: there is no id for “7” and “lower”")
    assert note(page, "mine") == f"Vocabulary: 262 tokens: 256 bytes, {len(plain.merges)} merges."
    set_trait(page, "text", "7 63")
    assert trait(page, "token_ids")["numbers"] == [7, 63]


# Fails if a special token is cut, or a character without a picture can't be seen.
def test_special_and_invisible(lab, gpt2):
    text = "a<|endoftext|>b\u200d\u00a0c\x00"
    page = lab(text, shown=["Characters", "GPT-2"])
    assert trait(page, "token_ids")["GPT-2"] == gpt2.encode(text, allowed_special="all")
    assert "<|endoftext|>" in tokens(page, "GPT-2").all_inner_texts()
    assert tokens(page, "Characters").all_inner_texts()[-4:] == ["U+200D", "U+00A0", "c", "U+0000"]


# Fails if more than two lines of tokens are shown unasked, if the rest is miscounted, or can't be
# reached by mouse, by keys and from Python.
def test_two_lines_then_the_rest(lab):
    page = lab("low lower lowest " * 12, {"all": "characters", "GPT-2": "gpt2"})
    blocks, n = tokens(page, "all"), 12 * 17

    def seen():
        return blocks.evaluate_all("(all) => all.filter((e) => e.checkVisibility()).length")

    def lines():
        items = "(all) => new Set(all.map((e) => e.offsetTop).filter(Boolean)).size"
        return row(page, "all").locator("li").evaluate_all(items)

    rest = row(page, "all").locator(".llm-cut-more")
    few = seen()
    assert few < n and lines() == 2
    assert rest.inner_text() == f"+ {n - few}"
    assert rest.get_attribute("aria-label") == f"Show {n - few} more tokens of all"
    rest.click()
    assert seen() == n and rest.inner_text() == "fewer"
    rest.click()
    assert seen() == few
    blocks.nth(few - 1).focus()
    page.keyboard.press("ArrowRight")
    settle(page)
    assert trait(page, "selected") == ["all", few] and seen() == n
    page.get_by_label("Text", exact=True).fill("low " * 60)
    settle(page)
    assert seen() < 240 and lines() == 2
    set_trait(page, "selected", ["all", 200])
    assert seen() == 240


# Fails if the longest text is not counted to its end, or draws without limit.
def test_long_text(lab, gpt2):
    text = "Ab c" * 1250
    page = lab(text)
    assert trait(page, "token_ids")["GPT-2"] == gpt2.encode(text)
    assert tokens(page, "Characters").count() == 400
    row(page, "Characters").get_by_role("button", name="more tokens").click()
    assert "4,600 more tokens, counted but not drawn" in row(page, "Characters").inner_text()
    assert page.get_by_label("Text", exact=True).get_attribute("maxlength") == "5000"


# Fails if a text is taken for markup.
def test_text_is_never_markup(lab):
    page = lab("<img src=x onerror=window.hit=1>", {"<b>": "gpt2", "words": "words"})
    says(page, "This text is")
    assert page.locator(".llm-widget img").count() == 0 and page.evaluate("window.hit") is None
    assert page.locator(".llm-cut-name").first.inner_text() == "<b>"


# Fails if long words make the widget too wide, or some can't read a chosen token, with its id or not.
@pytest.mark.parametrize("width", [1000, 360])
def test_everyone_can_read_long_words(lab, width):
    page = lab(CAFE + " x" * 40 + "y" * 90, width=width, selected=["Words", 0])
    assert find_faults(page, "light", "dark") == []
    set_trait(page, "show_ids", True)
    assert find_faults(page, "light", "dark") == []


# Fails if listeners stay behind when a view is closed.
def test_cleanup(lab):
    page = lab()
    assert page.evaluate("model.listening") > 0
    page.evaluate("cleanup()")
    assert page.evaluate("model.listening") == 0
    assert page.locator(".llm-widget").count() == 0
    set_trait(page, "text", "still no error")


# Fails if a damaged or a missing vocabulary takes the other rows with it, or is not told in words.
def test_one_vocabulary_fails_alone(show_widget):
    widget = TokenizerLab("The owl")
    widget._files["gpt2-vocabulary"] = {"type": "zip"}
    install = "install it with: pip install --no-deps x==1"
    widget.vocabularies = [{"label": "Words", "problem": install}, *widget.vocabularies[2:]]
    page = show_widget(widget)
    page.wait_for_selector("[data-loaded]")
    says(page, "This text is")
    assert "vocabulary can't be read" in note(page, "GPT-2")
    assert note(page, "Words") == install
    assert list(trait(page, "token_ids")) == ["BPE (Sprout)"]
    assert "“zip”" in page.complaints.pop()


# Fails from disk, if anything leaves the site, or if vocabularies come before they are wanted.
def test_page_opened_from_disk(tmp_path, visit, monkeypatch, gpt2):
    static = tmp_path / "_static"
    monkeypatch.setenv(SITE_FOLDER_VARIABLE, str(static / "models"))
    text = "The owl's café"
    widget = TokenizerLab(text)
    models = {"a": {"model_name": "AnyModel", "state": widget.get_state()}}
    (static / "widgets.js").write_text((ROOT / "web/static/widgets.js").read_text("utf-8"))
    state = {k: v for k, v in models["a"]["state"].items() if k in (*widget.keys, "_esm", "_css")}
    models["a"]["state"] = {k: v for k, v in state.items() if k not in ("layout", "comm")}
    write(static, "state.js", ["a"], models)
    script = '<script defer src="_static/widgets.js" data-state="_static/state.js"></script>'
    (tmp_path / "page.html").write_text(
        f'<!doctype html><body><div style="height: 4000px"></div>{placeholder("a", models)}{script}'
    )
    opened = visit((tmp_path / "page.html").as_uri(), home="file://")
    assert not any("models/" in url for url in opened.requests)
    opened.page.evaluate("scrollTo(0, 4000)")
    opened.page.wait_for_selector("[data-loaded]")
    shown = opened.page.locator('section[aria-label="GPT-2"] .llm-cut-number')
    shown.get_by_text(f"{len(gpt2.encode(text))} tokens").wait_for()
    assert sum("gpt2-vocabulary.js" in url for url in opened.requests) == 1
    assert opened.foreign == [] and opened.complaints == []

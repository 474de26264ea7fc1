"""Walkthrough in a browser: the player, the numbers that are touched, and what everyone gets."""

from __future__ import annotations

from itertools import pairwise

import pytest
import torch

from llm_lib.book.widgets import Walkthrough
from llm_lib.book.widgets.stories.attention_row import AttentionRow
from llm_lib.model.attention import causal_mask, scaled_dot_product_attention
from llm_lib.pretrained.save_load import load_model
from tests.web.stories import PROMPTS, data_of
from tests.web.story_walk import OVERLAPS_SEEN
from tests.web.widget_page import (
    STAGE,
    mount,
    plain_script,
    set_trait,
    settle,
    stop_clock,
    texts,
    trait,
)

LAST = sum(AttentionRow.SCENES.values()) - 1
PLACES = """() => Object.fromEntries([...document.querySelectorAll('.llm-walk-picture [data-key]')]
  .map((g) => { const r = g.getBoundingClientRect(); return [g.dataset.key, [r.x, r.y]]; }))"""


@pytest.fixture
def page(show_widget):
    return show_widget(Walkthrough("attention-row"))


@pytest.fixture
def calm(show_widget):
    """The widget for a reader who wants no motion: each step stands at once."""

    def show(width=992, theme="light", story="attention-row", **settings):
        settings = data_of(story) | settings
        page = show_widget(Walkthrough(story, **settings), width=width, theme=theme)
        page.emulate_media(reduced_motion="reduce", color_scheme=theme)
        return page

    return show


def expected(page):
    """Return the library's weights and output for the numbers on the page, in float64."""
    names = ("x", "w_q", "w_k", "w_v")
    x, w_q, w_k, w_v = (torch.tensor(trait(page, name), dtype=torch.float64) for name in names)
    mask = causal_mask(len(x))
    out, weights = scaled_dot_product_attention(x @ w_q, x @ w_k, x @ w_v, mask)
    return weights[trait(page, "row")], out[trait(page, "row")]


def agrees(page) -> bool:
    """Return whether the weights and the output on the page are the library's."""
    weights, output = expected(page)
    return weights.tolist() == pytest.approx(trait(page, "weights"), abs=1e-9) and (
        output.tolist() == pytest.approx(trait(page, "output"), abs=1e-9)
    )


def number(page, name):
    """Return the number of the last scene that has this name."""
    return page.get_by_role("spinbutton", name=name, exact=True)


def test_random_numbers_give_the_librarys_weights(calm):
    # fails when a product, the scale, the mask, the softmax or the mix differs from the library
    page = calm()
    generator = torch.Generator().manual_seed(0)
    shapes = {"x": (4, 6), "w_q": (6, 4), "w_k": (6, 4), "w_v": (6, 3)}
    for row in range(4):
        for name, shape in shapes.items():
            set_trait(page, name, torch.randn(shape, generator=generator).tolist())
        set_trait(page, "row", row)
        assert agrees(page), row


def test_the_picture_shows_the_chapters_numbers(calm):
    # fails when a scene shows another number than the cell of the chapter that computes it
    page = calm()
    set_trait(page, "scene", "Products")
    set_trait(page, "step", trait(page, "step") + 1)
    seen = texts(page)
    assert [seen[f"q3.{i}"] for i in range(4)] == ["0", "5", "0", "5"]
    assert [seen[f"p1.{i}"] for i in range(4)] == ["0", "5", "0", "5"] and seen["s1"] == "10"
    assert "0\u00a0+\u00a05\u00a0+\u00a00\u00a0+\u00a05\u00a0=\u00a010" in trait(page, "finding")
    set_trait(page, "scene", "Mix")
    seen = texts(page)
    assert [seen[f"w{s}"] for s in range(4)] == ["0.07", "0.80", "0.07", "0.07"]
    set_trait(page, "scene", "Output")
    seen = texts(page)
    assert [seen[f"o.{c}"] for c in range(3)] == ["0.07", "0.80", "0.07"]
    assert [seen[f"x3.{c}"] for c in range(6)] == ["0", "1", "0", "0", "0", "0"]
    assert [seen[f"sum.{c}"] for c in range(6)] == ["0", "1", "0", "0.07", "0.80", "0.07"]
    assert "now says: bear, and mostly drum." in trait(page, "finding")
    place = page.evaluate(PLACES)
    for c in range(3):  # the output stands below its own numbers, above their sums
        lefts = [place[key][0] for key in (f"x3.{3 + c}", f"o.{c}", f"sum.{3 + c}")]
        tops = [place[key][1] for key in (f"x3.{3 + c}", f"o.{c}", f"sum.{3 + c}")]
        assert max(lefts) - min(lefts) < 1 and tops == sorted(tops)


SAID = [
    ({"w_v": [[0] * 3] * 6}, "bear, but almost nothing of a thing", "and finds almost nothing."),
    ({"w_v": [[0.1] * 3] * 6}, "bear, but no clear thing", "and finds no clear answer."),
    (
        {"w_q": [[0] * 4] * 6},
        "bear, but no clear thing",
        "weight evenly and finds no clear answer.",
    ),
    ({"row": 1}, "bear, and mostly drum", "gives 0.92 of its weight to itself and reads “drum”."),
    ({"row": 0}, "fox, and kite", "gives 1.00 of its weight to itself and reads “kite”."),
    (
        {"x": [[0] * 6] * 4},
        "no clear animal, and almost nothing",
        "evenly and finds almost nothing.",
    ),
]


@pytest.mark.parametrize(("settings", "new_vector", "turn"), SAID)
def test_no_answer_is_claimed_that_is_not_there(calm, settings, new_vector, turn):
    # fails when next to nothing, or a tie, is called an answer, or equal weights a preference
    page = calm(scene="Output", **settings)
    assert new_vector in trait(page, "finding")
    marked = page.locator(".llm-walk-picture .llm-walk-result").count()
    assert marked == (0 if "thing" in new_vector else 1)
    set_trait(page, "scene", "Your turn")
    assert turn in trait(page, "finding") and agrees(page)
    reads = texts(page)["reads"]
    found = "≈ 0" if "nothing" in turn else "?" if "clear" in turn else turn.split("“")[1][:4]
    assert reads == f"output: {found}"


def test_keys_work_wherever_the_focus_is(calm):
    # fails when a key does nothing after a click on the picture or a button, or takes a menu's keys
    page = calm()
    page.locator(".llm-walk-picture").click(position={"x": 5, "y": 5})
    for step in (0, 1):  # from the poster to the first scene
        page.keyboard.press("ArrowRight")
        settle(page)
        assert trait(page, "step") == step
    page.get_by_role("button", name="Next").press("ArrowRight")
    page.get_by_label("Place in the walkthrough").press("ArrowUp")
    page.keyboard.press("ArrowLeft")
    settle(page)
    assert trait(page, "step") == 2
    page.keyboard.press("End")
    settle(page)
    assert trait(page, "step") == LAST and trait(page, "scene") == "Your turn"
    page.get_by_label("Which asks").press("ArrowUp")
    settle(page)
    assert trait(page, "row") == 2 and trait(page, "step") == LAST and agrees(page)
    page.get_by_role("button", name="Back").press("Home")
    settle(page)
    assert trait(page, "step") == 0


def test_it_plays_to_the_end_and_again(page):
    # fails when playing stops on the way, goes past the end, or does not begin anew
    stop_clock(page)
    page.get_by_role("button", name="Play").click()
    page.clock.run_for(20_000)
    assert 0 < trait(page, "step") < LAST
    page.keyboard.press(" ")  # on the button: Pause
    paused = trait(page, "step")
    page.clock.run_for(40_000)
    assert trait(page, "step") == paused and not trait(page, "playing")
    page.get_by_role("button", name="Play").click()
    page.clock.run_for(300_000)
    assert trait(page, "step") == LAST and not trait(page, "playing")
    page.get_by_role("button", name="Play again").click()
    page.clock.run_for(100)
    assert trait(page, "step") == 0 and trait(page, "playing")
    page.clock.run_for(300_000)  # all of it
    assert trait(page, "step") == LAST and not trait(page, "playing")


def test_it_plays_at_once_where_python_says(show_widget):
    # fails when a film that should begin by itself waits, or moves for a reader who wants no motion
    page = show_widget(Walkthrough("attention-row", playing=True))
    page.wait_for_function("model.get('step') > 0")
    page.emulate_media(reduced_motion="reduce")
    page.goto(page.url)
    mount(page, Walkthrough("attention-row", playing=True), None)
    page.wait_for_selector(".llm-widget[data-ready]")
    assert trait(page, "step") == 0 and not trait(page, "playing")


def test_elements_glide_and_stay_themselves(page):
    # fails when an element jumps, or is made anew where the same one should move
    page.emulate_media(reduced_motion="reduce")
    page.get_by_role("button", name="Scene 1").click()  # off the poster, at once
    settle(page)
    page.emulate_media(reduced_motion="no-preference")
    stop_clock(page)
    before = page.evaluate(PLACES)["t0"]
    page.evaluate("window.node = document.querySelector('[data-key=t0]')")
    page.get_by_role("button", name="Next").click()
    page.clock.run_for(300)
    midway = page.evaluate(PLACES)["t0"]
    page.clock.run_for(3000)
    after = page.evaluate(PLACES)["t0"]
    assert before[0] < midway[0] < after[0] or before[0] > midway[0] > after[0]
    assert page.evaluate("document.querySelector('[data-key=t0]') === node")


def test_nothing_moves_for_those_who_ask(calm):
    # fails when anything is seen on its way although the reader wants no motion
    page = calm()
    page.get_by_role("button", name="Scene 1").click()  # off the poster
    page.get_by_role("button", name="Next").click()
    settle(page)
    first = page.evaluate(PLACES)
    page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    assert page.evaluate(PLACES) == first
    line = page.get_by_label("Place in the walkthrough")
    line.evaluate("(e) => { e.value = 0.4; e.dispatchEvent(new Event('input')); }")
    assert page.evaluate(PLACES).keys() == {"t0", "t1", "t2", "t3", "n0", "n1", "n2", "n3", "bow"}


def test_the_time_line_is_dragged(page):
    # fails when the picture does not follow the line, or stops between two steps
    box = page.get_by_label("Place in the walkthrough").bounding_box()
    y = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + 8, y)
    page.mouse.down()
    page.mouse.move(box["x"] + 0.775 * box["width"], y, steps=5)
    page.mouse.move(box["x"] + 0.777 * box["width"], y)
    page.wait_for_function("['Softmax', 'Mix'].includes(model.get('scene'))")
    page.mouse.up()
    page.wait_for_function(
        "Number(document.querySelector('.llm-walk-line input').value) % 0.5 === 0"
    )
    page.get_by_role("button", name="Mask").click()
    settle(page)
    assert trait(page, "scene") == "Mask"


def test_a_dragged_number_changes_the_output(calm):
    # fails when a drag does nothing, moves another number, or the output is not the library's
    page = calm(scene="Your turn")
    box = number(page, "bear: ?, fox").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x, y - 60, steps=5)
    page.mouse.up()
    settle(page)
    assert trait(page, "x")[3] == pytest.approx([1, 1, 0, 0, 0, 0])
    assert agrees(page) and trait(page, "weights")[0] == pytest.approx(trait(page, "weights")[1])
    seen = texts(page)
    assert [seen[f"w{s}"] for s in range(4)] == [f"{w:.2f}" for w in expected(page)[0].tolist()]
    assert "finds no clear answer" in trait(page, "finding")
    page.get_by_role("button", name="Reset").click()
    settle(page)
    assert trait(page, "x") == Walkthrough("attention-row").x and trait(page, "step") == LAST


def test_a_finger_drags_a_number_and_not_the_page(browser):
    # fails when the page scrolls under the finger, which ends the drag
    size = {"width": 360, "height": 740}
    context = browser.new_context(viewport=size, has_touch=True, is_mobile=True)
    page = context.new_page()
    page.goto(STAGE.as_uri() + "?light")
    mount(page, Walkthrough("attention-row", scene="Your turn"))
    page.wait_for_selector(".llm-widget[data-ready]")
    cell = number(page, "bear: ?, fox")
    cell.scroll_into_view_if_needed()
    box, before = cell.bounding_box(), page.evaluate("scrollY")
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    finger = context.new_cdp_session(page)
    for kind, up in [("touchStart", 0), *(("touchMove", 10 * k) for k in range(1, 7))]:
        points = [{"x": x, "y": y - up}]
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    finger.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    settle(page)
    assert trait(page, "x")[3] == [1, 1, 0, 0, 0, 0] and page.evaluate("scrollY") == before
    context.close()


def test_every_number_is_a_spinbutton(calm):
    # fails when a number can't be reached or changed by key
    page = calm(scene="Your turn")
    for panel, n in {"x": 24, "w_q": 24, "w_k": 24, "w_v": 18}.items():
        page.get_by_label("Numbers").select_option(panel)
        settle(page)
        assert page.get_by_role("spinbutton").count() == n
        first = page.get_by_role("spinbutton").first
        before = trait(page, panel)[0][0]
        for key in ("ArrowUp", "ArrowUp", "ArrowDown", "PageUp"):
            first.press(key)
        settle(page)
        assert trait(page, panel)[0][0] == pytest.approx(before + 1.1) and agrees(page)
        assert float(first.get_attribute("aria-valuenow")) == pytest.approx(before + 1.1)
        first.press("End")
        first.press("ArrowUp")
        settle(page)
        assert trait(page, panel)[0][0] == 9
        first.press(" ")  # which plays elsewhere
        first.press("ArrowRight")
        assert page.evaluate("document.activeElement.dataset.key") != first.get_attribute(
            "data-key"
        )
    assert trait(page, "step") == LAST


def test_another_example_is_typed(calm):
    # fails when a field sets something else than it says, or a token keeps its old vector
    page = calm(scene="Your turn")
    page.get_by_label("Token 4").fill(" Fox:?")
    page.get_by_label("Token 4").press("Enter")
    settle(page)
    assert trait(page, "tokens")[3] == "fox: ?" and trait(page, "x")[3] == [1, 0, 0, 0, 0, 0]
    assert "“fox: ?” gives 0.80 of its weight to “fox: kite” and reads “kite”" in trait(
        page, "finding"
    )
    page.get_by_label("Which asks").select_option("1")
    settle(page)
    assert trait(page, "weights")[2:] == [0, 0] and agrees(page)


def test_a_phone_shows_the_scores_that_make_the_weights(calm):
    # fails when a reader of a phone changes a number and can't see which score moved the weights
    page = calm(360, scene="Your turn")
    assert [texts(page)[f"s{s}"] for s in range(4)] == ["2.5", "5.0", "2.5", "2.5"]
    x = trait(page, "x")
    set_trait(page, "x", [*x[:3], [0, 0, 1, 0, 0, 0]])
    assert [texts(page)[f"s{s}"] for s in range(4)] == ["2.5", "2.5", "5.0", "2.5"]
    place = page.evaluate(PLACES)
    assert place["x3.0"][1] < place["s0"][1] < place["w0"][1]


def test_what_can_not_be_read_is_said(calm):
    # fails when a text that is no token changes the picture, or nobody is told what is allowed
    page = calm(scene="Your turn")
    before = trait(page, "tokens")
    page.get_by_label("Token 2").fill("cat: drum")
    page.get_by_label("Token 2").press("Enter")
    said = page.get_by_role("alert").inner_text()
    assert "cat: drum" in said and "fox, bear, owl" in said and "kite, drum, lamp" in said
    assert trait(page, "tokens") == before
    page.get_by_label("Token 2").fill("owl: drum")
    page.get_by_label("Token 2").press("Enter")
    settle(page)
    assert page.get_by_role("alert").count() == 0
    assert trait(page, "tokens")[1] == "owl: drum" and agrees(page)


@pytest.mark.parametrize("asked", ["Mia", "Tom"])
def test_the_relay_shows_what_the_model_does(calm, asked):
    # fails when a weight or a probability in the picture is another than the model's, computed
    # anew, or when layers and heads are not counted from 0, as the page counts them
    page = calm(story="relay")
    model, tokenizer = load_model("sprout")
    ids = torch.tensor([tokenizer.encode(PROMPTS[asked])])
    logits, seen = model.run_with_cache(ids)
    set_trait(page, "scene", "Your turn")
    page.get_by_label("Ask about").select_option(asked)
    settle(page)
    start = {"Mia": 13, "Tom": 18}[asked]
    places = [(1, 2, start + 2), (2, 0, start + 3), (3, 2, -1)]
    for hop, (layer, head, at) in enumerate(places):
        page.get_by_label("Look at").select_option(str(hop))
        settle(page)
        chosen = page.get_by_label("Look at").locator("option:checked")
        assert chosen.text_content() == f"layer {layer}"
        row = seen.layers("attention.pattern")[layer][0, head, at].tolist()
        shown = {key[1:]: text for key, text in texts(page).items() if key[0] == "w"}
        assert shown == {str(i): f"{w:.2f}" for i, w in enumerate(row) if w >= 0.05}
    set_trait(page, "scene", "Heads")
    for h, row in enumerate(seen.layers("attention.pattern")[3][0, :, -1].tolist()):
        assert texts(page)[f"name{h}"] == f"head {h}"
        assert texts(page)[f"f{h}.16"] == f"{row[16]:.2f}"
        assert texts(page)[f"f{h}.21"] == f"{row[21]:.2f}"
    set_trait(page, "scene", "Output")
    best = logits[0, -1].softmax(-1).topk(5)
    words = [tokenizer.decode([i]).strip() for i in best.indices.tolist()]
    assert [texts(page)[f"next{i}"] for i in range(5)] == words
    assert texts(page)["percent0"] == f"{100 * best.values[0].item():.1f}\u00a0%"


@pytest.mark.parametrize("asked", ["Mia", "Tom"])
def test_the_look_back_shows_what_the_model_does(calm, asked):
    # fails when a weight, the answer or its probability is another than the model's, computed anew
    page = calm(story="look-back")
    model, tokenizer = load_model("sprout")
    ids = torch.tensor([tokenizer.encode(PROMPTS[asked])])
    logits, seen = model.run_with_cache(ids)
    set_trait(page, "scene", "Your turn")
    page.get_by_label("Ask about").select_option(asked)
    settle(page)
    row = seen.layers("attention.pattern")[3][0, 2, -1].tolist()
    shown = {key[1:]: text for key, text in texts(page).items() if key[0] == "w"}
    assert shown == {str(i): f"{w:.2f}" for i, w in enumerate(row) if w >= 0.05}
    p, best = logits[0, -1].softmax(-1).max(0)
    assert texts(page)["answer"] == tokenizer.decode([best.item()]).strip()
    assert f"with {100 * p.item():.1f}\u00a0%" in trait(page, "finding")


IDEAS = [
    ({}, "drum", "The key of “bear: drum” fits"),
    ({"tokens": ["fox: kite", "owl: drum", "owl: lamp", "bear: ?"]}, None, "No key fits"),
    ({"tokens": ["bear: kite", "bear: drum", "owl: lamp", "bear: ?"]}, "kite + drum", "2 keys fit"),
    ({"row": 1}, "drum", "Its own key fits"),
]


@pytest.mark.parametrize(("settings", "comes", "said"), IDEAS)
def test_the_idea_in_words_is_what_the_numbers_do(calm, settings, comes, said):
    # fails when words promise another thing than the weights then bring
    page = calm(**settings)
    set_trait(page, "step", 2)
    assert texts(page).get("idea.o") == comes
    assert said in trait(page, "finding")
    output = dict(zip(("kite", "drum", "lamp"), trait(page, "output"), strict=True))
    most = max(output.values())
    best = [thing for thing, value in output.items() if value > most - 1e-9]
    assert comes is None or best == comes.split(" + ")


NUMBERS_SEEN = OVERLAPS_SEEN.replace(".llm-walk-picture text", ".llm-walk-cell text")


@pytest.mark.parametrize("step", [6, 7, 15, 18, 19])
def test_nothing_is_illegible_on_the_way(page, step):
    # fails when numbers that cross each other can be seen while they do
    stop_clock(page)
    page.evaluate("(step) => model.set('step', step)", step)
    page.clock.run_for(5000)
    page.evaluate("(step) => model.set('step', step)", step + 1)
    for ms in range(60, 1800, 60):
        page.clock.run_for(60)
        assert page.evaluate(NUMBERS_SEEN) == [], ms
    assert len(texts(page)) > 20


def test_on_paper_it_is_a_strip_of_its_key_scenes(calm):
    # fails when paper shows the player, or no picture, or numbers from before a change
    page = calm()
    set_trait(page, "row", 1)
    page.emulate_media(media="print")
    page.wait_for_function("document.querySelectorAll('.llm-walk-strip figure').length === 6")
    assert page.locator(".llm-walk-player").is_hidden()
    figures = page.locator(".llm-walk-strip figure")
    assert all(figures.nth(i).locator("svg rect").count() > 3 for i in range(6))
    assert "Its own key fits" in figures.first.inner_text()
    page.emulate_media(media="screen")


def test_nothing_is_left_when_it_ends(page):
    # fails when a listener, an observer or a frame outlives the view
    page.evaluate("""() => {
      window.ended = 0;
      const disconnect = ResizeObserver.prototype.disconnect;
      ResizeObserver.prototype.disconnect = function () { window.ended++; disconnect.call(this); };
    }""")
    page.get_by_role("button", name="Play").click()
    page.evaluate("cleanup()")
    assert page.evaluate("model.listening") == 0 and page.evaluate("ended") == 1
    assert page.locator(".llm-widget").count() == 0
    page.evaluate("""() => {
      window.asked = 0;
      window.frame = requestAnimationFrame.bind(window);
      window.requestAnimationFrame = (f) => { asked++; return frame(f); };
    }""")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.evaluate("timers.size") == 0
    page.evaluate("new Promise((done) => frame(() => frame(done)))")  # two frames later
    assert page.evaluate("asked") == 0


def test_words_are_measured_anew_when_a_font_comes(calm):
    # fails when pieces stay as wide as the words were in the font that stood in
    page = calm(scene="Scale")
    words = page.locator("[data-key='line.sum'] text")
    before = words.get_attribute("transform")
    page.evaluate("""() => {
      document.documentElement.style.setProperty('--llm-font', 'monospace');
      document.fonts.dispatchEvent(new Event('loadingdone'));
    }""")
    assert words.get_attribute("transform") != before


def test_a_move_goes_on_when_a_font_comes(page):
    # fails when a picture stays half-way, as at the first Next on a page whose fonts still load
    page.emulate_media(reduced_motion="reduce")
    page.get_by_role("button", name="Scene 1").click()  # off the poster, at once
    settle(page)
    page.emulate_media(reduced_motion="no-preference")
    stop_clock(page)
    page.get_by_role("button", name="Next").click()
    page.clock.run_for(200)
    place = page.get_by_label("Place in the walkthrough")
    assert 0 < float(place.input_value()) < 1
    page.evaluate("document.fonts.dispatchEvent(new Event('loadingdone'))")
    page.clock.run_for(5000)
    assert float(place.input_value()) == 1


def test_two_on_a_page_do_not_meet(page):
    # fails when two share the pattern for hidden scores, or one steps with the other
    mount(page, Walkthrough("attention-row", scene="Mask"))
    page.wait_for_function("document.querySelectorAll('.llm-widget[data-ready]').length === 2")
    ids = page.locator(".llm-walk pattern").evaluate_all("(all) => all.map((e) => e.id)")
    assert len(set(ids)) == 2
    names = page.locator(".llm-walk-mark[aria-current=step]").all_inner_texts()
    assert names == ["Products", "Mask"]  # what the first shows until it is begun


def test_a_finger_finds_each_scene_on_a_phone(calm):
    # fails when the place of one lies upon its neighbour's, as their words would
    page = calm(width=360, story="file-windows")  # the one with the most scenes
    boxes = [mark.bounding_box() for mark in page.locator(".llm-walk-mark").all()]
    assert len(boxes) == max(len(story.SCENES) for story in Walkthrough.STORIES.values())
    for one, following in pairwise(boxes):
        assert one["width"] >= 24 and one["x"] + one["width"] <= following["x"]


SHOW = """(story) => {
  const el = document.body.appendChild(document.createElement('main'));
  const model = new FakeModel({step: 0, scene: '', playing: false, finding: '', initial: {}}, {});
  const draw = (text) => () => [{key: text, text, w: 20, h: 20}, {key: 'again', w: 9, h: 9}];
  const scene = (name) => ({name, say: () => name, alt: () => name, draw: draw('a')});
  const whole = {title: 'T', settings: [], compute: () => 0, print: [],
    room: (W) => ({W, H: 100, wide: true}), ...story,
    scenes: story.scenes && story.scenes.map((own) => ({...scene('One'), ...own}))};
  if (story.doubled) whole.scenes[0].draw = () => [{key: 'x'}, {key: 'x'}];
  showStory(whole)({model, el});
}"""


@pytest.mark.parametrize(
    ("story", "words"),
    [
        ({"scenes": []}, "This walkthrough has no scenes; it needs at least one."),
        ({"scenes": None}, "This walkthrough has no scenes; it needs at least one."),
        ({"scenes": [{}], "doubled": True}, 'Two elements have the key "x".'),
    ],
)
def test_a_story_that_cannot_be_shown_says_why(page, story, words):
    # fails when a story without scenes, or with two elements of one key, leaves an empty frame
    page.evaluate("cleanup()")
    page.add_script_tag(content=plain_script("widgets/moving/walkthrough.js"))
    page.evaluate(SHOW, story)
    page.wait_for_selector(".llm-widget[data-ready=failed]")
    assert words in page.get_by_role("alert").inner_text()
    assert page.complaints.pop()


def test_a_story_of_one_scene_is_shown(page):
    # fails when a single picture breaks the time line
    page.evaluate("cleanup()")
    page.add_script_tag(content=plain_script("widgets/moving/walkthrough.js"))
    page.evaluate(SHOW, {"scenes": [{"name": "Only"}]})
    page.wait_for_selector(".llm-widget[data-ready=yes]")
    assert page.get_by_role("button", name="Next").get_attribute("aria-disabled") == "true"


LAYOUT = """() => {
  const box = (key, w, h) => new Piece(w, h, (x, y) => [{key, x, y, w, h}]);
  const at = (piece) => Object.fromEntries(piece.put(10, 20, new Map()).map((e) =>
    [e.key, [e.x, e.y]]));
  const pair = () => [box('a', 30, 10), null, box('b', 10, 20)];
  const inTable = table([[box('a', 30, 10), box('b', 10, 20)], [null, box('c', 40, 6)]],
    {gap: 2, gapY: 4, align: ['end', 'start']});
  return {row: at(row(pair(), {gap: 5})), column: at(column(pair(), {gap: 5, align: 'end'})),
    table: at(inTable), size: [inTable.w, inTable.h],
    within: at(within(box('a', 10, 10), {w: 30, h: 30, align: 'end', alignY: 'start'}))};
}"""


def test_pieces_lay_themselves_out(run_script):
    # fails when a row, a column or a table measures or places its pieces otherwise than by hand
    page = run_script(plain_script("widgets/moving/layout.js"))
    seen = page.evaluate(LAYOUT)
    assert seen["row"] == {"a": [10, 25], "b": [45, 20]}
    assert seen["column"] == {"a": [10, 20], "b": [30, 35]}
    assert seen["table"] == {"a": [10, 25], "b": [42, 20], "c": [42, 44]}
    assert seen["size"] == [72, 30] and seen["within"] == {"a": [30, 20]}


MIX = """() => {
  const a = stateOf([{key: 'stays', x: 0, value: 1}, {key: 'goes', x: 5, into: 'stays'}]);
  const b = stateOf([{key: 'stays', x: 100, value: 3}, {key: 'comes', x: 50, delay: 310}]);
  const at = (ms) => Object.fromEntries([...mix(a, b, ms)].map(([key, e]) =>
    [key, [e.x, e.value ?? null, e.opacity]]));
  const number = (ms) => { const {value, ink} = mix(a, b, ms).get('stays'); return [value, ink]; };
  return {start: at(0), half: at(MOVE / 2), end: at(lengthOf(b)), long: lengthOf(b) - MOVE,
    numbers: Array.from({length: 21}, (_, i) => number(i * MOVE / 20))};
}"""


def test_a_moment_between_two_states(run_script):
    # fails when an element is not half-way at half-time, comes before its turn, or stays too long;
    # when a number counts, or is read while it travels
    page = run_script(plain_script("widgets/moving/motion.js"))
    seen = page.evaluate(MIX)
    assert seen["start"]["stays"] == [0, 1, 1] and "comes" not in seen["start"]
    assert seen["half"]["stays"] == [50, 3, 1] and "comes" not in seen["half"]
    assert seen["end"] == {"stays": [100, 3, 1], "comes": [50, None, 1]} and seen["long"] == 310
    values, inks = zip(*seen["numbers"], strict=True)
    assert values == (1,) * 10 + (3,) * 11 and inks[0] == inks[-1] == 1
    assert max(inks[8:13]) == 0

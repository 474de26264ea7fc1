"""The drawing of the Transformer, read as a picture and as words."""

import re
from xml.etree import ElementTree

import pytest

from llm_lib.book.widgets import Architecture
from llm_lib.book.widgets.architecture import DECODER, ENCODER, HEIGHT, WIDTH


def drawing(**links):
    """Return the drawing as a tree, which only well-formed SVG becomes."""
    html = Architecture(links)._repr_html_()
    return ElementTree.fromstring(re.search(r"<svg.*</svg>", html, re.DOTALL).group())


def test_every_part_is_drawn_inside_the_picture():
    # Fails if a part is left out, or lies where it is cut off.
    tree = drawing()
    texts = [text.text for text in tree.iter("text")]
    for word, *_ in (*ENCODER, *DECODER):
        assert word in texts
    for box in tree.iter("rect"):
        x, y, w, h = (float(box.get(name)) for name in ("x", "y", "width", "height"))
        assert x >= 0 and y >= 0 and x + w <= WIDTH and y + h <= HEIGHT
    boxes = [box for box in tree.iter("rect") if box.get("class") != "stack"]
    places = [(box.get("x"), box.get("y")) for box in boxes]
    assert len(set(places)) == len(places) == 13


def test_there_is_room_around_the_frames_and_below_the_last_line():
    # Fails if a box touches a frame that it doesn't belong to, or the foot cuts tails of letters.
    tree = drawing()
    frames = [box for box in tree.iter("rect") if box.get("class") == "stack"]
    feet = [float(box.get("y")) + float(box.get("height")) for box in frames]
    boxes = [box for box in tree.iter("rect") if box.get("class") != "stack"]
    below = [float(box.get("y")) for box in boxes if float(box.get("y")) > max(feet)]
    assert len(below) == 2 and min(below) - max(feet) >= 16
    top = min(float(box.get("y")) for box in frames)
    above = [float(box.get("y")) + float(box.get("height")) for box in boxes]
    assert top - min(above) >= 16
    assert max(float(text.get("y")) for text in tree.iter("text")) <= HEIGHT - 8


def test_words_say_what_the_picture_shows():
    # Fails if someone who can't see the drawing is not told about the arrow between the stacks.
    words = drawing().get("aria-label")
    assert "encoder" in words and "decoder" in words
    assert "arrow leads from the top of the encoder, above all six layers" in words
    assert "to the cross-attention of all six decoder layers" in words


def test_the_memory_leaves_above_the_stack_not_from_a_layer():
    # Fails if the arrow starts inside the frame, as if layer 1 fed layer 1, or no count is drawn.
    tree = drawing()
    way = next(path.get("d") for path in tree.iter("path") if path.get("class") == "memory")
    frame = next(box for box in tree.iter("rect") if box.get("class") == "stack")
    assert float(re.match(r"M[\d.]+ ([\d.]+)", way).group(1)) == float(frame.get("y"))
    texts = [text.text for text in tree.iter("text")]
    assert texts.count("× 6") == 2 and "memory, to all 6" in texts


def test_links_lead_where_they_should():
    # Fails if a link is lost or stands at another part, or an address breaks out of its quotes.
    tree = drawing(cross="#a'b", norm="#n")
    links = [(a.get("href"), a.find("text").text) for a in tree.iter("a")]
    assert links.count(("#a'b", "cross-attention")) == 1
    assert links.count(("#n", "add & norm")) == 5
    assert len(links) == 6


def test_unknown_parts_are_refused():
    # Fails if a typing error in a name is passed over.
    with pytest.raises(ValueError, match="no part is called 'softmax'; the parts are"):
        Architecture({"softmax": "#x"})
    assert repr(Architecture()) == "Architecture()"


def test_a_way_leads_around_each_part_to_its_norm():
    # Fails if a residual connection is missing, ends beside its norm, or leaves the picture.
    tree = drawing()
    ways = [path.get("d") for path in tree.iter("path") if path.get("class") == "residual"]
    arrows = [d for d in ways if "V" in d]
    norms = [
        (float(box.get("x")), float(box.get("y")) + float(box.get("height")) / 2)
        for group in tree.iter("g")
        if group.get("class") == "norm"
        for box in group.iter("rect")
    ]
    ends = []
    for d in arrows:
        out, end, tip = map(float, re.search(r"H([\d.]+)V([\d.]+)H([\d.]+)$", d).groups())
        assert 0 <= out <= WIDTH and abs(out - tip) > 5
        ends.append((tip, end))
    assert len(arrows) == len(norms) == 5
    for x, middle in norms:
        assert any(end == middle and (tip + 1 == x or tip - 1 > x) for tip, end in ends)


def side(name, notes):
    """Return the drawing of one stack as a tree."""
    html = Architecture(side=name, notes=notes)._repr_html_()
    return ElementTree.fromstring(re.search(r"<svg.*</svg>", html, re.DOTALL).group())


@pytest.mark.parametrize(("name", "parts"), [("encoder", ENCODER), ("decoder", DECODER)])
def test_one_side_has_its_boxes_alone_and_a_note_beside_each(name, parts):
    # Fails if the other stack is drawn, a note stands at another box, or leaves the picture.
    notes = [f"note {i}" for i in range(len(parts))]
    tree = side(name, notes)
    texts = [(text.text, float(text.get("y"))) for text in tree.iter("text")]
    words = [(word, y) for word, y in texts if not word.startswith(("note", "framed"))]
    assert [word for word, _ in words] == [word for word, *_ in parts]
    assert [y for word, y in texts if word.startswith("note")] == [y for _, y in words]
    assert all(note in tree.get("aria-label") for note in notes)
    _, top, width, height = map(float, tree.get("viewBox").split())
    for box in tree.iter("rect"):
        x, y, w, h = (float(box.get(name)) for name in ("x", "y", "width", "height"))
        assert x >= 0 and y >= top and x + w <= width and y + h <= top + height
    arrows = [path.get("d") for path in tree.iter("path") if path.get("class") == "memory"]
    assert len(arrows) == 2  # the way of the memory and its head


def test_one_side_asks_for_what_it_can_draw():
    # Fails if a misspelt side draws both, or notes are dropped in silence.
    with pytest.raises(ValueError, match="side"):
        Architecture(side="left")
    with pytest.raises(ValueError, match="give a side"):
        Architecture(notes=["8 tokens"])

"""A number in a picture is the number that is computed, here in another way."""

import math
import re
from functools import cache

import numpy as np
import pytest
import torch

from llm_lib.book.pictures import show_picture
from llm_lib.book.pictures.drawn import after_a_change, pipeline, shared_step, two_questions
from llm_lib.book.pictures.drawn.merge_tree import build, learn
from llm_lib.pretrained.save_load import load_model
from web import notebooks
from web.fingerprint import ROOT

sprout = cache(load_model)


def words(picture, which=0):
    """Return the texts of the wide drawing, or of the narrow one."""
    return re.findall(r"<text[^>]*>([^<]*)<", picture.svgs()[which])


def written(values, digits):
    return [f"{v + 0:.{digits}f}".replace("-0.0", "0.0").replace("-", "−") for v in values]


def holds(texts, run):
    """Whether some texts stand in a drawing one after the other."""
    n = len(run)
    return any(texts[i : i + n] == run for i in range(len(texts) - n + 1))


def softmax(x):
    e = np.exp(x - x.max())
    return e / e.sum()


def next_logits(text):
    model, tokenizer = sprout("sprout")
    with torch.no_grad():
        return model(torch.tensor([tokenizer.encode(text)]))[0, -1].double().numpy(), tokenizer


@pytest.mark.parametrize("which", [0, 1])
def test_attention_row(which):
    # fails when a score, a weight or the output is not that of the chapter's own four tokens
    picture = show_picture("attention-row")
    e = [math.exp(z) for z in (2.5, 5, 2.5, 2.5)]  # (0·1 + 5·0 + 0·0 + 5·1) / √4 and so on
    weights = [x / sum(e) for x in e]
    texts = words(picture, which)
    assert [t for t in texts if t in {"2.5", "5.0"}] == ["2.5", "5.0", "2.5", "2.5"]
    assert holds(texts, written(weights[:3], 2))  # the output: each thing's own weight
    assert "output: drum" in texts and "It reads “drum”." in picture.alt


def test_attention_row_takes_other_numbers():
    # fails when the picture shows its own example, whatever it is given
    picture = show_picture("attention-row", query=[5.0, 0, 0, 5])
    assert "output: kite" in words(picture)


def test_attention_row_names_a_tie():
    # fails when one of two equally large numbers of an output is read as the answer
    x = [[2.0, 0], [0, 0], [0, 2.0], [1.0, 1]]
    names = ("fox", "bear")
    picture = show_picture("attention-row", query=x[3], keys=x, values=x, names=names)
    assert "output: fox or bear?" in words(picture)


def test_next_token():
    # fails when the bars are not Sprout's five likeliest tokens, or another one is chosen
    logits, tokenizer = next_logits("By the lake lived Mia, a brave fox. Mia had a")
    p = softmax(logits)
    best = np.argsort(-p)[:5]
    texts = words(show_picture("next-token"))
    names = [tokenizer.decode([int(i)]).strip() for i in best]
    shares = [f"{x:.0%}" if x >= 0.1 else f"{x:.1%}" for x in p[best]]
    assert holds(texts, [t for pair in zip(names, shares, strict=True) for t in pair])
    assert texts.count(names[0]) == 2  # its bar, and the choice


def test_next_token_fills_what_surprised():
    # fails when the box of a token tells of another token's surprise
    model, tokenizer = sprout("sprout")
    ids = tokenizer.encode("By the lake lived Mia, a brave fox. Mia had a")
    with torch.no_grad():
        p = model(torch.tensor([ids]))[0].softmax(dim=-1)
    losses = [-math.log(p[i, token]) for i, token in enumerate(ids[1:])]
    svg = show_picture("next-token").svgs()[0]
    boxes = re.findall(r'p-token p-weight"( style="--level:(\d+)%")?', svg)[: len(ids)]
    shares = [loss / max(losses) for loss in losses]
    expected = [round(6 + 34 * share) if share > 0.004 else 0 for share in shares]
    assert [int(fill or 0) for _, fill in boxes] == [0, *expected]


@pytest.mark.parametrize("character", ["a", "é", "€", "🙂"])
def test_utf8_bits(character):
    # fails when the bits of a byte, or its value, are not what Python encodes
    picture = show_picture("utf8-bits", character=character)
    texts = words(picture)
    data = character.encode()
    assert [t for t in texts if "=" in t] == [f"{byte} = {byte:02x}" for byte in data]
    bits = [t for t in texts if set(t) <= {"0", "1"}]
    n = len(data)
    fixed, below = bits[1::3], bits[2::3]
    assert bits[0::3] == below and len(bits) == 3 * n
    assert [int(a + b, 2) for a, b in zip(fixed, below, strict=True)] == list(data)
    assert int("".join(below), 2) == ord(character)


def test_utf8_bits_of_one_character():
    # fails when a text, or none, is drawn as if it were a character
    with pytest.raises(ValueError, match="character must be one character, got 'ab'"):
        show_picture("utf8-bits", character="ab")


@pytest.mark.parametrize("which", [0, 1])
def test_cuts(which):
    # fails when a token is missing, stands in another line, or the lines are miscounted
    picture = show_picture("cuts", rows={"words": ["fox"], "bytes": ["102", "111", "120"]})
    texts = words(picture, which)
    expected = {"words", "bytes", "fox", "102", "111", "120", "1 token", "3 tokens"}
    assert set(texts) == expected and len(texts) == 8
    assert holds(texts, ["102", "111", "120"])
    assert picture.alt == "words: 1 token, fox; bytes: 3 tokens, 102 | 111 | 120."
    assert {"c", "a", "f", "é", "195", "169"} <= set(words(show_picture("cuts"), which))


@pytest.mark.parametrize("which", [0, 1])
def test_letter_count(which):
    # fails when an answer or a share is not that of the runs, or a mark is the wrong one
    runs = {
        "words": [{"new": [0.5, 0, 0, 0], "spelled": 0.97, "answers": {"rare": n}} for n in (1, 2)],
        "GPT-2": [{"new": [s, 0.2, 0, 0], "spelled": 0.96, "answers": {"rare": 0}} for s in (1, 0)],
        "letters": [{"new": [1, 1, 1, 0.984], "spelled": 1, "answers": {"rare": 2}}] * 2,
    }
    picture = show_picture("letter-count", results=runs)
    texts = words(picture, which)
    assert "How many r in rare?" in texts and "chance: 25%" in texts
    assert holds(texts, ["1 ✗", "2 ✓"]) and holds(texts, ["0 ✗", "0 ✗"])
    assert [t for t in texts if re.fullmatch(r"(&gt;)?\d+%", t)] == [
        "97%", "12%", "96%", "18%", "100%", "&gt;99%",
    ]  # fmt: skip
    assert "Right would be: rare 2." in picture.alt
    assert "given whole words: of rare the runs say 1, 2; of the test words" in picture.alt
    assert "it spells 97% and counts 12% right" in picture.alt
    on_file = words(show_picture("letter-count"), which)
    assert "How many r in strawberry?" in on_file
    assert holds(on_file, ["2 ✗", *["3 ✓"] * 4]) and holds(on_file, ["3 ✓"] * 5)


def test_merge_tree():
    # fails when the merges are not those worked out by hand in the chapter
    by_hand = [("e", "a"), ("s", "ea"), ("sea", "l"), ("t", "ea")]
    assert learn({"sea": 4, "seal": 3, "tea": 2}) == by_hand
    assert [node.text for node in build("steal", by_hand)] == ["s", "tea", "l"]
    assert [node.text for node in build("seals", by_hand)] == ["seal", "s"]
    assert {"seal: 1 token", "steal: 3 tokens"} <= set(words(show_picture("merge-tree")))
    own = show_picture("merge-tree", words=("meals",))
    assert "meals becomes m, ea, l, s" in own.alt


@pytest.mark.parametrize("which", ["wide", "narrow"])
def test_windows(which):
    # fails when a token stands below itself, and not above the next one
    text = "the owl slept in the sun until the".split()
    piece = getattr(show_picture("windows"), which)
    boxes = dict(piece.boxes())
    svg = words(show_picture("windows"), which == "narrow")
    for i in range(4):
        assert boxes[f"x{i}"].x == boxes[f"y{i}"].x and boxes[f"x{i}"].y < boxes[f"y{i}"].y
    assert holds(svg, text[1:5]) and holds(svg, text[2:6])


def test_windows_says_what_is_too_long():
    # fails when a window runs over the end of its text
    with pytest.raises(ValueError, match="needs 9 tokens, but the text has 8"):
        show_picture("windows", start=4)


def test_bottleneck():
    # fails when the steps are counted wrongly: that, she, lost, ., Tom, found, her
    texts = " ".join(words(show_picture("bottleneck")))
    assert "7 steps from “kite” to the end" in texts and "1 step to “kite”" in texts
    with pytest.raises(ValueError, match=r"word must be one of .* got 'drum'"):
        show_picture("bottleneck", word="drum")


@pytest.mark.parametrize("which", ["wide", "narrow"])
def test_word_window(which):
    # fails when the window isn't the last eight words, or a step of the model is missing
    picture = show_picture("word-window")
    texts = words(picture, which == "narrow")
    assert holds(texts, ["kite", "that", "she", "lost", ".", "Tom", "found", "her"])
    assert holds(texts, ["lost", ".", "Tom", "came", "by", "and", "found", "her"])
    boxes = dict(getattr(picture, which).boxes())
    assert boxes["window"].y < boxes["hidden"].y and boxes["hidden"].x < boxes["head"].x
    assert "from “kite” to “her”" in picture.alt and "begin with “lost”" in picture.alt


def test_word_window_needs_an_edge_between_the_texts():
    # fails when a picture says that a word is outside, and it is inside
    with pytest.raises(ValueError, match="in the window of the first text only"):
        show_picture("word-window", size=11)


def test_look_back():
    # fails when the state with the largest weight isn't that on file, or is counted wrongly
    picture = show_picture("look-back")
    for which in (0, 1):
        said = " ".join(words(picture, which))
        assert "“she” gets the weight 1.00: 2 steps after “kite”" in said
    own = show_picture("look-back", tokens=["kite", "is", "red"], weights=[0.1, 0.7, 0.2])
    assert "that of “is” gets the weight 0.70" in own.alt and "1 step." in own.alt


def test_look_back_says_what_is_wrong():
    # fails when a picture shows a look that can't hold the word
    with pytest.raises(ValueError, match="2 tokens need as many weights; got 1"):
        show_picture("look-back", tokens=["kite", "is"], weights=[1])
    with pytest.raises(ValueError, match="should not stand before 'kite'"):
        show_picture("look-back", tokens=["a", "kite", "is"], weights=[0.9, 0.1, 0])


@pytest.mark.parametrize("which", [0, 1])
def test_attention_mix(which):
    # fails if a score, a weight or the mix is not that of the chapter's sum on paper
    picture = show_picture("attention-mix")
    weights = softmax(np.array([2.0, 1.0, 0.0]))
    mix = weights @ np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]])
    texts = words(picture, which)
    for run in (["2", "1", "0"], written(weights, 2), written(mix, 2)):
        assert holds(texts, run)
    assert "the mix: 0.76, 0.33" in picture.alt


def test_attention_mix_takes_other_numbers():
    # fails if the picture shows its own example, whatever it is given
    picture = show_picture(
        "attention-mix", words=["a", "b"], states=[[1, 0], [0, 1]], scores=[3, 3]
    )
    assert words(picture).count("0.50") == 4 and "“a” 3 and 0.50" in picture.alt


@pytest.mark.parametrize("which", [0, 1])
def test_split_heads(which):
    # fails when a head is given a stretch of the text, or other channels than its own
    texts = words(show_picture("split-heads"), which)
    numbers = [text for text in texts if text.isdigit()]
    q = sorted(f"{t}{c}" for t in range(4) for c in range(6))
    assert sorted(numbers[:24]) == sorted(numbers[24:48]) == q  # q, and its view
    first, second = ([f"{t}{c}" for t in range(4) for c in own] for own in ((0, 1, 2), (3, 4, 5)))
    assert numbers[48:60] == first and numbers[60:] == second
    shapes = [text for text in texts if text.startswith("= ")]
    there = ["= (1, 4, 6)", "= (1, 4, 6)", "= (1, 4, 2, 3)", "= (1, 2, 4, 3)"]
    assert shapes == there + there[::-1]


def test_split_heads_of_another_size():
    # fails when the picture shows its own sentence and sizes, whatever it is given
    texts = words(show_picture("split-heads", tokens=("a", "fox"), size=2))
    assert "= (1, 2, 2, 2)" in texts and ".reshape(1, 2, 4)" in texts and "fox" in texts


@pytest.mark.parametrize("which", ["wide", "narrow"])
def test_grouped_heads(which):
    # fails when a query head stands over keys that it does not read, or the sums are others
    picture = show_picture("grouped-heads", n_head=6, n_kv_head=2, head_size=8)
    boxes = dict(getattr(picture, which).boxes())
    for h in range(6):
        query, key = boxes[f"shared.q{h}"], boxes[f"shared.k{h // 3}"]
        apart = abs(key.x - query.x)  # of the lines' two ends
        assert apart < 1.5 * query.width and key.width == query.width
        assert boxes[f"all.q{h}"].x == boxes[f"all.k{h}"].x
    said = " ".join(words(picture, which == "narrow"))
    assert f"{6 * 2 * 8} numbers" in said and f"{2 * 2 * 8} numbers" in said


def test_grouped_heads_says_what_does_not_divide():
    # fails when a head would be left without keys
    with pytest.raises(ValueError, match="n_kv_head must divide 6, got 4"):
        show_picture("grouped-heads", n_head=6, n_kv_head=4)


def test_latent_heads():
    # fails when what is kept is not the latent and the position, or keys are counted for one head
    texts = " ".join(words(show_picture("latent-heads")))
    assert "kept: 512 + 64 (position) = 576" in texts
    assert f"{2 * 128 * 128:,} numbers, never kept" in texts
    assert "127" in texts


@pytest.mark.parametrize("which", [0, 1])
def test_gpt_block(which):
    # fails when the stream is not added up, or a copy that a part reads is not normed
    picture = show_picture("gpt-block")
    texts = words(picture, which)
    for numbers in ([3, 1, 3, 1], [3, 3, 1, 1], [0, 0, 4, -4], [3, 3, 5, -3], [-1, -1, 5, -3]):
        assert holds(texts, written(numbers, 0))
        assert ", ".join(written(numbers, 0)) in picture.alt
    for read in (["1", "−1", "1", "−1"], ["1", "1", "−1", "−1"], ["0.33", "0.33", "1", "−1.67"]):
        assert holds(texts, read) and ", ".join(read) in picture.alt
    assert {"kite", "my", "looks at kite and my", "my alone"} <= set(texts)
    assert "the only arrow between tokens" in " ".join(texts) and "only arrow" in picture.alt


def test_gpt_block_of_ones_own():
    # fails when other tokens or numbers are not drawn, or a block that can't be added up is
    given = [[1, 3, 3, 1], [2, 0, 0, -2], [0, -4, 0, 0]]
    picture = show_picture("gpt-block", tokens=["my", "fox"], earlier=[4, 0, 0, 4], numbers=given)
    texts = words(picture)
    for numbers in (*given, [4, 0, 0, 4], [1, -1, -1, 1], [3, 3, 3, -1], [3, -1, 3, -1]):
        assert holds(texts, written(numbers, 0))
    assert "At fox, attention reads normed copies of both" in picture.alt
    for wrong in (given[:2], [*given[:2], [1, 2, 3]]):
        with pytest.raises(ValueError, match="three vectors as long as earlier"):
            show_picture("gpt-block", numbers=wrong)
    with pytest.raises(ValueError, match=r"lengths \[4, 4, 4\] and 2"):
        show_picture("gpt-block", earlier=[1, 2])


def test_gpt_model():
    # fails when a shape is not that of Sprout's own activations, or the next token is another
    model, tokenizer = sprout("sprout")
    ids = torch.tensor([tokenizer.encode('The fox had a kite. "Where is my')])
    with torch.no_grad():
        logits, seen = model.run_with_cache(ids)
    best = logits[0, -1].softmax(dim=-1).max()
    for texts in (words(show_picture("gpt-model")), words(show_picture("gpt-model"), True)):
        shapes = [text for text in texts if text.startswith("= ")]
        stream = f"= {tuple(seen.stream[0].shape)}"
        assert shapes == [f"= {tuple(ids.shape)}", *[stream] * 3, f"= {tuple(logits.shape)}"]
        assert tokenizer.decode([int(logits[0, -1].argmax())]).strip() in texts
        assert f"{100 * best.item():.1f}\u00a0%" in texts[-1]


def test_beam_tree():
    # fails when a product is wrong, or a search ends elsewhere than at the best of what it keeps
    texts = words(show_picture("beam-tree"))
    for word, p in (("fox", 0.6 * 0.4), ("owl", 0.6 * 0.3), ("kite", 0.4 * 0.9), ("drum", 0.04)):
        assert holds(texts, [word, f"{p:.2f}"])
    assert holds(texts, ["fox", "0.24", "greedy"]) and holds(texts, ["kite", "0.36", "beams"])


def test_three_filters():
    # fails when a filter keeps others than by hand, or the sums of top-p or the floor are wrong
    texts = words(show_picture("three-filters"))
    assert holds(texts, ["kite", "0.644", "drum", "0.237", "ball", "0.087", "the", "0.032"])
    assert holds(texts, ["kite", "0.644", "drum", "0.881", "ball", "0.968", "the", "1.000"])
    kept = [text for text in texts if text.startswith("keeps")]
    assert kept == ["keeps kite, drum", *["keeps kite, drum, ball"] * 2]
    assert "compares: 0.1 · 0.644 = 0.064" in texts
    assert words(show_picture("three-filters"), True) == texts
    given = {"names": ["a", "b"], "logits": [1, 1], "top_k": 1, "top_p": 0.4}
    assert holds(words(show_picture("three-filters", **given)), ["keeps a", "top-p 0.4"])
    with pytest.raises(ValueError, match="a logit for each name, the largest first"):
        show_picture("three-filters", names=["a", "b"], logits=[0, 1])


def test_neuron():
    # fails when a sum, ReLU or the output is wrong: 2.5 · 1 + 0.5 · 2 + 0 · (−1) = 3.5
    texts = words(show_picture("neuron"))
    assert {"1·1 + 0.5·2 + 0.5 = 2.5", "−1·1 + 0.5·2 + 0.5 = 0.5", "0.5·1 − 1·2 + 0.5 = −1"} <= set(
        texts
    )
    assert [t for t in texts if t in {"2.5", "0.5", "0", "3.5"}] == ["2.5", "0.5", "0", "3.5"]


def test_tensor():
    # fails when a slice shows other numbers than numpy's
    x = np.arange(60).reshape(3, 4, 5)
    texts = words(show_picture("tensor"))
    assert holds(texts, ["x[0]", "(4, 5)", *map(str, x[0].ravel())])
    assert holds(texts, ["x[0, 1]", "(5,)", *map(str, x[0, 1])])


def test_shared_step():
    # fails when padding is not on the left, or a next token is not the model's greedy one
    texts = words(show_picture("shared-step"))
    assert texts[1:6] == ["·", "·", "·", "The", "fox"]
    for prompt, new in zip(shared_step.PROMPTS, shared_step.NEXT, strict=True):
        logits, tokenizer = next_logits(" ".join(prompt))
        assert tokenizer.decode([int(logits.argmax())]).strip() == new and new in texts
    with pytest.raises(ValueError, match="1 prompts and 3 tokens"):
        show_picture("shared-step", prompts=[["a"]])


@pytest.mark.parametrize("at", [2, -1])
def test_after_a_change(at):
    # fails when the picture calls a vector new that keeps its value in a real model, or the reverse
    model, tokenizer = sprout("sprout")
    ids = torch.tensor([tokenizer.encode("Mia had a")])
    T, layers = ids.shape[1], range(len(model.blocks))
    names = [f"blocks.{i}.resid_post" for i in layers]

    def exchange(z):  # (B, H, T, D)
        z[:, 3, at] = 1.0

    def keep(name):
        return lambda x: after.update({name: x.clone()})

    after = {}
    with torch.no_grad():
        _, before = model.run_with_cache(ids, names)
        hooks = {"blocks.1.attention.z": exchange} | {name: keep(name) for name in names}
        model.run_with_hooks(ids, hooks)
    differs = [[not torch.equal(before[n][0, t], after[n][0, t]) for t in range(T)] for n in names]
    new = [[after_a_change.is_new(i, t, 1, at % T) for t in range(T)] for i in layers]
    assert differs == new
    tokens = [str(t) for t in range(T)]
    drawn = {"tokens": tokens, "layers": layers, "layer": 1, "head": 3, "at": at}
    texts = words(show_picture("after-a-change", **drawn))
    assert texts.count("anew") == sum(map(sum, new)) - 1
    assert texts.count("1.3 exchanged") == 1  # a head's name: the layer's result holds other heads
    for wrong in ({"layer": 9}, {"at": 5}):
        with pytest.raises(ValueError, match=next(iter(wrong))):
            show_picture("after-a-change", **wrong)


def test_ring_step():
    # fails when a rank sends another chunk than its own, or to another rank than the next
    vectors = [[10 * r + c for c in range(4)] for r in range(4)]
    picture = show_picture("ring-step", vectors=vectors)
    texts = words(picture)
    for r, number in enumerate((0, 11, 22, 33)):
        assert f"chunk {r}: {number}" in texts
        assert f"rank {r} sends chunk {r}: {number} to rank {(r + 1) % 4}" in picture.alt
    with pytest.raises(ValueError, match="vectors"):
        show_picture("ring-step", vectors=[[1, 2]])


@pytest.mark.parametrize(("stages", "micro_batches"), [(4, 4), (2, 5), (6, 1)])
def test_pipeline(stages, micro_batches):
    # fails when the bubble is not (p - 1) / (m + p - 1), or a stage works before its input is there
    picture = show_picture("pipeline", stages=stages, micro_batches=micro_batches)
    lines = pipeline.schedule(stages, micro_batches)
    idle = sum(not text for line in lines for text in line)
    bubble = (stages - 1) / (micro_batches + stages - 1)
    assert idle / sum(map(len, lines)) == pytest.approx(bubble)
    assert f"{idle} of" in picture.title
    for i in range(micro_batches):
        forward = [line.index(f"F{i}") for line in lines]
        backward = [line.index(f"B{i}") for line in lines]
        assert forward == sorted(set(forward)) and backward == sorted(set(backward))[::-1]
        assert backward[-1] > forward[-1]


@pytest.mark.parametrize("which", [0, 1])
def test_two_questions(which):
    # fails when a number stands in another half, or a zero is written between those that count
    texts = words(show_picture("two-questions"), which)
    assert [text for text in texts if text.isdigit()].count("6") == 2
    assert len([text for text in texts if text == "1"]) == 2 + 6  # of keys, and of values
    assert "0" not in texts and {"query", "key", "value"} <= set(texts)
    with pytest.raises(ValueError, match="key: 4 vectors of 6 numbers"):
        show_picture("two-questions", keys=[[1, 2, 3]] * 4)


def test_two_questions_are_the_chapters_numbers():
    # fails when the picture shows other vectors than the cell that computes with them
    cells = notebooks.read(ROOT / "chapters/10_multi_head_attention.ipynb").cells
    source = next(cell.source for cell in cells if cell.id == "one-head-code")
    names = {"torch": torch, "math": math}
    exec(source.partition("weights =")[0], names)
    drawn = (two_questions.QUERIES, two_questions.KEYS, two_questions.VALUES)
    for name, rows in zip("qkv", drawn, strict=True):
        assert names[name].tolist() == [list(map(float, line)) for line in rows]
    assert names["tokens"] == list(two_questions.TOKENS)

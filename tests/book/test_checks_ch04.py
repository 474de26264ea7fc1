"""Tests of the checks on byte pair encoding: right answers, and likely wrong ones."""

import codecs
from collections import Counter
from itertools import pairwise

import pytest

from llm_lib.book.checks import ch04
from llm_lib.book.exercises import check, find_exercise
from llm_lib.bpe.convert import recover_merges
from llm_lib.bpe.merges import merge_pair


def build_vocabulary(merges):
    vocab = {i: bytes([i]) for i in range(256)}
    for (left, right), new_id in merges.items():
        vocab[new_id] = vocab[left] + vocab[right]
    return vocab


def test_decode():
    # Fails if a right decoder is refused, or one that decodes each token alone is taken.
    def right(ids, merges):
        vocab = build_vocabulary(merges)
        return b"".join(vocab[i] for i in ids).decode("utf-8", "replace")

    def token_by_token(ids, merges):
        vocab = build_vocabulary(merges)
        return "".join(vocab[i].decode("utf-8", "replace") for i in ids)

    assert check("04-decode", right)
    report = repr(check("04-decode", token_by_token))
    assert "an é whose two bytes" in report
    assert "One id alone may be half of a character" in report  # the first hint fits this mistake
    assert not check("04-decode", lambda ids, merges: "".join(chr(i) for i in ids))
    strict = check("04-decode", lambda i, m: b"".join(build_vocabulary(m)[k] for k in i).decode())
    assert "UnicodeDecodeError" in repr(strict)


def test_second_merge_agrees_with_the_library():
    # Fails if the answer is not what training learns, or a wrong one gets no word of its own.
    from llm_lib.bpe import BPETokenizer

    merges = BPETokenizer.train(["banana", "bandana"], 258).merges
    assert [left + right for left, right in merges] == [b"an", b"ban"]
    assert check("04-predict-second-merge", "ban")
    for wrong in ("an", "ana", "anan"):
        result = check("04-predict-second-merge", wrong)
        assert not result
        assert "detail" in {kind for kind, _ in result.lines}


def update_by_difference(counts, ids, pair, new_id):
    counts = Counter(counts)
    counts.subtract(pairwise(ids))
    counts.update(pairwise(merge_pair(ids, pair, new_id)))
    return counts


def update_by_neighbours(counts, ids, pair, new_id):
    """Correct the pairs around each place, from left to right: the way that looks at least."""
    counts, done, i = Counter(counts), [], 0
    while i < len(ids):
        if tuple(ids[i : i + 2]) != pair:
            done.append(ids[i])
            i += 1
            continue
        counts[pair] -= 1
        if done:
            counts[done[-1], pair[0]] -= 1
            counts[done[-1], new_id] += 1
        if i + 2 < len(ids):
            counts[pair[1], ids[i + 2]] -= 1
            counts[new_id, ids[i + 2]] += 1
        done.append(new_id)
        i += 2
    return counts


def test_update_counts():
    # Fails if one of two right ways is refused, or counts at 0 or below matter.
    assert check("04-update-counts", update_by_difference)
    assert check("04-update-counts", lambda *a: dict(+update_by_difference(*a)))
    assert check("04-update-counts", update_by_neighbours)


def test_the_first_hint_fits_the_usual_wrong_update():
    # Fails if neighbours looked up in the chunk as it was pass, or get no word on a b in a row.
    def from_the_old_chunk(counts, ids, pair, new_id):
        counts, i = Counter(counts), 0
        while i < len(ids) - 1:
            if tuple(ids[i : i + 2]) != pair:
                i += 1
                continue
            counts[pair] -= 1
            if i > 0:
                counts[ids[i - 1], pair[0]] -= 1
                counts[ids[i - 1], new_id] += 1
            if i + 2 < len(ids):
                counts[pair[1], ids[i + 2]] -= 1
                counts[new_id, ids[i + 2]] += 1
            i += 2
        return counts

    result = check("04-update-counts", from_the_old_chunk)
    failed = [text.split(":")[0] for kind, text in result.lines if kind == "failed"]
    assert failed == ["two in a row", "a run of equals"]
    assert [text for kind, text in result.lines if kind == "hint"] == [
        "Neighbouring places share a pair: what if a b occurs twice in a row?"
    ]


@pytest.mark.parametrize(
    "wrong",
    [
        lambda counts, ids, pair, new_id: counts,
        lambda counts, ids, pair, new_id: Counter(pairwise(merge_pair(ids, pair, new_id))),
        lambda counts, ids, pair, new_id: {p: n for p, n in counts.items() if p != pair},
        lambda counts, ids, pair, new_id: [pair],
    ],
    ids=["unchanged", "this chunk alone", "only the pair is dropped", "a list"],
)
def test_wrong_updates(wrong):
    # Fails if the usual mistakes pass: neighbours forgotten, or the other chunks lost.
    assert not check("04-update-counts", wrong)


def test_explain_spaces():
    # Fails if the right choice is refused, or a wrong one is not answered.
    assert check("04-explain-spaces", "b")
    for wrong, word in {"a": "Id 32", "c": "none has a space", "d": "alike for both"}.items():
        result = check("04-explain-spaces", wrong)
        assert not result
        assert word in repr(result)


def test_spaces_do_what_the_answers_say():
    # Fails if the right choice, or the feedback to a wrong one, is not what the library does.
    from llm_lib.bpe import BPETokenizer

    text = "the dog and the cat and the sea " * 50
    squeezed = BPETokenizer.train(text.replace(" ", ""), 300)
    ids = squeezed.encode("the dog and the cat")
    assert squeezed.decode(ids) == "the dog and the cat"  # against "a"
    assert ids.count(32) == 4
    assert not any(b" " in left + right for left, right in squeezed.merges)  # against "c"
    assert max(squeezed.vocab.values(), key=len).startswith(b"thedogandthecat")


def stream_by_hand(tokens):
    """Show what is whole, byte by byte: another way than Python's decoder."""
    shown, waiting = [], b""
    for token in tokens:
        text = ""
        for byte in token:
            waiting += bytes([byte])
            try:
                text, waiting = text + waiting.decode("utf-8"), b""
            except UnicodeDecodeError as error:
                if error.reason == "unexpected end of data":
                    continue
                text, waiting = text + "\ufffd", waiting[1:] if len(waiting) > 1 else b""
                text, waiting = text + waiting.decode("utf-8"), b""
        shown.append(text)
    return [*shown, "\ufffd" if waiting else ""]


def stops_for_ever(tokens):
    """Wait for what an invalid byte will never become."""
    shown, waiting = [], b""
    for token in tokens:
        waiting += token
        try:
            text = waiting.decode("utf-8")
        except UnicodeDecodeError as error:
            text = waiting[: error.start].decode("utf-8")
        shown.append(text)
        waiting = waiting[len(text.encode("utf-8")) :]
    return [*shown, waiting.decode("utf-8", "replace")]


def never_flushes(tokens):
    """Forget what waits at the end."""
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    return [*(decoder.decode(token) for token in tokens), ""]


def test_stream():
    # Fails if a right way is refused, half characters pass, or a fault gets a hint of another.
    def right(tokens):
        decoder = codecs.getincrementaldecoder("utf-8")("replace")
        return [*(decoder.decode(token) for token in tokens), decoder.decode(b"", True)]

    assert check("04-stream", right) and check("04-stream", stream_by_hand)
    for errors in ("replace", "ignore"):
        wrong = check("04-stream", lambda ts, e=errors: [*(t.decode("utf-8", e) for t in ts), ""])
        assert "é in two tokens" in repr(wrong)
        assert not wrong
    assert "ff begins no character" in repr(check("04-stream", stops_for_ever))
    assert "a byte still waits" in repr(check("04-stream", never_flushes))


def test_the_predictions_of_the_text_are_true():
    # Fails if an answer is not what the library does, or a wrong one gets no word of its own.
    from llm_lib.bpe import BPETokenizer
    from llm_lib.bpe.merges import merge_bytes

    words = ["sea"] * 4 + ["seal"] * 3 + ["tea"] * 2
    tokenizer = BPETokenizer.train(words, 300)
    cut = [tokenizer.decode([i]) for i in tokenizer.encode("meals")]
    assert " | ".join(cut) == "m | ea | l | s"
    assert merge_bytes(b"abcd", {(98, 99): 256, (97, 98): 257, (99, 100): 258}) == [97, 256, 100]
    assert BPETokenizer.train(" ".join(words), 300).merges[2] == (b" ", b"sea")
    assert tokenizer.merges[1:3] == [(b"s", b"ea"), (b"sea", b"l")]
    right = {"second-pair": "b", "third-pair": "a", "meals": "b", "order": "c", "third": "b"}
    right["never"] = "b"
    for name, letter in right.items():
        asked = find_exercise(f"04-predict-{name}")
        for choice in asked.choices:
            result = check(f"04-predict-{name}", choice)
            assert bool(result) == (choice == letter)
            assert result or "detail" in {kind for kind, _ in result.lines}


def test_recover_merges():
    # Fails if the library's own way is refused, or a guess at the cut passes.
    assert check("04-recover-merges", recover_merges)

    def first_cut(tokens):
        known = {bytes([i]) for i in range(256)}
        merges = []
        for token in tokens:
            cuts = [(token[:i], token[i:]) for i in range(1, len(token))]
            merges.append(next(cut for cut in cuts if known.issuperset(cut)))
            known.add(token)
        return merges

    def last_cut(tokens):
        known = {bytes([i]) for i in range(256)}
        merges = []
        for token in tokens:
            cuts = [(token[:i], token[i:]) for i in range(len(token) - 1, 0, -1)]
            merges.append(next(cut for cut in cuts if known.issuperset(cut)))
            known.add(token)
        return merges

    assert "merge 3, b'abc': expected a + bc, got ab + c" in repr(
        check("04-recover-merges", last_cut)
    )
    assert "merge 3, b'abc': expected ab + c, got a + bc" in repr(
        check("04-recover-merges", first_cut)
    )


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (lambda tokens: recover_merges(tokens)[:-1], "expected 1 merges, one a token; got 0"),
        (lambda tokens: tokens, "merge 1, b'ab': expected a + b, got b'ab'"),
        (lambda tokens: None, "expected a list of pairs of bytes, got None"),
        (lambda tokens: [None] * len(tokens), "expected a + b, got None"),
        (lambda tokens: [()] * len(tokens), "expected a + b, got ()"),
    ],
    ids=["one short", "tokens", "nothing", "no pairs", "empty pairs"],
)
def test_wrong_merges_are_named(answer, said):
    # Fails if an answer of another form passes, raises, or is described wrongly.
    result = check("04-recover-merges", answer)
    assert not result
    assert said in repr(result)


def test_pairs_may_be_lists():
    # Fails if a right answer is refused for its brackets.
    assert check("04-recover-merges", lambda tokens: [list(p) for p in recover_merges(tokens)])


def test_the_cases_of_recover_merges_are_real():
    # Fails if a case asks for merges that byte pair encoding would not have made in that order.
    for case in ch04.recover_merges():
        assert case.accept(recover_merges(case.arguments[0])) is None

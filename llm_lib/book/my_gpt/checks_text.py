"""What chapters 4 and 5 ask of a reader's file: text becomes tokens, tokens become batches."""

import random
from collections import Counter
from itertools import islice

import torch

from llm_lib.book.my_gpt.compare import returns_soon, want
from llm_lib.book.my_gpt.reader import MistakeError, ReaderFile
from llm_lib.book.my_gpt.registry import check
from llm_lib.bpe import BPETokenizer
from llm_lib.bpe.merges import learn_merges
from llm_lib.bpe.pretokenize import count_chunks

END = "<|endoftext|>"
TEXT = "the sea saw the seal. the seal saw the sea and the tea, it's 12 teas!\n\n  _x_" * 3


@check("04a")
def merging(my: ReaderFile) -> None:
    """A pair becomes one id wherever it stands."""
    got = my.merge([1, 2, 3, 1, 2], (1, 2), 256)
    want(
        list(got or []) == [256, 3, 256],
        f"merge([1, 2, 3, 1, 2], (1, 2), 256) gave {got}, not [256, 3, 256]: every place where the "
        "pair stands becomes the new id",
    )
    got = my.merge([7, 7, 7, 7, 7], (7, 7), 256)
    want(
        list(got) == [256, 256, 7],
        f"merge([7, 7, 7, 7, 7], (7, 7), 256) gave {got}, not [256, 256, 7]: after a merge go on "
        "behind both tokens, from left to right",
    )
    ids = [1, 2, 3]
    my.merge(ids, (1, 2), 256)
    want(ids == [1, 2, 3], "merge changed the list that it was given: build a new one")


@check("04a")
def counting(my: ReaderFile) -> None:
    """Pairs are counted as often as their words stand in the text."""
    got = my.count_pairs([[[1, 2, 1, 2], 3], [[2, 1], 1]])
    right = {(1, 2): 6, (2, 1): 4}
    want(
        isinstance(got, dict),
        f"count_pairs should return a Counter, yours gave {type(got).__name__}",
    )
    once = {(1, 2): 2, (2, 1): 2}
    want(dict(got) != once, "count_pairs: a word that stands n times counts its pairs n times")
    want(
        dict(got) == right,
        f"count_pairs([[[1, 2, 1, 2], 3], [[2, 1], 1]]) gave {dict(got)}, not {right}",
    )


@check("04a")
def learning(my: ReaderFile) -> None:
    """The most frequent pair is merged first, and no pair reaches across two words."""
    chunks, n = count_chunks(TEXT), 14
    right = learn_merges(chunks, n)
    merges = my.learn_merges(TEXT, n)
    want(
        isinstance(merges, dict), "learn_merges should return a dict: {pair: its new id}, in order"
    )
    ids = list(merges.values())
    want(
        not ids or ids[-1] - ids[0] == len(ids) - 1,
        "learn_merges merges a pair that it has merged before: when a pair is merged, take off the "
        "counts that this uses up",
    )
    want(
        ids == list(range(256, 256 + len(ids))),
        f"new ids count up from 256, the first behind the bytes; yours are {ids[:4]}, ...",
    )
    mine = spelled(merges)
    wrongs = {
        "pairs reach across two words: cut the text into words first": Counter({TEXT: 1}),
        "each different word counts once: weigh it by how often it stands in the text": Counter(
            dict.fromkeys(chunks, 1)
        ),
    }
    for says, counted in wrongs.items():
        want(mine != learn_merges(counted, n) or mine == right, f"learn_merges: {says}")
    first = learn_merges(chunks, n, ties="first")
    want(
        mine != first or mine == right,
        "learn_merges: of equally frequent pairs, the one with the smallest ids comes first",
    )
    for k, (a, b) in enumerate(zip(mine, right, strict=False)):
        want(
            a == b,
            f"learn_merges: merge {k} joins {a}, it should join {b}. Does the most frequent pair "
            "win, of equals the smallest ids, and are all counts kept up to date?",
        )
    want(len(mine) == n, f"learn_merges(text, {n}) made {len(mine)} merges, not {n}")


@check("04a")
def stopping(my: ReaderFile) -> None:
    """Learning ends when every word is one token."""
    few = my.learn_merges("ab ab", 50)
    want(
        len(few) == 2,
        f"learn_merges('ab ab', 50) made {len(few)} merges: it should stop after 2, when every "
        "word is one token",
    )


def spelled(merges: dict) -> list[tuple[bytes, bytes]]:
    """Return merges of ids as merges of bytes."""
    vocab = {i: bytes([i]) for i in range(256)}
    pairs = []
    for (a, b), new_id in merges.items():
        if a not in vocab or b not in vocab:
            raise MistakeError(f"learn_merges merges ({a}, {b}), but one of them is no token yet")
        pairs.append((vocab[a], vocab[b]))
        vocab[new_id] = vocab[a] + vocab[b]
    return pairs


@check("04b")
def encoding(my: ReaderFile) -> None:
    """Text becomes ids, by the merge that was learned first."""
    rivals = {(98, 99): 256, (97, 98): 257, (99, 100): 258}
    got = my.Tokenizer(rivals).encode("abcd")
    want(
        list(got or []) == [97, 256, 100],
        f"with the merges bc, ab, cd, in that order, 'abcd' became {got}, not [97, 256, 100]: the "
        "merge that was learned first comes first",
    )
    reference = BPETokenizer.train(TEXT, 257 + 14, special_tokens=[END])
    tokenizer = my.Tokenizer(my.learn_merges(TEXT, 14))
    text = TEXT + " Él é 🙂 unseen words"
    got, right = list(tokenizer.encode(text)), reference.encode(text)
    for k, (a, b) in enumerate(zip(got, right, strict=False)):
        want(
            a == b,
            f"encode: id {k} is {a}, it should be {b}, at {reference.decode(right[k:])[:12]!r}",
        )
    want(
        len(got) == len(right), f"encode gave {len(got)} ids, not {len(right)}: is the text whole?"
    )
    got = my.Tokenizer({}).encode("é")
    want(list(got) == [195, 169], f"without merges 'é' is its two bytes, [195, 169]; yours {got}")


@check("04b")
def special_tokens(my: ReaderFile) -> None:
    """The end of a text is a token of its own."""
    merges = my.learn_merges(TEXT, 14)
    tokenizer = my.Tokenizer(merges)
    want(
        tokenizer.end == 256 + len(merges),
        f"end should be the id behind the last merge, {256 + len(merges)}; yours is "
        f"{tokenizer.end}",
    )
    got = list(tokenizer.encode(f"a!{END}b"))
    want(
        got == [97, 33, tokenizer.end, 98],
        f"'a!{END}b' became {got}: {END} is never cut, and is the one id {tokenizer.end}",
    )
    want(tokenizer.decode([tokenizer.end]) == END, f"decode([end]) should be {END!r}")


@check("04b")
def decoding(my: ReaderFile) -> None:
    """Ids become the same text again."""
    tokenizer = my.Tokenizer(my.learn_merges(TEXT, 14))
    for text in (TEXT, "Él é 🙂"):
        got = tokenizer.decode(tokenizer.encode(text))
        want(got == text, f"decode(encode(text)) should be the text; yours {got[:40]!r}")
    try:
        got = tokenizer.decode([195])
    except UnicodeDecodeError:
        raise MistakeError('half a character should become "�": decode(errors="replace")') from None
    want(got == "�", f"half a character should become '�', yours {got!r}")


@check("05")
def batches(my: ReaderFile) -> None:
    """Targets are one token ahead, and each window comes once an epoch."""
    tokens = list(range(1000, 1065))  # eight windows of 8, and the last target
    feed = my.make_batches(tokens, 8, 4, seed=1)
    x, y = next(feed)
    want(tuple(x.shape) == (4, 8), f"x should have shape (4, 8), yours is {tuple(x.shape)}")
    want(
        not torch.equal(x, y),
        "make_batches: x and y are the same: the target is the next token, one ahead",
    )
    want(
        torch.equal(y, x + 1),
        f"make_batches: y should be one token ahead of x; yours x {x[0].tolist()}, y "
        f"{y[0].tolist()}",
    )
    starts = (x[:, 0] - 1000).tolist() + (next(feed)[0][:, 0] - 1000).tolist()
    want(
        all(start % 8 == 0 for start in starts),
        f"make_batches: windows of 8 begin at 0, 8, 16, ...; yours at {sorted(starts)}",
    )
    want(
        len(set(starts)) == 8,
        "make_batches: 65 tokens are eight windows of 8 and their targets, so two batches of four "
        f"show each once; yours began at {sorted(starts)}",
    )
    want(starts != sorted(starts), "make_batches: windows come in the order of the text: shuffle")
    second = [start for x, _ in islice(feed, 2) for start in (x[:, 0] - 1000).tolist()]
    want(
        second != starts, "make_batches: the second epoch has the order of the first: shuffle anew"
    )


@check("05")
def seeds_and_short_texts(my: ReaderFile) -> None:
    """A seed always gives the same batches, and too short a text is refused."""
    tokens = list(range(200))
    one, two, other = (next(my.make_batches(tokens, 8, 4, seed=s))[0] for s in (1, 1, 2))
    want(torch.equal(one, two), "make_batches: the same seed should give the same batches")
    want(not torch.equal(one, other), "make_batches: another seed should give another order")
    before = torch.get_rng_state(), random.getstate()
    next(my.make_batches(tokens, 8, 4, seed=3))
    want(
        torch.equal(torch.get_rng_state(), before[0]) and random.getstate() == before[1],
        "make_batches draws from the random numbers of the whole program, or seeds them: give it a "
        "generator of its own, torch.Generator().manual_seed(seed)",
    )
    try:
        short = my.make_batches(list(range(20)), 8, 4)
        returns_soon(lambda: next(short), "make_batches with too few tokens for one batch")
    except ValueError:
        return
    except (StopIteration, RuntimeError, AssertionError, IndexError):
        pass
    raise MistakeError(
        "make_batches: 20 tokens are no four windows of 8: raise ValueError with words that say so"
    )

"""What chapters 15 and 16 ask of a reader's file: it writes, and reads no token twice."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import torch
from torch import Tensor

from llm_lib.book.my_gpt.checks_training import TEXT
from llm_lib.book.my_gpt.compare import same, small_model, want
from llm_lib.book.my_gpt.reader import MistakeError, ReaderFile, captured, printed
from llm_lib.book.my_gpt.registry import check

LOGITS = torch.tensor([1.0, 3.0, 2.0, 0.0, 2.5])


def probabilities(logits: Tensor, temperature: float, top_p: float, late: bool = False) -> Tensor:
    """Return what to draw from, with loops; `late`: without the token that crosses top_p."""
    p = (logits / temperature).softmax(dim=0).tolist()
    kept, held = [], 0.0
    for i in sorted(range(len(p)), key=lambda i: -p[i]):
        if held + late * p[i] >= top_p:
            break
        kept.append(i)
        held += p[i]
    out = torch.zeros(len(p))
    for i in kept:
        out[i] = p[i] / sum(p[j] for j in kept)
    return out


@check("15")
def choosing(my: ReaderFile) -> None:
    """Temperature and top_p say what may be drawn, and how often."""
    got = my.token_probabilities(LOGITS, 0, 1.0)
    same(got, torch.eye(5)[1], "token_probabilities at temperature 0, all on the likeliest token")
    order = LOGITS.argsort(descending=True)
    for temperature, top_p in ((0.5, 0.9), (2.0, 0.7), (1.0, 0.1), (1.0, 1.0)):
        right = probabilities(LOGITS, temperature, top_p)
        whole = (LOGITS / temperature).softmax(dim=0)
        wrongs = {
            "the temperature multiplies; logits are divided by it": probabilities(
                LOGITS, 1 / temperature, top_p
            ),
            "the temperature changes nothing": probabilities(LOGITS, 1.0, top_p),
            "the token that crosses top_p is left out: keep it": probabilities(
                LOGITS, temperature, top_p, late=True
            ),
            "what is kept does not sum to 1: divide by its sum": whole * (right > 0),
            "top_p changes nothing": whole,
            "these are sorted: put each back in its token's place": right[order],
        }
        what = f"token_probabilities with temperature={temperature}, top_p={top_p}"
        same(my.token_probabilities(LOGITS, temperature, top_p), right, what, wrongs)


def greedy(model, ids: list[int], n: int) -> list[int]:
    """Return the n likeliest next tokens, reading the whole text for each."""
    seen = list(ids)
    with torch.no_grad():
        for _ in range(n):
            seen.append(int(model(torch.tensor([seen]))[0, -1].argmax()))
    return seen[len(ids) :]


@check("15")
def generating(my: ReaderFile) -> None:
    """Token after token follows, until the end token or the number asked for."""
    model, ids = small_model(my, context_length=12), [5, 6, 7]
    right, got = greedy(model, ids, 6), list(my.generate(model, ids, 6, temperature=0))
    want(ids == [5, 6, 7], "generate changed the list that it was given: copy it first")
    want(got != ids + right, "generate should yield the new tokens alone, without those given")
    want(
        got == right,
        f"generate at temperature 0 gave {got}, the likeliest are {right}: does it read the last "
        "position, and all tokens so far?",
    )
    stop = right[2]
    got = list(my.generate(model, ids, 6, end=stop, temperature=0))
    want(stop not in got, "generate should stop at the end token, and not yield it")
    want(got == right[: right.index(stop)], f"generate with an end token gave {got}")
    try:
        got = list(my.generate(model, ids, 30, temperature=0))
    except (RuntimeError, IndexError) as error:
        raise MistakeError(f"generate stopped beyond the context length: {error}") from None
    want(
        len(got) == 30,
        f"generate(…, 30) gave {len(got)} tokens: it should go on beyond the context",
    )
    longest = []
    handle = model.register_forward_pre_hook(lambda m, given: longest.append(given[0].shape[1]))
    list(my.generate(model, ids, 30, temperature=0))
    handle.remove()
    want(
        max(longest) <= 12,
        f"generate shows the model {max(longest)} tokens, its context_length is 12: the last ones "
        "alone",
    )


@check("15")
def dice(my: ReaderFile) -> None:
    """Tokens are drawn, not always the likeliest ones."""
    model = small_model(my)
    texts = []
    for seed in (0, 0, 1):
        torch.manual_seed(seed)
        texts.append(list(my.generate(model, [5, 6, 7], 12, temperature=1.0, top_p=1.0)))
    want(
        texts[0] == texts[1],
        "generate: after torch.manual_seed(0) the text should be the same again",
    )
    want(
        texts[0] != texts[2],
        "generate: with temperature 1 two seeds gave the same text: draw from the probabilities",
    )


@check("15")
def writing(my: ReaderFile) -> None:
    """`write` prints the text and what follows."""
    model, tokenizer = small_model(my), my.Tokenizer(my.learn_merges(TEXT, 20))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model"
        my.save(str(path), model, tokenizer)
        with captured() as out:
            my.write("the sea", model=str(path), n=5, temperature=0)
        ids = tokenizer.encode("the sea")
        right = "the sea" + tokenizer.decode(
            [i for i in greedy(model, ids, 5) if i < tokenizer.end]
        )
    said = printed(out)
    want(said.startswith("the sea"), f"write should print the text first; it printed {said[:30]!r}")
    shown = said.rstrip("\n").rstrip("�")
    want(
        right.startswith(shown) and len(shown) > len("the sea"),
        f"write at temperature 0 printed {said!r}, it should be {right!r}",
    )


@check("15")
def whole_characters(my: ReaderFile) -> None:
    """A character of several tokens is printed whole."""
    model, tokenizer, said = small_model(my), my.Tokenizer({}), "café 🙂!"
    asked, usual = [], my.generate

    def speaks(*given: object, **more: object) -> Iterator[int]:
        asked.append(given)
        yield from said.encode()

    my.module.generate = speaks
    try:
        with tempfile.TemporaryDirectory() as folder, captured() as out:
            path = str(Path(folder) / "model")
            my.save(path, model, tokenizer)
            my.write("the", model=path, n=20)
    finally:
        my.module.generate = usual
    want(
        not asked or said in printed(out),
        f"of the bytes of {said!r}, a token each, write prints {printed(out)[3:].strip()!r}: half "
        "a character has to wait for the rest, as in an incremental decoder of codecs",
    )


@check("16")
def cache(my: ReaderFile) -> None:
    """With a cache the logits are those of the whole text, read at once."""
    model = small_model(my)
    ids = torch.randint(300, (1, 9), generator=torch.Generator().manual_seed(0))
    kept = my.KVCache()
    with torch.no_grad():
        whole = model(ids)
        same(model(ids[:, :4], kept), whole[:, :4], "the first four tokens, with an empty cache")
        want(
            getattr(kept, "length", None) == 4,
            f"after four tokens cache.length should be 4, yours is {getattr(kept, 'length', None)}",
        )
        says = "it sees nothing of what is kept: put new keys and values behind those in the cache"
        wrongs = {says: model(ids[:, 4:5])}
        same(model(ids[:, 4:5], kept), whole[:, 4:5], "token 4, with a cache of four", wrongs)
        rest = [model(ids[:, a:b], kept) for a, b in ((5, 6), (6, 9))]
        what = "tokens 5 and 6 to 8, one and three at a time, with a cache (do positions go on?)"
        same(torch.cat(rest, dim=1), whole[:, 5:], what)
        other = my.KVCache()
        same(model(ids[:, :2], other), whole[:, :2], "a second cache (does each keep its own?)")
        same(model(ids), whole, "the model without a cache, afterwards")


@check("16")
def extending(my: ReaderFile) -> None:
    """The cache gives back all keys and values of a layer, the new ones last."""
    kept, (k, v) = my.KVCache(), torch.randn(2, 1, 2, 3, 4)
    first = kept.extend("a", k[:, :, :2], v[:, :, :2])
    want(
        isinstance(first, tuple) and len(first) == 2,
        "extend(layer, k, v) should return all keys and all values of the layer",
    )
    kept.extend("b", k[:, :, :1], v[:, :, :1])
    keys, values = kept.extend("a", k[:, :, 2:], v[:, :, 2:])
    backwards = k[:, :, [2, 0, 1]]
    same(keys, k, "the keys of a cache", {"new keys stand before the old ones": backwards})
    same(values, v, "the values of a cache")


@check("16")
def reading_once(my: ReaderFile) -> None:
    """The prompt is read once, and then each new token alone."""
    model, read = small_model(my), []
    handle = model.register_forward_pre_hook(lambda m, given: read.append(given[0].shape[1]))
    list(my.generate(model, [1, 2, 3, 4], 5, temperature=0))
    handle.remove()
    want(
        read == [4, 1, 1, 1, 1],
        "generate should read the prompt once, then one token a step: [4, 1, 1, 1, 1]; yours "
        f"{read}",
    )


@check("16")
def forgetting(my: ReaderFile) -> None:
    """Beyond the context the older half is forgotten."""
    model, held = small_model(my, context_length=12), []

    def watch(module: object, given: tuple, more: dict) -> None:
        kept = more.get("cache", given[1] if len(given) > 1 else None)
        held.append(given[0].shape[1] + (kept.length if kept is not None else 0))

    handle = model.register_forward_pre_hook(watch, with_kwargs=True)
    list(my.generate(model, [1, 2, 3, 4], 20, temperature=0))
    handle.remove()
    want(
        max(held) <= 12,
        f"generate: the cache comes to hold {max(held)} tokens, context_length is 12: when it is "
        "full, begin a new one with the newer half of the text",
    )

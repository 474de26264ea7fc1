"""What chapter 12 asks of a reader's file: the whole model."""

import math

import torch
from torch import Tensor
from torch.nn import functional as F

from llm_lib.book.my_gpt.compare import same, small_model, want
from llm_lib.book.my_gpt.reader import MistakeError, ReaderFile
from llm_lib.book.my_gpt.registry import check
from llm_lib.model import GPT, GPTConfig

SWITCHES = {"position": "rotary", "bias": False, "tie_weights": False}


def reference_of(model, **switches) -> GPT:
    """Return the library's model with the weights of a reader's.

    Raises MistakeError for names and shapes that the book's files do not have.
    """
    c = model.config
    sizes = {
        name: getattr(c, name) for name in ("vocab_size", "context_length", "n_layer", "n_head")
    }
    reference = GPT(GPTConfig(**sizes, n_embd=c.n_embd, **SWITCHES | switches)).eval()
    mine, theirs = model.state_dict(), reference.state_dict()
    for name, weight in theirs.items():
        want(
            name in mine,
            f"the model should have a weight called {name!r}, as the book's files do; yours has "
            f"{', '.join(mine)}",
        )
        shapes = tuple(weight.shape), tuple(mine[name].shape)
        want(shapes[0] == shapes[1], f"{name} should have shape {shapes[0]}, yours {shapes[1]}")
    extra = [name for name in mine if name not in theirs and name != "head.weight"]
    want(not extra, f"the model has {extra[:1]}, which the book's has not: is it a bias?")
    reference.load_state_dict({name: mine[name] for name in theirs})
    return reference


@check("12")
def causality(my: ReaderFile) -> None:
    """A token changes what follows it, and nothing before it."""
    model = small_model(my)
    ids = torch.tensor([[5, 299, 0, 7, 7, 20]])
    with torch.no_grad():
        got = model(ids)
        want(
            isinstance(got, Tensor) and tuple(got.shape) == (1, 6, 300),
            "the logits of ids (1, 6) should have shape (1, 6, 300): did forward return them?",
        )
        changed = ids.clone()
        changed[0, 4] = 8
        moved = (model(changed) - got).abs().amax(dim=(0, 2))
    want(
        moved[:4].max() < 1e-5,
        "token 4 was changed, and logits before it moved: it sees the future",
    )
    want(
        moved[5] > 1e-6,
        "token 4 was changed, and the logits of token 5 did not: is a block left out?",
    )


@check("12")
def blocks(my: ReaderFile) -> None:
    """The logits are those of the book's model with the same weights."""
    model = small_model(my)
    reference = reference_of(model)
    ids = torch.tensor([[5, 299, 0, 7, 7, 20]])
    with torch.no_grad():
        wrongs = {says: run(reference, ids, **change) for says, change in CHANGES.items()}
        wrongs["it is not rotary positions that blocks get: pass `turn` on"] = unturned(
            reference, ids
        )
        same(model(ids), reference(ids), "the logits of a small GPT", wrongs)


CHANGES = {
    "a block's attention takes the place of the stream: x = x + attention(…)": {"add": (0, 1)},
    "a block's feed-forward takes the place of the stream: return x + feed_forward(…)": {
        "add": (1, 0)
    },
    "nothing is added to the stream: x = x + …, twice": {"add": (0, 0)},
    "the last norm is missing: head(norm(x))": {"last": False},
    "attention reads the stream without norm_1": {"norms": (False, True)},
    "feed-forward reads the stream without norm_2": {"norms": (True, False)},
    "both norms are missing in a block": {"norms": (False, False)},
    "attention is left out": {"use": (0, 1)},
    "feed-forward is left out": {"use": (1, 0)},
    "feed-forward reads x as it was before attention": {"parallel": True},
    "the activation is ReLU, the book's is GELU": {"activation": F.relu},
    "the activation is missing between up and down": {"activation": lambda x: x},
    'GELU has its exact form; the book\'s files have approximate="tanh"': {"activation": F.gelu},
}


def run(model, ids, *, add=(1, 1), use=(1, 1), norms=(True, True), last=True, parallel=False,
        activation=None) -> Tensor:  # fmt: skip
    """Return the logits of a model that is put together in another way."""
    x = model.token_embedding(ids)
    for block in model.blocks:
        before = x
        y = block.attention(block.norm_1(x) if norms[0] else x, rotary=model.rotary)
        x = add[0] * x + use[0] * y
        z = before if parallel else x
        z = block.norm_2(z) if norms[1] else z
        hidden = block.feed_forward.up(z)
        hidden = activation(hidden) if activation else F.gelu(hidden, approximate="tanh")
        x = add[1] * x + use[1] * block.feed_forward.down(hidden)
    return (model.norm(x) if last else x) @ model.head.weight.T


def unturned(model, ids: Tensor) -> Tensor:
    """Return the logits of a model without positions."""
    x = model.token_embedding(ids)
    for block in model.blocks:
        x = block(x)
    return model.unembed(x)


@check("12")
def first_weights(my: ReaderFile) -> None:
    """An untrained model is about as unsure as a blind guess."""
    torch.manual_seed(0)
    fresh = my.GPT(my.GPTConfig(vocab_size=300, n_embd=64, n_head=4, n_layer=4))
    ids = torch.randint(300, (8, 33))
    with torch.no_grad():
        loss = F.cross_entropy(fresh(ids[:, :-1]).flatten(0, 1), ids[:, 1:].flatten()).item()
    want(
        loss < math.log(300) + 1,
        f"an untrained model should be about as unsure as a blind guess, ln 300 = "
        f"{math.log(300):.1f}; its first loss is {loss:.1f}: the first weights are too large",
    )
    block, root = fresh.blocks[0], 1 / math.sqrt(64)
    wanted = {
        "blocks.0.attention.qkv": (block.attention.qkv, root),
        "blocks.0.attention.out": (block.attention.out, root / math.sqrt(8)),
        "blocks.0.feed_forward.down": (block.feed_forward.down, root / 2 / math.sqrt(8)),
    }
    for name, (layer, std) in wanted.items():
        got = layer.weight.std().item()
        advice = "a matrix begins at 1/√(its inputs)"
        advice += ", out and down at that divided by √(2·n_layer)" if std < root else ""
        want(
            0.8 < got / std < 1.25,
            f"{name}.weight should begin with a standard deviation of {std:.3f}, yours {got:.3f}: "
            f"{advice}",
        )


@check("12")
def impossible_sizes(my: ReaderFile) -> None:
    """Sizes that can't be cut into heads are refused."""
    try:
        my.GPTConfig(vocab_size=9, n_embd=30, n_head=4)
    except ValueError:
        return
    except (AssertionError, ZeroDivisionError):
        pass
    raise MistakeError(
        "GPTConfig(n_embd=30, n_head=4) should raise ValueError: 30 channels are no 4 heads"
    )

"""What chapters 17 and 19 ask of a reader's file: modern parts, and weights from elsewhere."""

import json
import struct
import tempfile
from dataclasses import replace
from pathlib import Path

import torch

from llm_lib.book.my_gpt.checks_training import TEXT
from llm_lib.book.my_gpt.checks_whole import reference_of
from llm_lib.book.my_gpt.compare import same, small_model, want
from llm_lib.book.my_gpt.reader import MistakeError, ReaderFile
from llm_lib.book.my_gpt.registry import check
from llm_lib.bpe import BPETokenizer
from llm_lib.bpe.convert import SINGLE_DIGITS
from llm_lib.model import GPT, GPTConfig
from llm_lib.pretrained import load_model, save_model

# as the files of Llama 3 have it: letters and numbers stand within classes, too
LLAMA3 = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}"
    r"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)
SWITCHES = {
    "RMSNorm": {"norm": "rms", "norm_eps": 0.1},
    "layer norm's epsilon": {"norm_eps": 0.1},
    "SwiGLU": {"mlp": "swiglu", "n_hidden": 24},
    "shared keys and values": {"n_head": 4, "n_kv_head": 2},
    "another base of the angles": {"rope_base": 50.0},
    "one table for both ends": {"tie_weights": True},
}


@check("17")
def switches(my: ReaderFile) -> None:
    """Each switch of modern models gives the logits of the book's model."""
    ids = torch.tensor([[5, 299, 0, 7, 20]])
    for name, how in SWITCHES.items():
        model = small_model(my, **how)
        reference = reference_of(model, **{k: v for k, v in how.items() if k != "n_head"})
        with torch.no_grad():
            wrongs = {says: model_with(reference, change)(ids) for says, change in WRONGS.items()
                      if name in change[0]}  # fmt: skip
            text = ", ".join(f"{k}={v!r}" for k, v in how.items())
            same(model(ids), reference(ids), f"{name}: the logits with GPTConfig({text})", wrongs)
    tied = small_model(my, tie_weights=True)
    want(
        tied.head.weight is tied.token_embedding.weight,
        "with tie_weights=True the head should have the table itself, not a copy",
    )


def model_with(reference: GPT, change: tuple) -> GPT:
    """Return a copy of a model with a known mistake."""
    model = GPT(reference.config).eval()
    model.load_state_dict(reference.state_dict())
    change[1](model)
    return model


def swap_gate(model: GPT) -> None:
    """Let the gate and `up` change places."""
    for block in model.blocks:
        part = block.feed_forward
        part.gate, part.up = part.up, part.gate


def repeat_in_turns(model: GPT) -> None:
    """Give the query heads the heads of keys in turns: 0 1 0 1, and not 0 0 1 1."""
    for block in model.blocks:
        part = block.attention
        attend, n = part._attend_step_by_step, part.n_head // part.n_kv_head
        part.n_kv_head = part.n_head
        part.queries_keys_values = _in_turns(part, n)
        part.attend = lambda q, k, v, mask=None, attend=attend: attend(q, k, v, mask, 0.0)


def _in_turns(part, n: int):
    """Return the projections of a layer with its heads of keys and values repeated as a whole."""
    kv = part.qkv.weight.shape[0] // part.head_size - part.n_head

    def project(x):
        heads = part.qkv(x).unflatten(2, (-1, part.head_size)).transpose(1, 2)
        q, k, v = heads.split((part.n_head, kv // 2, kv // 2), dim=1)
        return q, k.repeat(1, n, 1, 1), v.repeat(1, n, 1, 1)

    return project


def set_base(model: GPT) -> None:
    """Give the angles the usual base."""
    model.rotary = GPT(replace(model.config, rope_base=10000.0)).rotary


def set_eps(model: GPT) -> None:
    """Give all norms the usual epsilon."""
    for part in model.modules():
        if hasattr(part, "eps"):
            part.eps = 1e-5


WRONGS = {
    "SiLU stands at `up`; it belongs to the gate": (("SwiGLU",), swap_gate),
    "heads of keys are repeated in turns, 0 1 0 1: neighbours share one, 0 0 1 1": (
        ("shared keys and values",),
        repeat_in_turns,
    ),
    "rope_base is not used: pass it on to position_angles": (
        ("another base of the angles",),
        set_base,
    ),
    "norm_eps is not passed on to the norm": (("RMSNorm", "layer norm's epsilon"), set_eps),
}


@check("17")
def shared_cache(my: ReaderFile) -> None:
    """Shared keys and values are kept once, and the defaults are as they were."""
    model, ids = small_model(my, n_head=4, n_kv_head=1), torch.tensor([[5, 299, 0, 7, 20]])
    kept = my.KVCache()
    with torch.no_grad():
        got = torch.cat([model(ids[:, i : i + 1], kept) for i in range(5)], dim=1)
        same(got, model(ids), "shared keys and values (n_kv_head=1) with a cache")
    plain = small_model(my).config
    sizes = plain.n_kv_head, plain.n_hidden
    want(
        sizes == (2, 64),
        "without being asked n_kv_head should be n_head, and n_hidden 4 · n_embd: (2, 64); yours "
        f"{sizes}",
    )


@check("19a")
def files(my: ReaderFile) -> None:
    """The book's library opens what the file saves."""
    ids = torch.tensor([[5, 299, 0, 7]])
    for how in ({}, {"tie_weights": True, "norm": "rms"}):
        model, tokenizer = small_model(my, **how), my.Tokenizer(my.learn_merges(TEXT, 20))
        with tempfile.TemporaryDirectory() as folder:
            my.save(folder, model, tokenizer)
            check_header(Path(folder) / "model.safetensors", model)
            try:
                again, same_tokenizer = load_model(folder)
            except ValueError as error:
                raise MistakeError(
                    f"llm_lib.load_model can't open what save wrote: {error}"
                ) from None
            with torch.no_grad():
                same(again(ids), model(ids), "the logits after save, and load_model of the library")
            text = TEXT[:70]
            want(
                same_tokenizer is not None
                and same_tokenizer.encode(text) == tokenizer.encode(text),
                "the tokenizer that save wrote encodes otherwise in the library",
            )
            left = {file.name for file in Path(folder).iterdir()} - {
                "config.json", "model.safetensors", "tokenizer.json"}  # fmt: skip
            want(not left, f"save leaves {sorted(left)} in the folder")


def check_header(path: Path, model) -> None:
    """Raise MistakeError unless a safetensors file holds the weights of a model."""
    want(path.exists(), "save(folder, …) should write model.safetensors into the folder")
    data = path.read_bytes()
    size = struct.unpack("<Q", data[:8])[0]
    want(
        size < len(data),
        "a safetensors file begins with the header's length in 8 bytes, the little end first",
    )
    header = json.loads(data[8 : 8 + size])
    for name, weight in model.state_dict().items():
        if name not in header:
            tied = name == "head.weight" and model.config.tie_weights
            want(tied, f"the header of model.safetensors lacks {name!r}")
            continue
        begin, end = header[name]["data_offsets"]
        length = 4 * weight.numel()
        want(
            end - begin == length,
            f"data_offsets of {name} should be begin and end, {length} bytes apart; yours "
            f"{[begin, end]}",
        )
        numbers = struct.unpack(f"<{weight.numel()}f", data[8 + size + begin : 8 + size + end])
        same(torch.tensor(numbers).view(weight.shape), weight, f"{name} in model.safetensors")


def sample_model(**switches) -> GPT:
    """Return a small model of the library with random weights."""
    torch.manual_seed(1)
    sizes = {"vocab_size": 300, "context_length": 32, "n_layer": 2, "n_head": 4, "n_embd": 16}
    config = GPTConfig(**sizes, position="rotary", bias=False, **switches)
    return GPT(config).eval()


@check("19a")
def shipped_models(my: ReaderFile) -> None:
    """A model of the book's library gives the same logits in the file."""
    tokenizer = BPETokenizer.train(TEXT, 290, special_tokens=["<|endoftext|>"])
    ids = torch.tensor([tokenizer.encode(TEXT[:60])])
    for how in (
        {"tie_weights": False},
        {"tie_weights": True, "norm": "rms", "mlp": "swiglu", "n_kv_head": 2, "n_hidden": 24},
    ):
        model = sample_model(**how)
        with tempfile.TemporaryDirectory() as folder, torch.no_grad():
            save_model(model, tokenizer, folder)
            mine, my_tokenizer = my.load(folder)
            same(mine(ids), model(ids), "the logits of a model that the library saved")
        want(
            my_tokenizer.encode(TEXT[:70]) == tokenizer.encode(TEXT[:70]),
            "load: the library's tokenizer encodes otherwise in your file",
        )


@check("19b")
def half_precision(my: ReaderFile) -> None:
    """Weights of 16 bits are read, and what describes a file is passed over."""
    model = sample_model(tie_weights=False)
    tokenizer = BPETokenizer.train(TEXT, 290, special_tokens=["<|endoftext|>"])
    for dtype in (torch.float16, torch.bfloat16):
        with tempfile.TemporaryDirectory() as folder:
            save_model(model, tokenizer, folder, dtype=dtype)
            add_metadata(Path(folder) / "model.safetensors")
            mine, _ = my.load(folder)
            got, right = mine.state_dict()["head.weight"], model.head.weight.detach()
            want(
                got.dtype == torch.float32,
                f"load: weights should become float32, yours {got.dtype}",
            )
            same(got, right, f"weights that were saved as {dtype}", None, 1e-2)


def add_metadata(path: Path) -> None:
    """Put a description into the header of a safetensors file, as files from elsewhere have it."""
    data = path.read_bytes()
    size = int.from_bytes(data[:8], "little")
    header = {"__metadata__": {"format": "pt"}} | json.loads(data[8 : 8 + size])
    head = json.dumps(header).encode()
    path.write_bytes(len(head).to_bytes(8, "little") + head + data[8 + size :])


@check("19b")
def foreign_tokenizers(my: ReaderFile) -> None:
    """A tokenizer with cuts, ids and special tokens of its own encodes as in the library."""
    merges = BPETokenizer.train(TEXT, 256 + 20).merges
    ids = [*range(258, 2, -1), *range(300, 320)]
    special = {"<|endoftext|>": 0, "<|im_start|>": 1, "<|im_end|>": 2}
    theirs = BPETokenizer(merges, pattern=SINGLE_DIGITS, special_tokens=special, ids=ids)
    mine = my.Tokenizer.from_dict(theirs.to_dict())
    for text in (
        "the sea",
        "12 teas in 1947, and ½ of 3²",
        "Él é 🙂 _x_\n\n  two",
        "<|im_start|>user\nthe sea?<|im_end|>\n",
    ):
        got, right = list(mine.encode(text)), theirs.encode(text, allowed_special="all")
        want(
            got == right,
            f"with ids and a pattern of its own, {text!r} should be {right[:8]}, yours {got[:8]}",
        )
        want(mine.decode(got) == text, f"decode(encode({text!r})) is {mine.decode(got)!r}")
    want(
        mine.end == 2, f"of a model that chats, end is the id of <|im_end|>, 2; yours is {mine.end}"
    )
    again = my.Tokenizer.from_dict(json.loads(json.dumps(mine.to_dict())))
    want(
        again.encode("the 12 seals<|im_end|>") == mine.encode("the 12 seals<|im_end|>"),
        "to_dict and from_dict: the tokenizer that comes back encodes otherwise",
    )
    plain = BPETokenizer(merges, special_tokens=["<|endoftext|>", "<|user|>"])
    got = my.Tokenizer.from_dict(plain.to_dict()).encode("½ sea<|user|>")
    right = plain.encode("½ sea<|user|>", allowed_special="all")
    want(
        got == right,
        f"special tokens in a list have the ids behind all others: {right}, yours {got}",
    )


@check("19b")
def word_patterns(my: ReaderFile) -> None:
    """Letters within a class are letters there, too, and no text is lost without a word."""
    merges = BPETokenizer.train(TEXT, 256 + 20).merges
    theirs = BPETokenizer(merges, pattern=LLAMA3, special_tokens=["<|endoftext|>"])
    mine = my.Tokenizer.from_dict(theirs.to_dict())
    for text in ("Hello sea, it's (nice) here 12345", "E\u0301l \u00e9 ½ 3²!\r\n\n  we'LL"):
        got, right = list(mine.encode(text)), theirs.encode(text)
        want(
            got == right,
            f"with Llama 3's pattern, in which \\p{{L}} stands within a class [...], {text!r} "
            f"should be {right[:8]}, yours {got[:8]}",
        )
    lossy = my.Tokenizer.from_dict(theirs.to_dict() | {"pattern": "[a-z]+"})
    try:
        got = list(lossy.encode("the sea"))
    except ValueError:
        return
    lost = "the pattern [a-z]+ leaves out the space of 'the sea'"
    raise MistakeError(f"{lost}: encode should raise ValueError, and not give {got}")

"""A model's files in the page: what Python writes is read, what the page writes Python reads, and
whatever else is given is refused in words."""

from __future__ import annotations

import base64
import io
import json
import re
import zipfile

import pytest
import torch
from safetensors.torch import save

from llm_lib.pretrained.save_load import load_model, save_model
from llm_lib.tokenizer import CharTokenizer, IntegerTokenizer, WordTokenizer
from tests.web.small_models import random_model, small_tokenizer
from tests.web.test_engine import CONFIGS
from tests.web.widget_page import plain_script

NAMES = ("config.json", "tokenizer.json", "model.safetensors")
HELP = """
const bytesOf = (text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
const textOf = (bytes) => {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
};
const given = (files) => Object.entries(files).map(([name, text]) => ({name, blob: new Blob([bytesOf(text)])}));
const said = async (files, most) => {
  try { await readModelFiles(given(files), most); return "read"; }
  catch (error) { return `${error.constructor.name}: ${error.message}`; }
};
"""
READER = plain_script("engine/model_files.js", "engine/gpt.js") + HELP


@pytest.fixture(scope="module")
def reader(run_script):
    """What reads and writes models, loaded."""
    return run_script(READER)


def packed(files: dict[str, bytes]) -> dict[str, str]:
    """Return files as text, since JSON has no bytes."""
    return {name: base64.b64encode(data).decode() for name, data in files.items()}


def zipped(files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Return an archive as Python writes it."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return stream.getvalue()


def said(page, files: dict[str, bytes], most: int | None = None) -> str:
    """Return what the page says of files: "read", or the error."""
    return page.evaluate("([f, most]) => said(f, most ?? undefined)", [packed(files), most])


@pytest.fixture(scope="module")
def saved(tmp_path_factory) -> dict[str, bytes]:
    """The files of a small model, as `save_model` writes them."""
    folder = tmp_path_factory.mktemp("saved")
    save_model(random_model(), small_tokenizer(), folder)
    return {name: (folder / name).read_bytes() for name in NAMES}


READ = """async (files) => {
  globalThis.model = await readModelFiles(given(files));
  return textOf(modelFiles(model)[2].bytes);
}"""


# Fails if a tensor of some kind of model is missed, misplaced or rounded: loose files.
@pytest.mark.parametrize("changes", CONFIGS.values(), ids=CONFIGS.keys())
def test_what_python_writes_is_read(reader, tmp_path, changes):
    model = random_model(4, **changes)
    save_model(model, small_tokenizer(), tmp_path)
    files = {n: (tmp_path / n).read_bytes() for n in NAMES}
    read = base64.b64decode(reader.evaluate(READ, packed(files)))
    assert read == files["model.safetensors"]
    assert reader.evaluate("model.config") == model.config.to_dict()
    assert reader.evaluate("model.tokenizer") == small_tokenizer().to_dict()


# Fails if float16, bfloat16, or an archive of either kind is read otherwise than by torch.
@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_other_types_and_archives(reader, saved, dtype, method):
    halves = {n: t.to(dtype) for n, t in random_model(8).state_dict().items()}
    inside = {f"runs/best/{n}": data for n, data in saved.items()} | {"__MACOSX/config.json": b""}
    inside |= {"runs/best/training_log.json": b"[]", "runs/best/model.safetensors": save(halves)}
    read = reader.evaluate(READ, packed({"best.zip": zipped(inside, method)}))
    assert base64.b64decode(read) == save({n: t.float() for n, t in halves.items()})


# Fails if Python can't load what the page writes, or the page does not round as torch does.
@pytest.mark.parametrize("dtype", [torch.float32, torch.float16])
def test_python_reads_what_the_page_writes(reader, tmp_path, dtype):
    model = random_model(9, **CONFIGS["all at once"])
    with torch.no_grad():  # tiny, huge and half way between two float16 numbers
        model.norm.weight[:6] = torch.tensor([1e-7, -6e-8, 65500.0, 1 + 2**-11, 1 + 3 * 2**-11, 0])
    save_model(model, small_tokenizer(), tmp_path / "ours", dtype=torch.float32)
    files = {n: (tmp_path / "ours" / n).read_bytes() for n in NAMES}
    archive = reader.evaluate(
        """async ([files, dtype]) => {
          const blob = modelZip(await readModelFiles(given(files)), {dtype, folder: "mine"});
          return textOf(new Uint8Array(await blob.arrayBuffer()));
        }""",
        [packed(files), "F32" if dtype == torch.float32 else "F16"],
    )
    with zipfile.ZipFile(io.BytesIO(base64.b64decode(archive))) as whole:
        assert whole.testzip() is None
        whole.extractall(tmp_path)
    assert (tmp_path / "mine/model.safetensors").read_bytes() == save(
        {n: t.to(dtype) for n, t in model.state_dict().items()}
    )
    loaded, tokenizer = load_model(tmp_path / "mine")
    ids = torch.tensor([tokenizer.encode("Mira the fox")])
    with torch.no_grad():
        for weight in model.parameters():
            weight.copy_(weight.to(dtype))
        assert (loaded(ids) - model(ids)).abs().max() < 1e-5
    assert loaded.config == model.config
    assert tokenizer.to_dict() == small_tokenizer().to_dict()


# Fails if a tokenizer of another kind is refused, or a vocabulary that was made larger than it.
@pytest.mark.parametrize(
    "tokenizer",
    [CharTokenizer("ab 😀"), WordTokenizer(["a", "b"], unknown="?"), IntegerTokenizer(290)],
)
def test_every_tokenizer(reader, saved, tokenizer):
    data = json.dumps(tokenizer.to_dict()).encode()
    assert said(reader, saved | {"tokenizer.json": data}) == "read"


def rewritten(saved, **fields) -> dict[str, bytes]:
    """Return the files with other fields in config.json; None takes one out."""
    config = json.loads(saved["config.json"]) | fields
    return saved | {"config.json": json.dumps(config).encode()}


LARGE = {"vocab_size": 200_000, "n_embd": 2048}
BAD_CONFIGS = [
    ({"n_head": 5}, "n_embd 32 is not a multiple of n_head 5"),
    ({"n_kv_head": 3}, "n_head 4 is not a multiple of n_kv_head 3"),
    ({"n_head": 32, "n_kv_head": 32, "position": "rotary"}, "must be even, got 32 / 32 = 1"),
    ({"n_layer": 0}, "n_layer must be a whole number from 1 to 256, got 0"),
    ({"n_layer": 2.5}, "n_layer must be a whole number from 1 to 256, got 2.5"),
    ({"n_embd": 10**9}, "n_embd must be a whole number from 1 to 16384, got 1000000000"),
    ({"vocab_size": "290"}, 'vocab_size must be a whole number from 1 to 300000, got "290"'),
    ({"position": "alibi"}, 'position must be one of learned, rotary, got "alibi"'),
    ({"norm": None}, "norm must be one of layer, rms, got null"),
    ({"bias": 1}, "bias must be true or false, got 1"),
    ({"norm_eps": 0}, "norm_eps must be a number above 0, got 0"),
    ({"mlp": "relu"}, 'mlp must be one of gelu, swiglu, relu2, got "relu"'),
    ({"qk_norm": 1}, "qk_norm must be true or false, got 1"),
    ({"init_std": -1}, "init_std must be a number above 0, got -1"),
    ({"dropout": 1}, "dropout must be at least 0 and below 1, got 1"),
    ({"n_ctx": 3}, 'unknown field "n_ctx": save_model did not write this file. Known are vocab_size'),
    ({"__proto__": 3}, 'unknown field "__proto__"'),
    ({"window": 4}, "a page can't run a model with sliding windows (window); load it in Python"),
    ({"qkv_bias": False}, "a page can't run a model with biases of queries, keys and values alone"),
    ({"rope_scaling": {"kind": "linear", "factor": 2}}, "scaled rotary positions (rope_scaling)"),
    (LARGE, "The model has 462 million parameters; at most 150 million fit"),
    ({"context_length": 131072, "n_layer": 200}, "keys and values of 131,072 tokens would be"),
    ({"vocab_size": 289}, "it has 290 tokens, but config.json says vocab_size 289"),
    ({"vocab_size": 300}, "“token_embedding.weight” has shape (290, 32), the config asks for (300"),
    ({"n_layer": 4}, "the weight “blocks.3.norm_1.weight” is missing"),
    ({"n_layer": 2}, "unknown weight “blocks.2."),
    ({"tie_weights": False}, "the weight “head.weight” is missing"),
]  # fmt: skip


# Fails if a config that can't be, or that the weights do not fit, is taken or not named.
@pytest.mark.parametrize(("fields", "words"), BAD_CONFIGS)
def test_a_bad_config_is_refused(reader, saved, fields, words):
    got = said(reader, rewritten(saved, **fields))
    assert words in got and got.startswith("Error: ")


# Fails if the page refuses a switch that changes no weight, though the engine has it.
def test_switches_without_weights_are_read(reader, saved):
    assert said(reader, rewritten(saved, qk_norm=True, mlp="relu2")) == "read"


GOOD = small_tokenizer().to_dict()
BAD_TOKENIZERS = [
    ([], "tokenizer.json: it must hold one JSON object"),
    ({"type": "toString"}, "should be one of bpe, char, word, integers; it is"),
    ({"type": "char", "characters": ["ab"]}, 'characters: "ab" is not one character'),
    ({"type": "char", "characters": ["a", "a"]}, 'characters: "a" comes twice'),
    ({"type": "char"}, "field “characters” should be a list"),
    ({"type": "word", "words": ["a", 1]}, "words should be strings; got 1"),
    ({"type": "word", "words": ["a"], "unknown": 3}, "field “unknown” should be"),
    ({"type": "integers", "vocab_size": 0}, "vocab_size must be a whole number from 1"),
    (GOOD | {"pattern": 3}, "field “pattern” should be text"),
    (GOOD | {"pattern": "(a"}, 'the pattern "(a" is none that a browser can follow'),
    (GOOD | {"merges": [["61", "zz"]]}, 'merge 1, ["61","zz"], should join two earlier tokens'),
    (GOOD | {"merges": [["61", "62"]] * 2}, "merge 2"),
    (GOOD | {"merges": "abc"}, "field “merges” should be a list"),
    (GOOD | {"special_tokens": "abc"}, "field “special_tokens” should be a list"),
    (GOOD | {"special_tokens": [""]}, "special_tokens: one of them is empty"),
    (GOOD | {"special_tokens": {"<a>": -1}}, "ids: each token needs its own whole number"),
    (GOOD | {"special_tokens": {"<a>": 1e15}}, "they belong to different models"),
    (GOOD | {"ids": [1, 2]}, "ids should hold one id a token"),
]  # fmt: skip


# Fails if a tokenizer that can't be is taken, or its fault not named.
@pytest.mark.parametrize(("data", "words"), BAD_TOKENIZERS)
def test_a_bad_tokenizer_is_refused(reader, saved, data, words):
    got = said(reader, saved | {"tokenizer.json": json.dumps(data).encode()})
    assert words in got and got.startswith("Error: ")


def header_of(saved) -> tuple[dict, bytes]:
    """Take a safetensors file apart: its header, and its numbers."""
    data = saved["model.safetensors"]
    end = 8 + int.from_bytes(data[:8], "little")
    return json.loads(data[8:end]), data[end:]


def with_header(saved, header, numbers: bytes) -> dict[str, bytes]:
    """Return the files with another header, a value for JSON or the bytes themselves."""
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return saved | {"model.safetensors": len(text).to_bytes(8, "little") + text + numbers}


def changed_entry(saved, **fields) -> dict[str, bytes]:
    header, numbers = header_of(saved)
    header["norm.bias"] |= fields
    return with_header(saved, header, numbers)


def only_with(saved, name: str, tensor) -> dict[str, bytes]:
    state = random_model().state_dict() | {name: tensor}
    return saved | {"model.safetensors": save(state)}


BAD_WEIGHTS = {
    "empty": (lambda s: s | {"model.safetensors": b""}, "it has 0 bytes, too few for a header"),
    "long header": (lambda s: s | {"model.safetensors": b"\xff" * 99}, "does not begin as a file of weights does"),
    "header beyond the end": (
        lambda s: s | {"model.safetensors": b"\x63" + bytes(20)}, "header ends at byte 107"),
    "no JSON": (lambda s: with_header(s, b"\x00" * 8, b""), "its header is not JSON"),
    "no object": (lambda s: with_header(s, [1], b""), "its header is not one JSON object"),
    "no entry": (lambda s: with_header(s, {"a": 1}, b""), "“a” is of the type undefined"),
    "type": (lambda s: changed_entry(s, dtype="I64"), "of the type I64; the types F32, F16, BF16"),
    "shape": (lambda s: changed_entry(s, shape=[-32]), "no list of whole numbers"),
    "size": (lambda s: changed_entry(s, shape=[31]), "its shape (31) asks for 124"),
    "huge": (lambda s: changed_entry(s, shape=[2**40, 2**40]), "and its shape"),
    "offsets": (lambda s: changed_entry(s, data_offsets=[1]), "needs two data_offsets"),
    "overlap": (lambda s: changed_entry(s, data_offsets=[0, 128]), "overlaps with another tensor"),
    "trailing": (lambda s: s | {"model.safetensors": s["model.safetensors"] + b"x"}, "tensors end"),
    "not finite": (
        lambda s: only_with(s, "norm.bias", torch.full((32,), float("nan"))), "not finite"),
    "superfluous": (lambda s: only_with(s, "toString", torch.ones(2)), "unknown weight “toString”"),
}  # fmt: skip


# Fails if weights that can't be are taken, or their fault not named.
@pytest.mark.parametrize(("change", "words"), BAD_WEIGHTS.values(), ids=BAD_WEIGHTS.keys())
def test_bad_weights_are_refused(reader, saved, change, words):
    got = said(reader, change(saved))
    assert words in got and got.startswith("Error: ")


# Fails if a tensor that the file lists twice, or a hole between two, goes unseen.
def test_a_gap_is_refused(reader, saved):
    header, numbers = header_of(saved)
    last = max(header, key=lambda name: header[name]["data_offsets"])
    header[last]["data_offsets"] = [n + 4 for n in header[last]["data_offsets"]]
    assert "comes after a gap" in said(reader, with_header(saved, header, numbers + bytes(4)))


# Fails if what is missing, or which of two is meant, is not told.
def test_which_files(reader, saved):
    def without(name):
        return {n: data for n, data in saved.items() if n != name}

    assert "nothing" in said(reader, {})
    assert "tokenizer.json is missing. A model is the three files" in said(
        reader, without("tokenizer.json")
    )
    assert "given: config.json, tokenizer.json, weights.pt" in said(
        reader, without("model.safetensors") | {"weights.pt": b""}
    )
    two = {f"a/{n}": data for n, data in saved.items()} | {"b/config.json": b"{}"}
    assert "more than one config.json (a/config.json and b/config.json)" in said(reader, two)
    apart = {f"{n[0]}/{n}": data for n, data in saved.items()}
    assert "lie in different folders" in said(reader, apart)
    assert "one zip alone" in said(reader, saved | {"a.zip": b""})
    assert "config.json is not a JSON file" in said(reader, saved | {"config.json": b"{"})
    assert "config.json has 100,001 bytes; at most 100,000" in said(
        reader, saved | {"config.json": b" " * 100_001}
    )


# Fails if a small archive may fill the memory, or one of an unknown kind be misread.
def test_bad_archives_are_refused(reader, saved):
    bomb = zipped(saved | {"config.json": bytes(6 * 10**7)})
    assert len(bomb) < 400_000
    assert "60,000,000 bytes once it is unpacked; at most 100,000" in said(reader, {"a.zip": bomb})
    lying = bomb.replace((6 * 10**7).to_bytes(4, "little"), (2000).to_bytes(4, "little"))
    assert "more than the 2000 bytes that it should" in said(reader, {"a.zip": lying})
    packed_otherwise = zipped(saved, zipfile.ZIP_BZIP2)
    assert "packed by method 12" in said(reader, {"a.zip": packed_otherwise})
    whole = zipped(saved)
    at = whole.index(b"PK\x01\x02") + 8
    assert "encrypted" in said(reader, {"a.zip": whole[:at] + b"\x01" + whole[at + 1 :]})
    many = zipped({str(i): b"" for i in range(1001)})
    assert "The zip holds 1001 files; at most 1000" in said(reader, {"a.zip": many})


FUZZ = """async ([files, wanted]) => {
  const faults = [];
  const plain = given(files)[0];
  const bytes = new Uint8Array(await plain.blob.arrayBuffer());
  const others = given(files).slice(1);
  const attempt = async (changed, what) => {
    try {
      const model = await readModelFiles([{name: plain.name, blob: new Blob([changed])}, ...others]);
      if (JSON.stringify(model.config) + model.weights["norm.weight"].join() !== wanted) faults.push(`${what}: another model`);
      return 0;
    } catch (error) {
      if (error.constructor !== Error || !/^[“A-Za-z].{20,}[.?]$/s.test(error.message)) faults.push(`${what}: ${error}`);
      return 1;
    }
  };
  let refused = 0;
  for (let i = 0; i < 50; i++) {
    const end = Math.floor(bytes.length * i / 50);
    if (!await attempt(bytes.slice(0, end), `cut at ${end}`)) faults.push(`cut at ${end}: read`);
  }
  const near = (i) => Math.floor(plain.name === "a.zip" ? bytes.length * (i + 0.5) / 150 : i * 21 % 3000);
  for (let i = 0; i < 150; i++) {
    const changed = bytes.slice();
    changed[near(i)] ^= 1 << (i % 8);
    refused += await attempt(changed, `byte ${near(i)} turned`);
  }
  return [refused, faults];
}"""


# Fails if a file that is cut, or has one wrong bit where no number stands, is read as another
# model, throws what is no sentence, or never ends.
@pytest.mark.parametrize("file", ["model.safetensors", "a.zip"])
def test_damage_of_any_kind(reader, saved, file):
    config = json.loads(saved["config.json"])
    numbers = torch.tensor(random_model().norm.weight.tolist()).tolist()
    wanted = reader.evaluate(
        "async ([files, _]) => { const m = await readModelFiles(given(files));"
        " return JSON.stringify(m.config) + m.weights['norm.weight'].join(); }",
        [packed(saved), numbers],
    )
    assert json.loads(re.match(r"\{.*?\}", wanted)[0]) == config
    others = {n: data for n, data in saved.items() if n != file}
    files = {"a.zip": zipped(saved)} if file == "a.zip" else {file: saved[file]} | others
    refused, faults = reader.evaluate(FUZZ, [packed(files), wanted])
    assert faults == []
    assert refused > 100

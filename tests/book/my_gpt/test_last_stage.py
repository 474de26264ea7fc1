"""Tests of the whole file against the library: the same numbers, texts and files."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

import llm_lib
from llm_lib import load_model, save_model
from llm_lib.files import model_folder
from tests.book.my_gpt.same_model import TEXT, compare, largest_gap


def test_sprout_is_the_same_in_both(my):
    # fails if a part of the file computes something else, or reads the book's files otherwise
    mine, tokenizer = my.load(model_folder("sprout"))
    prompt = "User: Write a story about Mia the fox and a kite.\nBot:"
    said = compare(my, mine, tokenizer, *load_model("sprout"), prompt, 120)
    assert said.strip()


def test_the_library_opens_what_it_saves(my, tmp_path):
    # fails if a reader's own model can't go on in the library, or in the Playground
    torch.manual_seed(0)
    tokenizer = my.Tokenizer(my.learn_merges(TEXT * 3, 20))
    for how in ({}, {"norm": "rms", "mlp": "swiglu", "n_kv_head": 2, "tie_weights": True}):
        mine = my.GPT(my.GPTConfig(len(tokenizer.vocab), n_embd=32, n_layer=2, **how))
        my.save(tmp_path / "mine", mine, tokenizer)
        theirs, their_tokenizer = load_model(tmp_path / "mine")
        ids = tokenizer.encode(TEXT)
        assert their_tokenizer.encode(TEXT, allowed_special="all") == ids
        assert largest_gap(mine, theirs, ids) < 1e-4
        save_model(theirs, their_tokenizer, tmp_path / "theirs")
        again, _ = my.load(tmp_path / "theirs")
        assert largest_gap(mine, again, ids) < 1e-5


def test_an_interrupted_save_leaves_the_old_model(my, tmp_path, monkeypatch):
    # fails if Ctrl-C while a model is saved leaves half a file
    torch.manual_seed(0)
    tokenizer = my.Tokenizer({})
    models = [my.GPT(my.GPTConfig(257, n_embd=8, n_layer=1)) for _ in range(2)]
    my.save(tmp_path, models[0], tokenizer)
    write = type(tmp_path).write_bytes

    def interrupted(path, data):
        write(path, data[: len(data) // 2])
        raise KeyboardInterrupt

    monkeypatch.setattr(type(tmp_path), "write_bytes", interrupted)
    with pytest.raises(KeyboardInterrupt):
        my.save(tmp_path, models[1], tokenizer)
    monkeypatch.undo()
    again, _ = my.load(tmp_path)
    assert largest_gap(again, models[0], [1, 2, 3]) < 1e-6


@pytest.mark.parametrize("tied", [False, True])
def test_a_file_without_one_of_its_tensors_is_refused(my, tmp_path, tied):
    # fails if a name that is missing goes unseen, because a tied head has none in the file
    my.save(tmp_path, my.GPT(my.GPTConfig(257, n_embd=8, tie_weights=tied)), my.Tokenizer({}))
    path, lost = tmp_path / "model.safetensors", "blocks.0.norm_2.weight"
    tensors = load_file(path)
    save_file({name: tensor for name, tensor in tensors.items() if name != lost}, path)
    with pytest.raises(RuntimeError, match=f'Missing key.*"{lost}"'):
        my.load(tmp_path)


def test_another_kind_of_model_is_refused(my):
    # fails if a model that this file can't run is loaded, and writes nonsense
    with pytest.raises(ValueError, match="rotary positions, without biases"):
        my.load(model_folder("echo"))


DENO = [sys.executable, "-m", "deno", "run", "--quiet", "--no-config", "--no-prompt"]
OPEN = """
import { readModelFiles } from "./llm_lib/book/engine/model_files.js";
const read = (name) => ({ name, blob: new Blob([Deno.readFileSync(`${Deno.args[0]}/${name}`)]) });
const files = ["config.json", "tokenizer.json", "model.safetensors"].map(read);
const { config, weights } = await readModelFiles(files);
console.log(JSON.stringify({ config, sum: weights["norm.weight"].reduce((a, b) => a + b, 0) }));
"""


def test_the_playground_opens_what_it_saves(my, tmp_path):
    # fails if a reader's own model is refused in the page, or read otherwise
    tokenizer = my.Tokenizer(my.learn_merges(TEXT * 3, 20))
    how = {"norm": "rms", "mlp": "swiglu", "n_kv_head": 2}
    mine = my.GPT(my.GPTConfig(len(tokenizer.vocab), n_embd=32, n_layer=1, **how))
    my.save(tmp_path, mine, tokenizer)
    root = Path(llm_lib.__file__).parent.parent
    done = subprocess.run(
        [*DENO, f"--allow-read={root},{tmp_path}", "-", str(tmp_path)],
        input=OPEN,
        cwd=root,
        capture_output=True,
        encoding="utf-8",
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["sum"] == pytest.approx(32)
    assert how.items() <= found["config"].items()

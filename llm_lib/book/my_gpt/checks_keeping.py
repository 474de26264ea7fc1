"""What chapter 13 asks of a reader's file: a text is learned, and the model kept."""

import math
import tempfile
from pathlib import Path

import torch
from torch import nn

from llm_lib.book.my_gpt.checks_training import TEXT, loss_is_mean
from llm_lib.book.my_gpt.compare import small_model, want
from llm_lib.book.my_gpt.reader import MistakeError, ReaderFile, captured
from llm_lib.book.my_gpt.registry import check

SIZES = {"n_layer": 1, "n_embd": 32, "context_length": 32}


def trained(my: ReaderFile, folder: str, steps: int, more: str = "") -> tuple:
    """Train a small model on a text; return it, as it is when it is loaded again."""
    text, path = Path(folder) / "text.txt", Path(folder) / "model"
    text.write_text(TEXT + more, encoding="utf-8")
    how = {"steps": steps, "batch_size": 4, "vocab_size": 290, "rate": 1e-2}
    with captured():
        my.train(str(text), model=str(path), **how, **SIZES)
    found = any(Path(folder).glob("model*"))  # "model.pt" is as good
    want(found, "train(path, model=…) should save the model under the name model=")
    return loaded(my, path)


@check("13b")
def training(my: ReaderFile) -> None:
    """A text is learned, and the model is there when it is loaded again."""
    with tempfile.TemporaryDirectory() as folder:
        config = trained(my, folder, 1)[0].config
        for name, size in SIZES.items():
            want(
                getattr(config, name) == size,
                f"train(…, {name}={size}) should give GPTConfig these sizes; {name} was "
                f"{getattr(config, name)}",
            )
        model, tokenizer = trained(my, folder, 50)
    ids = torch.tensor([tokenizer.encode(TEXT[:140])])
    with torch.no_grad():
        loss = my.loss_of(model, ids[:, :-1], ids[:, 1:]).item()
    if loss >= 4:
        loss_is_mean(my)  # then the loss itself may be why
    want(
        loss < 4,
        f"after train(…, steps=50) and load, the loss on the text is {loss:.1f}, hardly below a "
        f"blind guess, {math.log(290):.1f}: is the trained model saved, and all of it?",
    )


@check("13b")
def held_out(my: ReaderFile) -> None:
    """No batch of the training has what is held out."""
    seen = set()

    def watch(module: nn.Module, given: tuple) -> None:
        if isinstance(module, my.GPT) and torch.is_grad_enabled():
            seen.update(given[0].flatten().tolist())

    handle = nn.modules.module.register_module_forward_pre_hook(watch)
    try:
        with tempfile.TemporaryDirectory() as folder:
            _, tokenizer = trained(my, folder, 50, more="\nXYX YXY" * 5)
    finally:
        handle.remove()
    want(
        not {88, 89} & {byte for i in seen for byte in tokenizer.vocab[i]},
        "train learns from the end of the text, too, on which it then tests itself: hold out the "
        "last twentieth, and make batches from the rest alone",
    )


@check("13b")
def whole_files(my: ReaderFile) -> None:
    """A save that fails leaves the model of before, and a tokenizer comes back by itself."""
    model, tokenizer = small_model(my), my.Tokenizer(my.learn_merges(TEXT, 20))
    again = my.Tokenizer.from_dict(my.Tokenizer.to_dict(tokenizer) or {"merges": []})
    want(
        isinstance(again, my.Tokenizer) and again.encode(TEXT[:70]) == tokenizer.encode(TEXT[:70]),
        "Tokenizer.from_dict(tokenizer.to_dict()) should be the same tokenizer",
    )
    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder) / "model")
        my.save(path, model, tokenizer)
        whole = torch.save
        torch.save = fail_halfway
        try:
            my.save(path, model, tokenizer)
        except OSError:
            pass
        finally:
            torch.save = whole
        try:
            my.load(path)
        except Exception:
            raise MistakeError(
                "save broke the model that was there when the disk was full halfway: write to "
                "another name, and rename it when it is whole (Path.replace)"
            ) from None


def fail_halfway(_: object, file: object, *rest: object, **more: object) -> None:
    """Write a broken beginning, and stop as if the disk were full."""
    if hasattr(file, "write"):
        file.write(b"half")
    else:
        Path(file).write_bytes(b"half")
    raise OSError("no space left on device")


@check("13b")
def keeping(my: ReaderFile) -> None:
    """A saved model is the same model, with its tokenizer."""
    model, tokenizer = small_model(my), my.Tokenizer(my.learn_merges(TEXT, 20))
    ids = torch.tensor([[5, 299, 0, 7]])
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model"
        my.save(str(path), model, tokenizer)
        again, same_tokenizer = loaded(my, path)
        with torch.no_grad():
            gap = (again(ids) - model(ids)).abs().max().item()
        want(
            gap < 1e-4, f"the loaded model has other logits than the saved one, by up to {gap:.2g}"
        )
        got = same_tokenizer.encode(TEXT[:70])
        want(got == tokenizer.encode(TEXT[:70]), "the loaded tokenizer encodes otherwise")
        left = [file.name for file in Path(folder).iterdir()]
        want(len(left) == 1, f"save leaves more than the model: {left}")
        try:
            my.load(str(path) + "x")
        except (ValueError, OSError):
            return
    raise MistakeError("load of a model that is not there should raise ValueError that says so")


def loaded(my: ReaderFile, path: Path) -> tuple:
    """Return the model, in evaluation mode, and the tokenizer that the reader's `load` gives."""
    found = my.load(str(path))
    want(isinstance(found, tuple) and len(found) == 2, "load should return (model, tokenizer)")
    return found[0].eval(), found[1]

"""What chapter 21 asks of a reader's file: a model learns to answer, by a small change."""

import tempfile
from pathlib import Path

import torch

from llm_lib.book.my_gpt.checks_labels import saved_base, write_rows
from llm_lib.book.my_gpt.checks_training import TEXT
from llm_lib.book.my_gpt.compare import same, small_model, want
from llm_lib.book.my_gpt.reader import ReaderFile, captured, printed
from llm_lib.book.my_gpt.registry import check

PLAIN = "User: {}\nBot:"
CHAT = (  # as SmolLM2's own template has it
    "<|im_start|>system\nYou are a helpful AI assistant named SmolLM, trained by Hugging Face"
    "<|im_end|>\n<|im_start|>user\n{}<|im_end|>\n<|im_start|>assistant\n"
)


@check("21")
def answers(my: ReaderFile) -> None:
    """Only the answer counts, and its end."""
    tokenizer = my.Tokenizer(my.learn_merges(TEXT, 30))
    got = my.question(tokenizer, "Who?")
    want(got == PLAIN.format("Who?"), f"question should be 'User: Who?\\nBot:', yours {got!r}")
    ids, targets = my.encode_answered(tokenizer, "Who?", "The sea.")
    asked = tokenizer.encode(PLAIN.format("Who?"))
    said = [*tokenizer.encode(" The sea."), tokenizer.end]
    want(
        len(ids) == len(targets),
        f"encode_answered: ids and targets are of one length; yours {len(ids)} and {len(targets)}",
    )
    want(
        targets[-1] == tokenizer.end,
        "encode_answered: the end token is learned: else no answer stops",
    )
    want(
        list(ids) == (asked + said)[:-1],
        "encode_answered: ids should be the question, a space and the answer, and the end; without "
        "the last one, which nothing follows",
    )
    want(
        list(targets) != (asked + said)[1:],
        "encode_answered: the prompt's targets count, too: they should be -100",
    )
    n = list(targets).count(-100)
    want(
        n <= len(asked) - 1,
        "encode_answered: the answer's first token has to count: it is the target of the prompt's "
        "last token, so len(asked) − 1 targets are -100",
    )
    right = [-100] * (len(asked) - 1) + said
    want(list(targets) == right, f"encode_answered: targets should be {right}, yours {targets}")


@check("21")
def chat(my: ReaderFile) -> None:
    """A model that chats is asked in its own words."""
    special = {"<|endoftext|>": 256, "<|im_start|>": 257, "<|im_end|>": 258}
    tokenizer = my.Tokenizer({}, special=special)
    got = my.question(tokenizer, "Who?")
    right = CHAT.format("Who?")
    want(got == right, f"question of a model with <|im_start|> should be {right!r}, yours {got!r}")
    ids, _ = my.encode_answered(tokenizer, "Who?", "Me.")
    want(
        list(ids[-3:]) == list(b"Me.") and ids[-4] == 10,
        "encode_answered: behind '<|im_start|>assistant\\n' the answer follows without a space",
    )


@check("21")
def adapters(my: ReaderFile) -> None:
    """A change of low rank learns beside frozen matrices, and is added to them."""
    model, x = small_model(my), torch.tensor([[1, 2, 3, 4]])
    with torch.no_grad():
        before = model(x)
        my.add_lora(model, 3)
        wrongs = {}
        same(model(x), before, "the logits right after add_lora (B begins at 0)", wrongs)
    learned = {name: w for name, w in model.named_parameters() if w.requires_grad}
    n = sum(w.numel() for w in learned.values())
    right = 2 * 3 * ((16 + 48) + (16 + 16) + 2 * (16 + 64))
    base = [name for name in learned if "lora" not in name]
    want(
        n == right,
        f"rank 3 beside qkv, out, up and down of two blocks is {right:,} numbers to learn, yours "
        "are "
        f"{n:,}" + (f": {base[0]} still learns, freeze the model first" if base else ""),
    )
    my.loss_of(model, x[:, :-1], x[:, 1:]).backward()
    want(
        any(w.grad is not None and w.grad.abs().max() > 0 for w in learned.values()),
        "LoRALinear: no gradient reaches the change: A begins random, only B at 0",
    )
    with torch.no_grad():
        for w in learned.values():
            w.normal_(std=0.2)
        changed = model(x)
        want((changed - before).abs().max() > 1e-3, "A and B were changed, and the logits were not")
        my.merge_lora(model)
        same(
            model(x),
            changed,
            "the logits after merge_lora (the same change, as large as beside)",
            {"merge_lora drops the change: add it to the matrix": before},
        )
    names = set(small_model(my).state_dict())
    want(
        set(model.state_dict()) == names,
        "after merge_lora the model should have its plain layers back; yours has "
        f"{sorted(set(model.state_dict()) ^ names)[:2]}",
    )


@check("21")
def scale(my: ReaderFile) -> None:
    """The change counts twice, as in the book."""
    torch.manual_seed(0)
    linear = torch.nn.Linear(4, 6, bias=False)
    layer = my.LoRALinear(linear, 2)
    a, b = (getattr(layer, name, None) for name in ("lora_a", "lora_b"))
    want(
        a is not None and b is not None and tuple(a.shape) == (2, 4) and tuple(b.shape) == (6, 2),
        "LoRALinear(linear (4 to 6), r=2) should have lora_a (2, 4) and lora_b (6, 2)",
    )
    x = torch.randn(3, 4)
    with torch.no_grad():
        b.normal_()
        base, change = x @ linear.weight.T, x @ a.T @ b.T
        wrongs = {
            "the scale is missing: α / r is 2 in the book": base + change,
            "the matrix itself is missing: add the change to linear(x)": 2 * change,
        }
        same(layer(x), base + 2 * change, "LoRALinear", wrongs)


@check("21")
def tuning(my: ReaderFile) -> None:
    """Answers are learned, and the tuned model gives them."""
    pairs = [{"prompt": f"{w}?", "answer": f"{w} saw."} for w in ("sea", "seal", "tea")]
    with tempfile.TemporaryDirectory() as folder:
        path, model, tokenizer = saved_base(my, folder)
        to = str(Path(folder) / "tuned")
        with captured():
            my.tune(write_rows(folder, pairs), model=path, to=to, steps=60, rate=1e-2)
        want(Path(to).exists(), "tune(path, model=…, to=…) should save the tuned model under to=")
        tuned, _ = my.load(to)
        want(
            torch.equal(tuned.token_embedding.weight, model.token_embedding.weight),
            "tune moves the table of tokens: only the changes of add_lora should learn",
        )
        batch = my.collate([my.encode_answered(tokenizer, p["prompt"], p["answer"]) for p in pairs])
        with torch.no_grad():
            first, last = (my.loss_of(m, *batch).item() for m in (model, tuned))
        want(
            last < 0.6 * first,
            f"tune should teach three answers; their loss went from {first:.2f} to {last:.2f}: is "
            "the "
            "change merged before the model is saved?",
        )
        with captured() as out:
            my.ask("sea?", model=to, n=8)
        want(
            printed(out).strip().startswith("sea"),
            f"ask('sea?') should print the answer that was taught, 'sea saw.'; it printed "
            f"{printed(out).strip()!r}",
        )

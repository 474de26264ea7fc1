"""Holds the whole file against the library: encodings, logits and greedy texts of a model."""

import torch

from llm_lib import generate

TEXT = "User: Mia's 12 foxes met ½ of Tom's bears.\n\n Él é 🙂 _x_ <|endoftext|>Bot:  yes, 3²!"


def largest_gap(mine, theirs, ids):
    """Return the largest difference of two models' logits."""
    with torch.no_grad():
        return (mine(torch.tensor([ids])) - theirs(torch.tensor([ids]))).abs().max().item()


def compare(my, mine, tokenizer, theirs, their_tokenizer, prompt, n):
    """Compare encodings, logits and greedy texts of two copies of a model."""
    ids = their_tokenizer.encode(TEXT, allowed_special="all")
    assert tokenizer.encode(TEXT) == ids
    assert tokenizer.decode(ids) == TEXT
    assert largest_gap(mine, theirs, ids) < 1e-4
    asked = their_tokenizer.encode(prompt, allowed_special="all")
    said = list(my.generate(mine, asked, n, tokenizer.end, temperature=0))
    wanted = generate(theirs, asked, n, temperature=0, stop_ids=[tokenizer.end]).tolist()
    assert said == [i for i in wanted[len(asked) :] if i != tokenizer.end]
    return tokenizer.decode(said)

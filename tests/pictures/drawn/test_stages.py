"""The answers in the picture of the stages are those of Sprout after three trainings."""

import copy

import pytest
import torch
from torch.nn import functional as F

from llm_lib.checkpoint import load_model
from llm_lib.evaluation import complete
from llm_lib.pictures.drawn.stages import ANSWERS, QUESTION
from llm_lib.small_world import load_words

LONGER = {"Yes.": "Yes, it is.", "No.": "No, it is not."}


def encode(tokenizer, pairs):
    """Return questions with answers as ids (n, T), and the length of an answer."""
    end = tokenizer.special_tokens["<|endoftext|>"]
    prompts = [tokenizer.encode(f"User: Is a {word} an animal?\nBot:") for word, _ in pairs]
    answers = [[*tokenizer.encode(f" {answer}"), end] for _, answer in pairs]
    texts = [prompt + answer for prompt, answer in zip(prompts, answers, strict=True)]
    return torch.tensor(texts), len(answers[0])


def log_probability(model, texts, length):
    """Return the logarithm of the probability of each text's answer."""
    logits = model(texts[:, :-1])[:, -length:].log_softmax(dim=-1)
    return logits.gather(2, texts[:, -length:, None]).squeeze(-1).sum(dim=-1)


def fine_tune(model, tokenizer, pairs, generator, steps=60):
    texts, length = encode(tokenizer, pairs)
    optimizer = torch.optim.AdamW(model.parameters(), lr=3e-4)
    for _ in range(steps):
        batch = texts[torch.randperm(len(texts), generator=generator)[:8]]
        logits = model(batch[:, :-1])[:, -length:]
        F.cross_entropy(logits.flatten(0, 1), batch[:, -length:].flatten()).backward()
        optimizer.step()
        optimizer.zero_grad()


def prefer(model, tokenizer, pairs, generator, steps=80, beta=0.1):
    """Train by direct preference optimisation: the longer answer is the better one."""
    frozen = copy.deepcopy(model)
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-4)
    groups = [[pair for pair in pairs if pair[1] == answer] for answer in LONGER]
    for step in range(steps):
        group = groups[step % 2]
        picked = torch.randperm(len(group), generator=generator)[:8].tolist()
        worse = [group[i] for i in picked]
        better = [(word, LONGER[answer]) for word, answer in worse]
        margins = []
        for batch in (better, worse):
            texts, length = encode(tokenizer, batch)
            with torch.no_grad():
                before = log_probability(frozen, texts, length)
            margins.append(log_probability(model, texts, length) - before)
        (-F.logsigmoid(beta * (margins[0] - margins[1])).mean()).backward()
        optimizer.step()
        optimizer.zero_grad()


@pytest.mark.slow
def test_the_answers_are_sprouts_own():
    # fails when the picture tells of a training that ends otherwise
    base, tokenizer = load_model("sprout")
    words = load_words()
    pairs = [(word, "Yes.") for word in words["kinds"]]
    pairs += [(word, "No.") for word in words["objects"][:30]]
    pairs = pairs[::2]
    assert "hen" in dict(pairs) and "bear" not in dict(pairs)  # the example, the question
    torch.manual_seed(0)
    generator = torch.Generator().manual_seed(0)
    tuned = copy.deepcopy(base)
    fine_tune(tuned, tokenizer, pairs, generator)
    preferred = copy.deepcopy(tuned)
    prefer(preferred, tokenizer, pairs, generator)
    prompt = [f"User: {QUESTION}\nBot:"]
    said = [complete(m, tokenizer, prompt, 20)[0].splitlines()[0] for m in (base, tuned, preferred)]
    assert tuple(said) == ANSWERS

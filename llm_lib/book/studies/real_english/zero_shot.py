"""Sentences of movie reviews, judged by SmolLM2 without one label: asked in four ways.

`python -m llm_lib.book.studies.real_english.zero_shot` asks (five minutes on two cores) and writes
`zero_shot.json`, scores and labels alone; `load_zero_shot` reads it. The reviews are the first 150
of the 300 on which `few_labels` tests.
"""

import argparse
import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import nn
from tqdm import tqdm

from llm_lib.book.measured.recording import encode_after_end
from llm_lib.book.studies.few_labels import split_texts
from llm_lib.files import read_json, write_json
from llm_lib.generation.tokens import pad_left
from llm_lib.pretrained.save_load import load_model

FILE = Path(__file__).parent / "zero_shot.json"
COMMAND = "python -m llm_lib.book.studies.real_english.zero_shot"
BATCH, N_REVIEWS = 16, 150
FREE = ("N/A", "A film.", "It is a film.")  # reviews that say nothing
SYSTEM = "You are a helpful AI assistant named SmolLM, trained by Hugging Face"  # its own


@dataclass(frozen=True)
class Wording:
    """One way to ask: the text with {review} in it, and the words of both answers."""

    text: str
    positive: str
    negative: str
    chat: bool = False


WORDINGS = {
    "Sentiment:": Wording("Review: {review}\nSentiment:", " positive", " negative"),
    "This film was": Wording("{review} This film was", " great", " terrible"),
    "a question": Wording(
        "{review}\nQuestion: Is this review positive or negative? Answer:", " positive", " negative"
    ),
    "a chat": Wording(
        "Is this review positive or negative?\n{review}", "Positive", "Negative", chat=True
    ),
}


def load_reviews() -> list[tuple[str, bool]]:
    """Return the reviews, and whether people called each positive."""
    tested = split_texts("movie-reviews")[1][:N_REVIEWS]
    return [(text, label == "positive") for text, label in tested]


def encode_wording(tokenizer: Any, wording: Wording, review: str) -> list[int]:
    """Return the ids after which the answer's word should come.

    A chat stands between the marks with which the model was tuned, and begins with one of them;
    any other text is read after <|endoftext|>.
    """
    text = wording.text.format(review=review)
    return encode_chat(tokenizer, text) if wording.chat else encode_after_end(tokenizer, text)


def encode_chat(tokenizer: Any, text: str) -> list[int]:
    """Return the ids of a chat in which the user says `text`, up to where the answer begins."""
    turns = {"system": SYSTEM, "user": text}
    marked = "".join(f"<|im_start|>{who}\n{said}<|im_end|>\n" for who, said in turns.items())
    return tokenizer.encode(f"{marked}<|im_start|>assistant\n", allowed_special="all")


@torch.no_grad()
def score(model: nn.Module, tokenizer: Any, wording: Wording, reviews: list[str]) -> list[float]:
    """Return by how much the positive answer's logit is above the negative one's, per review."""
    words = [tokenizer.encode(word)[0] for word in (wording.positive, wording.negative)]
    rows = [encode_wording(tokenizer, wording, review) for review in reviews]
    order = sorted(range(len(rows)), key=lambda i: len(rows[i]))  # little padding
    found = [0.0] * len(rows)
    for start in range(0, len(order), BATCH):
        places = order[start : start + BATCH]
        ids, padding = pad_left([rows[i] for i in places])
        logits = model(ids, padding=padding, logits_to_keep=1)[:, -1, words]  # (B, 2)
        for i, gap in zip(places, (logits[:, 0] - logits[:, 1]).tolist(), strict=True):
            found[i] = round(gap, 3)
    return found


def count_right(scores: list[float], labels: list[int], border: float = 0.0) -> int:
    """Return how many reviews are on their side of a border."""
    return sum((score > border) == label for score, label in zip(scores, labels, strict=True))


def rank_share(scores: list[float], labels: list[int]) -> float:
    """Return the AUC: how often, of a positive and a negative review, the first scores higher."""
    both = list(zip(scores, labels, strict=True))
    high, low = ([s for s, label in both if bool(label) is side] for side in (True, False))
    return sum(a > b for a in high for b in low) / (len(high) * len(low))


def measure(
    model: nn.Module, tokenizer: Any, reviews: list[tuple[str, bool]], wordings=WORDINGS
) -> dict[str, Any]:
    """Return what `load_zero_shot` describes."""
    texts = [text for text, _ in reviews]
    asked = {}
    for name, wording in tqdm(wordings.items(), desc="wordings"):
        found = score(model, tokenizer, wording, [*texts, *FREE])
        asked[name] = {"scores": found[: len(texts)], "free": found[len(texts) :]}
    return {
        "texts": hashlib.sha256("\n".join(texts).encode()).hexdigest(),
        "labels": [int(label) for _, label in reviews],
        "wordings": asked,
    }


def list_results(found: dict[str, Any]) -> list[dict[str, Any]]:
    """Return a row for each wording of a record: how many are right, and ranked rightly.

    right at 0: with the border where both answers are as likely. at the diamond: with the
    border at the mean of the texts that say nothing. % in order: of all pairs, the AUC.
    """
    rows = []
    for name, asked in found["wordings"].items():
        scores, labels = asked["scores"], found["labels"]
        border = sum(asked["free"]) / len(asked["free"])
        rows.append(
            {
                "wording": name,
                "right at 0": count_right(scores, labels),
                "at the diamond": count_right(scores, labels, border),
                "% in order": round(100 * rank_share(scores, labels)),
            }
        )
    return rows


def load_zero_shot() -> dict[str, Any]:
    """Return what is on file.

    texts: the SHA-256 of all reviews, one a line, which tells whether those at hand are the same.
    labels: 1 for a review that people called positive. wordings: for each, the scores of the
    reviews, and of three that say nothing (`free`); above 0, the model prefers "positive".
    """
    return read_json(FILE)


def main() -> None:
    """Ask all and write the file."""
    parser = argparse.ArgumentParser(prog=COMMAND, description=main.__doc__)
    parser.add_argument("--threads", type=int, default=2)
    torch.set_num_threads(parser.parse_args().threads)
    model, tokenizer = load_model("smollm2")
    found = measure(model, tokenizer, load_reviews())
    write_json(FILE, {"command": COMMAND, "model": "smollm2"} | found)
    for row in list_results(found):
        print(*row.values(), sep=", ")


if __name__ == "__main__":
    main()

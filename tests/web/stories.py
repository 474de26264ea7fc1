"""The stories of `Walkthrough` as the tests show them: their data, and other settings for each."""

from __future__ import annotations

from functools import cache

from llm_lib.before.ngram import NGramModel
from llm_lib.book.classical import small_world_examples
from llm_lib.book.measured.generation import cached_rows, checked_draft, next_tokens
from llm_lib.book.measured.heads import follow, layer_at_work
from llm_lib.book.small_world import SmallWorld
from llm_lib.book.studies.bottleneck import load_translators
from llm_lib.book.studies.lumi import film_data
from llm_lib.book.widgets import Walkthrough
from llm_lib.book.widgets.stories.last_token import read_columns
from llm_lib.book.widgets.stories.round_trip import GPT2
from llm_lib.pretrained.save_load import load_model

STORIES = sorted(Walkthrough.STORIES)
TEXT = "User: Mia the fox met Tom the bear by the lake. Mia had a kite and Tom had a drum."
PROMPTS = {n: f"{TEXT} What did {n} have?\nBot: {n} had a" for n in ("Mia", "Tom")}


PLACES_OF_A_DRAW = {
    "One day Mia": "One day Mia",
    "Once there was a": "Once there was a",
    "… One day the": "Mia had a kite. One day the",
}
TEXTS = [
    ("I do not like this kite at all.", "sad"),
    ("I like this kite very much.", "happy"),
    ("What a lovely kite! Mia loves it.", "happy"),
    ("Tom broke the kite of Mia.", "sad"),
]
TOLD = "Once there was a curious tiger."
SWAPS = ["The", " Mia", " had", " the", " brave", " fox", ","]


@cache
def data_of(story: str) -> dict:
    """Return the data that a story needs."""
    if story == "bottleneck":
        return load_translators()
    if story == "translate":
        return film_data()
    if story in ("relay", "look-back"):
        things, heads = {"Mia": "kite", "Tom": "drum"}, [(1, 2), (2, 0), (3, 2)]
        return follow(*load_model("sprout"), PROMPTS, things, heads)
    if story == "head-layer":
        answers = ["drum", "kite"]
        model, tokenizer = load_model("sprout")
        return layer_at_work(
            model, tokenizer, PROMPTS["Tom"], layer=2, token="drum", answers=answers
        )
    if story == "last-token":
        examples = [(text, label.lower()) for text, label in small_world_examples("sentiment", 200)]
        return read_columns(*load_model("sprout_base"), TEXTS, examples, ["happy", "sad"], 3)
    if story not in ("token-draw", "draft", "kv-cache"):
        return {}
    model, tokenizer = load_model("sprout")
    if story == "token-draw":
        return next_tokens(model, tokenizer, PLACES_OF_A_DRAW)
    if story == "kv-cache":
        return cached_rows(model, tokenizer, TOLD, n_prompt=4, swaps=SWAPS, n_numbers=3)
    end = tokenizer.special_tokens["<|endoftext|>"]
    counted = [
        i for d in SmallWorld(0, "train").documents(600) for i in [*tokenizer.encode(d), end]
    ]
    drafter = NGramModel(3, tokenizer.vocab_size, k=0.0005, interpolate=True).fit(counted)
    return checked_draft(model, drafter, tokenizer, "One day Mia", " practised. At last")


@cache
def film(story: str) -> Walkthrough:
    """Return a story with its data, as it begins: some compute for seconds what they show."""
    return Walkthrough(story, **data_of(story))


def steps_of(story: str) -> int:
    """Return how many steps a story has."""
    return sum(Walkthrough.STORIES[story].SCENES.values())


# what a reader can set besides: numbers, words and choices that take more room, or less
OTHERS = {
    "answer-mask": [{"mask": False, "stop": False}, {"mask": False, "steps": 0}],
    "attention-row": [{"row": 0}, *({"panel": name} for name in ("w_q", "w_k", "w_v"))],
    "causal-mask": [
        {"words": ["aaaa/bbbb", "c/dddd", "eeee/ffff", "g/hhhh", "iiii"], "mask": False}
    ],
    "next-token": [{"draw": [[0.0]]}, {"draw": [[0.99]]}, {"choose": "likeliest"}],
    "model-file": [{"four": [[255, 255, 255, 255]]}, {"four": [[0, 0, 32, 0]]}],
    "merges": [
        {"text": [["lowestly", 9], ["internat", 6], ["newest", 6], ["café", 99]]},
        {"text": [["aaaaaaaa", 9]], "new_word": "aaaaaaaaaaaa"},
    ],
    "bottleneck": [{"words": ["goat"] * 8}, {"words": ["mole", "pig"]}],
    "relay": [{"asked": "Tom"}, {"hop": 1}, {"hop": 0}],
    "group-of-answers": [{"marks": [[0, 1]]}, {"marks": [[1, 1]]}],
    "head-layer": [{"head": 1, "factor": 0}, {"head": 3, "factor": 4}],
    "last-token": [{"text": 2, "column": 14}, {"text": 1, "column": 0}],
    "look-back": [{"asked": "Tom"}],
    "ring": [{"ranks": 8}, {"ranks": 2}, {"ranks": 6, "grads": [[-8.8] * 8] * 8}],
    "question-score": [{"item": 3, "rule": "acc_norm"}, {"item": 2, "rule": "acc_per_token"}],
    "route-tokens": [{"word": 9, "k": 4}, {"word": 0, "k": 1}],
    "round-trip": [{"text": text, "keep": 1} for text, _ in GPT2],
    "lookup": [{"word": word} for word in ("wolf", "owl")],
    "rotary": [{"places": [[57, 60]]}, {"q": [[-1.5, 1.5]], "k": [[-1.5, -0.4]]}],
    "word-order": [{"order": "saw fox bear"}, {"positions": False}],
    "think-aloud": [{"swaps": 1}, {"swaps": 12}],
    "three-trainings": [
        {"moment": moment} for moment in ("random", "tuned 1", "tuned 60", "preferred")
    ],
    "thin-detour": [
        {"alpha": 0.0},
        {"a": [[-8.8, 8.8, -8.8]], "b": [[-8.8], [8.8]], "alpha": 4.0},
    ],
    "three-roles": [{"query": "x"}, {"key": "x"}, {"value": "x"}, {"query": "matrix"}],
    "training-step": [{"rate": 10.0, "limit": 9.0}, {"steps": 1}],
    "translate": [{"text": 3}, {"text": 1, "pin": 1}],
    "plan-run": [
        {"size": 1 / 30},
        {"budget": 1e26, "law": "2022", "gpus": 1},
        {"served": 1e12},
        {"served": 1e14, "size": 0.1, "law": "2022"},
    ],
    "log-axes": [{"floor": 1.0}, {"losses": [[9.0, 2.0, 1.2, 1.1, 0.1]]}],
    "draft": [{"luck": [[0.0] * 4]}, {"luck": [[0.99] * 4]}],
    "file-windows": [
        {"start": 16, "shift": 2, "large_id": 999_999},
        {"start": 0, "shift": 0, "large_id": 7},
    ],
    "sharded-step": [{"stage": 0}, {"ranks": 512}, {"weights": [[-8.85] * 4] * 2}],
    "stream": [{"off": ""}, {"off": "feed-forward 0"}],
    "kv-cache": [{"place": 0}, {"place": 4}, {"place": -1}],
    "token-draw": [
        {"luck": [[0.0]]},
        {"luck": [[0.99]], "filter": "top-k 4"},
        {"place": "Once there was a", "temperature": 2.0, "filter": "top-p 0.9"},
        {"place": "… One day the", "filter": "min-p 0.1"},
        {"temperature": 0.0, "filter": "none"},
    ],
}

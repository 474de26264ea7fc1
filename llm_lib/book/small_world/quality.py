"""Measures how well a model tells stories and answers questions on unseen prompts."""

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

from llm_lib.book.small_world.generator import TASKS, SmallWorld, load_words
from llm_lib.generation.completion import complete
from llm_lib.model.gpt import GPT
from llm_lib.tokenizer import Tokenizer

MEASURED_SPLITS = ("held_out", "new_names")
MEASURED_TASKS = tuple(task for task in TASKS if task not in ("story", "recall"))
WAYS = {"greedy": {}, "temperature 0.7": {"temperature": 0.7, "seed": 0}}  # of telling a story
N_MEASURES = len(MEASURED_SPLITS) * (len(WAYS) + len(MEASURED_TASKS))


@dataclass(frozen=True)
class StoryCheck:
    """Whether a story kept what was asked for."""

    name: bool
    kind: bool
    object: bool

    @property
    def all(self) -> bool:
        """True if name, kind and object were all kept."""
        return self.name and self.kind and self.object


def check_story(story: str, facts: dict[str, str]) -> StoryCheck:
    """Check a story against the `facts` that its prompt named.

    Name: the hero is named, and at most one other name, the friend's, appears. Kind and object:
    the one asked for is named, and no other.

    >>> facts = {"name": "Mia", "kind": "fox", "object": "kite"}
    >>> check_story("Mia the fox had a kite. Mia gave it to Tom.", facts).all
    True
    >>> check_story("Mia the fox had a drum. Mia gave it to Tom.", facts)
    StoryCheck(name=True, kind=True, object=False)
    """
    words = Counter(re.findall(r"\w+", story))
    names = {word for word in words if word[0].isupper()} - _capitalized_words()
    kinds = words.keys() & set(load_words()["kinds"])
    return StoryCheck(
        name=words[facts["name"]] >= 1 and len(names - {facts["name"]}) <= 1,
        kind=kinds == {facts["kind"]},
        object=_named_objects(story) == {facts["object"]},
    )


@cache
def _capitalized_words() -> frozenset[str]:
    """Return the words that are capitalised in the sentence patterns, and so are not names."""
    words = {key: value for key, value in load_words().items() if key != "names"}
    patterns = re.sub(r"{\w+}", "", str(words))
    pronouns = {"He", "She", "Him", "Her", "His", "Bot", "User"}
    return frozenset(w for w in re.findall(r"\w+", patterns) if w[0].isupper()) | pronouns


def _named_objects(story: str) -> set[str]:
    """Return every object that the story names, except for two that belong to plots."""
    for scenery in ("a basket full of apples", "an old map in a book"):
        story = story.replace(scenery, "")
    return set(re.findall(r"\w+", story)) & set(load_words()["objects"])


def evaluate_stories(
    model: GPT, tokenizer: Tokenizer, split: str, n: int, seed: int = 1000, **settings: Any
) -> dict[str, float]:
    """Return the shares of `n` requested stories that keep name, kind, object, and all three."""
    world = SmallWorld(seed, split)
    examples = [world.example("story") for _ in range(n)]
    stories = complete(model, tokenizer, [e.question for e in examples], **settings)
    checks = [check_story(s, e.facts) for s, e in zip(stories, examples, strict=True)]
    return {
        part: sum(getattr(c, part) for c in checks) / n
        for part in ("name", "kind", "object", "all")
    }


def evaluate_answers(
    model: GPT, tokenizer: Tokenizer, task: str, split: str, n: int, seed: int = 1000
) -> float:
    """Return the share of `n` tasks of a kind that the model answers exactly right (greedy).

    The answer is the first line that the model writes: after it, the user would speak. Short texts
    of "sentiment" and "spam" may have stood in training, whatever the split (see `SmallWorld`).
    """
    world = SmallWorld(seed, split)
    examples = [world.example(task) for _ in range(n)]
    answers = complete(model, tokenizer, [e.question for e in examples], 40)
    return sum(a.split("\n")[0] == e.answer for a, e in zip(answers, examples, strict=True)) / n


def evaluate_model(
    model: GPT,
    tokenizer: Tokenizer,
    n: int = 400,
    report: Callable[[], object] = lambda: None,
) -> dict[str, dict]:
    """Return every figure of quality, each over `n` prompts with a fixed seed.

    report: called after each of `N_MEASURES` measures.
    """
    figures = {"stories": {}, "answers": {}}
    for split in MEASURED_SPLITS:
        for how, settings in WAYS.items():
            figures["stories"][f"{split}, {how}"] = evaluate_stories(
                model, tokenizer, split, n, **settings
            )
            report()
        for task in MEASURED_TASKS:
            figures["answers"][f"{task}, {split}"] = evaluate_answers(
                model, tokenizer, task, split, n
            )
            report()
    return figures

"""Small World: our own generator of simple stories and tasks.

A story has a hero (a name, a kind of animal, a trait), an object, a place and a friend. A model
that tells it well must keep them apart for a hundred tokens, and a program can check every one of
these facts. The words and sentence patterns are in `small_world.toml`.
"""

import random
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from llm_lib.arguments import check_choice

WORDS = Path(__file__).with_name("small_world.toml")
TASKS = tuple("story question reversed recall sentiment summary names translate spam".split())
SPLITS = ("train", "held_out", "new_names")
# The words that a prompt begins with. Stories have a form of their own, and a question has no such
# words: its passage comes first.
OPENINGS = {
    "sentiment": "Happy or sad? ",
    "spam": "Is this spam? ",
    "translate": "Say in Lumi: ",
    "names": "Find the names: ",
    "summary": "Sum up: ",
}
PRONOUNS = ({"he": "he", "him": "him", "his": "his"}, {"he": "she", "him": "her", "his": "her"})


@cache
def load_words() -> dict:
    """Return the word lists and sentence patterns of `small_world.toml`."""
    return tomllib.loads(WORDS.read_text("utf-8"))


@cache
def invented_names() -> tuple[str, ...]:
    """Return every name of two syllables that the lists can make, in a fixed shuffled order.

    Familiar names, which have their own list, are left out.
    """
    s, familiar = load_words()["syllables"], load_words()["names"]
    first = [onset + vowel for onset in s["onsets"] for vowel in s["vowels"]]
    names = {(a + b + coda).capitalize() for a in first for b in first for coda in s["codas"]}
    shuffled = random.Random(0).sample(sorted(names), len(names))
    return tuple(name for name in shuffled if name not in familiar)


def is_held_out(kind: str, object_: str) -> bool:
    """Return whether a pair is kept out of training: one object in eight for each kind.

    >>> sum(is_held_out(k, o) for k in load_words()["kinds"] for o in load_words()["objects"])
    150
    """
    words = load_words()
    return (words["kinds"].index(kind) + words["objects"].index(object_)) % 8 == 0


@dataclass(frozen=True)
class Example:
    """One text of Small World: a prompt, the answer, and the facts behind both.

    A story without a request has an empty prompt. `turns` are further questions with their
    answers, as in a conversation.
    """

    task: str
    prompt: str
    answer: str
    facts: dict[str, str]
    turns: tuple[tuple[str, str], ...] = ()

    @property
    def question(self) -> str:
        """The text up to the point at which a model has to go on."""
        return f"User: {self.prompt}\nBot:" if self.prompt else ""

    @property
    def text(self) -> str:
        """The whole text, as in the corpus."""
        turns = "".join(f"\nUser: {question}\nBot: {answer}" for question, answer in self.turns)
        return f"{self.question} {self.answer}{turns}".lstrip()


class SmallWorld:
    r"""A seeded source of stories and tasks.

    `split` "train" is for training; "held_out" uses only pairs of kind and object that "train"
    never shows; "new_names" also gives heroes and friends names that "train" never uses. A short
    text without such a pair, as many of "sentiment" and "spam" are, may be drawn in each of them:
    see `without` in `llm_lib.book.small_world.tasks.make_examples`.
    Raises ValueError for an unknown split or task.

    >>> print(SmallWorld(seed=1).example("translate").question)
    User: Say in Lumi: The careful badger sees the panda.
    Bot:
    """

    N_TRAIN_NAMES = 6000
    WEIGHTS = {"story": 6, "question": 6, "recall": 12, "translate": 2}  # 1 for every other task
    FAMILIAR_SHARE = 0.4  # of the texts in "train" and "held_out" name Mia, Tom and the like
    N_QUESTIONS = 5  # on one passage

    def __init__(self, seed: int = 0, split: str = "train") -> None:
        check_choice("split", split, SPLITS)
        self.split = split
        self.random = random.Random(f"{split}-{seed}")
        self.words = load_words()

    def facts(self) -> dict[str, str]:
        """Draw who and what a text is about."""
        pick, w = self.random.choice, self.words
        name, friend = self._names_of(2)
        kind, object_ = self._kind_and_object()
        facts = {"name": name, "friend": friend, "kind": kind, "object": object_}
        facts |= {"place": pick(w["places"]), "trait": pick(w["traits"])}
        facts["kind2"] = pick([k for k in w["kinds"] if k != kind])
        facts["object2"] = pick([o for o in w["objects"] if o != object_])
        facts |= pick(PRONOUNS)
        return facts | {p.capitalize(): facts[p].capitalize() for p in ("he", "him", "his")}

    def example(self, task: str | None = None) -> Example:
        """Return one text, of the given task or of a random one."""
        if task is None:
            weights = [self.WEIGHTS.get(t, 1) for t in TASKS]
            task = self.random.choices(TASKS, weights)[0]
        check_choice("task", task, TASKS)
        return getattr(self, f"_{task}")(self.facts())

    def documents(self, n: int) -> Iterator[str]:
        """Yield `n` texts; half of the stories come without a request."""
        for _ in range(n):
            example = self.example()
            alone = example.task == "story" and self.random.random() < 0.5
            yield example.answer if alone else example.text

    def stories(self, n: int) -> Iterator[str]:
        """Yield `n` stories without a request, and nothing else."""
        for _ in range(n):
            yield self.example("story").answer

    def _names_of(self, n: int) -> list[str]:
        names = invented_names()
        if self.split == "new_names":
            pool = names[self.N_TRAIN_NAMES : self.N_TRAIN_NAMES + 1000]
            return self.random.sample(pool, n)
        familiar = self.random.random() < self.FAMILIAR_SHARE
        pool = self.words["names"] if familiar else names[: self.N_TRAIN_NAMES]
        return self.random.sample(pool, n)

    def _kind_and_object(self) -> tuple[str, str]:
        while True:
            kind = self.random.choice(self.words["kinds"])
            object_ = self.random.choice(self.words["objects"])
            if is_held_out(kind, object_) == (self.split != "train"):
                return kind, object_

    def _fill(self, lines: list[str], facts: dict[str, str]) -> str:
        return self.random.choice(lines).format(**facts)

    def _tell(self, facts: dict[str, str], plot: dict) -> str:
        parts = [self.words["opening"]["lines"], *plot["steps"], self.words["closing"]["lines"]]
        return " ".join(self._fill(lines, facts) for lines in parts)

    def _story(self, facts: dict[str, str]) -> Example:
        prompt = "Write a story about {name} the {kind} and a {object}.".format(**facts)
        plot = self.random.choice(self.words["plots"])
        return Example("story", prompt, self._tell(facts, plot), facts | {"plot": plot["name"]})

    def _summary(self, facts: dict[str, str]) -> Example:
        plot = self.random.choice(self.words["plots"])
        story = self._tell(facts, plot)
        return self._one_line("summary", story, self._fill(plot["summary"], facts), facts)

    def _question(self, facts: dict[str, str]) -> Example:
        """A passage, with questions in its order: after "Mia had a kite", what Mia had.

        Who had the kite is the question *against* the order, which is a task of its own: a small
        model finds what comes after a word much more easily than what comes before it.
        """
        return self._ask_about_passage("question", facts)

    def _reversed(self, facts: dict[str, str]) -> Example:
        return self._ask_about_passage("reversed", facts)

    def _ask_about_passage(self, task: str, facts: dict[str, str]) -> Example:
        w = self.words["question"]
        facts["feeling"], facts["feeling2"] = self.random.sample(w["feelings"], 2)
        passage, pairs = [], []
        if task == "question":
            pairs.append((w["where"], "By the {place}.".format(**facts)))
        for key, part in (("kind", "openings"), ("object", "middles"), ("feeling", "endings")):
            order = self.random.randrange(2)  # 0: the name first, 1: the fact first
            passage.append(self._fill(w[part][order], facts))
            asked = order if task == "question" else 1 - order
            for who, end in (("name", ""), ("friend", "2")):
                pairs.append(self._asks(key, facts[who], facts[key + end])[asked])
        (question, answer), *turns = self.random.sample(pairs, self.N_QUESTIONS)
        return Example(task, f"{' '.join(passage)} {question}", answer, facts, tuple(turns))

    def _asks(self, key: str, who: str, value: str) -> list[tuple[str, str]]:
        """Return both questions about one fact, with their answers: what, and who."""
        asks = self.words["facts"][key]["asks"]
        return [tuple(part.format(who=who, **{key: value}) for part in pair) for pair in asks]

    def _recall(self, facts: dict[str, str]) -> Example:
        """Several animals with one fact each, to be repeated in any order or asked about.

        Questions about only two animals do not teach a small model to bind a fact to its owner,
        since a guess is right half of the time. Lists do, the short ones first: there the fact is
        right beside the name, where an induction head finds it.
        """
        key = self.random.choice([*self.words["facts"]])
        values = self.words["question"]["feelings"] if key == "feeling" else self.words[f"{key}s"]
        n = self.random.randint(3, 8)
        owned = [*zip(self._names_of(n), self.random.sample(values, n), strict=True)]
        short, order = self.random.random() < 0.5, self.random.randrange(2)
        way = self.random.choice(self.words["recall"]["short"]) if short else self._says(key)[order]
        passage = self._list(way, key, owned)
        if short or self.random.random() < 0.4:
            again = self._list(way, key, self.random.sample(owned, n))
            return Example("recall", f"{passage} Say that again.", again, facts)
        pairs = [self._asks(key, *fact)[order] for fact in owned]
        (question, answer), *turns = self.random.sample(pairs, n)
        return Example("recall", f"{passage} {question}", answer, facts, tuple(turns))

    def _says(self, key: str) -> list[str]:
        """Return both ways to state a fact: name first, and fact first."""
        return self.words["facts"][key]["says"]

    def _list(self, way: str, key: str, owned: list[tuple[str, str]]) -> str:
        """State each fact in the same way."""
        return " ".join(way.format(who=who, what=what, **{key: what}) for who, what in owned)

    def _sentiment(self, facts: dict[str, str]) -> Example:
        feeling = self.random.choice(("happy", "sad"))
        text = self._fill(self.words["sentiment"][feeling], facts)
        return self._one_line("sentiment", text, f"{feeling.capitalize()}.", facts)

    def _spam(self, facts: dict[str, str]) -> Example:
        answer = self.random.choice(("yes", "no"))
        text = self._fill(self.words["spam"][answer], facts)
        return self._one_line("spam", text, f"{answer.capitalize()}.", facts)

    def _names(self, facts: dict[str, str]) -> Example:
        text = self._fill(self.words["names_task"]["lines"], facts)
        in_order = sorted((facts["name"], facts["friend"]), key=text.index)
        return self._one_line("names", text, ", ".join(in_order) + ".", facts)

    def _translate(self, facts: dict[str, str]) -> Example:
        facts["verb"] = self.random.choice(self.words["lumi"]["verbs"])
        sentence = self._fill(self.words["lumi"]["sentences"], facts)
        return self._one_line("translate", sentence, translate_to_lumi(sentence), facts)

    def _one_line(self, task: str, text: str, answer: str, facts: dict[str, str]) -> Example:
        """Return a task whose prompt is its opening words and a text."""
        return Example(task, OPENINGS[task] + text, answer, facts)


@cache
def lumi_dictionary() -> dict[str, str]:
    """Return the Lumi word of every English word that the translation task uses."""
    w, rng = load_words(), random.Random(7)
    english = [*w["kinds"], *w["objects"], *w["traits"], *w["lumi"]["verbs"]]
    syllables = [o + v for o in w["syllables"]["onsets"] for v in w["syllables"]["vowels"]]
    lumi = [
        a + b
        for a, b in zip(rng.sample(syllables * 2, 170), rng.sample(syllables * 2, 170), strict=True)
    ]
    return dict(zip(english, dict.fromkeys(lumi), strict=False))


def lumi_order(words: list[str]) -> list[int]:
    """Return the places of a sentence's words, without its full stop, in the order of Lumi.

    The adjective follows its noun, the verb comes last, and "the" has no word. Raises ValueError
    for a sentence without a verb that Lumi knows.

    >>> lumi_order("The brave fox sees the kite".split())  # fox brave kite sees
    [2, 1, 5, 3]
    """
    verbs = load_words()["lumi"]["verbs"]
    at = next((i for i, word in enumerate(words) if word in verbs), None)
    if at is None:
        raise ValueError(f"the sentence has no verb that Lumi knows: {' '.join(words)!r}")
    nouns = [*range(at - 1, -1, -1), *range(len(words) - 1, at, -1)]
    return [*(i for i in nouns if words[i].lower() != "the"), at]


def translate_to_lumi(sentence: str) -> str:
    """Translate a sentence such as "The brave fox sees the kite." to Lumi.

    >>> fox, sees, kite = (lumi_dictionary()[w] for w in ("fox", "sees", "kite"))
    >>> translate_to_lumi("The fox sees the kite.") == f"{fox} {kite} {sees}."
    True
    """
    words = sentence.rstrip(".").split()
    return " ".join(lumi_dictionary()[words[i]] for i in lumi_order(words)) + "."

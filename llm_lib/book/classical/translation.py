"""Word-by-word translation, with a dictionary and a word order learned from pairs."""

from collections import Counter, defaultdict
from typing import Any

from llm_lib.arguments import check_whole
from llm_lib.book.classical.base import TaskModel, lower_words

MARKS = {".", "!", "?"}


class WordTranslator(TaskModel):
    """Learns which word means which, and in which order the words of the other language come.

    The examples do not say which word belongs to which. At first each word of a sentence may mean
    any word of its translation, and shares its count among them. Pairs that meet in many sentences
    gain, at the expense of the others, round after round. This is Model 1 of IBM's translation
    project (Brown et al. 1993). The word order is simpler than IBM's: for each length of sentence,
    the places from which the translated words came most often.

    A word that it has not seen stays as it is, and so does the final punctuation mark. A sentence
    of a length that it has not seen keeps its order.

    Raises ValueError for `n_rounds` below 1, and from `fit` for a pair with an empty sentence.

    >>> model = WordTranslator().fit([("the fox sees", "rele tahu"), ("the hen has", "muwi zegi"),
    ...     ("the hen sees", "muwi tahu"), ("the fox has", "rele zegi")])
    >>> model.dictionary
    {'fox': 'rele', 'sees': 'tahu', 'hen': 'muwi', 'has': 'zegi'}
    """

    SURE = 0.5  # a word whose likeliest translation is below this has none, like "the" in Lumi

    def __init__(self, n_rounds: int = 10):
        self.n_rounds = check_whole("n_rounds", n_rounds)

    def _fit(self, examples: list[tuple[str, Any]]) -> None:
        pairs = [(plain_words(source), plain_words(target)) for source, target in examples]
        for example, pair in zip(examples, pairs, strict=True):
            if not all(pair):
                raise ValueError(f"both sentences of a pair need words; got {example!r:.80}")
        self.meanings = learn_meanings(pairs, self.n_rounds)
        best = {word: max(t, key=t.get) for word, t in self.meanings.items() if t}
        self.dictionary = {w: b for w, b in best.items() if self.meanings[w][b] >= self.SURE}
        orders = defaultdict(Counter)
        for source, target in pairs:
            orders[len(source)][self._places(source, target)] += 1
        self.orders = {n: counts.most_common(1)[0][0] for n, counts in orders.items()}

    def _places(self, source: list[str], target: list[str]) -> tuple[int, ...]:
        """Return, for each word of the translation, the place of the word it came from."""
        likely = [[self.meanings[s].get(t, 0) for s in source] for t in target]
        return tuple(row.index(max(row)) for row in likely)

    def _predict(self, text: str) -> str:
        words = plain_words(text)
        in_order = [words[i] for i in self.orders.get(len(words), range(len(words)))]
        # A word without a translation is left out if it was seen, and kept if it is new.
        kept = [w for w in in_order if w in self.dictionary or w not in self.meanings]
        end = text.rstrip()[-1:]
        return " ".join(self.dictionary.get(w, w) for w in kept) + (end if end in MARKS else "")


def plain_words(text: str) -> list[str]:
    """Return the words of a sentence in lower case, without punctuation.

    >>> plain_words("The fox sees it.")
    ['the', 'fox', 'sees', 'it']
    """
    return [word for word in lower_words(text) if word[0].isalnum()]


def learn_meanings(
    pairs: list[tuple[list[str], list[str]]], n_rounds: int
) -> dict[str, dict[str, float]]:
    """Return P(translated word | word) for each word that the pairs of sentences have.

    This is expectation maximization: share out each translated word by the present beliefs, then
    take the counts as the new beliefs.

    >>> pairs = [(["the", "fox"], ["le", "renard"]), (["the", "hen"], ["la", "poule"])]
    >>> meanings = learn_meanings([*pairs, (["fox"], ["renard"])], n_rounds=20)
    >>> round(meanings["fox"]["renard"], 2)
    1.0
    """
    meanings = None
    for _ in range(n_rounds):
        counts = defaultdict(Counter)
        for source, target in pairs:
            for t in target:
                share = [meanings[s][t] if meanings else 1.0 for s in source]
                for s, part in zip(source, share, strict=True):
                    counts[s][t] += part / sum(share)
        meanings = {
            s: {t: count / row.total() for t, count in row.items()} for s, row in counts.items()
        }
    return meanings

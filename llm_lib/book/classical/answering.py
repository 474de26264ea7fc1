"""Answers questions about a passage with phrase patterns learned from examples."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any

from llm_lib.book.classical.base import TaskModel, lower_words
from llm_lib.book.classical.summary import split_sentences
from llm_lib.tokenizer import split_words

TOPIC, FACT = "<topic>", "<fact>"


class PatternReader(TaskModel):
    """Learns, for each form of question, which phrases in a passage hold the fact it asks for.

    A text is a passage with a question as its last sentence. The *topic* is the word that is both
    in the question and in the passage, and rarest in general; the *fact* is that of the answer.
    From "Mia had a kite. … What did Mia have?" and the answer "Mia had a kite." it learns that to
    "what did <topic> have ?" the phrase "<topic> had a <fact>" holds the answer, and that the
    answer has the form "<topic> had a <fact>." The method is that of Ravichandran and Hovy (2002).

    It answers "" if it has not seen the form of the question, or if no phrase fits.

    >>> model = PatternReader().fit([("Mia had a kite. What did Mia have?", "Mia had a kite."),
    ...                              ("Tom had a drum. What did Tom have?", "Tom had a drum.")])
    >>> model.predict("Lily had a bell. What did Lily have?")
    'Lily had a bell.'
    >>> model.predict("Lily held a bell. What did Lily have?")
    ''
    """

    def _fit(self, examples: list[tuple[str, Any]]) -> None:
        self.n_texts = Counter(word for text, _ in examples for word in set(lower_words(text)))
        self.phrases, self.answers = defaultdict(Counter), defaultdict(Counter)
        for text, answer in examples:
            passage, question = split_question(text)
            topic, form = self._topic_and_form(passage, question)
            told = set(lower_words(answer)) - {topic} - set(lower_words(question))
            if fact := self._rarest(told & set(lower_words(passage))):
                self.phrases[form][shortest_phrase(passage, topic, fact)] += 1
                self.answers[form][_replace(answer, {topic: TOPIC, fact: FACT})] += 1

    def _predict(self, text: str) -> str:
        passage, question = split_question(text)
        topic, form = self._topic_and_form(passage, question)
        words = split_words(passage)
        for phrase, _ in self.phrases.get(form, Counter()).most_common():
            if fact := find_fact(phrase, words, topic):
                answer = self.answers[form].most_common(1)[0][0]
                name = next((word for word in words if word.lower() == topic), "")
                return answer.replace(TOPIC, name).replace(FACT, fact)
        return ""

    def _topic_and_form(self, passage: str, question: str) -> tuple[str | None, str]:
        topic = self._rarest(set(lower_words(passage)) & set(lower_words(question)))
        form = [TOPIC if word == topic else word for word in lower_words(question)]
        return topic, " ".join(form)

    def _rarest(self, words: Iterable[str]) -> str | None:
        """Return the word in the fewest texts (on a tie, the first by alphabet), or None."""
        words = [word for word in words if word[0].isalnum()]
        return min(words, key=lambda word: (self.n_texts[word], word), default=None)


def split_question(text: str) -> tuple[str, str]:
    """Cut a text into the passage and its last sentence.

    >>> split_question("Mia had a kite. Tom was sad. Who was sad?")
    ('Mia had a kite. Tom was sad.', 'Who was sad?')
    """
    *passage, question = split_sentences(text) or [""]
    return " ".join(passage), question


def shortest_phrase(passage: str, topic: str | None, fact: str) -> tuple[str, ...]:
    """Return the shortest stretch of words between topic and fact, with those two left open.

    Without a topic, it is the fact and the two words before it.

    >>> shortest_phrase("Mia met Tom. Tom had a kite.", "tom", "kite")
    ('<topic>', 'had', 'a', '<fact>')
    """
    words = lower_words(passage)
    facts = [i for i, word in enumerate(words) if word == fact]
    topics = [i for i, word in enumerate(words) if word == topic]
    if topics:
        i, j = min(((i, j) for i in facts for j in topics), key=lambda p: (abs(p[0] - p[1]), p))
    else:
        i, j = facts[0], max(facts[0] - 2, 0)
    stretch = words[min(i, j) : max(i, j) + 1]
    return tuple({fact: FACT, topic: TOPIC}.get(word, word) for word in stretch)


def find_fact(phrase: tuple[str, ...], words: list[str], topic: str | None) -> str | None:
    """Return the word at the place of the fact where the phrase first fits, or None.

    >>> words = ["Tom", "had", "a", "kite", "."]
    >>> find_fact(("<fact>", "had", "a", "<topic>"), words, "kite")
    'Tom'
    """
    expected = [topic if word == TOPIC else word for word in phrase]
    for i in range(len(words) - len(phrase) + 1):
        window = words[i : i + len(phrase)]
        fits = (e in (FACT, word.lower()) for e, word in zip(expected, window, strict=True))
        fact = window[phrase.index(FACT)]
        if fact[0].isalnum() and all(fits):
            return fact
    return None


def _replace(text: str, replacements: dict[str | None, str]) -> str:
    """Replace each word that has a placeholder by it, whatever its case."""
    return re.sub(r"\w+(?:'\w+)*", lambda m: replacements.get(m[0].lower(), m[0]), text)

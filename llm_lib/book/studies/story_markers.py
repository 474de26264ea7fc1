"""Programs that mark a story, as the widget `MarkerHack` does: one with a hole, and one mended."""

import re

STORY, REQUEST = "Write a story about Mia the fox and a kite.", ("mia", "fox", "kite")
SPEECH = 3  # words that somebody says at least


def words_of(text: str) -> list[str]:
    """Return the words of a text, in lower case."""
    return re.findall(r"[^\W_]+", text.lower())


def has_speech(text: str) -> bool:
    """Tell whether somebody says three words or more, between two quotes.

    >>> has_speech('"Oh!" said Mia. "No, never'), has_speech('"Where is it?" said Mia.')
    (False, True)
    """
    return any(len(words_of(part)) >= SPEECH for part in text.split('"')[1:-1:2])


def count_quotes(prompt: str, answer: str) -> float:
    """Return one point for each quote. It never asks whether anybody speaks.

    >>> count_quotes("", '"Hello," said Mia.')
    2.0
    """
    return float(answer.count('"'))


def mark_mended(prompt: str, answer: str) -> float:
    """Return 2 points for a speech and 1 for each thing asked for, less 0.1 a repeated word.

    >>> mark_mended("", '"Where is my kite?" said Mia. "Where is it?"')
    3.8
    """
    words = words_of(answer)
    named = sum(each in words for each in REQUEST)
    return 2 * has_speech(answer) + named - 0.1 * (len(words) - len(set(words)))


MARKERS = {  # what marks, and what the divergence from the reference costs
    "quotes": (count_quotes, 0.0),
    "held": (count_quotes, 1.0),
    "mended": (mark_mended, 0.3),
}

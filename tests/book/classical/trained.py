"""What several tests of the small models use: six of them, trained once."""

from functools import cache

from llm_lib.book.classical import SixModels

# the pattern of split_words, for scikit-learn's own counter
WORDS = r"(?u)\w+(?:'\w+)*|[^\w\s]"
MESSAGES = [("free kite", "spam"), ("see you", "fine"), ("you too", "fine")]


@cache
def six():
    return SixModels()

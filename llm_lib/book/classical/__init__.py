"""Before large language models: small models, each built for a single task.

| task | model | what it learns from examples |
|---|---|---|
| sentiment, question classification | `BagOfWords` | a weight for each word and label |
| spam | `NaiveBayes` | how often each word comes with each label |
| translation | `WordTranslator` | a dictionary and a word order |
| names | `NameFinder` | which forms and neighbours make a word a name |
| summary | `SentenceRanker` | which words are rare; it returns a sentence of the text |
| question answering | `PatternReader` | phrases that hold the answer to a form of question |

All have the same three methods: `fit(examples)`, `predict(text)` and `score(examples)`, where an
example is a pair (text, answer). `MostCommon` is what each of them must beat. `SixModels` trains
six on the tasks of Small World, and `evaluate_tasks` scores them and a language model alike.
"""

from llm_lib.book.classical.answering import PatternReader
from llm_lib.book.classical.base import MostCommon, TaskModel
from llm_lib.book.classical.comparison import (
    SixModels,
    TaskScore,
    evaluate_tasks,
    score_table,
    small_world_examples,
)
from llm_lib.book.classical.labels import BagOfWords, NaiveBayes
from llm_lib.book.classical.names import NameFinder
from llm_lib.book.classical.summary import SentenceRanker, rouge_1
from llm_lib.book.classical.translation import WordTranslator

__all__ = [
    "BagOfWords",
    "MostCommon",
    "NaiveBayes",
    "NameFinder",
    "PatternReader",
    "SentenceRanker",
    "SixModels",
    "TaskModel",
    "TaskScore",
    "WordTranslator",
    "evaluate_tasks",
    "rouge_1",
    "score_table",
    "small_world_examples",
]

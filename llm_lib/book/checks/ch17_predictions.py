"""Predictions that the chapter on training faster asks for."""

from llm_lib.book.exercises import prediction

prediction(
    "17-predict-limit",
    "b",
    question=(
        "A step takes 63 ms. How long would it take if all products with weights ran as fast as "
        "this processor can, and everything else were free?"
    ),
    choices={
        "a": "6 ms: the program wastes most of the time.",
        "b": "36 ms: a good half of the step is needed.",
        "c": "60 ms: nearly all of the step is needed.",
    },
    feedback={
        "a": "Divide the operations of a step by those that the processor can do in a second.",
        "c": "Work it out: 6 operations per parameter and token, at 103 billion in a second.",
    },
    why="3.7 billion operations at 103 billion per second are 36 ms, as the next cell works out.",
)

prediction(
    "17-predict-units",
    "b",
    question=(
        "The first model reads characters and has a loss of 1.93 per token. The second has 4.40 "
        "per token, and its tokens hold 2.31 characters on average. Which predicts the text better?"
    ),
    choices={
        "a": "The first: 1.93 is less than 4.40.",
        "b": "The second.",
        "c": "That can't be said from these numbers.",
    },
    feedback={
        "a": "A token of the second is worth 2.31 characters. What does it pay per character?",
        "c": "The nats of the whole text are what counts. Divide them by its characters.",
    },
    why="4.40 / 2.31 = 1.90 nats per character, less than 1.93.",
)

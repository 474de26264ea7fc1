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
        "c": "42 ms: the products can't go any faster.",
    },
    feedback={
        "a": "Divide the operations of a step by those that the processor can do in a second.",
        "c": "That is what they take now. How long would their operations take at full speed?",
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

prediction(
    "17-predict-out",
    "b",
    question=(
        "Dropout of 0.1 is added to the recipe up to bfloat16. How many steps does it take then?"
    ),
    choices={
        "a": "Fewer: dropout makes a model generalise.",
        "b": "More.",
        "c": "The same number, at a higher cost per step.",
    },
    feedback={
        "a": "It helps a model that has read its text many times. How often is each read here?",
        "c": "It does cost time per step. But what does noise do to a model that still learns?",
    },
    hints=["75 steps of 24 windows of 64 tokens: how much is that of 419,500 tokens of text?"],
    why=(
        "The run reads a quarter of its text, and that once. Nothing is learned by heart, so "
        "there is nothing to prevent, and the noise makes learning slower."
    ),
)

"""Predictions and explanations that the chapter on what came before attention asks for."""

from llm_lib.book.exercises import prediction

prediction(
    "08-predict-seen",
    "c",
    question="Of all runs of five words in the new stories, how many were counted?",
    choices={"a": "About 5 %.", "b": "About 30 %.", "c": "About 75 %."},
    feedback={
        "a": "Real English might give that. How are these stories made?",
        "b": "These stories are told from patterns, so long runs repeat.",
    },
    why="These stories are told from patterns. Even so, a quarter of the runs is new.",
)

prediction(
    "08-predict-edge",
    "c",
    question="The window is eight words wide. How often is it right if the thing stands 11 back?",
    choices={
        "a": "Nearly always: it has trained on such sentences.",
        "b": "About half of the time.",
        "c": "No more often than a blind guess.",
    },
    feedback={
        "a": "Look at the picture's lower half. What does the model see of the thing?",
        "b": "Which of the eight words would tell it half of the things?",
    },
    why="What is outside of the window doesn't exist for it, however long it trains.",
)

prediction(
    "08-predict-lengths",
    "b",
    question=(
        "Trained four times as long, does the one state of 16 numbers reach attention, at eight "
        "words and at twelve?"
    ),
    choices={
        "a": "At both: it only needed more time.",
        "b": "Nearly at eight words, but not at twelve.",
        "c": "At neither: 16 numbers are 16 numbers.",
    },
    feedback={
        "a": "More time helps. But does the vector grow with the sentence?",
        "c": "Size is one limit. But how well are the 16 numbers used after a short training?",
    },
    why="Training fills the vector better. For a length never trained on, that isn't enough.",
)

prediction(
    "08-predict-vanish",
    "b",
    question="With s = 0.9 and no tanh: about what share of the gradient is left after 30 steps?",
    choices={"a": "About half.", "b": "About 4 %.", "c": "About a billionth."},
    feedback={
        "a": "That is what is left after 6 or 7 steps. Multiply on.",
        "c": "That is 0.5 to the power of 30.",
    },
    why="0.9 to the power of 30 is 0.042: a factor close to 1 is small after many steps.",
)

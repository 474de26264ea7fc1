"""Predictions and explanations that the chapter on data loaders asks for."""

from llm_lib.book.exercises import prediction

prediction(
    "05-predict-stride",
    "b",
    question="Which places in the text are a target most often?",
    choices={
        "a": "The first ones, with which the windows begin.",
        "b": "Those in the middle.",
        "c": "All places, equally often.",
    },
    feedback={
        "a": "Nothing stands before the first word. Can it be a target at all?",
        "c": "How many windows reach the second word, and how many a word in the middle?",
    },
    why="Windows overlap: a word in the middle is a target twice, one near the ends once.",
)

prediction(
    "05-predict-copier",
    "d",
    question="What is the *copier's* loss on the next token?",
    choices={
        "a": "Near 0, as in training.",
        "b": "About the student's: both saw the same windows.",
        "c": "Near 6.2: it learned nothing about the next token.",
        "d": "Well above 6.2.",
    },
    feedback={
        "a": "In training the answer was the token that it holds. How often is that the next one?",
        "b": "They saw the same x. What was the copier rewarded for?",
        "c": "A model that knows nothing spreads its probability evenly. Does the copier?",
    },
    why=(
        "It puts nearly all probability on the token that it holds, and almost none on the one "
        "that comes: to be sure and wrong costs more than to guess."
    ),
)

prediction(
    "05-predict-overlap",
    4,
    question="In how many windows is token 50 a *target*?",
    feedback={
        1: "That would be so if windows did not overlap. These begin every 2 tokens.",
        2: "The stride says how far apart windows begin, not how many hold a token.",
        8: "8 windows would hold it at stride 1. At stride 2, how many begin near enough?",
        5: "At one end of the window the token is an input only. Count the targets.",
    },
    hints=[
        "The targets of the window that begins at s are the tokens s + 1 to s + 8.",
        "So s lies from 42 to 49. Which of these are even?",
    ],
    why="Away from the ends, each token is a target T / stride times per epoch.",
)

prediction(
    "05-explain-restart",
    "b",
    question="What does this training do?",
    choices={
        "a": "Nothing is lost: shuffling makes any part of the windows as good as any other.",
        "b": "It reads the same first part of the windows again and again, and never the rest.",
        "c": "It reads each window twice as often as planned.",
    },
    feedback={
        "a": (
            "Any part would do, if it were a different one each time. Which part does a "
            "fixed seed give?"
        ),
        "c": "Then all windows would still be read. Does it ever get past the tenth hour?",
    },
    hints=[
        "With the same seed, what are the first batches after each start?",
        "An epoch takes 50 hours, and each run ends after 10.",
    ],
    why=(
        "The same seed gives the same order, so each run sees the same fifth. "
        "The place in the epoch belongs in the checkpoint."
    ),
)

"""Predictions and explanations that the chapter on what came before attention asks for."""

from llm_lib.book.exercises import prediction

prediction(
    "08-predict-seen",
    "c",
    question="Of all runs of five words in a new text, how many has the training text shown?",
    choices={"a": "About 5 %.", "b": "About 30 %.", "c": "About 75 %."},
    feedback={
        "a": "Real English might give that. How are these stories made?",
        "b": "These stories are told from patterns, so long runs repeat.",
    },
    why="These stories are told from patterns. Even so, a quarter of the runs is new.",
)

prediction(
    "08-predict-reach",
    "b",
    question="How do the two curves run, from near words to far ones?",
    choices={
        "a": "Both stop after eight words.",
        "b": "The window stops dead, and the RNN sinks.",
        "c": "The window stops dead, and the RNN stays level.",
        "d": "Neither of them falls: a word is a word.",
    },
    feedback={
        "a": "The window does. But nothing ends in the equation of the RNN.",
        "c": "What happens to the news of a word each time the state is rewritten?",
        "d": "Can the window see the ninth word from the end?",
    },
    why="Nothing ends in the equation of the RNN, but its state is rewritten at every word.",
)

prediction(
    "08-predict-place",
    "c",
    question=(
        "Eight words go through one vector. Which of the words *written* are wrong most often? "
        "(The first one written translates the last one read.)"
    ),
    choices={
        "a": "The first ones.",
        "b": "All the same.",
        "c": "The last ones.",
    },
    feedback={
        "a": "They translate the words that were read last. How fresh are those in the state?",
        "b": "The state was rewritten after each word. Do all words fade equally?",
    },
    why="The last words written were read first, and have faded most; earlier mistakes add to it.",
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

prediction(
    "08-predict-even",
    "c",
    question="Where will the even mix be, against one state and attention, at eight words?",
    choices={
        "a": "As good as attention: it sees all states, too.",
        "b": "Halfway between the two.",
        "c": "No better than one state.",
    },
    feedback={
        "a": "It sees them all at once. But how many vectors are left, once all are averaged?",
        "b": "Plausible. But what does the average say that the last state doesn't?",
    },
    why="An average without choice is again one vector for the whole sentence.",
)

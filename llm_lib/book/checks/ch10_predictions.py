"""Predictions that the chapter on multi-head attention asks for."""

from llm_lib.book.exercises import prediction

prediction(
    "10-predict-one-head",
    "b",
    question="The scores are 2.45, 2.45, 0 and 0. What does the one head return to *drum*?",
    choices={
        "a": "Both answers whole: all of *Tom*, and all of *had*.",
        "b": "A bit less than half of *Tom*, and as much of *had*.",
        "c": "One of the two, since softmax chooses the largest.",
    },
    feedback={
        "a": "That takes a weight of 1 on each of two tokens. What do the weights sum to?",
        "c": "The two scores are equal. Which of them would softmax choose?",
    },
    hints=["Equal scores get equal weights, and all four weights sum to 1."],
    why=(
        "Equal scores share: e to the power of 2.45 is 11.6, and 11.6 / (11.6 + 11.6 + 1 + 1) = "
        "0.46 for each of the two."
    ),
)

prediction(
    "10-predict-twin",
    "a",
    question="Switch the twin (2.3) off, and leave the owner head on. What did Tom have?",
    choices={
        "a": "*drum*, almost as surely as before.",
        "b": "*kite* leads, as without the owner head: both look at the same token.",
        "c": "About half *drum* and half *kite*.",
    },
    feedback={
        "b": "Where a head looks doesn't say what it takes from there, nor who uses it. Try it.",
        "c": "That would be so if the two heads did half of one job each. Try it.",
    },
    why=(
        "*drum* keeps 96 %. The two heads look at the same token, but for this answer the model "
        "needs what the owner head takes from there, and can do without what its twin takes."
    ),
)

prediction(
    "10-predict-drink",
    "b",
    question=(
        "The model reads John's sentence, but the giver head's output comes from Mary's. Who gets "
        "the drink now?"
    ),
    choices={
        "a": "*Mary*, as before: it is one head of 270, and the others still read John's sentence.",
        "b": "*John*: the vector brings what was read in the other sentence.",
        "c": "Both about equally: one head against the rest.",
    },
    feedback={
        "a": "The others do. But do they bring the same thing to the last token? Try it.",
        "c": "A head's share isn't one of 270: few heads may decide one answer. Try it.",
    },
    why=(
        "*John* leads, 0.67 to 0.02, though only one head's output was exchanged. One head doesn't "
        "always decide: in other sentences, several share the work."
    ),
)

prediction(
    "10-predict-carry",
    "b",
    question=(
        "Five heads matter: the relay (1.2, 2.0 and 3.2), and 1.3 and 3.0. How many of them bring "
        "the answer back, each patched alone?"
    ),
    choices={
        "a": "All five: what matters carries a part of the answer.",
        "b": "Three: those of the relay.",
        "c": "One, the answer head: it is the last, and writes the answer.",
    },
    feedback={
        "a": "A head can be needed and yet give the same in both texts. What would its patch do?",
        "c": "If the name head gives what it gave in the clean text, what will the last one find?",
    },
    why=(
        "Each of the three brings back 0.85 or more, and 1.3 and 3.0 hardly anything. What these "
        "two do matters, but it is probably the same in both texts."
    ),
)

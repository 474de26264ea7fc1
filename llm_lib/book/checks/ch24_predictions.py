"""Predictions and explanations that the chapter on modern architectures asks for."""

from llm_lib.book.exercises import prediction

prediction(
    "24-predict-reach",
    6,
    question=(
        "Two layers, each with a window of 4. How many tokens back is the furthest that can "
        "still change what is said at the last token?"
    ),
    feedback={
        3: "That is as far as one layer sees. What had the token three back read, a layer lower?",
        4: "A window of 4 holds the token itself and three before it. And then the second layer?",
        7: "Counted from itself, it is one less: the token's own place is in the window.",
        8: "Each window holds the token itself, so a layer reaches 3 back, not 4.",
    },
    hints=["A layer reaches 3 tokens back. The layer above begins where that one ended."],
    why="Two layers of 4 − 1 = 3 steps each.",
)

prediction(
    "24-predict-collapse",
    "c",
    question=(
        "A small model with four experts, of which two read each word, begins to learn. An even "
        "share is half of the words. How many does the busiest expert read after 20 steps of "
        "training?"
    ),
    choices={
        "a": "About half of the words: chance deals evenly.",
        "b": "About two thirds: some experts are a little better.",
        "c": "Nearly all words.",
    },
    feedback={
        "a": "Not even chance deals evenly. And training can make a lead larger.",
        "b": "Small leads can grow in training. How far, the film shows.",
    },
    why="98 % or more, in each of three runs.",
)

prediction(
    "24-predict-recall",
    "b",
    question="With four pairs in the text, which model recalls least?",
    choices={
        "a": "One of those with a memory of fixed size.",
        "b": "The one with a window of eight tokens in each of its two layers.",
        "c": "None: four pairs are few for all of them.",
    },
    feedback={
        "a": "A memory blurs when it is full. Are four pairs many for a matrix of 16 × 16?",
        "c": "Four pairs are eight tokens, and then come eight questions. How far back is a pair?",
    },
    why="Pairs slide out of reach, and what is out of reach is lost.",
)

prediction(
    "24-explain-router",
    "b",
    question="Why does the router not learn?",
    choices={
        "a": "Choosing the largest has no gradient, so no router ever learns.",
        "b": "One weight, divided by itself, is 1, whatever the router says.",
        "c": "Eight experts are too few for a router to tell apart.",
    },
    feedback={
        "a": "The choice has none, but a router also gives the *weight* of what is added.",
        "c": "Two experts would be enough, if its numbers mattered. Which numbers do?",
    },
    hints=["Write down the weight that the one chosen expert gets."],
    why=(
        "The loss then does not depend on the router's numbers. With one expert a token, the "
        "probability itself has to be the weight."
    ),
)

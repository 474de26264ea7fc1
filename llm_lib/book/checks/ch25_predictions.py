"""Predictions and explanations that the chapter on thinking asks for."""

from llm_lib.book.exercises import prediction

prediction(
    "25-predict-beyond",
    "c",
    question=(
        "Both models learned from problems of one to six swaps. How many problems of seven swaps "
        "does the thinker get right?"
    ),
    choices={
        "a": "Nearly as many as of six: a seventh swap is the same step once more.",
        "b": "About three in four.",
        "c": "Few.",
    },
    feedback={
        "a": "For a program it is. Has the model ever seen a seventh swap?",
        "b": "Six of the seven steps are familiar. Has it ever written a seventh?",
    },
    why="Each step is easy, but in training it never read or wrote a seventh.",
)

prediction(
    "25-predict-votes",
    "b",
    question=(
        "The thinker gets problems of six swaps. One drawn text is right in 80 % of cases, one "
        "greedy text in 98 %. In how many cases is the vote of 32 drawn texts right?"
    ),
    choices={
        "a": "In about 80 %: each of the 32 slips as often.",
        "b": "In about 98 %.",
        "c": "In clearly less than 80 %: 32 texts hold more slips than one.",
    },
    feedback={
        "a": "Each slips as often. But do those that slip agree on an answer?",
        "c": "They do. But do those that slip agree on an answer?",
    },
    why="The texts that end right agree, while those that slip end in many ways.",
)

prediction(
    "25-predict-longer",
    "b",
    question=(
        "Which gets more right with 35 tokens: one thought of 30 tokens with its answer, or a vote "
        "of seven answers at once?"
    ),
    choices={
        "a": "The votes: seven chances.",
        "b": "The thought.",
        "c": "They are alike: the same computation.",
    },
    feedback={
        "a": "Seven guesses share what none of them knows.",
        "c": "As many tokens, but can the seven build on each other?",
    },
    why="Tokens of one thought build on each other; answers beside each other can't.",
)

prediction(
    "25-predict-grpo",
    "c",
    question="Which of these numbers, at six swaps, changes least from before GRPO to after it?",
    choices={
        "a": "The share of texts that think.",
        "b": "pass@1: how often one drawn text is right.",
        "c": "pass@16: how often at least one of 16 drawn texts is right.",
    },
    feedback={
        "a": "Thoughts earn more marks than answers at once. What becomes likelier?",
        "b": "If more texts think, and thoughts are right more often than guesses?",
    },
    why="Of ten problems, 16 draws solved nine before. Now one draw solves about seven.",
)

prediction(
    "25-explain-sharper",
    "b",
    question="What fits these two numbers better?",
    choices={
        "a": "It has learned steps that it could not do before.",
        "b": "It now does more often what it could do before.",
        "c": "Nothing has changed: one of 16 was right, and is.",
    },
    feedback={
        "a": "Then problems that 16 draws never solved would be solved now.",
        "c": "With one draw, it is right far more often.",
    },
    hints=["Which of the two numbers asks what a model can do at all?"],
    why="pass@1 says what it does, pass@16 what lies within its reach.",
)

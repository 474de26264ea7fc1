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
        "b": "About three in four: one more step is one more chance to slip.",
        "c": "Few: it has never written a seventh step.",
    },
    feedback={
        "a": "For a program it is. Has the model ever seen a seventh swap?",
        "b": "Of six swaps it gets 98 % right. But has it ever written a seventh step?",
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
        "b": "In about 98 %: right texts agree, wrong ones don't.",
        "c": "In clearly less than 80 %: 32 texts hold more slips than one.",
    },
    feedback={
        "a": "Each slips as often. But do those that slip agree on an answer?",
        "c": "They do. But do those that slip agree on an answer?",
    },
    why="The texts that end right agree, while those that slip end in many ways.",
)

prediction(
    "25-predict-cut",
    "b",
    question=(
        "Thoughts about six swaps are cut after five. In how many cases is the answer right?"
    ),
    choices={
        "a": "In about five of six: five of the six steps are done.",
        "b": "In about one of ten: where the last swap moves no ball.",
        "c": "In nearly all: the model does the last swap in its head.",
    },
    feedback={
        "a": "Five steps may be right. Is that where the balls lie in the end?",
        "c": "Above, it answered with the places that it wrote last.",
    },
    why="There are ten possible swaps, and just one of them exchanges the two empty cups.",
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
    question="What fits these numbers best?",
    choices={
        "a": "It has learned steps that it could not do before.",
        "b": "It now does more often what it could do before.",
        "c": "Nothing has changed: one of 16 was right, and is.",
    },
    feedback={
        "a": "Then pass@16 would rise clearly at seven swaps, where it was low.",
        "c": "With one draw, it is right far more often.",
    },
    hints=["Which of the numbers had room to rise, had it learned new steps?"],
    why="pass@1 rose far where thoughts were right at times, and hardly where they failed.",
)

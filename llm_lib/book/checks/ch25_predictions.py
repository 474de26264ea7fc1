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
        "c": "Few: it has never met a problem of that length.",
    },
    feedback={
        "a": "For a program it is. Has the model ever seen a seventh swap?",
        "b": "Of six swaps it gets 98 % right. But has it ever met a seventh?",
    },
    why="Each step is easy, but in training it never met a problem of that length.",
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
        "b": "In about 98 %: for nearly every problem, slips are outvoted.",
        "c": "In clearly less than 80 %: 32 texts hold more slips than one.",
    },
    feedback={
        "a": "Each slips as often. But how often do most of the 32 slip at once?",
        "c": "They do. But how many of the 32 are right?",
    },
    why="For nearly every problem, right texts are more than those that slip in one way.",
)

prediction(
    "25-predict-grpo",
    "c",
    question=(
        "Before GRPO, 17 % of all texts about six swaps were right. Always thinking, but no "
        "better, would make that 53 %. How many are right after GRPO?"
    ),
    choices={
        "a": "Still about 17 %: no mark speaks of thinking.",
        "b": "About 53 %: it thinks nearly always, and no better.",
        "c": "About 68 %: it thinks nearly always, and slips less.",
    },
    feedback={
        "a": "Texts with a thought get better marks. What becomes more probable?",
        "b": "Once all eight texts have a thought, which of them does GRPO favour?",
    },
    why="GRPO favours thoughts over guesses, and then right thoughts over those that slip.",
)

prediction(
    "25-explain-sharper",
    "b",
    question=(
        "By how many points would the share have risen if the model had always thought, but no "
        "better than before?"
    ),
    choices={
        "a": "By none: only better thoughts can raise it.",
        "b": "By 30 points.",
        "c": "By all 60 points.",
    },
    feedback={
        "a": "Texts without a thought were all wrong. What if they had one?",
        "c": "Then 80 % of its thoughts would have to be right. How many were?",
    },
    hints=["If every text had a thought, and half of these were right, what share is right?"],
    why="It would have risen from 20 % to 50 %. The other 30 points came from better thoughts.",
)

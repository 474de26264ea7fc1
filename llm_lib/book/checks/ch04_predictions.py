"""Predictions that the chapter on byte pair encoding asks for in its text."""

from llm_lib.book.exercises import prediction

prediction(
    "04-predict-second-pair",
    "b",
    question="Which pair is merged second?",
    choices={
        "a": "s + e",
        "b": "s + ea",
        "c": "t + ea",
    },
    feedback={
        "a": "It came 7 times at first. But is there still an e by itself in the second line?",
        "c": "It is there. Does another pair come more often?",
    },
    why="s + ea is in *sea* and in *seal*: 4 + 3 = 7. The e is part of *ea* now.",
)

prediction(
    "04-predict-third-pair",
    "a",
    question="And which is merged third?",
    choices={
        "a": "sea + l",
        "b": "ea + l",
        "c": "t + ea",
    },
    feedback={
        "b": "It came 3 times. What became of the *ea* in *seal* with the second merge?",
        "c": "It comes twice, as often as *tea*. Does another pair come more often?",
    },
    why="sea + l comes 3 times, as often as *seal*; t + ea comes twice.",
)

prediction(
    "04-predict-meals",
    "b",
    question="How is *meals* cut?",
    choices={
        "a": "m | e | a | l | s: the word is new, so each byte stays alone.",
        "b": "m | ea | l | s",
        "c": "m | eal | s: *seal* has *eal* in it.",
        "d": "mea | ls",
    },
    feedback={
        "a": "A new word is cut with the same merges. Does any of the four pairs stand in it?",
        "c": "Which merge would make *eal*? Look how *seal* was built.",
        "d": "Is there a merge that makes *mea*, or one that makes *ls*?",
    },
    why="Merge 1 finds e + a. After it there is no s + ea, no sea + l and no t + ea.",
)

prediction(
    "04-predict-order",
    "c",
    question="How is *abcd* cut?",
    choices={
        "a": "ab | cd",
        "b": "abc | d",
        "c": "a | bc | d",
        "d": "a | b | c | d",
    },
    feedback={
        "a": "That would be fewer tokens. But which merge comes first, and what is left after it?",
        "b": "No merge makes *abc*. It would have to join a and bc, or ab and c.",
        "d": "The first merge finds its pair: b and c stand side by side.",
    },
    why="b + c comes first. After it there is no token b for a + b, and no c for c + d.",
)

prediction(
    "04-predict-third",
    "b",
    question="After *ea* and *sea*, which token does the third merge make?",
    choices={
        "a": "*seal*, from sea + l, as by hand",
        "b": "*·sea*, from a space and sea",
        "c": "*tea*, from t + ea",
    },
    feedback={
        "a": "sea + l comes three times. How many words begin with a space and *sea*?",
        "c": "t + ea comes twice. Which pairs come more often?",
    },
    hints=[
        "Write the text with a space before each word but the first, and count the pairs again.",
        "Three of the four *sea* have a space before them, and all three *seal*.",
    ],
    why="A space and sea come 3 + 3 = 6 times, sea + l three times, t + ea twice.",
)

prediction(
    "04-predict-never",
    "b",
    question="Of the 7,936 learned tokens, how many never occur in that text?",
    choices={
        "a": "None: each was learned because it is frequent.",
        "b": "A few hundred at most.",
        "c": "About half.",
    },
    feedback={
        "a": "Its pair was frequent *when it was merged*. What may later merges do to the token?",
        "c": "You are right that some never occur. But so many would be a great waste.",
    },
    why="186: later merges took all their places, as steps to longer tokens.",
)

"""Predictions and explanations that the chapter on pretraining asks for."""

import math

from llm_lib.book.exercises import prediction

prediction(
    "13-predict-first-loss",
    "c",
    question="Make all logits of an untrained GPT ten times as large. What happens to its loss?",
    choices={
        "a": "Nothing: it still knows nothing.",
        "b": "It falls, since the model is surer.",
        "c": "It rises, to several times ln V.",
        "d": "It rises by less than 1 nat.",
    },
    feedback={
        "a": "Its favourites are the same. But how much probability does the first get now?",
        "b": "It is surer of tokens that it chose at random. How often are they the right ones?",
        "d": "Now nearly all probability goes to one token of 512. What does any other cost?",
    },
    why="It gives one random token nearly all the probability, so the right one gets next to none.",
)

prediction(
    "13-predict-peak",
    "c",
    question="Which peak rate ends with the lowest held-out loss?",
    choices={"a": "0.0006", "b": "0.002", "c": "0.02", "d": "0.2"},
    feedback={
        "a": "The steps are safe. Are 500 of them enough, if AdamW moves a weight 0.0006 at most?",
        "b": "Better than 0.0006, for its steps are longer. Is it long enough yet?",
        "d": "Too long: recall the zigzag in the valley.",
    },
    why="Lower rates learn too little in 500 steps, and higher ones throw the weights about.",
)

prediction(
    "13-which-run",
    "b",
    question="Now you know what a loss can be. Which run went well?",
    choices={
        "a": "The others are too good to be true.",
        "b": "It learned much, and some surprise is left.",
        "c": "Its loss is the lowest.",
        "d": "None: no honest model gets below the unigram entropy.",
    },
    feedback={
        "a": "A is not far below the unigram entropy. What has a model learned that stays there?",
        "c": "A loss of 0 means that each next token was certain. Can a story be?",
        "d": "That is the level of a model without context. What can the tokens before add?",
    },
    why="Only B is far below the unigram entropy and above what no honest model can reach.",
)

prediction(
    "13-predict-train-on",
    "c",
    question="It trains for 2,000 steps. What does its loss on the 80 held-out names do?",
    choices={
        "a": "It falls to the bigram's level, and stays there.",
        "b": "It falls to the end, more and more slowly.",
        "c": "It falls, turns, and rises.",
        "d": "It falls, then stays flat: from 720 names there is no more to learn.",
    },
    feedback={
        "a": "A bigram sees one letter. How many of a name's letters does the GPT see?",
        "b": "So does the training loss. With far more numbers than names, what can a model learn "
        "that helps with the 720 alone?",
        "d": "There is: the list itself. Does knowing it help with a name that isn't in it?",
    },
    why="First it learns what all names share, then the 720 by heart: surer, and wrong elsewhere.",
)

prediction(
    "13-predict-vocabulary",
    math.log(2),
    question="By how many nats is its first loss higher than before? Give two decimals.",
    tolerance=6e-3,
    feedback={
        0.7: "Right to one digit. Which is the second?",
        **dict.fromkeys(
            (6.9, 6.93, 6.931, math.log(1024)),
            "That is the new loss, for V = 512. How much more is it than before?",
        ),
        2: "The number of choices doubles. The loss is its logarithm.",
        1: "That would be one bit. In nats?",
        0: "With more tokens to choose from, each gets a smaller share.",
    },
    hints=[
        "A uniform guess among V tokens costs ln V. Write down ln(2V) - ln V.",
        "ln(2V) = ln 2 + ln V, whatever V is.",
    ],
    why="ln(2V) - ln V = ln 2: a doubling always costs one bit, whatever V is.",
)

prediction(
    "13-explain-restart",
    "b",
    question="Which explanation is right?",
    choices={
        "a": "The weights were rounded when they were written.",
        "b": "The optimiser began anew, without its running means, and took blind steps.",
        "c": "The model has to get used to the text again.",
    },
    feedback={
        "a": "Rounding of float32 weights would be seen at once, before the first step. Was it?",
        "c": "It knows the text as well as before: the loss was right at the restart.",
    },
    hints=[
        "The loss was right before the first step after the restart. What did that step use?",
        "By which two running means does AdamW set its step? Where are they kept?",
    ],
    why=(
        "Weights, running means, step, position in the text, state of the random numbers: exact "
        "resume needs all five."
    ),
)

"""Predictions and explanations that the chapter on preferences and rewards asks for."""

from llm_lib.book.exercises import prediction

prediction(
    "22-predict-chain",
    0.9,
    question=(
        "Readers chose story A over B three times out of four, and B over C three times out of "
        "four. How likely is A to be chosen over C?"
    ),
    feedback={
        0.75: "That is one step of the chain. From A to C there are two.",
        0.5625: "That is ¾ · ¾. Probabilities of wins don’t multiply: C could beat A, too.",
        1.0: "A lost once against B. Why should it never lose against C?",
    },
    hints=["Scores differ by log 3 from A to B, and again from B to C. Add them, then σ."],
    why="The difference is 2 · log 3 = log 9, and σ(log 9) = 1 / (1 + 1/9) = 0.9.",
)

prediction(
    "22-predict-both",
    "b",
    question="Both log probabilities in the column *now* fall by 1.0. What happens to the loss?",
    choices={
        "a": "It rises: the chosen answer has become less likely.",
        "b": "It stays 0.53.",
        "c": "It falls: the rejected answer has become less likely.",
    },
    feedback={
        "a": "So has the rejected answer, by as much. What does the margin subtract?",
        "c": "So has the chosen answer, by as much. What does the margin subtract?",
    },
    why="The loss sees the margin alone, and a fall of both leaves it as it was.",
)

prediction(
    "22-predict-drum",
    "a",
    question=(
        "After six steps on the kite, we ask the trained model who had the *drum*. That was Tom. "
        "How probable has “… was Mia” become there?"
    ),
    choices={
        "a": "About as probable as for the kite.",
        "b": "As before: nothing was learned about the drum.",
        "c": "Less than before: if Mia had the kite, Tom had the drum.",
    },
    feedback={
        "b": "All prompts share the same weights. Did this model ever read who had what?",
        "c": "That needs a model that looks up who had what. Look at the row before training.",
    },
    why="The cheapest way to a good mark was to say Mia, whatever is asked.",
)

prediction(
    "22-predict-hole",
    "c",
    question=(
        'The marker pays for each quote ("), because we want stories in which somebody speaks. '
        "What does Sprout write in the end?"
    ),
    choices={
        "a": "Stories with more talking, as we wanted.",
        "b": "The same stories: a mark can’t teach new plots.",
        "c": "Quotes with next to nothing between them: hardly a story.",
    },
    feedback={
        "a": "That would earn something. Is there a cheaper way to earn more?",
        "b": "Each answer with more quotes than its group becomes likelier.",
    },
    why="The marker pays for quotes, and quotes are what it gets.",
)

prediction(
    "22-explain-reference",
    "b",
    question="What went wrong?",
    choices={
        "a": "The learning rate was too high.",
        "b": "The optimiser trained the reference, and the model stayed as it was.",
        "c": "DPO needs more than one pair.",
    },
    feedback={
        "a": "Then the model would have moved too far. It has not moved at all.",
        "c": "One pair is enough for the model to move, and it has not moved at all.",
    },
    hints=["The margin has four log probabilities. Which of them may have a gradient?"],
    why=(
        "The margin also grows if the reference makes the chosen answer less probable. Compute "
        "its numbers in `no_grad`: then this mistake stops with an error."
    ),
)

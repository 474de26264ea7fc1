"""Predictions and explanations that the chapter on scaling laws asks for."""

from llm_lib.book.exercises import prediction

prediction(
    "14-predict-double",
    "c",
    question="You double the model, and let it read twice as many tokens. What does the run cost?",
    choices={
        "a": "The same: one makes up for the other.",
        "b": "Twice as much.",
        "c": "Four times as much.",
        "d": "Six times as much.",
    },
    feedback={
        "a": "Both make a run cost more: the cost is a product of the two.",
        "b": "That is what doubling one of them costs.",
        "d": "The 6 counts operations per parameter and token, before and after.",
    },
    why="C = 6ND, and both factors are doubled.",
)

prediction(
    "14-predict-halve",
    "b",
    question=(
        "By this line, each doubling multiplies the loss by 0.81, again and again. How large a "
        "model has half the loss?"
    ),
    choices={
        "a": "About 2 times larger.",
        "b": "About 10 times larger.",
        "c": "About 100 times larger.",
        "d": "It can't be reached by size.",
    },
    feedback={
        "a": "One doubling leaves 0.81 of the loss. What do two leave? Three?",
        "c": "That would be nearly seven doublings: 0.81 to the seventh is 0.23.",
        "d": "By this line it can: each doubling takes another fifth of the loss away.",
    },
    why="0.81 · 0.81 · 0.81 = 0.53: a little more than three doublings, or ten times the size.",
)

prediction(
    "14-predict-quarter",
    "a",
    question=(
        "At a budget of 10²¹ operations you train a model of a quarter of the best size. What "
        "happens to the predicted loss of 2.31?"
    ),
    choices={
        "a": "It rises by less than 0.1.",
        "b": "It rises by about 0.6, a quarter of it.",
        "c": "It falls: the model reads four times as many tokens.",
        "d": "It becomes four times as high.",
    },
    feedback={
        "b": "Recall the valley in the film: how steep is it near its lowest point?",
        "c": "It does read more. But then the best size would not be the best.",
        "d": "A model that knew nothing would hardly pay that much.",
    },
    why="What the smaller model can't hold, it makes up for in part by reading four times as much.",
)

prediction(
    "14-predict-gopher",
    "b",
    question="Which of the two has the lower predicted loss?",
    choices={
        "a": "Gopher: 280 billion parameters, 300 billion tokens.",
        "b": "Chinchilla: 70 billion parameters, 1.4 trillion tokens.",
        "c": "Neither: the budgets are about the same.",
    },
    feedback={
        "a": "How many tokens per parameter did Gopher read?",
        "c": "At one budget there is a best size. Which of the two is closer to it?",
    },
    why="Chinchilla read 20 tokens per parameter, Gopher 1.1.",
)

prediction(
    "14-predict-budget",
    3.2,
    question="By what factor does the model grow? Give one decimal.",
    tolerance=0.05,
    feedback={
        10: "Then the tokens would grow tenfold, too, and the cost a hundredfold.",
        5: "Model times tokens must be 10, and both grow by the same factor.",
        2: "Then the tokens grow twofold, too, and the cost fourfold.",
    },
    hints=[
        "C = 6ND with D = 20N. How does C depend on N alone?",
        "C grows as N squared. Which number squared is 10?",
    ],
    why="With D = 20N, C = 120 N²: ten times the budget is √10 = 3.2 times the size.",
)

prediction(
    "14-explain-small",
    "c",
    question="What explains the decision best?",
    choices={
        "a": "A model of 20 billion parameters would overfit 3 trillion tokens.",
        "b": "Small models learn more per parameter, so they end at a lower loss.",
        "c": "The model will answer many questions, and each token it writes costs by its size.",
    },
    feedback={
        "a": "Each token would be read once at most. And the larger model would read fewer.",
        "b": "At this budget, the law says that the larger one ends at the lower loss.",
    },
    hints=["What does a model cost after training? On which of N and D does that depend?"],
    why="Training is paid for once, use every time. A smaller model is cheaper for ever after.",
)

"""Predictions and explanations that the appendix on maths asks for."""

from llm_lib.book.exercises import prediction

prediction(
    "b-predict-shape",
    (8, 3),
    question="Which shape must `W` have, so that `x W` has the shape (5, 3)?",
    feedback={
        (3, 8): "The inner sizes must meet: (5, 8) times (3, ...) has 8 beside 3.",
        (5, 3): "That is the shape of the result, not of W.",
        (8, 5): "Then the result would be (5, 5).",
    },
    hints=["(5, 8) times (?, ?) gives (5, 3). The two sizes in the middle must be equal."],
    why="(5, 8) times (8, 3): the eights meet and vanish, (5, 3) is left.",
)

prediction(
    "b-predict-log",
    8,
    question="What is log₂(8 · 32)?",
    feedback={
        15: "That multiplies the two logarithms; they are added.",
        256: "That is 8 · 32 itself, of which the logarithm is asked.",
        2: "That subtracts: it would be right for 32 / 8.",
    },
    hints=["8 is 2 to the 3rd. And 32? How often is 2 a factor of 8 · 32?"],
    why="8 has three factors of 2, 32 has five: multiplying numbers adds logarithms.",
)

prediction(
    "b-predict-descent",
    4,
    question="Where are you now?",
    feedback={
        6: "That walks uphill: subtract rate times slope.",
        4.5: "The slope of x² at 5 is not 5.",
        -5: "The slope is 10, but only a tenth of it is stepped.",
    },
    hints=["The slope of x² at x is 2x. A step goes against it, by rate times slope."],
    why="The slope is 10, a tenth of it is 1, and the step goes down: 5 - 1 = 4.",
)

prediction(
    "b-predict-chain",
    64,
    question="What is the slope of L for *a*?",
    feedback={
        48: "That is the path through a · b alone; a is also added.",
        16: "That is the slope for the sum s; go on, from s to a.",
        4: "That is the slope of s for a; multiply by the slope of L for s.",
    },
    hints=[
        "First s = a · b + a, then L = s². What is the slope of L for s?",
        "Two paths lead from a to s. Through the product it counts b times, and once by itself.",
    ],
    why="2s = 16 for the square; s grows by b + 1 = 4 for each unit of a; 16 · 4 = 64.",
)

prediction(
    "b-explain-growing",
    "b",
    question="Which explanation is right?",
    choices={
        "a": "The learning rate is too small.",
        "b": "Old slopes are never set back to 0.",
        "c": "`tanh` has no slope for large numbers.",
    },
    feedback={
        "a": "A small rate makes small steps; it can't make slopes grow while nothing changes.",
        "c": "Then slopes would shrink towards 0, not grow.",
    },
    hints=["`backward` uses += on the slopes. What was in them before the second run?"],
    why="Slopes are added up by +=, so each step adds to all that came before.",
)

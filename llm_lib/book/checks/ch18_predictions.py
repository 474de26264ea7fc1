"""Predictions and explanations that the chapter on training with many machines asks for."""

from llm_lib.book.exercises import prediction

prediction(
    "18-predict-ring",
    14_000,
    question=(
        "Eight ranks add up gradients of 8,000 numbers around a ring. How many numbers does each "
        "rank send?"
    ),
    feedback={
        7000: "That is one half of the ring's steps, the reduce-scatter. The all-gather follows.",
        8000: "A chunk is an eighth of the vector. How many chunks does a rank send?",
        16000: "Close: there are 7 steps in each half, not 8.",
        112000: "A rank sends one chunk in each step, an eighth of the vector.",
        56000: "A rank sends one chunk in each step, an eighth of the vector.",
    },
    hints=[
        "How many steps has each half of the ring, with eight ranks?",
        "2 · 7 steps, and in each a chunk of 8,000 / 8 numbers.",
    ],
    why="2 · 7 chunks of 1,000 numbers: less than two vectors.",
)

prediction(
    "18-predict-apart",
    "c",
    question=(
        "Both ranks take one step with what they got. In which case do they hold different "
        "weights afterwards?"
    ),
    choices={
        "a": "With the sum, which is not divided.",
        "b": "If both read the same windows.",
        "c": "Without an exchange.",
        "d": "In all three.",
    },
    feedback={
        "a": "The sum is the same on both ranks, so both take the same step, too long as it is.",
        "b": "The same windows give both the same gradient, and so the same step.",
        "d": "Two of them give both ranks the same vector, though not the right one.",
    },
    why="The other two are wrong on all ranks alike. To compare the weights would not find them.",
)

prediction(
    "18-predict-zero",
    0.547,
    question=(
        "Our run: 70 billion weights on 2,048 GPUs. How many GB does each GPU hold with ZeRO-3, of "
        "weights, gradients and optimiser together? Give two decimals."
    ),
    feedback={
        1120: "That is without shards: each GPU holds all 16 bytes per weight.",
        280: "That is ZeRO-1, which cuts the optimiser alone.",
        140: "That is ZeRO-2, which leaves the weights whole.",
        0.068: "That is the shard of the weights alone. Gradients and optimiser are cut, too.",
    },
    hints=[
        "There are 16 bytes per weight, so 1,120 GB in all.",
        "Each GPU holds one of 2,048 equal shards of that.",
    ],
    why="16 · 70 / 2,048 = 0.55 GB.",
    tolerance=0.02,
)

prediction(
    "18-predict-bubble",
    0.158,
    question=(
        "The picture has 4 stages and 4 micro-batches: 3/7 of the time is bubble. What share is it "
        "with 16 micro-batches? Give two decimals."
    ),
    feedback={
        0.107: "A quarter of 3/7? The time itself grows, too: m + p − 1 is not 16 times as long.",
        0.1875: "The time is m + p − 1, not m.",
        0.19: "The time is m + p − 1, not m.",
    },
    hints=["p − 1 is still 3.", "m + p − 1 = 16 + 4 − 1 = 19."],
    why="3 / 19 = 0.16.",
    tolerance=0.01,
)

prediction(
    "18-predict-fit",
    81,
    question=(
        "Llama 3 has 405 billion weights. Fully sharded, at 16 bytes per weight and with nothing "
        "else in memory: how many GPUs of 80 GB does its training need at least?"
    ),
    feedback={
        6480: "Those are the GB. Each GPU holds 80 of them.",
        5: "At 1 byte per weight. There are 16.",
        11: "At 2 bytes per weight, which is enough to use the model, and not to train it.",
    },
    hints=["How many GB are 405 billion times 16 bytes?", "6,480 GB, at 80 GB each."],
    why="405 · 16 / 80 = 81. It was trained on 16,384, for the sake of time.",
)

prediction(
    "18-explain-optimizer",
    "c",
    question="Which explanation is right?",
    choices={
        "a": "The learning rate is too low for a sharded model.",
        "b": "A rank sees a share of the batch, and its gradient is too noisy.",
        "c": "The optimiser holds parameters that the model no longer uses.",
        "d": "The gradients are never exchanged.",
    },
    feedback={
        "a": "Sharding changes no step: a rate that is right for one process is right for all.",
        "b": "The gradients are averaged over the ranks before the step.",
        "d": "fully_shard exchanges them in the backward pass, by itself.",
    },
    hints=["When was the optimiser told which tensors it moves, and what did sharding do to them?"],
    why=(
        "fully_shard puts new, sharded parameters in place of the old ones, and the optimiser "
        "moves the old. Shard first, then make the optimiser. (The book's `fit` refuses the other "
        "order.)"
    ),
)

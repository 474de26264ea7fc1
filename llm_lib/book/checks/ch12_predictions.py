"""Predictions and explanations that the chapter on the GPT model asks for."""

from llm_lib.book.exercises import prediction

prediction(
    "12-predict-causal",
    "c",
    question="At which positions do the logits change?",
    choices={
        "a": "Only at position 4.",
        "b": "At all ten: there are four blocks, and each mixes positions.",
        "c": "At positions 4 to 9.",
        "d": "At positions 0 to 3.",
    },
    feedback={
        "a": "Position 9 looks back. Does it see what stands at position 4?",
        "b": "Each block mixes positions in one direction. Which one does the mask allow?",
        "d": "These come before the change. Who may look at whom?",
    },
    why="A position sees itself and what is earlier, in each block: a change runs to the right.",
)

prediction(
    "12-predict-cut",
    "b",
    question=(
        "You switch off feed-forward 3, or feed-forward 0 instead. Where does *kite* fall further?"
    ),
    choices={
        "a": "*feed-forward 3*: it wrote more than *feed-forward 0*.",
        "b": "*feed-forward 0*: later parts read what it wrote.",
        "c": "Neither changes much: *attention 3* wrote the answer.",
        "d": "Both alike: each is one of eight parts.",
    },
    feedback={
        "a": "What it wrote is gone then. But what reads its output? Which parts come after it?",
        "c": "Would *attention 3* still write the same, whatever the stream holds when it reads?",
        "d": "Parts don't do the same. Which of the two is read by more parts?",
    },
    why="After feed-forward 3 come only the last norm and the head: what it wrote is all that it "
    "can give. What feed-forward 0 wrote is read by six later parts, at each token, so it can "
    "matter far more than its share.",
)

prediction(
    "12-predict-double",
    "b",
    question=(
        "You double the blocks (L, `n_layer`), or instead the width (C, `n_embd`). Which adds "
        "more parameters?"
    ),
    choices={
        "a": "Twice the blocks.",
        "b": "Twice the width.",
        "c": "Both the same: twice as much of everything.",
    },
    feedback={
        "a": "That doubles the blocks' part. Now look at the formula: how does C stand in it?",
        "c": "A block has 12 C² + 2 C parameters, and there are L blocks. Which letter is squared?",
    },
    why="L counts blocks, and C is squared in each of them.",
)

prediction(
    "12-by-hand",
    "c",
    question="Which token does the model then say?",
    choices={
        "a": "*kite*: it is the nearest noun.",
        "b": "*fox* or *kite*, with the same probability.",
        "c": "*my*.",
    },
    feedback={
        "a": "Both nouns have the same key. Does the score know which one is nearer?",
        "b": "Half of each value is fetched. What is half of (1, −1, −1, 1) plus half of "
        "(−1, 1, −1, 1), and which of its channels are written?",
    },
    hints=[
        "Norm the three rows. Which scores does the query of *my* get with the three keys?",
        "The scores are 8, 8 and −8: half the weight for each noun. Now take the mean of their "
        "values.",
    ],
    why="The mean of both values is (0, 0, −1, 1). Channels 1 and 2 are 0, so attention adds "
    "(0, 0, 0, 0): the two nouns cancel. Nothing is fetched, so the network erases nothing, and "
    "the stream still says *my*.",
)

prediction(
    "12-predict-width",
    0.5,
    question=(
        "By which factor do the FLOPs for looking back change (per token, with the same number of "
        "tokens)?"
    ),
    feedback={
        1: "The weights stay as they are. But looking back has no weights, and no C².",
        2: "Twice is what the width does in one block. Now count the blocks.",
        4: "That is how the weights of one block grow. Looking back compares vectors.",
        0.25: "A quarter is what fewer blocks do. But each comparison is of longer vectors.",
    },
    hints=[
        "How many FLOPs does looking back take, per token and block?",
        "It is 4CT in each of L blocks. What do C and L become?",
    ],
    why="Looking back grows with L · C, the matrices with L · C².",
)

prediction(
    "12-explain-loss",
    "b",
    question="Which explanation is right?",
    choices={
        "a": "The stream grows from block to block until it overflows.",
        "b": "A token that was read meets its own row again in the head.",
        "c": "The final norm divides by a standard deviation near 0.",
    },
    feedback={
        "a": "However large the stream is, the final norm brings it back to size 1.",
        "c": "The stream holds embeddings with numbers of size 1. How large is its standard "
        "deviation?",
    },
    hints=[
        "What has the final norm made of the stream's size, whatever came before?",
        "Measure it: which logit of a row is the largest, and how large is it?",
    ],
    why="The row of the token is still in the stream. With numbers of size 1, its product with "
    "itself is of the size of C: the model is sure that the token comes again. The other logits "
    "are only of size √C. A head wants numbers of size 1/√C: "
    "a tied table has to start small, or its logits have to be scaled down.",
)

"""Predictions that the chapter on "Attention Is All You Need" asks for, outside its exercises."""

from llm_lib.book.exercises import prediction

prediction(
    "11-predict-position",
    "c",
    question=(
        "Change the vector of fox, and send all eight vectors through one sublayer. Which outputs "
        "change?"
    ),
    choices={
        "a": "Attention: fox only. Feed-forward: fox only.",
        "b": "Attention: all. Feed-forward: all.",
        "c": "Attention: all. Feed-forward: fox only.",
        "d": "Attention: fox only. Feed-forward: all.",
    },
    feedback={
        "a": "Who looks at fox in self-attention, where nothing is hidden?",
        "b": "The feed-forward network takes one vector. Does any other token's vector go in?",
        "d": "Which of the two lets a token look at others?",
    },
    why="All tokens look at fox, but the feed-forward network sees one vector at a time.",
)

prediction(
    "11-predict-residual",
    "b",
    question=(
        "Knowing only how frequent each token is gives a loss of 4.26. Which of the three versions "
        "ends far below that?"
    ),
    choices={
        "a": "All three: the sublayers are the same.",
        "b": "Only the one with both.",
        "c": "Those with the norm: it keeps numbers in their range.",
        "d": "Those with the add: the norm is only cosmetic.",
    },
    feedback={
        "a": "Four layers with two or three sublayers each. What is left of x if each replaces it?",
        "c": "Without the add, does anything of a token's own vector get through a sublayer?",
        "d": "Each sublayer adds to x. How large is it after twelve sums that nobody rescales?",
    },
    why="The add keeps a path through all layers, and the norm keeps the sums from growing.",
)

prediction(
    "11-predict-heads",
    "d",
    question=(
        "The top layer has two heads. When the model writes the 3, their mean is 0.50 on forty "
        "and 0.50 on three. What does each head do?"
    ),
    choices={
        "a": "Each puts half of its weight on forty, half on three.",
        "b": "One does all of it; the other looks at nothing.",
        "c": "Both look at forty; the three comes from elsewhere.",
        "d": "One looks at three alone, the other at forty alone.",
    },
    feedback={
        "a": "The mean alone would allow that. Look at the two heads in the map.",
        "b": "Softmax makes weights that sum to 1. Can a head look at nothing?",
        "c": "What would the mean of the two heads be then?",
    },
    why="Each head has a softmax of its own, so the two can look at two words at once.",
)

prediction(
    "11-predict-blind",
    "c",
    question="With nothing in the memory, what does the decoder write for the three sentences?",
    choices={
        "a": "Nothing: the stop token comes at once.",
        "b": "Three different sentences, all of them wrong.",
        "c": "The same sentence three times.",
        "d": "The right words in a wrong order.",
    },
    feedback={
        "a": "In training, did a translation ever end at once?",
        "b": "What tells the three apart, from the decoder's side?",
        "d": "Where would it know the words from?",
    },
    why="Nothing else tells the decoder which source it is, so it does the same each time.",
)

"""Predictions and explanations that the chapter on self-attention asks for."""

from llm_lib.book.exercises import prediction

prediction(
    "09-predict-swap",
    "b",
    question="The bear has the kite now, and the fox the drum. What happens to the average?",
    choices={
        "a": "The *kite* grows, and the *drum* shrinks.",
        "b": "Nothing changes.",
        "c": "Now *kite* and *drum* are equal, and the *lamp* differs.",
    },
    feedback={
        "a": "Add up the column of the kite, before and after. Which record brought the 1?",
        "c": "They were equal before. How many 1s are in each column, before and after?",
    },
    why="A sum does not tell which record brought what: each thing still occurs once.",
)

prediction(
    "09-predict-paper",
    0.854,
    question=(
        "Now the last token asks for the fox: its query is (5, 0, 0, 5). How much weight does the "
        "record of the fox get? Two decimals will do."
    ),
    feedback={0.8: "That was the bear's weight. What does the last token's own key give now?"},
    hints=[
        "The dot products are 10, 5, 5 and 0. Halve them.",
        "Raise e to each: 148.4, 12.2, 12.2 and 1.",
        "Divide the fox's 148.4 by the sum of all four, 173.8.",
    ],
    why="148.4 / 173.8 = 0.854. The token's own key holds no fox and no thing, so it gets less.",
    tolerance=0.01,
)

prediction(
    "09-predict-spread",
    "b",
    question="For D = 64, how large is a typical dot product of such a query and key?",
    choices={"a": "About 1.", "b": "About 8.", "c": "About 64."},
    feedback={
        "a": "That holds for one term. Here 64 of them are added up.",
        "c": "That would be so if all 64 terms had the same sign. They mostly cancel.",
    },
    why="64 random terms mostly cancel; what is left grows like √64 = 8.",
)

prediction(
    "09-predict-shift",
    "a",
    question=(
        "You add the same vector c to every key. What happens to the attention weights of a query?"
    ),
    choices={
        "a": "Nothing.",
        "b": "They lean towards the keys that point along c.",
        "c": "They become more even.",
    },
    feedback={
        "b": "Work out q · (k + c) for two keys. By how much did each score change?",
        "c": "Even weights need even scores. Did the differences between scores change?",
    },
    hints=["q · (k + c) = q · k + q · c. Which of the two parts depends on the key?"],
    why="Every score of the query grows by the same q · c, and softmax sees only differences.",
)

prediction(
    "09-explain-width",
    "c",
    question=(
        "A colleague doubles D from 64 to 128, then to 256, and changes nothing else. Each time "
        "her model learns more slowly from the start. The loss is never nan. The numbers in "
        "queries and keys start with variance 1, and in the widest, untrained model most rows of "
        "weights have one position with more than 0.9. Which explanation fits?"
    ),
    choices={
        "a": "The causal mask is missing.",
        "b": "Scores were masked with 0 instead of minus infinity.",
        "c": "Scores are not divided by √D.",
    },
    feedback={
        "a": "A leak makes the training loss fall too fast, at any width.",
        "b": "A score of 0 is no rule at all: it would let the future in, at any width.",
    },
    hints=["What grows with D in a fresh model? And what does softmax do with it?"],
    why="Untrained scores spread like √D: softmax saturates, and its gradient is nearly 0.",
)

prediction(
    "09-predict-mask",
    "b",
    question="Which of the two gets the lower loss *in training*?",
    choices={
        "a": "The one with the mask.",
        "b": "The one without.",
        "c": "Both the same: it's the same text.",
    },
    feedback={
        "a": "The one without sees more, when it has to name the next word.",
        "c": "The same text, but the one without sees all of it. What is in there?",
    },
    why="It sees the answer. Whether that is any good shows when it has to write.",
)

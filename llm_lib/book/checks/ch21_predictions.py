"""Predictions and explanations that the chapter on instructions and LoRA asks for."""

from llm_lib.book.exercises import prediction

prediction(
    "21-predict-template",
    "c",
    question=(
        "With this template, tuned Sprout answers 60 of 60 questions right. Now the prompt ends "
        "in `Bot:` and *one space more*. How many are right?"
    ),
    choices={
        "a": "All 60: a space means nothing.",
        "b": "About half.",
        "c": "None, or next to none.",
        "d": "It raises an error.",
    },
    feedback={
        "a": "To a reader, yes. But in training, an answer began with the token `␣Mia`.",
        "b": "In which of the questions would an answer still begin as it did in training?",
        "d": "Every text has tokens, and the model predicts after any of them.",
    },
    why=(
        "In training, each answer began with a token that contains its space, and never after a "
        "lone space."
    ),
)

prediction(
    "21-predict-forget",
    "c",
    question=(
        "Base Sprout is tuned for 80 steps on the three tasks alone, in full. What happens to "
        "its loss on *stories*, which was 0.42?"
    ),
    choices={
        "a": "It stays: what is learned is learned.",
        "b": "It falls: more training is better.",
        "c": "It rises.",
    },
    feedback={
        "a": "All tasks share the same weights. What keeps them from moving?",
        "b": "More training on what? None of these batches contains a story.",
    },
    why="Nothing in the loss asks the weights to keep telling stories.",
)

prediction(
    "21-predict-zero",
    "b",
    question="A is random and B is 0. Which of them has a gradient in the very first step?",
    choices={"a": "A alone.", "b": "B alone.", "c": "Both.", "d": "Neither."},
    feedback={
        "a": "What A changes has to pass through B. What is left of it there?",
        "c": "A's part of the output is B (A x). With B = 0, does moving A change anything?",
        "d": "Move one number of B away from 0: does the output change?",
    },
    why="The output is B (A x): moving B shows at once, while A is multiplied by 0.",
)

prediction(
    "21-predict-rank",
    "c",
    question=(
        "Full tuning's whole change of the blocks, added to base Sprout, gets 48 to 55 of 60 "
        "held-out answers right (embeddings and output stay the base's). How many are right if it "
        "is first *cut* to rank 1?"
    ),
    choices={
        "a": "As many, or nearly so.",
        "b": "About half.",
        "c": "Next to none.",
    },
    feedback={
        "a": "Full tuning was free to use many directions. Would one of them do for all?",
        "b": "Yes or No, by guessing, would bring half. But the form must be learned for that.",
    },
    why="In three runs, 1 to 3: its strongest direction alone doesn't hold what answers need.",
)

prediction(
    "21-predict-everywhere",
    1179648,
    question=(
        "GPT-2's smallest model has twelve blocks. In each, `qkv` is 768 → 2,304, `out` is 768 → "
        "768, `up` is 768 → 3,072, and `down` is 3,072 → 768. How many numbers does LoRA learn "
        "beside all of these matrices, with r = 8?"
    ),
    feedback={
        98304: "That is one block. There are twelve.",
        442368: "That is attention alone, `qkv` and `out`.",
        737280: "That is the feed-forward layers alone.",
    },
    hints=["For each matrix r · (inputs + outputs): add the four, times 12 blocks."],
    why=(
        "8 · (3,072 + 1,536 + 3,840 + 3,840) = 98,304 per block, 1,179,648 in all: about 1 % of "
        "the model's 124 million."
    ),
)

prediction(
    "21-explain-forgetting",
    "b",
    question=(
        "A colleague adds LoRA to a chat model, and tunes it on spam questions alone. Held-out "
        "mails are judged right. But asked for a poem, it answers *No.* She checks: each tensor "
        "of the base is as it was, bit for bit. She needs both, spam and poems. What do you say?"
    ),
    choices={
        "a": "Frozen weights can't forget. The poem's prompt must be wrong.",
        "b": "Switch the adapter off for poems, or mix other texts in and tune again.",
        "c": "Merge the adapter: then the base's weights count again.",
        "d": "It overfitted: take more mails, and tune again.",
    },
    feedback={
        "a": "The base is whole. But is it the base alone that answers?",
        "c": "Merged or beside, the same change is added. What does the output depend on?",
        "d": "Held-out mails are judged right. Would more mails show it a poem?",
    },
    hints=["What does a layer with LoRA compute? Which part of it was kept from moving?"],
    why="The base is kept, but W x plus the change is another model, and that one learned spam.",
)

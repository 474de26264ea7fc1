"""Predictions and explanations that the chapter on tokenization asks for."""

from llm_lib.book.exercises import prediction

prediction(
    "03-predict-encode",
    [5, 1, 2, 4],
    question="Which ids does `face` get? One box for each letter.",
    hints=["Find each letter in the upper line; its id stands below it. The space has 0."],
    why="Each letter is looked up by itself: f is 5, a is 1, c is 2, e is 4.",
)

prediction(
    "03-predict-euro",
    226,
    question=(
        "€ is 8,364, in sixteen bits `0010000010101100`. So the first of its three bytes is "
        "`1110`, followed by `0010`. Which number is that?"
    ),
    feedback={
        2: "That is `0010` alone. The byte begins with `1110`.",
        14: "That is `1110` alone. The four bits `0010` follow.",
        225: "Nearly: the last four bits are 0010, which is 2.",
    },
    hints=[
        "The byte is `11100010`. From the left, its places are worth 128, 64, 32, 16, 8, 4, 2, 1.",
        "Add up the places with a 1: 128 + 64 + 32 + 2.",
    ],
    why="128 + 64 + 32 + 2 = 226, in hexadecimal e2.",
)

prediction(
    "03-predict-words",
    "c",
    question="Encode `Mia has a blue kite.`, and decode the ids. What comes back?",
    choices={
        "a": "Mia has a blue kite.",
        "b": "Mia has a kite.",
        "c": "Mia has a <|unk|> kite.",
        "d": "An error: *blue* has no id.",
    },
    feedback={
        "a": "Where would *blue* come from? No id stands for it.",
        "b": "The unknown word has an id, too: one that it shares with all unknown words.",
        "d": "So it would be without the unknown token. What does `get` return here?",
    },
    why="*blue* gets the id of the unknown token, and nothing in that id says which word it was.",
)

prediction(
    "03-predict-lab",
    "b",
    question=(
        "The text is *Strawberry or strawberry?* Does GPT-2 use the same tokens for *Strawberry*, "
        "at the start, and for *strawberry*, after a space?"
    ),
    choices={
        "a": "Yes: it is the same word.",
        "b": "No: they share no token at all.",
        "c": "Nearly: only the first of their tokens differs.",
    },
    feedback={
        "a": "GPT-2's tokens are made of bytes, and S is another byte than s. And the space?",
        "c": "That would be so if *trawberry* were a token. Look at how each is cut.",
    },
    why=(
        "With its space, *␣strawberry* is one token. *Strawberry* is cut into pieces, and none of "
        "them is that token."
    ),
)

prediction(
    "03-predict-space",
    "c",
    question="Now the same prompt with a space at its end. What will Sprout write next?",
    choices={
        "a": "*kite*, without the space in front.",
        "b": "*␣kite*, as before.",
        "c": "Something else: the kite is lost.",
    },
    feedback={
        "a": "Is *kite* without a space a token that Sprout has seen after a lone space?",
        "b": "Then the text would have two spaces in a row. Did its training texts have that?",
    },
    why="In training, the space before a word belonged to the word's own token.",
)

prediction(
    "03-explain-list",
    "a",
    question="What has happened?",
    choices={
        "a": "*J* came into the list, and every id after it moved up by one.",
        "b": "The model has forgotten its training.",
        "c": "The new text has letters that the old list lacks, and they are written as others.",
        "d": "The ids were decoded in the wrong order.",
    },
    feedback={
        "b": "Not one weight has changed, and the output follows a strict rule. Which?",
        "c": "None of the letters in *Mia lost her kite.* is new. Compare the two lists.",
        "d": "Then the same letters would stand in another order. Is there an *n* in the old line?",
    },
    hints=["Compare each letter with the one that took its place: i and h, o and n, s and r."],
    why=(
        "The model still writes the old ids. In the new list all characters after J stand one "
        "place later, so each id now names the character before. The list must be saved with the "
        "model."
    ),
)

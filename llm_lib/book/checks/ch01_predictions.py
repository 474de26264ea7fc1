"""Predictions that the chapter on what a large language model is asks for."""

from llm_lib.book.exercises import prediction

SENTENCE = "By the lake lived Mia , a brave fox . Mia had a kite that she loved very much .".split()

prediction(
    "01-predict-skill",
    "c",
    question="Which single skill is behind all four answers?",
    choices={
        "a": "Obeying: it was programmed to do what a user asks.",
        "b": "Looking up: it stores requests with their answers.",
        "c": "Continuing: it writes what is likely to come next in such a text.",
        "d": "Sorting: it sends each request to the part that was built for it.",
    },
    feedback={
        "a": "Nobody wrote a rule about requests into it. To the model, a request is only text.",
        "b": "1,180,800 numbers are far too few for that, and it never saw most requests before.",
        "d": "It has no such parts: all four requests used the same numbers.",
    },
    why="A request is the beginning of a text, and the answer is how such a text goes on.",
)

prediction(
    "01-predict-dearest",
    SENTENCE.index("kite"),
    question="Which token surprised Sprout the most? Click it.",
    places=SENTENCE,
    feedback={
        **{i: "Nothing gave that name away. But one token surprised it more." for i in (4, 10)},
        **{i: "A good guess, with a surprise of about 3. One was larger." for i in (2, 7, 8)},
        0: "Nothing comes before the first token, so nobody guesses it.",
    },
    hints=["After which words did the film's bars favour something else?"],
    why="Sprout had put 81 % on “basket” and “shiny” together, and only 0.3 % on “kite”.",
)

prediction(
    "01-predict-temperature",
    "b",
    question="Which of these is the same at every temperature above 0?",
    choices={
        "a": "The probability of the likeliest token.",
        "b": "Which token is the likeliest.",
        "c": "The text that gets written.",
    },
    feedback={
        "a": "A low temperature gives it more, a high one less.",
        "c": "Other probabilities, other draws.",
    },
    why="Temperature makes the differences larger or smaller. It never changes the order.",
)

prediction(
    "01-predict-neuron",
    "b",
    question="How many of the four remarks can the best such sum get right?",
    choices={"a": "Two.", "b": "Three.", "c": "All four, with the right weights."},
    feedback={
        "a": "With w₁ = w₂ = 1 and b = 0, three are right already.",
        "c": "*Not* has to push up, *bad* has to push up, and both together down. Can a sum?",
    },
    why="Each word alone has to push the sum up, so both together push it up even more.",
)

prediction(
    "01-predict-past",
    "c",
    question="How many of the last tokens does Sprout need for its best guesses?",
    choices={"a": "About 4.", "b": "About 32.", "c": "All that there are."},
    feedback={
        "a": "Four tokens show some grammar. Do they say who the story is about?",
        "b": "The hero's thing may have been named further back.",
    },
    why="Each step back helps, the last one too: who has what was said long before.",
)

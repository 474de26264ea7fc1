"""Predictions that the chapter “Fine-tuning to classify” asks for."""

from llm_lib.book.exercises import prediction

prediction(
    "20-predict-step",
    "c",
    question="After one step on the sad text: what does the head say of “I like this kite very "
    "much.”?",
    choices={
        "a": "Still 50 to 50: it has not learned from this text.",
        "b": "Happy: the text says the opposite.",
        "c": "Sad, too.",
    },
    feedback={
        "a": "The weights have moved, and the same weights read this text. Is its score still 0?",
        "b": "The head has seen no happy text. What does it know apart from the direction of x?",
    },
    hints=["Its score for sad is a tenth of the dot product of both vectors: above 0 or below?"],
    why="The vectors point partly the same way: their dot product is 2.95. The scores are −0.295 "
    "and 0.295, so sad gets 64 %.",
)

prediction(
    "20-predict-copies",
    "b",
    question="The copies are left in. What share of the test's spam does the “model” that only "
    "remembers find?",
    choices={"a": "None.", "b": "About a quarter.", "c": "About three quarters.", "d": "All."},
    feedback={
        "a": "That would be so if no text were in both parts. But spam is sent many times.",
        "c": "That would take three copies in four messages to be word for word the same.",
        "d": "Most spam of the test does not occur in the training part to the letter.",
    },
    hints=["It finds a message if the same one, to the letter, is among the training texts."],
    why="Nearly a quarter of the spam in the test was seen in training, word for word.",
)

prediction(
    "20-predict-temperature",
    "a",
    question="All scores are divided by T = 0.25. What happens to the share of right answers?",
    choices={
        "a": "Nothing: it stays exactly as it is.",
        "b": "It rises: the classifier is surer now.",
        "c": "It falls: an overconfident classifier is wrong more often.",
    },
    feedback={
        "b": "The class with the highest score is chosen. Does dividing by T change which it is?",
        "c": "All scores of a text are divided by the same number: their order stays.",
    },
    why="Dividing all scores by one number leaves the largest one the largest.",
)

prediction(
    "20-predict-six",
    1.7918,
    question="A new head for six classes starts at 0. What is its first loss?",
    tolerance=0.01,
    feedback={
        0.69: "That is ln 2, for two classes.",
        0.1667: "That is the probability of each class. The loss is −ln of it.",
        0: "A loss of 0 would need the probability 1 for the right class.",
    },
    hints=["All scores are 0. Which probability does each of six classes get?"],
    why="Each class has the probability 1/6, and −ln(1/6) = ln 6 = 1.79.",
)

prediction(
    "20-explain-score",
    "b",
    question="A colleague collects text messages as they come, splits them at random, and reports "
    "that her filter finds nearly all of the spam. In use, it misses most of a new campaign. Why?",
    choices={
        "a": "It needs more layers.",
        "b": "Messages of one campaign stood on both sides of the split.",
        "c": "Its probabilities were not calibrated.",
    },
    feedback={
        "a": "In her test it did well. What was in that test that a new campaign doesn't have?",
        "c": "That changes how sure it is, and not which class comes first.",
    },
    hints=["What did a random split put into the training texts and the test alike?"],
    why="Spam is sent many times. What the test asked, the training had shown: the score was one "
    "of memory. Split by campaign or by date, and drop copies first.",
)

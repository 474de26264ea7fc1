"""Predictions and explanations that the chapter on evaluation asks for."""

from llm_lib.book.exercises import prediction

prediction(
    "23-predict-rule",
    "b",
    question=(
        "By the sum, “plastic” wins with −13.48. Now divide each sum by the number of its tokens. "
        "Which answer wins?"
    ),
    choices={
        "a": "“plastic”, as before.",
        "b": "“sunlight and water”.",
        "c": "“sugar and salt”: it has three tokens, too.",
    },
    feedback={
        "a": "Its sum is divided by 1 and stays −13.48. What is −13.57 divided by 3?",
        "c": "It is divided by 3 as well, but its sum is −19.52. Which of the two is larger?",
    },
    why="−13.57 / 3 = −4.52 is the largest. The sum charged the longer answer for each token.",
)

prediction(
    "23-predict-letter",
    "b",
    question=(
        "Asked for a letter after “Answer:”, the model gets 10 of 40 right, as many as a guesser. "
        "How often does it say each letter?"
    ),
    choices={
        "a": "About ten times each: it guesses.",
        "b": "One letter nearly always.",
        "c": "A and D most often, the first and the last.",
    },
    feedback={
        "a": "A die would do so. What does a model do that always finds one letter likeliest?",
        "c": "Either can be a favourite. But need there be two?",
    },
    why="It says A forty times; the right answer stands there ten times.",
)

prediction(
    "23-predict-interval",
    200,
    question=(
        "With 50 questions, a share of 70 % is known to ±12.7 points. How many questions does it "
        "take for half of that?"
    ),
    feedback={
        100: "Twice as many shrink the error by √2 alone: to ±9.0 points.",
        25: "Fewer questions make it wider.",
    },
    hints=["The error falls with the root of n. By what has n to grow for twice the root?"],
    why="Four times the questions, half the error.",
)

prediction(
    "23-predict-copies",
    "c",
    question=(
        "It gets about 21 % of fresh questions right. Of which groups does it get more than half "
        "right?"
    ),
    choices={
        "a": "Of all that lay in the training data, once or more.",
        "b": "Of those with 4 copies or more.",
        "c": "Of those with 64 copies alone.",
    },
    feedback={
        "a": "It passes over the data about twice, among 20,000 other problems. Is once enough?",
        "b": "With 4 copies it has seen each about eight times, among 20,000 others.",
    },
    why="This small model needs dozens of looks. Larger ones need fewer: don’t take it as a rule.",
)

prediction(
    "23-explain-quarter",
    "b",
    question="What should she look at first?",
    choices={
        "a": "At more questions: the interval is too wide.",
        "b": "At which letters it says.",
        "c": "At nothing: 25 % is guessing, so it knows nothing.",
    },
    feedback={
        "a": "More questions would say 25 % more surely. Could one habit give exactly that?",
        "c": "It says no more than a guesser in *this form*. What if it always said A?",
    },
    hints=["Which habit gets exactly a quarter, whatever the questions are?"],
    why="Who always says one letter gets a quarter, and may still know the answers in words.",
)

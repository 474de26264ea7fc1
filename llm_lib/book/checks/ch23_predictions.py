"""Predictions and explanations that the chapter on evaluation asks for."""

from llm_lib.book.exercises import prediction

prediction(
    "23-predict-rule",
    "b",
    question=(
        "The right answer is “the blue whale”: 14 characters, sum −14.06. “The elephant” has 12 "
        "characters and the sum −10.79. Which of the two wins, divided by characters?"
    ),
    choices={
        "a": "“the blue whale”: the rule makes up for its length.",
        "b": "“the elephant”.",
    },
    feedback={
        "a": "−14.06 / 14 is −1.00. And what is −10.79 / 12?",
    },
    why="−10.79 / 12 = −0.90 is larger than −14.06 / 14 = −1.00. The rule helps, but not always.",
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
    160,
    question=(
        "With 40 questions, a score of 67.5 % is known to ±14.5 points. How many questions does it "
        "take for half of that?"
    ),
    feedback={
        80: "Twice as many shrink the error by √2 alone: to ±10.3 points.",
        20: "Fewer questions make it wider.",
    },
    hints=["The error falls with the root of n. By what has n to grow for twice the root?"],
    why="Four times the questions, half the error.",
)

prediction(
    "23-predict-seen",
    "b",
    question=(
        "SmolLM2 gets 15 of the seen half right, and 12 of the other. What does X get, which was "
        "trained on the seen half eight times over?"
    ),
    choices={
        "a": "More of both halves: it has learned how to answer.",
        "b": "More of the half that it saw, and of the other about as much as before.",
        "c": "As much as before of both: eight looks are too few.",
    },
    feedback={
        "a": "What could 20 questions on Paris or spiders tell it about the color of a banana?",
        "c": "Each look is a step of training on these very answers. What does the loss do there?",
    },
    why="Of the seen half it won four and lost none; of the other it won three and lost two.",
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
    why="Here it takes 64 copies, read about twice. Large models may need fewer: it is no rule.",
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

"""Predictions and explanations that the chapter on how a model is made asks for."""

from llm_lib.book.exercises import prediction

prediction(
    "02-predict-order",
    "b",
    question="Sprout reads 33 million tokens. What does it learn first, what last?",
    choices={
        "a": "First whose story it tells, then sentences, then words that fit together.",
        "b": "First words that fit together, then sentences, last a story that keeps its hero.",
        "c": "All three grow together, a little with each step.",
    },
    feedback={
        "a": "How far back must it look for the next word, and how far for the hero?",
        "c": "Which of the three helps with nearly every token, and which with a few?",
    },
    why=(
        "What helps with nearly every token comes first. Only a few tokens need the hero, and for "
        "those the model has to look far back."
    ),
)

prediction(
    "02-predict-unseen",
    "b",
    question=(
        "Sprout and an untrained network get the same 30 examples, 60 steps. Then both are asked "
        "about 30 other words. How many does each get right?"
    ),
    choices={
        "a": "Both nearly all: the examples are the same.",
        "b": "Sprout nearly all, the untrained network about half.",
        "c": "Both about half: none of the 30 words was in an example.",
        "d": "Sprout nearly all, the untrained network none.",
    },
    feedback={
        "a": "What does an untrained network know of the word *bear*, which is in no example?",
        "c": "Sprout has read thousands of stories about bears, and others about drums.",
        "d": "It does learn to say Yes or No. How often is a blind guess right?",
    },
    why=(
        "The untrained network knows nothing of a word that was in no example. Sprout has read "
        "what animals do in stories, and what is done with things."
    ),
)

prediction(
    "02-predict-forget",
    "c",
    question=(
        "Before, Sprout answered 99 of 100 questions on a passage, and 100 of 100 of the form "
        "“Happy or sad?”. How many after the fine-tuning?"
    ),
    choices={
        "a": "As many: the examples were about something else.",
        "b": "Both a little fewer.",
        "c": "Of one kind fewer, of the other none at all.",
        "d": "More: it has had practice in answering.",
    },
    feedback={
        "a": "Each step moved all parameters. Which of them serve the old tasks, too?",
        "b": "One of the two old answers is a single word, as Yes and No are. What may happen?",
        "d": "It has practised to begin with Yes or No. Is that right after “Happy or sad?”",
    },
    why=(
        "It now answers every such sentence with “No.” Each step moves all parameters, and no "
        "example rewards “Happy” or “Sad”."
    ),
)

prediction(
    "02-predict-judge",
    "b",
    question=(
        "In the 30 pairs, a judge now prefers “Yes, it is.” for every word, the kite and the lamp "
        "too. The tuned model knows better. What does it say about words in no pair, such as the "
        "drum, after 40 steps?"
    ),
    choices={
        "a": "“No, it is not.”: what it knows stays.",
        "b": "It begins with Yes, about everything.",
        "c": "Half Yes and half No: it can't decide.",
    },
    feedback={
        "a": "Which of the pairs rewards a No?",
        "c": "Does any pair still speak for No?",
    },
    why="The loss asks only what the judge likes. That an answer is true appears nowhere in it.",
)

prediction(
    "02-predict-bill",
    4,
    question=(
        "You double the parameters, and want as many tokens *per parameter* as before. How many "
        "times as much do you pay?"
    ),
    feedback={
        2: "That is for the parameters alone. How many tokens do you need now?",
        8: "The bill grows with N and with D, once each.",
    },
    hints=["FLOPs are about 6 · N · D. Both N and D double."],
    why="Twice the parameters and twice the tokens: 2 · 2 = 4 times the FLOPs.",
)

prediction(
    "02-where-learned",
    "a",
    question="Where did it learn which city is a country's capital?",
    choices={
        "a": "In pretraining; fine-tuning then showed it how to answer.",
        "b": "In the fine-tuning: before, it never answered.",
        "c": "Nowhere: it guesses.",
    },
    feedback={
        "b": "None of the 1,000 examples was about a capital. What could they teach about Peru?",
        "c": "How often would a guess hit, of all the cities there are?",
    },
    hints=["Which of the two trainings has read texts about Peru?"],
    why="As with the bear: the knowledge came from the text, the practice of answering later.",
)

prediction(
    "02-explain-forgetting",
    "b",
    question="Which explanation is right?",
    choices={
        "a": "The tokenizer changed, so old texts are read wrongly.",
        "b": (
            "The parameters were moved for the new texts only, and nothing held what served the "
            "old ones."
        ),
        "c": "200 examples are too few to change a model at all.",
    },
    feedback={
        "a": "Fine-tuning does not touch the tokenizer: the ids of a text stay what they were.",
        "c": "It is perfect on the 200, so the model did change.",
    },
    hints=["All parameters serve all tasks. What does a step for one task do to the others?"],
    why="It is called catastrophic forgetting.",
)

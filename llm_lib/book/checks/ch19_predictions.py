"""Predictions and explanations that the chapter on real weights asks for."""

from llm_lib.book.exercises import prediction

prediction(
    "19-predict-offset",
    "d",
    question=(
        "The second tensor has the offsets 32,768 and 131,072. At which byte of the file does it "
        "begin?"
    ),
    choices={"a": "2,544", "b": "32,768", "c": "35,304", "d": "35,312"},
    feedback={
        "a": "There the first tensor begins. The second begins 32,768 bytes later.",
        "b": "That counts from the end of the header. What comes before it in the file?",
        "c": "Nearly: the eight bytes that say how long the header is are in the file, too.",
    },
    hints=["Eight bytes of length, 2,536 bytes of header, then the tensors."],
    why="8 + 2,536 + 32,768 = 35,312.",
)

prediction(
    "19-predict-bits",
    5,
    question="20 bytes for 32 weights: how many bits per weight?",
    feedback={
        4: "That is the code alone. The block has four more bytes, for scale and minimum.",
        0.625: "That is in bytes. A byte has 8 bits.",
        1.6: "That is weights per byte: turn it round, and count bits.",
    },
    hints=["20 bytes are 160 bits, for 32 weights."],
    why="160 / 32 = 5: four bits of code, and one for its share of scale and minimum.",
)

prediction(
    "19-predict-silent",
    "b",
    question="Which matrices of layer 0 can you transpose by mistake without any error?",
    choices={
        "a": "`attn_k` and `attn_v`",
        "b": "`attn_q` and `attn_output`",
        "c": "`ffn_gate`, `ffn_up` and `ffn_down`",
        "d": "None: transposed, each has another shape.",
    },
    feedback={
        "a": "They are (192, 576), and (576, 192) when transposed: that does not fit.",
        "c": "They are (1536, 576) or (576, 1536), and the transpose has the other shape.",
        "d": "Look for two equal numbers. What is (576, 576), transposed?",
    },
    why="A square matrix has the same shape when it is transposed.",
)

prediction(
    "19-predict-transposed",
    "a",
    question=(
        "Without mistakes the loss is 4.33, and a uniform guess has 10.80. With `attention.out` "
        "transposed in one layer of thirty, the loss is …"
    ),
    choices={
        "a": "below 4.5.",
        "b": "about 7, halfway to a uniform guess.",
        "c": "above 10: one wrong layer ruins all later ones.",
    },
    feedback={
        "b": "How many layers are still right, and what does a layer do to the stream?",
        "c": "A layer doesn't replace the stream. It adds to it.",
    },
    why=(
        "Each layer only adds to the stream. So one wrong layer spoils its own share, and the 29 "
        "others go on, with a stream that is partly wrong."
    ),
)

prediction(
    "19-predict-induction",
    "c",
    question=(
        "The loss is 13.7 on the first copy and 2.35 on the second. With head 18.6 alone switched "
        "off, the second …"
    ),
    choices={
        "a": "stays near 2.35: one head of 270 does not matter.",
        "b": "rises to about 13.7: this head does the copying.",
        "c": "rises to about 3.5: most of the copying goes on without it.",
    },
    feedback={
        "a": "It is the best of them. Can all others fully replace it?",
        "b": "Look at the list: how many other heads look at the same place?",
    },
    why="Other heads look there, too, and the stream adds up what all heads write.",
)

prediction(
    "19-predict-size",
    14.0,
    question=(
        "A model has 7 billion weights, and its file stores each of them in 16 bits. How many "
        "gigabytes (10⁹ bytes) do the weights take?"
    ),
    feedback={
        112: "That is in gigabits. A byte has 8 bits.",
        7: "That would be one byte per weight.",
        28: "That would be 32 bits per weight.",
    },
    hints=["16 bits are two bytes, so each weight takes two bytes."],
    why="7 · 2 = 14 gigabytes. In blocks like ours, at 5 bits per weight, it would be 4.4.",
)

prediction(
    "19-explain-head",
    "c",
    question=(
        "Somebody has loaded a model with a vocabulary of 32,000 tokens. Its stream agrees with "
        "that of a second program, to six digits, after the embedding and after every layer. But "
        "its loss is 11.1 on any text, and a uniform guess has 10.4. What was forgotten?"
    ),
    choices={
        "a": "To reorder the rotary pairs.",
        "b": "To transpose the square matrices.",
        "c": "To tie the head to the embedding.",
        "d": "To set the eps of the norms in the layers.",
    },
    feedback={
        "a": "Wrong pairs change what layer 0 adds to the stream.",
        "b": "A transposed matrix changes what its layer adds to the stream.",
        "d": "The norms in the layers change what their layers add to the stream.",
    },
    hints=["What comes after the stream's last value, and before the loss?"],
    why="The stream is right, so the fault lies after it: the head still has its random start.",
)

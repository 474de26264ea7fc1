"""Predictions and explanations that the appendix on PyTorch asks for."""

from llm_lib.book.exercises import prediction

prediction(
    "c-predict-dtype",
    "float32",
    question="What is the dtype of `torch.tensor([1, 2, 3]) / 2`?",
    choices={
        "int64": "`int64`: whole numbers",
        "float32": "`float32`: floats of 4 bytes",
        "float64": "`float64`: floats of 8 bytes",
    },
    feedback={
        "int64": "A half has no place in an integer, so `/` always answers in floats.",
        "float64": "That is what NumPy would do. PyTorch's own default is half as large.",
    },
    hints=["Try it: `(torch.tensor([1, 2, 3]) / 2).dtype`."],
    why="True division leaves the integers, and PyTorch's default float has 4 bytes.",
)

prediction(
    "c-predict-matmul",
    (2, 3, 5, 5),
    question="What is the shape of `q @ k.transpose(-2, -1)`?",
    feedback={
        (2, 3, 4, 4): "That is k.transpose(-2, -1) @ q: here the 4 channels are summed away.",
        (2, 3, 5, 4): "The inner sizes, 4 and 4, must disappear: one from each side stays.",
        (5, 5): "Only the last two dimensions are multiplied; what becomes of the first two?",
    },
    hints=["(5, 4) times (4, 5), once for each of the 2 · 3 pairs of tables."],
    why="Every query with every key, for each text and head: a (T, T) table.",
)

prediction(
    "c-predict-accumulate",
    12,
    question="What is `w.grad` now?",
    feedback={
        6: "That is one call. The second adds to what is there.",
        9: "That is the loss; the question is its slope.",
        36: "They are added, not multiplied.",
    },
    hints=["One backward pass gives 2 · w. What does the second do with it?"],
    why="backward adds into .grad: 6 + 6. That is why every loop calls zero_grad.",
)

prediction(
    "c-predict-parameters",
    105,
    question="How many parameters has `nn.Linear(20, 5)`?",
    feedback={
        100: "Those are the weights. What is added after the product?",
        25: "Every one of the 5 outputs has a weight for each of the 20 inputs.",
        120: "There is one bias for each output, not for each input.",
    },
    hints=["A table of weights, and one number to add to each output."],
    why="20 · 5 weights and 5 biases.",
)

prediction(
    "c-explain-error",
    "b",
    question="What is wrong?",
    choices={
        "a": "A batch must hold 5 examples here, not 32.",
        "b": "Each example has 10 numbers, and the layer wants 5.",
        "c": "The layer's weight must be transposed first.",
    },
    feedback={
        "a": "32 is the outer size on the left: any number of rows may come.",
        "c": "The layer does that itself: mat2 in the message is the weight, turned already.",
    },
    hints=["In a product (n, k) @ (k, m) the two inner sizes must agree. Which are they?"],
    why="10 and 5 are the inner sizes. Most often the layer was made for another input.",
)

prediction(
    "c-explain-silent",
    "b",
    question="Why does it find the intercept and no slope?",
    choices={
        "a": "The learning rate is too small, so it has hardly moved.",
        "b": "Each prediction is compared with all targets, not with its own.",
        "c": "The gradients of all steps pile up.",
    },
    feedback={"a": "Then more steps would help: try.", "c": "Every step calls zero_grad."},
    hints=["Print the shapes of `model(x)`, of `y`, and of their difference."],
    why="(50, 1) minus (50,) is (50, 50). Against all targets, the best answer is their mean.",
)

prediction(
    "c-predict-digits",
    "b",
    question="What is 16,777,216 + 1 in `float32`?",
    choices={"a": "16,777,217", "b": "16,777,216", "c": "An error."},
    feedback={
        "a": "That number needs 25 binary digits. How many are there?",
        "c": "Floats round, and say nothing.",
    },
    hints=["How many binary digits does the sum need?"],
    why="With 24 binary digits, the 1 falls off the end.",
)

prediction(
    "c-predict-pairs",
    "b",
    question="One index tensor for the rows and one for the columns: what do you get?",
    choices={"a": "A 3 by 3 table.", "b": "Three numbers.", "c": "An error."},
    feedback={
        "a": "That takes two steps: rows first, then columns.",
        "c": "Both have three entries, so they go together.",
    },
    hints=["How many entries has each index? What can as many pairs name?"],
    why="The two indices are read in pairs.",
)

prediction(
    "c-predict-broadcast",
    "b",
    question="Which of the shapes (3,), (4,) and (4, 1) can be added to (4, 3)?",
    choices={
        "a": "All three.",
        "b": "(3,) and (4, 1).",
        "c": "(4,) and (4, 1).",
        "d": "None: all differ from (4, 3).",
    },
    feedback={
        "a": "Write the shapes below each other, aligned at the right.",
        "c": "Aligned at the right, 4 stands below 3.",
        "d": "A missing size, or one of 1, is stretched.",
    },
    hints=["Write the shapes below each other, aligned at the right."],
    why="Shapes are aligned at the right: there the 4 of (4,) meets a 3.",
)

prediction(
    "c-predict-dim",
    3,
    question="A table has 2 rows and 3 columns. How many numbers does `sum(dim=0)` give?",
    feedback={2: "That is `dim=1`: what is named disappears.", 1: "That is a sum without `dim`."},
    hints=["`dim` names the dimension that disappears. Which size is left of (2, 3)?"],
    why="`dim=0` adds over the rows, so the 2 goes and 3 numbers are left.",
)

prediction(
    "c-predict-backward",
    16,
    question="`w.grad` is 8. What is it after another `backward`, from the same loss?",
    feedback={8: "So it would be if the new gradient replaced the old one.", 64: "Not multiplied."},
    hints=["The same gradient comes again. What happens to the one that is there?"],
    why="Gradients are added to what is there: 8 + 8.",
)

prediction(
    "c-predict-rate",
    "c",
    question="Starting from 3, where do ten steps with the rate 0.26 end?",
    choices={
        "a": "At 2, sooner than with the rate 0.1.",
        "b": "Still close to 3.",
        "c": "Further from 2 than they began.",
    },
    feedback={
        "a": "A step can be so long that it lands on the other side, and higher.",
        "b": "That is the fate of a rate that is too small.",
    },
    hints=["At 3 the gradient is 8. Where does a step of 0.26 times 8 end?"],
    why="Each step jumps over the valley and lands higher than before.",
)

"""Checks for the chapter on what came before attention."""

from collections.abc import Iterator
from math import exp, log

import torch

from llm_lib.book.checks.compare import name_mistakes
from llm_lib.book.exercises import Case, exercise, prediction

prediction(
    "08-predict-mix",
    0.75,
    question="What is the first number of the mix?",
    hints=[
        "Raise e to each score. What is e to the power of ln 3, and to the power of 0?",
        "Divide each power by their sum: these are the weights. The mix is the weighted average.",
    ],
    feedback={
        1.0: "Softmax doesn't choose one state: the other one keeps a weight, too.",
        0.5: "That is the even mix. Here the scores differ.",
        3.0: "That is the power of e. Divide it by the sum of both powers.",
        0.25: "That is the second number: the weight of the second state.",
        "3/4": "The right fraction, as a text. Leave out the quotation marks.",
    },
    why="The powers are 3 and 1, so the weights are 3/4 and 1/4, and the mix is (3/4, 1/4).",
    tolerance=1e-6,
)


@exercise(
    "08-bigram",
    hints=[
        "Two counts are needed: how often `context` is followed by `token`, and by anything.",
        "The last id of the text has nothing after it: it is no context.",
        "Then (count + k) / (total + k · vocab_size).",
    ],
    why="With k = 1 that is Laplace's rule, from the 18th century.",
)
def bigram() -> Iterator[Case]:
    """Yield cases for `my_bigram(ids, context, token, k, vocab_size)`: a probability."""
    mixed, thrice = [0, 1, 0, 1, 0, 2, 1, 1, 0], [2, 2, 2, 0, 2]  # where (2, 2) comes twice
    for ids, context, token, k, size in (
        (mixed, 0, 1, 1, 3),
        (mixed, 1, 0, 0.5, 3),
        (mixed, 2, 2, 0.1, 4),
        (mixed, 3, 0, 1, 5),
        (thrice, 2, 2, 1, 3),
    ):
        total = sum(i == context for i in ids[:-1])
        count = sum(ids[t] == context and ids[t + 1] == token for t in range(len(ids) - 1))
        mistakes = {
            "the last id has nothing after it: don't count it as a context": (
                (count + k) / (ids.count(context) + k * size)
            ),
        }
        yield Case(
            f"ids={ids}, context={context}, token={token}, k={k}, vocab_size={size}",
            (ids, context, token, k, size),
            accept=name_mistakes((count + k) / (total + k * size), mistakes, tolerance=1e-6),
        )


@exercise(
    "08-perplexity",
    hints=[
        "First the loss: the mean of -ln p, one term for each probability.",
        "Then raise e to it: `math.exp(loss)`.",
    ],
    why="Perplexity is one over the geometric mean of the probabilities.",
)
def perplexity() -> Iterator[Case]:
    """Yield cases for `my_perplexity(probabilities)`: a list of numbers to one number."""
    for p in ([0.25, 0.25, 0.25], [1.0, 1.0], [0.5, 0.125], [0.9, 0.01, 0.3, 0.3]):
        loss = -sum(map(log, p)) / len(p)
        mistakes = {"that is the loss: perplexity is e to its power": loss}
        yield Case(f"probabilities={p}", (p,), accept=name_mistakes(exp(loss), mistakes))


@exercise(
    "08-rnn-states",
    hints=[
        "Begin with a state of zeros, as many as b has, and keep one state in a variable.",
        "One step is h = tanh(x_t @ w_x + h @ w_h + b); the new h goes into the next step.",
        "Collect the states in a list, and `torch.stack` it at the end.",
    ],
    why="A row of states, each made from the last one: this loop can't be run in parallel.",
)
def rnn_states() -> Iterator[Case]:
    """Yield cases for `my_states(x, w_x, w_h, b)`: (T, C) inputs to (T, H) states."""
    draw = torch.Generator().manual_seed(7)
    for T, C, H in ((1, 2, 3), (4, 3, 2), (9, 2, 5)):
        x, w_x, w_h, b = (
            torch.randn(*shape, generator=draw) for shape in ((T, C), (C, H), (H, H), (H,))
        )
        network = torch.nn.RNN(C, H, batch_first=True)
        with torch.no_grad():
            network.weight_ih_l0.copy_(w_x.T)
            network.weight_hh_l0.copy_(w_h.T)
            network.bias_ih_l0.copy_(b)
            network.bias_hh_l0.zero_()
            expected = network(x[None])[0][0]
            network.weight_hh_l0.copy_(w_h)
            transposed = network(x[None])[0][0]
        mistakes = {
            "is W_h transposed? The case of one step can't tell": transposed,
            "shifted by one: these are the states before each step, keep those after it": (
                torch.cat((torch.zeros(1, H), expected[:-1]))
            ),
        }
        accept = name_mistakes(expected, mistakes)
        yield Case(f"T={T}, C={C}, H={H}", (x, w_x, w_h, b), accept=accept)


prediction(
    "08-explain-vanishing",
    "c",
    question="Why?",
    choices={
        "a": "The state of 256 numbers is too small.",
        "b": "Its learning rate is too low.",
        "c": "The gradient shrinks at each step on its way back.",
    },
    feedback={
        "a": "One number is enough to hold one bit. Could the state learn to keep it?",
        "b": "With five tokens in between, the same rate learns at once. What else has changed?",
    },
    hints=[
        "The distance alone decides whether it works. What happens once at every step?",
        "Forty factors below 1, multiplied: how much is left?",
    ],
    why="What is never told to change does not change, however many examples there are.",
)


@exercise(
    "08-additive-attention",
    hints=[
        "A score for each state of the source: v · tanh(state @ w_q + its vector @ w_k).",
        "`source @ w_k` is (S, A) and `state @ w_q` is (A,): adding them repeats the second.",
        "Softmax over the S scores gives weights; return weights @ source.",
    ],
    why="One weighted average of all states, with weights that the asker chooses anew each time.",
)
def additive_attention() -> Iterator[Case]:
    """Yield cases for `my_attention(state, source, w_q, w_k, v)`: to a vector (E,)."""
    draw = torch.Generator().manual_seed(8)
    for S, E, D, A in ((1, 2, 3, 4), (5, 3, 2, 4), (7, 4, 4, 3)):
        shapes = ((D,), (S, E), (D, A), (E, A), (A,))
        state, source, w_q, w_k, v = (torch.randn(*s, generator=draw) for s in shapes)
        scores = [
            sum(v[a] * torch.tanh(state @ w_q[:, a] + row @ w_k[:, a]) for a in range(A))
            for row in source
        ]
        shares = [s.exp() / sum(other.exp() for other in scores) for s in scores]
        expected = sum(share * row for share, row in zip(shares, source, strict=True))
        label = f"S={S} states of {E} numbers, state of {D}, A={A}"
        yield Case(label, (state, source, w_q, w_k, v), expected)

"""Many answers to one prompt, and one of them: by majority, or by a checker.

Self-consistency (Wang et al. 2022) draws several thoughts, and takes the answer that most of them
end in. Where a program can tell right from wrong, the best of n needs no majority. And a thought
can be given a budget: after so many tokens it is closed, and the answer follows (Muennighoff et al.
2025, "s1").
"""

from collections import Counter
from collections.abc import Callable, Hashable, Sequence
from typing import Any

from llm_lib.arguments import check_whole
from llm_lib.generation.completion import complete
from llm_lib.generation.tokens import generate
from llm_lib.model.gpt import GPT
from llm_lib.tokenizer import Tokenizer, require_end_id


def draw_texts(
    model: GPT,
    tokenizer: Tokenizer,
    prompts: Sequence[str],
    n: int,
    max_new_tokens: int = 160,
    *,
    temperature: float = 1.0,
    seed: int | None = None,
) -> list[list[str]]:
    """Return `n` texts drawn after each prompt, each up to the end-of-text token.

    Raises ValueError for n below 1, or if all were the same: at temperature 0.
    """
    check_whole("n", n)
    if temperature == 0 and n > 1:
        raise ValueError("at temperature 0 all texts are the same: draw one, or raise temperature")
    rows = [prompt for prompt in prompts for _ in range(n)]
    settings: dict[str, Any] = {"temperature": temperature, "seed": seed}
    drawn = complete(model, tokenizer, rows, max_new_tokens, **settings) if rows else []
    return [drawn[i : i + n] for i in range(0, len(drawn), n)]


def majority_vote(answers: Sequence[Hashable | None]) -> Hashable | None:
    """Return the answer given most often; of equals, the one that came first.

    None is no answer and has no vote; without any vote, the result is None.

    >>> majority_vote(["dca", None, "ecb", None, "ecb"])
    'ecb'
    """
    counts = Counter(answer for answer in answers if answer is not None)
    return counts.most_common(1)[0][0] if counts else None


def best_of(texts: Sequence[str], mark: Callable[[str], float]) -> str:
    """Return the text with the highest mark; of equals, the first. ValueError for no text.

    >>> best_of(["a", "abc", "abd"], len)
    'abc'
    """
    if not texts:
        raise ValueError("there is no text to choose from: draw at least one")
    return max(texts, key=mark)


def think_within(
    model: GPT,
    tokenizer: Tokenizer,
    prompts: Sequence[str],
    budget: int,
    close_id: int,
    max_answer_tokens: int,
    **settings: Any,
) -> list[str]:
    """Return texts whose thought has at most `budget` tokens, then `close_id`, then the answer.

    `close_id` is the token that ends a thought, such as that of "</think>". A thought that ends by
    itself is left as it is. Settings are those of `generate`; greedy if none.
    """
    check_whole("budget", budget, 0)
    end = require_end_id(tokenizer)
    stops, settings = (close_id, end), settings or {"temperature": 0}
    asked = [tokenizer.encode(prompt) for prompt in prompts]
    thoughts = generate(model, asked, budget, stop_ids=stops, **settings)
    closed = [
        [*_without_last(row.tolist(), len(ids), stops), close_id]
        for row, ids in zip(thoughts, asked, strict=True)
    ]
    n = max_answer_tokens
    rows = generate(model, closed, n, stop_ids=[end], **settings)
    new = [row[len(i) :].tolist() for row, i in zip(rows, asked, strict=True)]
    return [tokenizer.decode(i[:-1] if i[-1] == end else i) for i in new]


def _without_last(row: list[int], n_prompt: int, stops: tuple[int, int]) -> list[int]:
    """Return a row without the stop token that ended what was written behind the prompt."""
    return row[:-1] if len(row) > n_prompt and row[-1] in stops else row

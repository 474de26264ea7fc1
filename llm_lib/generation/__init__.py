"""Text generation: predict, choose a token, append it, and repeat.

Read `sampling`, from scores to one token, and `tokens`, the loop that writes; `completion` puts
text in and takes text out. `prefill` and `fast_cpu` are how it reads a prompt and then one token
after the other, quickly. Two ways to search and to hurry come last: `beam_search`, which keeps
several beginnings, and `speculative`, where a cheap drafter guesses ahead. `votes` writes several
answers and keeps one, or gives a thought its budget.
"""

from llm_lib.generation.beam_search import beam_search
from llm_lib.generation.completion import complete
from llm_lib.generation.sampling import (
    choose_token,
    filter_logits,
    penalize_repetition,
    token_probabilities,
)
from llm_lib.generation.speculative import GPTDrafter, accept_draft, generate_speculative
from llm_lib.generation.tokens import generate, pad_left, stream_text, stream_tokens
from llm_lib.generation.votes import best_of, draw_texts, majority_vote, think_within

__all__ = [
    "GPTDrafter",
    "accept_draft",
    "beam_search",
    "best_of",
    "choose_token",
    "complete",
    "draw_texts",
    "filter_logits",
    "generate",
    "generate_speculative",
    "majority_vote",
    "pad_left",
    "penalize_repetition",
    "stream_text",
    "stream_tokens",
    "think_within",
    "token_probabilities",
]

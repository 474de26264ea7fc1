"""Text in, text out: what a model writes on, up to the end of the text."""

from typing import Any

from llm_lib.generation.tokens import generate
from llm_lib.model.gpt import GPT
from llm_lib.tokenizer import Tokenizer, require_end_id


def complete(
    model: GPT,
    tokenizer: Tokenizer,
    prompts: list[str],
    max_new_tokens: int = 160,
    **settings: Any,
) -> list[str]:
    """Return the model's continuation of each prompt, up to the end-of-text token.

    Settings are those of `generate`; greedy if none.
    """
    end = require_end_id(tokenizer)
    settings = settings or {"temperature": 0}
    encoded = [tokenizer.encode(prompt) or [end] for prompt in prompts]
    texts = generate(model, encoded, max_new_tokens, stop_ids=[end], **settings)
    new = [text[len(ids) :].tolist() for text, ids in zip(texts, encoded, strict=True)]
    return [tokenizer.decode(ids[: ids.index(end)] if end in ids else ids).strip() for ids in new]

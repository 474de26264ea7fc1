"""Writes a model into one HTML file that anybody can open: it runs there, without a network."""

import json
import os
from html import escape
from pathlib import Path
from typing import Any

from llm_lib.book.widgets.base import HERE, check_text
from llm_lib.book.widgets.playground import LABS, TEXT, Playground, describe_labs, shelve
from llm_lib.book.widgets.scripts import join_modules
from llm_lib.files import atomic_write
from llm_lib.model.gpt import GPT
from llm_lib.tokenizer import Tokenizer

FILE = "playground.html"
MOST_PARAMETERS = 40_000_000  # a phone can hold them: see llm_lib/book/engine/model_config.js
# The page may run what is in it, the engine's WebAssembly too, and reach nothing else.
POLICY = (
    "default-src 'none'; script-src 'unsafe-inline' 'wasm-unsafe-eval' blob:; "
    "style-src 'unsafe-inline'; img-src data:"
)
STYLE = """
body { margin: 0; background: var(--llm-bg); color: var(--llm-fg); font: 1rem/1.5 var(--llm-font); }
main { max-width: 62rem; margin: 0 auto; padding: 1rem; }
h1 { margin: 0.5rem 0 0; font-size: 1.75rem; line-height: 1.2; overflow-wrap: anywhere; }
main > p { max-width: 48rem; margin: 0.5rem 0 1rem; color: var(--llm-muted); }
"""


def export_page(
    model: GPT,
    tokenizer: Tokenizer,
    path: str | os.PathLike,
    *,
    title: str = "My language model",
    text: str = TEXT,
) -> Path:
    """Write `model` and the Playground into one HTML file, say how large it is, return its path.

    The file needs nothing else, no network either, and can be sent to anybody: it opens in a
    browser from wherever it lies. The weights are rounded to float16.

    path: the file, if it ends in ".html"; else a folder, in which it is called playground.html.
    title: what the page and the model are called, at most 40 characters.
    text: what stands there to be continued. If the model can't read it, other words do.

    The file appears whole or not at all. Raises ValueError or TypeError, naming the argument and
    what is allowed: at most 40 million parameters.

    >>> export_page(GPT(config), tokenizer, "my-model", title="Fox")  # doctest: +SKIP
    my-model/playground.html: 3.6 MB, to open in any browser or to send to a friend
    """
    if not check_text("title", title, 40).strip():
        raise ValueError("title should not be empty")
    if not isinstance(model, GPT):
        raise TypeError(f"model should be a GPT; got {type(model).__name__}")
    n = sum(parameter.numel() for parameter in model.parameters())
    if n > MOST_PARAMETERS:
        raise ValueError(
            f"the model has {n:,} parameters, and a page should have at most "
            f"{MOST_PARAMETERS:,}: a phone could not open it. Send the folder that save_model "
            "writes instead"
        )
    html = _page(
        title, _about(model, n), _data(title, (model, tokenizer), check_text("text", text))
    )
    path = Path(path)
    if path.suffix.lower() != ".html":
        path = path / FILE
    path.parent.mkdir(parents=True, exist_ok=True)
    with atomic_write(path) as file:
        file.write(html)
    size = path.stat().st_size / 1e6
    print(f"{path}: {size:.1f} MB, to open in any browser or to send to a friend")
    return path


def _about(model: GPT, n: int) -> str:
    """Say what the model is."""
    c = model.config
    return (
        f"A language model with {n:,} parameters: {c.n_layer} layers of {c.n_head} heads, trained "
        "from scratch. It runs in this page, without a network; what you type stays here."
    )


def _data(title: str, model: tuple[GPT, Tokenizer], text: str) -> str:
    """Return what the page's script reads, as JSON without a "<", which could end its element."""
    shelf, files = shelve({title: model})
    labs, scripts = describe_labs()
    state: dict[str, Any] = {
        "shelf": shelf, "labs": labs, "text": text, "chosen": shelf[0]["ref"],
        "lab": LABS[0].key, "bring": False, "finding": "",
    }  # fmt: skip
    data = {"script": Playground._esm, "style": Playground._css, "state": state}
    return json.dumps(data | {"files": files | scripts}).replace("<", "\\u003c")


def _page(title: str, about: str, data: str) -> str:
    """Return the HTML of the page."""
    theme = (HERE / "shared/theme.css").read_text("utf-8")
    script = join_modules(HERE / "shared/exported_page.js")
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="{POLICY}">
<meta name="color-scheme" content="light dark">
<title>{escape(title)}</title>
<link rel="icon" href="data:,">
<style>
{theme}{STYLE}</style>
</head>
<body>
<main>
<h1>{escape(title)}</h1>
<p>{escape(about)}</p>
<div id="playground">It takes a moment …<noscript> It needs JavaScript.</noscript></div>
</main>
<script type="application/json" id="playground-data">{data}</script>
<script type="module">
{script}</script>
</body>
</html>
"""

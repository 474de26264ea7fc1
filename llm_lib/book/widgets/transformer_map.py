"""TransformerMap: what happens between a text and its next token?"""

from typing import Any

import traitlets as t

from llm_lib.book.widgets.base import BookWidget, join_scripts, join_styles

# The parts in the order in which a token passes them.
PARTS = """
text tokens embedding positions norm_1 attention residual_1 norm_2 feed_forward residual_2
repeat final_norm output next_token loop
""".split()
# The chapters that the book holds and that build a part: number -> file and title.
CHAPTERS = {
    "01": ("chapters/01_what_is_an_llm", "What is a large language model?"),
    "03": ("chapters/03_tokenization", "Tokenization: text into numbers"),
    "04": ("chapters/04_byte_pair_encoding", "Byte pair encoding"),
    "06": ("chapters/06_embeddings", "Embeddings"),
    "07": ("chapters/07_positions", "Positions"),
    "09": ("chapters/09_self_attention", "Self-attention"),
    "10": ("chapters/10_multi_head_attention", "Multi-head attention and what heads do"),
    "11": ("chapters/11_attention_is_all_you_need", "“Attention Is All You Need”"),
    "12": ("chapters/12_gpt_model", "The GPT model"),
    "15": ("chapters/15_generating_text", "Generating text"),
}
# Which chapters build a part.
BUILT_IN = {
    "text": ["01"],
    "tokens": ["03", "04"],
    "embedding": ["06"],
    "positions": ["07"],
    "norm_1": ["11"],
    "attention": ["09", "10"],
    "residual_1": ["11"],
    "norm_2": ["11"],
    "feed_forward": ["11"],
    "residual_2": ["11"],
    "repeat": ["12"],
    "final_norm": ["12"],
    "output": ["12"],
    "next_token": ["15"],
    "loop": ["15"],
}
TOY_SIZES = {"n_layer": 2, "n_head": 2, "n_embd": 4, "n_hidden": 8, "context_length": 6}
TOY_WORDS = "Mia Tobi Ana the fox owl hen had a kite drum boat".split()
TOY_PROMPT = "Mia the fox had a".split()
# The map's own tiny GPT, in tenths, with a slash after each row. It was trained on nine sentences
# ("Mia the fox had a kite"; tests/web/test_transformer_map.py holds the recipe). Its layer norms
# have no weights of their own, and its output layer is the token embedding again.
TOY_TENTHS = {
    "token_embedding.weight": "-4 -3 0 0 / -2 5 2 0 / -3 1 2 5 / -24 14 -9 22 / 14 6 -6 -6 / "
    "9 1 -12 -11 / 11 4 -10 -8 / -8 -22 8 17 / 1 -8 17 -20 / -26 14 21 -6 / -16 27 -7 -13 / "
    "4 -5 -23 19",
    "position_embedding.weight": "4 0 -5 0 / 2 0 3 -8 / -1 2 0 3 / -1 1 -2 -5 / 1 -1 -4 2 / "
    "6 3 -5 -5",
    "blocks.0.attention.qkv.weight": "1 1 -2 -1 / -3 3 -7 3 / 3 -6 7 -3 / 1 -3 3 -10 / 3 -2 1 2 / "
    "2 1 -1 -6 / 6 -5 -6 3 / 0 -11 -9 4 / 3 4 0 1 / 2 -3 -4 0 / -5 10 -1 3 / 3 -3 -12 1",
    "blocks.0.attention.out.weight": "1 2 3 2 / -3 -1 -2 1 / 3 0 2 -3 / -2 -1 0 1",
    "blocks.0.feed_forward.up.weight": "-10 0 0 4 / 10 2 -3 -3 / 1 1 0 -2 / 2 -8 6 7 / "
    "-1 1 5 -5 / -8 4 -2 2 / -4 1 2 4 / -3 0 0 -1",
    "blocks.0.feed_forward.down.weight": "5 -3 0 4 -2 4 7 2 / -2 -4 0 1 1 -2 -1 0 / "
    "-1 1 -3 -2 -2 -1 -2 -1 / -5 9 1 -4 2 -4 -6 -1",
    "blocks.1.attention.qkv.weight": "-3 -3 0 -2 / -4 3 5 2 / 2 -3 -4 -2 / -2 -5 -3 3 / "
    "2 0 -2 5 / -2 -3 -2 2 / -3 1 0 -1 / -2 -2 6 -3 / -2 -2 0 0 / 2 11 0 -6 / 4 -4 -3 3 / "
    "1 -1 -3 -4",
    "blocks.1.attention.out.weight": "-1 2 -2 -2 / 2 -5 1 -1 / -2 4 -4 0 / -1 -2 0 -1",
    "blocks.1.feed_forward.up.weight": "-2 0 5 0 / -2 -7 0 2 / -5 0 -6 3 / 11 -7 -2 1 / "
    "7 -5 -2 1 / -3 9 -2 4 / 2 -1 7 -9 / 5 -4 2 -9",
    "blocks.1.feed_forward.down.weight": "3 2 -5 -1 -1 -5 2 -1 / -1 -1 1 3 2 2 1 -5 / "
    "-2 -1 1 6 4 10 -7 -4 / -2 4 0 -6 -3 -6 3 5",
}


def toy_model() -> dict[str, Any]:
    """Return the map's tiny GPT: its sizes, words and prompt, and its weights by name."""
    weights = {
        name: [[int(n) / 10 for n in row.split()] for row in rows.split("/")]
        for name, rows in TOY_TENTHS.items()
    }
    return {"sizes": TOY_SIZES, "words": TOY_WORDS, "prompt": TOY_PROMPT, "weights": weights}


class TransformerMap(BookWidget):
    """Walk a token through a GPT, part by part, and find the chapter that builds each part.

    The numbers are those of a tiny GPT with four channels and two blocks, computed on the page.
    Every control is a trait: set it from Python and the page follows, or observe it.

    part: the part that is shown, one of "text", "tokens", "embedding", "positions", "norm_1",
        "attention", "residual_1", "norm_2", "feed_forward", "residual_2", "repeat",
        "final_norm", "output", "next_token", "loop".
    playing: True while the page moves on by itself; set it to start or stop.
    values: the vector of the last token after each part, and the probabilities (set by the page).
    finding: what the part shows, in words (set by the page).

    Raises ValueError, naming what is allowed, for a part that does not exist.
    """

    _esm = join_scripts("transformer_map.js")
    _css = join_styles("transformer_map.css")

    part = t.Unicode("text").tag(sync=True, setting=True)
    playing = t.Bool(False).tag(sync=True)
    toy = t.Dict().tag(sync=True)
    chapters = t.Dict().tag(sync=True)  # part -> [[file, title], ...]
    values = t.Dict().tag(sync=True)

    def __init__(self, **settings: Any):
        """Show the map, with the settings given."""
        self.toy = toy_model()
        self.chapters = {
            part: [list(CHAPTERS[number]) for number in numbers]
            for part, numbers in BUILT_IN.items()
        }
        super().__init__(**settings)

    def __setattr__(self, name: str, value: Any) -> None:
        # Checked before the traits' own checks, whose errors do not say what is allowed.
        if name == "part" and value not in PARTS:
            raise ValueError(f"part should be one of {', '.join(PARTS)}; got {value!r}")
        super().__setattr__(name, value)

"""Trains the book's own models by their recipes: `python -m llm_lib.book.recipes.train RECIPE`.

`torchrun --nproc-per-node 2 -m llm_lib.book.recipes.train configs/sprout.toml` does so in two
processes.
"""

from llm_lib.book.recipes.corpora import BOOK_CORPORA
from llm_lib.training.command import main

if __name__ == "__main__":
    raise SystemExit(main(corpora=BOOK_CORPORA, program="python -m llm_lib.book.recipes.train"))

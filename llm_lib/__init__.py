"""The library behind *LLM from Scratch*: one concept a module, readable in one sitting.

The modules follow the way of the data, and each imports only from those to its left:

    corpus → tokenizer → bpe → dataset → embedding → attention → transformer → gpt → training

Start with `llm_lib.tokenizer`, and read on from there.
"""

__version__ = "0.1.0"

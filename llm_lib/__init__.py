"""The library behind *LLM from Scratch*: one concept a module, readable in one sitting.

Modules and families of modules follow the way of the data; each imports only from those before it:

    corpus → tokenizer → bpe → dataset → embedding → attention → block → gpt → training → generation

Start with `llm_lib.tokenizer`, and read on from there.
"""

__version__ = "0.1.0"

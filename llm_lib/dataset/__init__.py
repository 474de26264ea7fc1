"""Data loading: from documents to one long row of token ids, and on to batches.

Read `documents`, how texts become a row; `token_row` and `token_file`, where the row lies, in
memory or on disk; `sampler`, in which order its windows come; and `loader`, which makes batches.
"""

from llm_lib.dataset.documents import encode_documents, split_documents
from llm_lib.dataset.loader import ShuffledWindows, TokenDataset, WindowLoader, create_dataloader
from llm_lib.dataset.sampler import WindowSampler
from llm_lib.dataset.token_file import read_token_file, read_token_header, write_token_file
from llm_lib.dataset.token_row import TokenShards

__all__ = [
    "ShuffledWindows",
    "TokenDataset",
    "TokenShards",
    "WindowLoader",
    "WindowSampler",
    "create_dataloader",
    "encode_documents",
    "read_token_file",
    "read_token_header",
    "split_documents",
    "write_token_file",
]

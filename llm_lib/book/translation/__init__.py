"""Translation with the 2017 Transformer, on a task that trains in a minute.

Read `task`: English to Lumi, the toy language of Small World; then `translator`: training the
encoder-decoder `Transformer` on it, and letting it translate.
"""

from llm_lib.book.translation.task import (
    PAD,
    START,
    STOP,
    LumiTask,
    align_lumi,
    decode_ids,
    digits_of,
    encode_pairs,
    lumi_tokenizer,
    number_words,
    singulars,
    to_lumi,
)
from llm_lib.book.translation.translator import (
    alignment_share,
    cross_attention,
    share_right,
    train_translator,
    translate_beam,
    translate_greedy,
    warmup_rate,
)

__all__ = [
    "PAD",
    "START",
    "STOP",
    "LumiTask",
    "align_lumi",
    "alignment_share",
    "cross_attention",
    "decode_ids",
    "digits_of",
    "encode_pairs",
    "lumi_tokenizer",
    "number_words",
    "share_right",
    "singulars",
    "to_lumi",
    "train_translator",
    "translate_beam",
    "translate_greedy",
    "warmup_rate",
]

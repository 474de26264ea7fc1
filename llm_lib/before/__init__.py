"""Before attention: models that see a few tokens, or all of them through one state."""

from llm_lib.before.ngram import NGramModel, count_runs, share_seen
from llm_lib.before.rnn import RNN, RNNCell, unroll
from llm_lib.before.rnn_translator import RNNTranslator
from llm_lib.before.window_model import WindowModel

__all__ = [
    "RNN",
    "NGramModel",
    "RNNCell",
    "RNNTranslator",
    "WindowModel",
    "count_runs",
    "share_seen",
    "unroll",
]

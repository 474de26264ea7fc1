"""The model: from token ids to a score for every possible next token.

Read `embedding`, `attention`, `block` and `gpt`, in this order; `config` has all sizes and
switches. `hooks` are the names under which anything inside can be read or replaced, `kv_cache`
keeps what need not be computed again, and `transformer` is the encoder-decoder that all of it comes
from.

What came after GPT-2 has modules of its own: `rotary_scaling` for longer texts, `windows`, in
which a position sees the last few alone, `experts`, of which a token passes a few, and
`latent_attention`, which keeps one short vector a token; `linear_attention` keeps a memory of
fixed size.
"""

from llm_lib.model.attention import (
    CausalSelfAttention,
    MultiHeadAttention,
    cap_softly,
    causal_mask,
    merge_heads,
    padding_mask,
    scaled_dot_product_attention,
    split_heads,
)
from llm_lib.model.block import Block, FeedForward, LayerNorm, RMSNorm
from llm_lib.model.config import GPTConfig
from llm_lib.model.embedding import (
    LearnedPositions,
    RotaryEmbedding,
    TokenEmbedding,
    position_angles,
    rotate_pairs,
    sinusoidal_positions,
)
from llm_lib.model.experts import (
    ExpertsConfig,
    MixtureOfExperts,
    adjust_balance,
    balance_loss,
    share_of_tokens,
)
from llm_lib.model.gpt import GPT
from llm_lib.model.hooks import hooked
from llm_lib.model.kv_cache import KVCache
from llm_lib.model.latent_attention import LatentAttention, LatentConfig
from llm_lib.model.linear_attention import (
    GatedDeltaAttention,
    chunked_linear_attention,
    recurrent_linear_attention,
)
from llm_lib.model.rotary_scaling import RotaryScaling
from llm_lib.model.state_cache import StateCache
from llm_lib.model.transformer import Transformer, TransformerConfig
from llm_lib.model.windows import WindowCache, window_mask

__all__ = [
    "GPT",
    "Block",
    "CausalSelfAttention",
    "ExpertsConfig",
    "FeedForward",
    "GPTConfig",
    "GatedDeltaAttention",
    "KVCache",
    "LatentAttention",
    "LatentConfig",
    "LayerNorm",
    "LearnedPositions",
    "MixtureOfExperts",
    "MultiHeadAttention",
    "RMSNorm",
    "RotaryEmbedding",
    "RotaryScaling",
    "StateCache",
    "TokenEmbedding",
    "Transformer",
    "TransformerConfig",
    "WindowCache",
    "adjust_balance",
    "balance_loss",
    "cap_softly",
    "causal_mask",
    "chunked_linear_attention",
    "hooked",
    "merge_heads",
    "padding_mask",
    "position_angles",
    "recurrent_linear_attention",
    "rotate_pairs",
    "scaled_dot_product_attention",
    "share_of_tokens",
    "sinusoidal_positions",
    "split_heads",
    "window_mask",
]

"""Our classifier against Hugging Face's: the same weights give the same scores, with padding."""

import pytest
import torch
from transformers import (
    GPT2Config,
    GPT2ForSequenceClassification,
    LlamaConfig,
    LlamaForSequenceClassification,
)

from llm_lib.finetuning import Classifier
from llm_lib.generation.tokens import pad_left
from llm_lib.pretrained.layouts import gpt_from_huggingface

N_CLASSES, PAD = 3, 0
ROWS = [[5, 6, 7, 8, 9], [10], [11, 12, 13]]


def gpt2():
    config = GPT2Config(vocab_size=40, n_positions=16, n_embd=16, n_layer=2, n_head=2)
    return GPT2ForSequenceClassification, config, "transformer"


def llama():
    config = LlamaConfig(
        vocab_size=40, max_position_embeddings=16, hidden_size=16, num_hidden_layers=2,
        num_attention_heads=4, num_key_value_heads=2, intermediate_size=24,
        tie_word_embeddings=True,
    )  # fmt: skip
    return LlamaForSequenceClassification, config, "model"


@torch.no_grad()
@pytest.mark.parametrize("kind", [gpt2, llama])
def test_scores_are_huggingfaces(kind):
    # fails if we read another column, norm or head than they do, or padding is looked at
    make, config, name = kind()
    config.num_labels, config.pad_token_id = N_CLASSES, PAD
    torch.manual_seed(0)
    theirs = make(config).eval()
    torch.nn.init.normal_(theirs.score.weight)
    body = getattr(theirs, name).state_dict()
    gpt = gpt_from_huggingface({f"{name}.{k}": v for k, v in body.items()}, config)
    ours = Classifier(gpt, N_CLASSES).eval()
    ours.gpt.head.weight.copy_(theirs.score.weight)

    longest = max(map(len, ROWS))
    right = torch.tensor([row + [PAD] * (longest - len(row)) for row in ROWS])
    lengths = torch.tensor([len(row) for row in ROWS])
    mask = (torch.arange(longest) < lengths[:, None]).long()
    expected = theirs(right, attention_mask=mask).logits
    torch.testing.assert_close(ours(*pad_left(ROWS)), expected, atol=1e-5, rtol=1e-4)

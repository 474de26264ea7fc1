"""Small trainings in torch and in the page's engine, to be held against each other."""

from __future__ import annotations

import json
from base64 import b64encode

import numpy as np
import torch

from llm_lib.model.gpt import GPT, GPTConfig
from tests.web.widget_page import plain_script

# Weights and ids go over as the bytes of float32 or int32 numbers: as lists they take seconds.
HELPERS = """
const bytesOf = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)).buffer;
const floatsOf = (packed) => Object.fromEntries(
  Object.entries(packed).map(([name, text]) => [name, new Float32Array(bytesOf(text))]));
const idsOf = (text) => new Int32Array(bytesOf(text));
/** The largest difference of two arrays. */
const farthest = (a, b) => a.reduce((most, v, i) => Math.max(most, Math.abs(v - b[i])), 0);
/** The largest difference in each parameter, as a share of its largest number; the worst of all. */
const worstShare = (got, want) => Object.entries(want).reduce((worst, [name, numbers]) => {
  const largest = numbers.reduce((most, v) => Math.max(most, Math.abs(v)), 1e-6);
  return Math.max(worst, farthest(numbers, got[name]) / largest);
}, 0);
/** What an Error says that work throws. */
const complaintOf = (work) => { try { work(); return ""; } catch (error) { return error.message; } };
"""
TRAINING = plain_script("engine/training_client.js", "engine/trainer.js") + HELPERS
CONFIGS = {
    "gpt2": {},
    "rotary, rms, grouped": {
        "position": "rotary", "norm": "rms", "bias": False, "tie_weights": False, "n_kv_head": 1,
        "rope_base": 500.0,
    },
    "swiglu": {"mlp": "swiglu", "n_hidden": 30, "norm_eps": 1e-3},
    "relu2, qk norm": {"mlp": "relu2", "qk_norm": True, "position": "rotary", "n_kv_head": 1},
    "long, one head": {"n_head": 1, "context_length": 37, "tie_weights": False, "n_layer": 1},
}  # fmt: skip


def fresh_model(seed: int = 0, **changes) -> GPT:
    """Return a small GPT whose norms and biases are off the ones and zeros that they start with."""
    torch.manual_seed(seed)
    sizes = {"vocab_size": 23, "context_length": 11, "n_layer": 2, "n_head": 2, "n_embd": 16}
    model = GPT(GPTConfig(**sizes | changes))
    with torch.no_grad():
        for parameter in model.parameters():
            if parameter.dim() < 2:
                parameter.add_(0.1 * torch.randn_like(parameter))
    return model


def pack(numbers) -> str:
    """Return numbers as bytes in base64: whole ones as int32, others as float32."""
    array = numbers.detach().numpy() if isinstance(numbers, torch.Tensor) else np.asarray(numbers)
    kind = np.int32 if np.issubdtype(array.dtype, np.integer) else np.float32
    return b64encode(array.astype(kind).tobytes()).decode()


def packed_weights(model: GPT) -> dict[str, str]:
    """Return all weights by name."""
    return {name: pack(parameter) for name, parameter in model.named_parameters()}


def packed_gradients(model: GPT) -> dict[str, str]:
    """Return the gradients of all parameters by name."""
    return {name: pack(parameter.grad) for name, parameter in model.named_parameters()}


def config_of(model: GPT) -> dict:
    """Return the config as the page takes it."""
    return json.loads(json.dumps(model.config.to_dict()))

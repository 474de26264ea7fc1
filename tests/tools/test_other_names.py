"""What others call the same thing: each name stands where the page says that it does."""

import inspect
import re
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import gguf
import pytest
import tiktoken
import torch
import transformers as hf
from torch import nn

from llm_lib.generation import generate, stream_tokens
from llm_lib.model.gpt import GPT, GPTConfig
from llm_lib.training import TrainingConfig
from web.other_names import CODE, for_search, groups, words_of

# Fields and parameters of programs that are not installed, as read in their sources.
RECORDED = {
    "GPT-2": "n_vocab n_ctx n_embd n_head n_layer wte wpe h ln_1 ln_2 ln_f attn mlp c_attn c_proj "
    "c_fc past <|endoftext|>",
    "nanoGPT": "block_size vocab_size n_layer n_head n_embd dropout bias wte wpe h ln_1 ln_2 ln_f "
    "attn mlp c_attn c_proj c_fc lm_head idx targets max_iters batch_size learning_rate min_lr "
    "gradient_accumulation_steps warmup_iters weight_decay beta1 beta2 grad_clip dtype "
    "eval_interval max_new_tokens temperature top_k",
    "Llama": "dim n_layers n_heads n_kv_heads vocab_size norm_eps rope_theta max_seq_len head_dim "
    "hidden_dim tok_embeddings layers attention_norm ffn_norm wq wk wv wo w1 w2 w3 norm output "
    "tokens cache_k cache_v max_gen_len temperature",
    "Llama 2": "<unk> </s>",
    "Llama 3": "<|end_of_text|>",
    "HF 4": "past_key_values",
    "T5": "<unk>",
    "TransformerLens": "n_layers d_model n_ctx d_head n_heads d_mlp d_vocab ln_final unembed",
    "vLLM": "max_model_len max_tokens stop_token_ids temperature top_k top_p min_p "
    "repetition_penalty",
    "2017": "warmup_steps",
}
# Where a name of PyTorch stands.
PYTORCH = (
    nn.Transformer, nn.TransformerEncoderLayer, nn.TransformerEncoder, nn.Embedding, nn.Linear,
    nn.functional.scaled_dot_product_attention, nn.utils.clip_grad_norm_, torch.optim.AdamW,
    torch.optim.lr_scheduler.CosineAnnealingLR, torch.utils.data.DataLoader, nn.functional.dropout,
    nn.MultiheadAttention,
)  # fmt: skip
CONFIGS = {
    "HF GPT-2": ("gpt2", hf.GPT2Config()),
    "HF Llama": ("llama", hf.LlamaConfig()),
    "BERT": ("bert", hf.BertConfig()),
}
COMMON = set.intersection(*(set(vars(config)) for _, config in CONFIGS.values()))
ENTRIES = [entry for group in groups().values() for entry in group]


def parameters(*functions):
    """Return the names of the parameters of functions or classes."""
    found = set()
    for function in functions:
        try:
            found |= set(inspect.signature(function).parameters)
        except ValueError:  # built into PyTorch: its help names them
            found |= set(words_of(function.__doc__).split())
    return found


def of_model(model):
    """Return a model's parts by name."""
    return {part for name in model.state_dict() for part in name.split(".")}


def named_in(*files):
    """Return what files of transformers name: parts, fields, parameters. Nothing is imported."""
    root = Path(find_spec("transformers").origin).parent
    text = "\n".join((root / file).read_text("utf-8") for file in files)
    found = re.findall(r"self\.(\w+) =|^ +(\w+): |pop\(\"(\w+)\"|^ +\"(\w+_token)\"", text, re.M)
    return {name for names in found for name in names}


@cache
def known(place):
    """Return the names that a place has, from the installed package or from what was recorded."""
    if place in RECORDED:
        return set(RECORDED[place].split())
    if place in CONFIGS:
        kind, config = CONFIGS[place]
        fields = {*vars(config), *(getattr(config, "rope_parameters", None) or {})}
        return fields | named_in(f"models/{kind}/modeling_{kind}.py") | {"[UNK]"}
    if place == "HF":
        files = (
            "generation/configuration_utils.py",
            "training_args.py",
            "tokenization_utils_base.py",
        )
        return named_in(*files, "models/llama/modeling_llama.py") | COMMON
    if place == "GGUF":
        keys = gguf.constants.Keys
        fields = [v for k in (keys.LLM, keys.Attention, keys.Rope) for v in vars(k).values()]
        names = [str(f).removeprefix("{arch}.") for f in fields]
        tensors = [name.split(".{bid}.") for name in gguf.constants.TENSOR_NAMES.values()]
        return set(names) | {part for name in tensors for part in name}
    if place == "tiktoken":
        return {*dir(tiktoken.Encoding), "<|endoftext|>"}
    if place == "PyTorch":
        layer = nn.TransformerEncoderLayer(4, 2, 4)
        return parameters(*PYTORCH) | of_model(layer)
    raise AssertionError(f"nobody knows what {place} is")


def in_code(name):
    """Return the names in code, without a value that is given to one."""
    return [code.split("=")[0] for code in CODE.findall(name)]


def claims():
    """Yield each claim of the page: a name in code, and a place that has it."""
    for entry in ENTRIES:
        for place in entry.same:
            for name in in_code(entry.ours):
                yield name, place
        for names, places in entry.names.items():
            for name in in_code(names):
                yield from ((name, place) for place in places if place != "papers")


@pytest.mark.parametrize("place", sorted({place for _, place in claims()}))
def test_each_name_stands_where_the_page_says(place):
    # fails on a name that is misspelt, was renamed by a library, or was never there
    said = {name for name, where in claims() if where == place}
    there = known(place)
    parts = {"attn.c_proj": {"attn", "c_proj"}, "mlp.c_proj": {"mlp", "c_proj"}}
    missing = {name for name in said if not (name in there or parts.get(name, {name}) <= there)}
    assert missing == set()


def test_our_own_names_are_those_of_the_library():
    # fails if a name of ours is none
    config = GPTConfig(8, 4, 1, 2, 4, norm="rms", mlp="swiglu", tie_weights=False)
    parts = of_model(GPT(config)) | of_model(GPT(GPTConfig(8, 4, 1, 2, 4)))
    settings = {*vars(config), *dir(config), *vars(TrainingConfig())}
    calls = parameters(generate, stream_tokens, GPT.forward)
    others = {"y", "mask", "n_beams", "<|endoftext|>", "<|unk|>", "attention.out"}
    names = {name for entry in ENTRIES for name in in_code(entry.ours)}
    assert names - parts - settings - calls - others == set()


def test_a_word_leads_to_one_thing_and_to_no_other_word():
    # fails if two entries claim a name in the search, or a search leads round in a circle
    found = for_search()
    owners = {}
    for entry in ENTRIES:
        ours = entry.term or CODE.sub(r"\1", entry.ours)
        for name in (*entry.names, *entry.see):
            for other in CODE.findall(name) if "`" in name else [name]:
                if words_of(other) in found and ("_" in other or "`" not in name):
                    owners.setdefault(words_of(other), set()).add(ours)
    # a block's second norm has one name in two programs
    assert {word: names for word, names in owners.items() if len(names) > 1} == {}
    assert [word for word, ours in found.items() if words_of(ours) in found] == []


def test_each_entry_is_a_sentence_with_a_place_of_its_own():
    # fails if two entries share an anchor, or one begins in the middle of a sentence
    assert all(entry.what.endswith(".") for entry in ENTRIES)
    assert len({entry.id for entry in ENTRIES}) == len(ENTRIES)

"""Tests that a reader may write it otherwise: other code that does the same passes the checks."""

import pytest

from llm_lib.book.my_gpt.stages import text_at
from tests.book.my_gpt.planted import problem_with

WAYS = {
    "a loop that steps on": (
        "04a",
        """
def merge(ids, pair, new_id):
    merged, i = [], 0
    while i < len(ids):
        if tuple(ids[i : i + 2]) == tuple(pair):
            merged.append(new_id)
            i += 2
        else:
            merged.append(ids[i])
            i += 1
    return merged
""",
    ),
    "counting all again after each merge": (
        "04a",
        """
def learn_merges(text, n_merges):
    words = re.findall(GPT2, text)
    chunks = [[tuple(word.encode()), 1] for word in words]
    merges = {}
    while len(merges) < n_merges:
        counts = count_pairs(chunks)
        if not counts:
            return merges
        top = max(counts.values())
        pair = sorted(p for p in counts if counts[p] == top)[0]
        merges[pair] = 256 + len(merges)
        chunks = [[merge(list(ids), pair, merges[pair]), n] for ids, n in chunks]
    return merges
""",
    ),
    "merge after merge": (
        "04b",
        """
def encode(self, text):
    ids = []
    for i, part in enumerate(text.split(END)):
        if i:
            ids.append(self.end)
        for word in re.findall(GPT2, part):
            found = list(word.encode("utf-8"))
            for pair, new_id in self.merges.items():
                found = merge(found, pair, new_id)
            ids.extend(found)
    return ids


Tokenizer.encode = encode
""",
    ),
    "lists of windows, shuffled by Python": (
        "05",
        """
def make_batches(tokens, T, batch_size, seed=0):
    import random

    dice = random.Random(seed)
    windows = [list(tokens[i : i + T + 1]) for i in range(0, len(tokens) - T, T)]
    if len(windows) < batch_size:
        raise ValueError("too short")
    while True:
        dice.shuffle(windows)
        for k in range(0, len(windows) - batch_size + 1, batch_size):
            rows = torch.tensor(windows[k : k + batch_size])
            yield rows[:, :T], rows[:, 1:]
""",
    ),
    "complex numbers": (
        "07",
        """
def rotate_pairs(x, cos, sin):
    D = x.shape[-1]
    z = torch.complex(x[..., : D // 2], x[..., D // 2 :]) * torch.complex(cos, sin)
    return torch.cat((z.real, z.imag), dim=-1)
""",
    ),
    "a mask that is added": (
        "09",
        """
def attention_weights(q, k):
    T, S = q.shape[-2], k.shape[-2]
    places = torch.arange(S) > torch.arange(S - T, S)[:, None]
    hidden = torch.zeros(T, S).masked_fill(places, float("-inf"))
    e = (torch.einsum("...td,...sd->...ts", q, k) * q.shape[-1] ** -0.5 + hidden).exp()
    return e / e.sum(dim=-1, keepdim=True)
""",
    ),
    "PyTorch's own attention": (
        "10",
        """
def attend(q, k, v):
    return nn.functional.scaled_dot_product_attention(q, k, v, is_causal=True)
""",
    ),
    "AdamW as it comes": (
        "13a",
        """
def make_optimizer(weights, decay=0.1):
    for_decay = {True: [], False: []}
    for w in weights:
        for_decay[w.dim() > 1].append(w)
    return torch.optim.AdamW(
        [
            {"params": for_decay[True], "weight_decay": decay},
            {"params": for_decay[False], "weight_decay": 0},
        ]
    )
""",
    ),
    "a loop for top_p": (
        "15",
        """
def token_probabilities(logits, temperature=0.8, top_p=0.95):
    p = torch.zeros(len(logits))
    if temperature == 0:
        p[logits.argmax()] = 1.0
        return p
    whole, held = (logits / temperature).softmax(dim=0), 0.0
    for i in whole.argsort(descending=True).tolist():
        if held < top_p:
            p[i] = whole[i]
            held += whole[i].item()
    return p / p.sum()
""",
    ),
    "a cache of lists": (
        "16",
        """
class KVCache:
    def __init__(self):
        self.length = 0
        self.keys, self.values = {}, {}

    def extend(self, layer, k, v):
        self.keys.setdefault(layer, []).append(k)
        self.values.setdefault(layer, []).append(v)
        return torch.cat(self.keys[layer], dim=2), torch.cat(self.values[layer], dim=2)
""",
    ),
    "a layer that is a linear layer": (
        "21",
        """
class LoRALinear(nn.Linear):
    def __init__(self, linear, r):
        nn.Module.__init__(self)
        self.in_features, self.out_features = linear.in_features, linear.out_features
        self.weight, self.bias, self.r = linear.weight, None, r
        self.lora_a = nn.Parameter(torch.randn(r, self.in_features) * 0.1)
        self.lora_b = nn.Parameter(torch.zeros(self.out_features, r))

    def forward(self, x):
        return F.linear(x, self.weight + 2 * self.lora_b @ self.lora_a)

    def merge(self):
        plain = nn.Linear(self.in_features, self.out_features, bias=False)
        plain.weight.data = self.weight.data + 2 * self.lora_b.data @ self.lora_a.data
        return plain
""",
    ),
}


@pytest.mark.parametrize("name", WAYS)
def test_another_way_passes(name, tmp_path):
    # fails if a check asks for the book's own lines, and not for what they do
    key, code = WAYS[name]
    text, end = text_at(key).split("\n\nif __name__")
    assert not problem_with(f"{text}\n{code}\n\nif __name__{end}", key, tmp_path)

"""Reading and replacing activations by name, against a GPT that is written out from its weights."""

import pytest
import torch
from torch.nn import functional as F

from llm_lib.model import attention
from llm_lib.model.gpt import GPT, GPTConfig
from llm_lib.model.hooks import Activation, activation_names, hooked

SIZES = {"vocab_size": 31, "context_length": 12, "n_layer": 2, "n_head": 4, "n_embd": 16}
KINDS = {
    "gpt2": {},
    "modern": {"position": "rotary", "norm": "rms", "mlp": "swiglu", "n_kv_head": 2, "bias": False},
    "qk norm": {"position": "rotary", "mlp": "relu2", "n_kv_head": 2, "qk_norm": True},
}
PLACES = """resid_pre norm_1.normalized attention.q attention.k attention.v attention.scores
attention.pattern attention.z attn_out resid_mid norm_2.normalized feed_forward.pre
feed_forward.post mlp_out resid_post""".split()
IN_BLOCKS = [f"blocks.{i}.{place}" for i in range(2) for place in PLACES]
NAMES = ["embed", *IN_BLOCKS, "norm.normalized"]
HEADS = "blocks.1.attention.z"


def make(kind: str = "gpt2", **options) -> GPT:
    torch.manual_seed(1)
    return GPT(GPTConfig(**SIZES, **KINDS[kind], **options, init_std=0.3)).eval()


def draw(*shape) -> torch.Tensor:
    return torch.randint(31, shape, generator=torch.Generator().manual_seed(3))


def turn(x):
    """Turn the pairs of (B, H, T, D) as complex numbers, by the angle of their position."""
    a, b = x.chunk(2, dim=-1)
    D, t = x.shape[-1], torch.arange(x.shape[-2])
    angle = t[:, None] * 10000.0 ** (-torch.arange(0, D, 2) / D)
    z = torch.complex(a, b) * torch.polar(torch.ones_like(angle), angle)
    return torch.cat((z.real, z.imag), dim=-1)


def by_hand(model, ids, put=lambda name, x: x):
    """Return the logits, from the weights alone; `put(name, x)` may change each activation."""
    w, c, T = model.state_dict(), model.config, ids.shape[1]
    H, G, D = c.n_head, c.kv_heads, c.head_size

    def linear(name, x):
        return F.linear(x, w[f"{name}.weight"], w.get(f"{name}.bias"))

    def norm(name, x):
        x = x if c.norm == "rms" else x - x.mean(-1, keepdim=True)
        x = x / (x.square().mean(-1, keepdim=True) + 1e-5).sqrt() * w[f"{name}.weight"]
        return x + w.get(f"{name}.bias", 0)

    x = w["token_embedding.weight"][ids]
    if c.position == "learned":
        x = x + w["position_embedding.weight"][:T]
    x = put("embed", x)
    for i in range(c.n_layer):
        block = f"blocks.{i}"
        x = put(f"{block}.resid_pre", x)
        normed = put(f"{block}.norm_1.normalized", norm(f"{block}.norm_1", x))
        qkv = linear(f"{block}.attention.qkv", normed)
        q, k, v = qkv.unflatten(-1, (H + 2 * G, D)).transpose(1, 2).split((H, G, G), dim=1)
        if c.qk_norm:  # as a share of the vector's length, which is √D times the root mean square
            q, k = (t / (t.norm(dim=-1, keepdim=True) ** 2 / D + 1e-5).sqrt() for t in (q, k))
        if c.position == "rotary":
            q, k = turn(q), turn(k)
        q = put(f"{block}.attention.q", q)
        k = put(f"{block}.attention.k", k)
        v = put(f"{block}.attention.v", v)
        k, v = (t[:, [h * G // H for h in range(H)]] for t in (k, v))  # a group's head for each
        scores = torch.einsum("bhtd,bhsd->bhts", q, k) / D**0.5
        scores = scores.masked_fill(torch.ones(T, T, dtype=torch.bool).triu(1), -torch.inf)
        e = put(f"{block}.attention.scores", scores).exp()
        pattern = put(f"{block}.attention.pattern", e / e.sum(-1, keepdim=True))
        heads = put(f"{block}.attention.z", pattern @ v)
        out = linear(f"{block}.attention.out", heads.transpose(1, 2).flatten(2))
        x = put(f"{block}.resid_mid", x + put(f"{block}.attn_out", out))
        normed = put(f"{block}.norm_2.normalized", norm(f"{block}.norm_2", x))
        first = "gate" if c.mlp == "swiglu" else "up"
        hidden = put(f"{block}.feed_forward.pre", linear(f"{block}.feed_forward.{first}", normed))
        if c.mlp == "swiglu":
            hidden = linear(f"{block}.feed_forward.up", normed) * F.silu(hidden)
        elif c.mlp == "relu2":
            hidden = hidden.clamp(min=0) ** 2
        else:
            hidden = F.gelu(hidden, approximate="tanh")
        hidden = put(f"{block}.feed_forward.post", hidden)
        out = put(f"{block}.mlp_out", linear(f"{block}.feed_forward.down", hidden))
        x = put(f"{block}.resid_post", x + out)
    return put("norm.normalized", norm("norm", x)) @ w["token_embedding.weight"].T


def close(a, b):
    torch.testing.assert_close(a, b, atol=2e-5, rtol=1e-4)


@pytest.mark.parametrize("kind", KINDS)
def test_each_activation_is_what_its_name_says(kind):
    # Fails if a name stands at another place, or reading changes the logits.
    model, ids, expected = make(kind), draw(2, 9), {}
    logits = by_hand(model, ids, lambda name, x: expected.setdefault(name, x))
    assert activation_names(model) == list(expected) == NAMES
    seen, activations = model.run_with_cache(ids)
    close(seen, logits)
    for name in NAMES:
        close(activations[name], expected[name])
    assert torch.equal(
        activations.layers("attention.pattern")[1], activations["blocks.1.attention.pattern"]
    )
    assert torch.equal(activations.layers("attention.z")[0], activations["blocks.0.attention.z"])
    assert torch.equal(activations.stream[2], activations["blocks.1.resid_post"])


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", NAMES)
def test_a_replaced_activation_is_what_the_rest_works_with(kind, name):
    # Fails if a replacement comes too late, has no effect, or is made of the wrong numbers.
    model, ids = make(kind), draw(2, 9)

    def change(x):
        x = x.clone()
        new = 0.5 - x[:, 1]
        x[:, 1] = new.masked_fill(new.isinf(), -torch.inf)  # a score that hides stays
        return x

    expected = by_hand(model, ids, lambda n, x: change(x) if n == name else x)
    close(model.run_with_hooks(ids, {name: change}), expected)
    assert not torch.allclose(expected, model(ids), atol=1e-3)
    activations = model.run_with_cache(ids)[1]
    close(model.run_with_hooks(ids, {name: change(activations[name])}), expected)
    close(model.run_with_hooks(ids, {name: activations[name]}), model(ids))  # with itself


def test_a_function_may_look_return_or_write_into_what_it_is_given():
    # Fails if an edit in place is lost, or reaches what another place has shown.
    model, ids, before = make(), draw(1, 9), []
    after, first = "blocks.0.resid_post", "blocks.1.resid_pre"

    def write(x):
        x[:, 4] = 0

    logits = model.run_with_hooks(ids, {after: before.append, first: write})
    activations = model.run_with_cache(ids)[1]
    close(before[0], activations[after])  # and row 4 is not 0
    close(
        logits,
        by_hand(model, ids, lambda n, x: x * (torch.arange(9) != 4)[:, None] if n == first else x),
    )


@pytest.mark.parametrize("kind", KINDS)
def test_a_head_without_output_is_a_head_that_is_off(kind):
    # Fails if zeros reach another head, `scale_heads` is something else than the same hook, or
    # what is shown with it is not what goes on.
    model, ids = make(kind), draw(2, 9)

    def switch_off(heads):
        heads[:, 2] = 0

    without = model.run_with_hooks(ids, {HEADS: switch_off})
    scale = torch.ones(2, 4)
    scale[1, 2] = 0
    logits, activations = model.run_with_cache(ids, [HEADS], model.scale_heads(scale))
    close(logits, without)
    assert [*activations] == [HEADS] and not activations[HEADS][:, 2].any()  # as it goes on
    close(activations[HEADS][:, :2], model.run_with_cache(ids)[1][HEADS][:, :2])
    close(model.run_with_hooks(ids, model.scale_heads(scale)), without)
    with torch.no_grad():
        model.blocks[1].attention.out.weight[:, 8:12] = 0  # head 2 writes through columns 8..11
    close(without, model(ids))


@pytest.mark.parametrize("kind", KINDS)
def test_patches_from_a_clean_run_bring_back_what_they_hold(kind):
    # Fails if all of the stream does not carry all, or a patch at 7 reaches back before 7.
    model, (clean, corrupted) = make(kind), draw(2, 1, 9)
    logits, seen = model.run_with_cache(clean)
    end = "blocks.1.resid_post"
    close(model.run_with_hooks(corrupted, {end: seen[end]}), logits)

    def patch(heads):
        heads[:, 3, 7] = seen[HEADS][:, 3, 7]

    patched, plain = model.run_with_hooks(corrupted, {HEADS: patch}), model(corrupted)
    moved = (patched - plain).abs().amax(dim=(0, 2)) > 1e-4
    assert moved.nonzero().flatten().tolist() == [7]  # no block comes after, to carry it on


@pytest.mark.parametrize("kind", KINDS)
def test_with_a_cache_the_new_positions_pass_and_stay_as_they_were_made(kind):
    # Fails if earlier keys come by again, or a replaced key is not the one that is remembered.
    model, ids, name = make(kind), draw(2, 9), "blocks.0.attention.k"
    seen, expected = {n: [] for n in NAMES}, {}
    with torch.no_grad():
        by_hand(model, ids, lambda n, x: expected.setdefault(n, x))
        cache = model.new_cache(2)
        for part in ids.split((4, 1, 4), dim=1):
            model.run_with_hooks(part, {n: seen[n].append for n in NAMES}, cache)
        for n in NAMES:
            if n.endswith(("pattern", "scores")):
                nothing = 0 if n.endswith("pattern") else -torch.inf
                seen[n] = [F.pad(p, (0, 9 - p.shape[-1]), value=nothing) for p in seen[n]]
            close(torch.cat(seen[n], dim=1 if seen[n][0].dim() == 3 else 2), expected[n])
        cache = model.new_cache(2)
        model.run_with_hooks(ids[:, :4], {name: lambda k: 2 * k}, cache)
        later = model(ids[:, 4:], cache)
    twice = torch.ones(9, 1)
    twice[:4] = 2
    close(later, by_hand(model, ids, lambda n, x: x * twice if n == name else x)[:, 4:])


def test_with_padding_the_pattern_is_that_of_the_text_alone():
    # Fails if the written-out steps see the padding that the fused kernel does not.
    model, text, seen = make("modern"), draw(1, 5), []
    padded, name = torch.cat((draw(1, 3), text), dim=1), "blocks.1.attention.pattern"
    logits = model.run_with_hooks(padded, {name: seen.append}, padding=torch.tensor([3]))
    close(logits, model(padded, padding=torch.tensor([3])))
    close(seen[0][:, :, 3:, 3:], model.run_with_cache(text)[1][name])


def test_only_a_watched_pattern_is_written_out(monkeypatch):
    # Fails if the fused kernel is given up where nobody looks, or the pattern passes by unseen.
    fused, calls = F.scaled_dot_product_attention, []
    monkeypatch.setattr(
        attention.F,
        "scaled_dot_product_attention",
        lambda *args, **options: calls.append(1) or fused(*args, **options),
    )
    model, ids = make(), draw(1, 6)
    others = [n for n in NAMES if not n.endswith(("pattern", "scores"))]
    model.run_with_hooks(ids, {n: [].append for n in others})
    assert len(calls) == 2  # one a layer
    for name in ("blocks.1.attention.pattern", "blocks.0.attention.scores"):
        calls.clear()
        model.run_with_hooks(ids, {name: [].append})
        assert len(calls) == 1
    calls.clear()
    model.blocks[0].attention.pattern.register_full_backward_hook(lambda *gradients: None)
    model(ids)
    assert len(calls) == 1


def test_in_training_the_pattern_is_shown_whole_and_then_dropped():
    # Fails if a hook sees weights with holes, or dropout is lost where somebody looks.
    model, ids, seen = make(dropout=0.5).train(), draw(3, 9), []
    name, mixed = "blocks.0.attention.pattern", "blocks.0.attention.z"
    model.run_with_hooks(ids, {name: seen.append, mixed: seen.append})
    close(seen[0].sum(-1), torch.ones(3, 4, 9))
    values = []
    model.eval().run_with_hooks(ids, {"blocks.0.attention.v": values.append})
    assert not torch.allclose(seen[1], seen[0] @ values[0], atol=0.1)


@pytest.mark.parametrize("name", [HEADS, "blocks.0.attention.pattern", "blocks.0.resid_post"])
def test_gradients_flow_to_what_was_put_in(name):
    # Fails if a patch is cut off from the logits, as attribution patching needs it.
    model, ids = make("modern").double(), draw(1, 6)
    start = model.run_with_cache(ids)[1][name].detach()
    direction = torch.randn(start.shape, dtype=start.dtype)

    def answer(x):
        return model.run_with_hooks(ids, {name: x})[0, -1, 5]

    leaf = start.clone().requires_grad_()
    (gradient,) = torch.autograd.grad(answer(leaf), leaf)
    step = 1e-5 * direction
    slope = (answer(start + step) - answer(start - step)).item() / 2e-5
    assert (gradient * direction).sum().item() == pytest.approx(slope, rel=1e-4)
    seen = []  # what was read is what flows on: it has the same gradient
    logit = model.run_with_hooks(ids, {name: seen.append})[0, -1, 5]
    close(torch.autograd.grad(logit, seen)[0], gradient)


def test_hooks_go_away_whatever_happens():
    # Fails if a hook outlives an error: in the function, in the block, or in a later name.
    model, ids = make(), draw(1, 6)

    def fail(x):
        raise KeyError("no")

    plain = model(ids)
    with pytest.raises(KeyError):
        model.run_with_hooks(ids, {HEADS: fail})
    with pytest.raises(KeyError), hooked(model, {HEADS: torch.zeros_like}):
        raise KeyError("no")
    with pytest.raises(ValueError, match="no activation"):
        model.run_with_hooks(ids, {HEADS: torch.zeros_like, "blocks.1": torch.zeros_like})
    with pytest.raises(ValueError, match="head_scale must have"):
        model.scale_heads([1])
    assert not any(m.is_watched for m in model.modules() if isinstance(m, Activation))
    assert torch.equal(model(ids), plain)


@pytest.mark.parametrize("name", ["blocks.2.resid_post", "blocks.0.attention", "head_outputs", ""])
def test_a_name_that_is_not_there_is_answered_with_those_that_are(name):
    # Fails if a misspelt name is silently never called.
    with pytest.raises(ValueError, match=r"no activation .*blocks\.{i}\.attention\.k.*0 to 1$"):
        make().run_with_hooks(draw(1, 3), {name: [].append})


@pytest.mark.parametrize(
    ("hook", "error", "message"),
    [
        (
            lambda x: x[:, :1],
            ValueError,
            r"must have its shape, \(1, 4, 3, 4\), got \(1, 1, 3, 4\)",
        ),
        (torch.zeros(4), ValueError, r"replaces blocks\.1.*got \(4,\)"),
        (lambda x: 0.0, TypeError, "returned no tensor: float"),
        ("zero", TypeError, "needs a function or a tensor, got str"),
    ],
)
def test_what_does_not_fit_is_refused(hook, error, message):
    # Fails if a replacement is broadcast in silence, or torch's own error comes.
    with pytest.raises(error, match=message):
        make().run_with_hooks(draw(1, 3), {HEADS: hook})


def test_names_add_nothing_to_what_is_saved_or_compiled():
    # Fails if a place has weights, or torch.compile has to stop at one.
    model, ids = make("modern"), draw(1, 6)
    parts = {"norm_1", "norm_2", "attention.qkv", "attention.out"}
    parts |= {f"feed_forward.{part}" for part in ("up", "gate", "down")}
    names = {f"blocks.{i}.{part}.weight" for i in range(2) for part in parts}
    assert set(model.state_dict()) == names | {"token_embedding.weight", "norm.weight"}
    compiled = torch.compile(model, backend="eager", fullgraph=True)
    close(compiled(ids), model(ids))

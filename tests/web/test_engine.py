"""The engine in the browser gives what llm_lib gives in Python."""

from __future__ import annotations

from base64 import b64decode

import pytest
import torch
from torch.nn import functional as F

from llm_lib import generation
from llm_lib.book.widgets.model_file import model_payload
from llm_lib.bpe import PATTERNS, BPETokenizer
from llm_lib.files import MODELS_FOLDER
from llm_lib.pretrained.save_load import load_model
from llm_lib.tokenizer import CharTokenizer, IntegerTokenizer, WordTokenizer
from tests.web.small_models import TEXT, random_model, small_tokenizer
from tests.web.widget_page import plain_script

ENGINE = [f"engine/{name}.js" for name in ("gpt", "loss", "sampling", "random", "tokenizers")]
CONFIGS = {
    "gpt2": {},
    "rotary": {"position": "rotary"},
    "rms": {"norm": "rms"},
    "swiglu": {"mlp": "swiglu", "n_hidden": 88},
    "squared": {"mlp": "relu2", "n_hidden": 88},
    "qk norm": {"qk_norm": True, "position": "rotary", "n_kv_head": 2, "norm_eps": 1e-2},
    "untied": {"tie_weights": False},
    "no bias": {"bias": False},
    "grouped": {"n_kv_head": 2},
    "one key-value head": {"n_kv_head": 1, "position": "rotary"},
    "all at once": {
        "position": "rotary", "norm": "rms", "mlp": "swiglu", "tie_weights": False, "bias": False,
        "n_kv_head": 2, "rope_base": 500.0, "norm_eps": 1e-3, "vocab_size": 291,
    },
}  # fmt: skip
TEXTS = [
    "", " ", "Mira the fox", "Mira's DON'T we'LL I'ſ they'Ve", "a  b   c\n\n  d\t\te \n", "  lead, trail  ",
    "naïve café Ünïcödé ÅÉ", "日本語のテキスト。한국어 العربية हिन्दी ไทย עברית", "😀👩‍👩‍👧‍👦🇩🇪 e\u0301 a\u0308", "12345 ½ ٣٤ Ⅷ x²",
    "for (i=0;i<10;++i) {\n    x += 'a';\n}", "\u00a0\u2003\u3000\ufeff\x85\x1c\x00end\u2028", "a<|endoftext|>b<|endoftext|>",
    "CamelCaseHTTPServer ǅ ǆ", "\r\n\r\n x\r\n", "don't/won't//\n/", TEXT,
]  # fmt: skip


@pytest.fixture(scope="module")
def engine(run_script):
    """The engine, loaded."""
    return run_script(plain_script(*ENGINE))


def put(page, model, tokenizer=None) -> None:
    """Make `gpt` in the page from a model in Python."""
    payload = model_payload(model, tokenizer or small_tokenizer())[1]
    page.evaluate("(file) => { globalThis.gpt = new GPT(file); }", payload)


def logits(page, ids, head_scale=None, reuse="undefined"):
    """Return the engine's logits (T * V,); `reuse` names an earlier run to start from.

    They come as the base64 of a file: as so many numbers they take a second.
    """
    text = page.evaluate(
        f"""([ids, headScale]) => new Promise((done) => {{
          const run = gpt.forward(ids, {{headScale: headScale ?? undefined, reuse: {reuse}}});
          const reader = new FileReader();
          reader.onload = () => done(reader.result.split(',')[1]);
          reader.readAsDataURL(new Blob([Float32Array.from(run.logits)]));
        }})""",
        [ids.tolist(), head_scale],
    )
    return torch.frombuffer(bytearray(b64decode(text)), dtype=torch.float32)


def masks(config):
    """Return each single-head ablation, and 100 random masks of factors from 0 to 2."""
    ones = torch.ones(config.n_layer, config.n_head)
    single = []
    for i in range(config.n_layer * config.n_head):
        mask = ones.clone()
        mask.view(-1)[i] = 0
        single.append(mask)
    return single + [torch.rand_like(ones) * 2 for _ in range(100)]


def largest_difference(page, model, ids) -> float:
    """Return the largest difference in logits over all masks, with reuse of lower layers."""
    scales = [ones.tolist() for ones in masks(model.config)]
    page.evaluate("(ids) => { globalThis.start = gpt.forward(ids); }", ids.tolist())
    worst = 0.0
    for scale in scales:
        got = logits(page, ids, scale, reuse="start")
        with torch.no_grad():
            want = model.run_with_hooks(ids[None], model.scale_heads(scale))
        worst = max(worst, (got - want.flatten()).abs().max().item())
    return worst


# Fails if any switch of the config is read otherwise than in llm_lib.model.gpt.
@pytest.mark.parametrize("changes", CONFIGS.values(), ids=CONFIGS.keys())
def test_forward_equals_python(engine, changes):
    model = random_model(**changes)
    ids = torch.randint(0, model.config.vocab_size, (17,))
    put(engine, model)
    with torch.no_grad():
        want, activations = model.run_with_cache(ids[None])
    assert (logits(engine, ids) - want.flatten()).abs().max() < 1e-3
    run = engine.evaluate(
        """(ids) => { const r = gpt.forward(ids); return {
          attention: r.attention.map((layer) => layer.map((a) => Array.from(a))),
          residual: Array.from({length: gpt.config.n_layer}, (_, i) =>
            Array.from(r.activations.get(`blocks.${i}.resid_post`)))}; }""",
        ids.tolist(),
    )
    attention = torch.stack(activations.layers("attention.pattern"))[:, 0].flatten(
        2
    )  # (L, H, T * T)
    assert (torch.tensor(run["attention"]) - attention).abs().max() < 1e-4
    residual = torch.stack(activations.stream)[1:, 0].flatten(1)  # (L, T * C)
    assert torch.allclose(torch.tensor(run["residual"]), residual, atol=1e-3)


# Fails if a factor is put in the wrong place, or if a reused layer should have been redone.
@pytest.mark.parametrize("changes", [{}, CONFIGS["all at once"]], ids=["gpt2", "all at once"])
def test_head_scale_equals_python(engine, changes):
    model = random_model(1, **changes)
    put(engine, model)
    assert largest_difference(engine, model, torch.randint(0, 290, (14,))) < 1e-3


# Fails as above, with the weights that the book ships.
@pytest.mark.parametrize("shipped", ["sprout", "echo"])
def test_shipped_models_equal_python(engine, shipped):
    if not (MODELS_FOLDER / shipped / "model.safetensors").exists():
        pytest.skip(f"{shipped} is not shipped yet")
    model, tokenizer = load_model(shipped)
    engine.evaluate("(file) => { globalThis.gpt = new GPT(file); }", model_payload(shipped)[1])
    text = "3 17 5 40 3 17 5" if shipped == "echo" else TEXT[:150]
    assert largest_difference(engine, model, torch.tensor(tokenizer.encode(text))) < 1e-3


def run_in_torch(model, ids, hook):
    """Return the logits (T, V) of `model`, worked out part by part; `hook` has each activation."""
    x = hook("embed", model._embed(ids[None], start=0))  # (1, T, C)
    for i, block in enumerate(model.blocks):
        attention, name = block.attention, f"blocks.{i}"
        x = hook(f"{name}.resid_pre", x)
        normed = hook(f"{name}.norm_1.normalized", block.norm_1(x))
        q, k, v = attention.queries_keys_values(normed)
        if model.rotary:
            q, k = model.rotary(q, 0), model.rotary(k, 0)
        q, k = hook(f"{name}.attention.q", q), hook(f"{name}.attention.k", k)
        v = hook(f"{name}.attention.v", v)
        k, v = (t.repeat_interleave(q.shape[1] // t.shape[1], dim=1) for t in (k, v))
        future = torch.ones(q.shape[2], q.shape[2], dtype=torch.bool).triu(1)
        scores = (q @ k.transpose(2, 3) / q.shape[3] ** 0.5).masked_fill(future, -torch.inf)
        scores = hook(f"{name}.attention.scores", scores)
        pattern = hook(f"{name}.attention.pattern", scores.softmax(-1))
        heads = hook(f"{name}.attention.z", pattern @ v)  # (1, H, T, D)
        x = x + hook(f"{name}.attn_out", attention.out(heads.transpose(1, 2).flatten(2)))
        x = hook(f"{name}.resid_mid", x)
        layer, y = block.feed_forward, hook(f"{name}.norm_2.normalized", block.norm_2(x))
        pre = hook(f"{name}.feed_forward.pre", layer.gate(y) if layer.gate else layer.up(y))
        if layer.gate:
            post = F.silu(pre) * layer.up(y)
        else:
            relu2 = layer.kind == "relu2"
            post = pre.relu().square() if relu2 else F.gelu(pre, approximate="tanh")
        x = x + hook(f"{name}.mlp_out", layer.down(hook(f"{name}.feed_forward.post", post)))
        x = hook(f"{name}.resid_post", x)
    head = model.token_embedding if model.head is None else model.head
    return (hook("norm.normalized", model.norm(x)) @ head.weight.T)[0]


PLACES = """resid_pre norm_1.normalized attention.q attention.k attention.v attention.scores
attention.pattern attention.z attn_out resid_mid norm_2.normalized feed_forward.pre
feed_forward.post mlp_out resid_post""".split()


# Fails if an activation has other numbers, another order or another name than in Python.
@pytest.mark.parametrize("changes", CONFIGS.values(), ids=CONFIGS.keys())
def test_activations_are_read_by_name(engine, changes):
    model, seen = random_model(5, **changes), {}
    ids = torch.randint(0, model.config.vocab_size, (11,))
    put(engine, model)

    def keep(name, activation):
        seen[name] = activation[0]
        return activation

    with torch.no_grad():
        run_in_torch(model, ids, keep)
    read = engine.evaluate(
        """([ids, names]) => {
          const shapes = {}, hooks = {};
          for (const name of names) hooks[name] = (x, shape) => { shapes[name] = shape; };
          const { activations } = gpt.forward(ids, {hooks});
          const told = (x) => Array.from(x, (v) => v === -Infinity ? "-inf" : v);
          return names.map((name) => [shapes[name], told(activations.get(name))]); }""",
        [ids.tolist(), list(seen)],
    )
    assert len(seen) == len(PLACES) * model.config.n_layer + 2
    for (name, want), (shape, numbers) in zip(seen.items(), read, strict=True):
        assert shape == list(want.shape), name
        ours, theirs = (
            torch.tensor([float(v) for v in numbers]),
            want.flatten(),
        )  # scores that hide are −∞ in both
        assert torch.allclose(ours, theirs, atol=1e-4), name


# Fails if what a hook returns, or leaves in the copy it was given, does not go on in its place, or
# goes on elsewhere besides.
@pytest.mark.parametrize("place", [*PLACES, "embed", "norm.normalized"])
@pytest.mark.parametrize("changes", [{}, CONFIGS["all at once"]], ids=["gpt2", "all at once"])
def test_activations_are_replaced_by_name(engine, place, changes):
    model = random_model(6, **changes)
    ids = torch.randint(0, model.config.vocab_size, (9,))
    put(engine, model)
    chosen = f"blocks.1.{place}" if place in PLACES else place

    def change(name, activation):
        factors = torch.arange(activation.numel()).view(activation.shape).add(3).cos()
        changed = (activation * factors).masked_fill(activation.isinf(), -torch.inf)
        return changed if name == chosen else activation

    with torch.no_grad():
        want = run_in_torch(model, ids, change)
        plain = run_in_torch(model, ids, lambda name, activation: activation)
    got = engine.evaluate(
        """([ids, name]) => {
          const changed = (x) => x.map((v, i) => v === -Infinity ? v : v * Math.cos(i + 3));
          const returned = {[name]: changed}, written = {[name]: (x) => { x.set(changed(x)); }};
          return [returned, written].map((hooks) => Array.from(gpt.forward(ids, {hooks}).logits)); }""",
        [ids.tolist(), chosen],
    )
    assert (want - plain).abs().max() > 0.01
    for logits_ in got:
        assert (torch.tensor(logits_).view_as(want) - want).abs().max() < 1e-3


# Fails if hooks and the cache disagree: the new tokens alone are seen, the earlier ones remain.
def test_hooks_with_a_cache(engine):
    put(engine, random_model(7, position="rotary", n_kv_head=2))
    assert engine.evaluate(
        """() => {
          const ids = [5, 9, 200, 31, 7], name = "blocks.1.attention.pattern", cache = gpt.newCache();
          const shapes = [], hooks = {[name]: (x, shape) => { shapes.push(shape); }};
          const whole = gpt.forward(ids).activations.get(name);
          gpt.forward(ids.slice(0, 4), {cache});
          const last = gpt.forward(ids.slice(4), {cache, hooks}).activations.get(name);
          const rows = [0, 1, 2, 3].map((head) => whole.subarray(head * 25 + 20, head * 25 + 25));
          return [shapes, Math.max(...rows.flatMap((row, head) =>
            Array.from(row, (v, s) => Math.abs(v - last[head * 5 + s])))) < 1e-5];
        }"""
    ) == [[[4, 1, 5]], True]


# Fails if a misspelt name is passed over in silence, or a replacement of another size is taken.
def test_hooks_are_refused_in_words(engine):
    put(engine, random_model())
    say = "(f) => { try { eval(f); return ''; } catch (e) { return e.message; } }"
    for name in ("blocks.3.resid_post", "blocks.0.attention.query", "resid_pre"):
        said = engine.evaluate(say, f"gpt.forward([1], {{hooks: {{'{name}': () => {{}}}}}})")
        assert name in said and "attention.z" in said and "from 0 to 2" in said
    hook = "{'blocks.0.resid_post': (x) => x.subarray(1)}"
    said = engine.evaluate(say, f"gpt.forward([1, 2], {{hooks: {hook}}})")
    assert "blocks.0.resid_post" in said and "(2, 32)" in said and "63" in said


# Fails if reusing a run gives other logits than starting anew, in whichever order factors change.
def test_reuse_from_any_run(engine):
    put(engine, random_model(2))
    assert (
        engine.evaluate(
            """() => {
          const ids = [5, 9, 200, 31, 7], random = seededRandom(3);
          let last = gpt.forward(ids);
          for (let i = 0; i < 40; i++) {
            const headScale = last.headScale.map((row) => row.map((v) => random() < 0.2 ? random() * 2 : v));
            const fresh = gpt.forward(ids, {headScale});
            last = gpt.forward(ids, {headScale, reuse: last});
            if (last.logits.some((v, j) => v !== fresh.logits[j])) return `run ${i} differs`;
          }
          return "equal";
        }"""
        )
        == "equal"
    )


# Fails if the cache forgets or misplaces a key or value, or if the last row alone is another.
@pytest.mark.parametrize("changes", CONFIGS.values(), ids=CONFIGS.keys())
def test_cache_equals_whole_forward(engine, changes):
    put(engine, random_model(3, **changes))
    assert (
        engine.evaluate(
            """() => {
          const ids = [5, 9, 200, 31, 7, 100, 2, 2], whole = gpt.forward(ids), cache = gpt.newCache();
          let worst = 0;
          const compare = (got, t) => got.forEach((v, i) => { worst = Math.max(worst, Math.abs(v - logitsAt(whole, t)[i])); });
          compare(gpt.forward(ids.slice(0, 3), {cache, lastOnly: true}).logits, 2);
          for (let t = 3; t < ids.length; t++) compare(gpt.step(ids[t], cache), t);
          return worst;
        }"""
        )
        < 1e-4
    )


# Fails if a full context, an unknown id or a damaged file is not refused in words.
def test_refusals_are_in_words(engine):
    put(engine, random_model())
    say = "(f) => { try { eval(f); return ''; } catch (e) { return e.message; } }"
    assert "context of 24" in engine.evaluate(say, "gpt.forward(Array(25).fill(1))")
    assert "id 290" in engine.evaluate(say, "gpt.forward([290])")
    assert "at least one" in engine.evaluate(say, "gpt.forward([])")
    payload = model_payload(random_model(), small_tokenizer())[1]
    cut = payload | {"data": payload["data"][:1000]}
    lost = payload | {"tensors": payload["tensors"][:-3]}
    for broken, word in ((cut, "damaged"), (lost, "should hold")):
        message = engine.evaluate(
            "(file) => { try { new GPT(file); return ''; } catch (e) { return e.message; } }",
            broken,
        )
        assert word in message


# Fails if the softmax, the reshaping or the loss is not llm_lib.generation's, or not torch's.
def test_reshape_and_loss(engine):
    scores = torch.randn(50)
    for t, k, p in [(1, 0, 1), (0.7, 5, 1), (1.5, 0, 0.6), (1, 8, 0.5), (0, 0, 1), (1, 1, 0.1)]:
        got = engine.evaluate(
            "([s, t, k, p]) => Array.from(reshape(Float32Array.from(s), {temperature: t, topK: k, topP: p}).p)",
            [scores.tolist(), t, k, p],
        )
        want = scores / t if t else torch.where(scores == scores.max(), 0.0, float("-inf"))
        want = generation.filter_logits(want[None], top_k=k or None, top_p=p)[0].softmax(0)
        assert torch.allclose(torch.tensor(got).float(), want, atol=1e-5), (t, k, p)
    ties = [0.0, 2.0, 1.0, 2.0, 1.0, 1.0]  # two at the top, and three for the places behind them
    for k in range(1, 7):
        got = engine.evaluate("([s, topK]) => Array.from(reshape(s, {topK}).p)", [ties, k])
        want = generation.token_probabilities(torch.tensor([ties]), top_k=k)[0]
        assert torch.allclose(torch.tensor(got).float(), want, atol=1e-5), k
    model = random_model()
    put(engine, model)
    ids = torch.randint(0, 290, (12,))
    with torch.no_grad():
        want = torch.nn.functional.cross_entropy(model(ids[None])[0, :-1], ids[1:])
    got = engine.evaluate("(ids) => textLoss(gpt.forward(ids))", ids.tolist())
    assert got == pytest.approx(want.item(), abs=1e-4)


# Fails if a seed does not repeat a draw, or if draws do not follow the probabilities.
def test_sampling(engine):
    counts = engine.evaluate(
        """() => { const random = seededRandom(7), n = [0, 0, 0, 0];
          for (let i = 0; i < 20000; i++) n[sample(Float32Array.of(0.5, 0, 0.3, 0.2), random)]++; return n; }"""
    )
    assert counts[1] == 0
    for got, want in zip(counts, (0.5, 0, 0.3, 0.2), strict=True):
        assert got / 20000 == pytest.approx(want, abs=0.015)
    draw = "() => { const r = seededRandom(5); return [r(), r(), r()]; }"
    assert engine.evaluate(draw) == engine.evaluate(draw)


def same_ids(page, tokenizer, texts, encode=None) -> None:
    """Assert that the page encodes and decodes as Python does."""
    got = page.evaluate(
        """([data, texts]) => { const t = makeTokenizer(data);
          return texts.map((text) => { const ids = t.encode(text); return [ids, t.decode(ids)]; }); }""",
        [tokenizer.to_dict(), texts],
    )
    for text, (ids, back) in zip(texts, got, strict=True):
        want = (encode or tokenizer.encode)(text)
        assert ids == want, text
        assert back == tokenizer.decode(want), text


# Fails if a pattern cuts elsewhere than Python's, or merges go another way.
@pytest.mark.parametrize("pattern", [*PATTERNS, r"\s?\w++|[^\w\s]+|\s+"])
def test_bpe_gives_the_same_ids(engine, pattern):
    tokenizer = BPETokenizer.train(
        [TEXT, *TEXTS], 420, pattern=pattern, special_tokens=["<|endoftext|>", "<|end|>"]
    )
    ascii_only = [text for text in TEXTS if text.isascii()]
    texts = TEXTS if pattern in PATTERNS else ascii_only  # \w differs between the languages
    same_ids(engine, tokenizer, texts, lambda text: tokenizer.encode(text, allowed_special="all"))


# Fails if special tokens in the text are read as such where they should be plain.
def test_bpe_special_as_plain_text(engine):
    tokenizer = small_tokenizer()
    got = engine.evaluate(
        "(data) => makeTokenizer(data).encode('a<|endoftext|>b', {special: false})",
        tokenizer.to_dict(),
    )
    assert got == tokenizer.encode_ordinary("a<|endoftext|>b")


# Fails if a vocabulary with ids of its own, such as GPT-2's, loses them.
def test_bpe_with_its_own_ids(engine):
    plain = BPETokenizer.train(TEXT, 300)
    ids = list(reversed(range(300)))
    tokenizer = BPETokenizer(plain.merges, ids=ids, special_tokens={"<|endoftext|>": 777})
    same_ids(engine, tokenizer, ["Mira the fox", "día"])


# Fails if broken UTF-8 is decoded otherwise than Python's "replace" does.
def test_decode_of_broken_bytes(engine):
    tokenizer = small_tokenizer()
    for ids in ([240, 159], [0xE2, 0x82, 65, 0xFF], [0xC0, 0x80], [0xEF, 0xBB, 0xBF, 65]):
        got = engine.evaluate(
            "([data, ids]) => makeTokenizer(data).decode(ids)", [tokenizer.to_dict(), ids]
        )
        assert got == tokenizer.decode(ids)


# Fails if a plain tokenizer differs, or does not refuse in words what it can't write.
def test_plain_tokenizers(engine):
    same_ids(engine, CharTokenizer.from_text("".join(TEXTS)), TEXTS)
    words = WordTokenizer.from_text(" ".join(TEXTS[:11]), unknown="<unk>")
    same_ids(engine, words, [*TEXTS[:11], "entirely new words"])
    same_ids(engine, IntegerTokenizer(64), ["3 17  5", "", " 63\n0 "])
    for tokenizer, text, word in [
        (CharTokenizer(["a"]), "ab", "character “b”"),
        (WordTokenizer(["a"]), "a b", "word “b”"),
        (IntegerTokenizer(9), "1 9", "from 0 to 8"),
    ]:
        message = engine.evaluate(
            "([d, t]) => { try { makeTokenizer(d).encode(t); } catch (e) { return e.message; } }",
            [tokenizer.to_dict(), text],
        )
        assert word in message


# Fails if the engine takes over half as long as a plain loop of as many multiplications, on Sprout's size
# and 64 tokens: the kernel takes an eighth of it, about 8 ms. A busy machine slows down both.
def test_forward_is_fast(engine):
    put(engine, random_model(vocab_size=1024, context_length=64, n_layer=4, n_embd=128))
    forward, loop = engine.evaluate(
        """() => {
          const ids = Array.from({length: 64}, (_, i) => i * 7);
          const n = 4 * 12 * 128 + 1024, x = new Float32Array(64 * 128).fill(0.5), W = new Float32Array(128 * n).fill(0.5);
          const loop = () => {  // x @ W.T
            const y = new Float32Array(64 * n);
            for (let t = 0; t < 64; t++) for (let j = 0; j < n; j++) {
              let sum = 0;
              for (let k = 0; k < 128; k++) sum += x[t * 128 + k] * W[j * 128 + k];
              y[t * n + j] = sum;
            }
            return y;
          };
          const best = [Infinity, Infinity];
          for (let i = 0; i < 12; i++) [() => gpt.forward(ids), loop].forEach((work, which) => {
            const start = performance.now();
            work();
            best[which] = Math.min(best[which], performance.now() - start);
          });
          return best;
        }"""
    )
    print(f"forward of 64 tokens: {forward:.1f} ms, the loop: {loop:.1f} ms")
    assert forward < loop / 2

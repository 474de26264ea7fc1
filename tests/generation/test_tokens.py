"""Writing tokens: the cache against none, rows against each alone, and streams."""

import numpy as np
import pytest
import torch

from llm_lib.before.ngram import NGramModel
from llm_lib.bpe import BPETokenizer
from llm_lib.generation import (
    generate,
    pad_left,
    stream_text,
    stream_tokens,
)
from llm_lib.generation.speculative import generate_speculative
from llm_lib.model.gpt import GPT, GPTConfig
from llm_lib.tokenizer import CharTokenizer


def make(seed: int = 0, **kind) -> GPT:
    torch.manual_seed(seed)
    return GPT(GPTConfig(20, 10, 2, 2, 8, init_std=0.6, **kind)).eval()


@pytest.mark.parametrize("kind", [{}, {"position": "rotary", "n_kv_head": 1}])
@pytest.mark.parametrize("how", [{"temperature": 0}, {"temperature": 1.5, "seed": 3, "top_k": 9}])
def test_cached_and_uncached_agree_token_for_token(kind, how):
    # fails if the cache shifts a position; 25 tokens pass the context of 10
    model, prompt = make(**kind), torch.tensor([[1, 2, 3], [4, 5, 6]])
    runs = [generate(model, prompt, 25, use_cache=cached, **how) for cached in (True, False)]
    assert torch.equal(*runs)
    assert runs[0].shape == (2, 28)


def test_greedy_takes_the_likeliest_each_time():
    # fails if the last position is not the one that is read
    model, ids = make(), [1, 2]
    for _ in range(5):
        ids.append(int(model(torch.tensor([ids]))[0, -1].argmax()))
    assert generate(model, [1, 2], 5, temperature=0).tolist() == ids


def test_a_row_ends_at_its_stop_token():
    # fails if a stopped row goes on, or stops the others
    model = make()
    free = generate(model, torch.tensor([[1], [7]]), 8, temperature=0).tolist()
    stop = free[0][3]
    out = generate(model, torch.tensor([[1], [7]]), 8, temperature=0, stop_ids=[stop]).tolist()
    first = free[0].index(stop, 1)
    assert out[0][: first + 1] == free[0][: first + 1]
    assert set(out[0][first:]) == {stop}
    if stop not in free[1]:
        assert out[1] == free[1]


def test_what_nobody_sets_is_plain_sampling():
    # fails if a text that is asked for without settings is bolder, tamer or longer than one thinks
    model, plain = make(), {"temperature": 1.0, "repetition_penalty": 1.0, "use_cache": True}
    expected = generate(model, [1, 2], 20, seed=4, **plain)
    assert torch.equal(generate(model, [1, 2], 20, seed=4), expected)
    tokenizer = CharTokenizer("abcdefghijklmnopqrst")
    text = "".join(stream_text(model, tokenizer, "bc", seed=4))
    assert text == tokenizer.decode(generate(model, [1, 2], 200, seed=4).tolist()[2:])


def test_a_seed_repeats_and_leaves_the_global_dice_alone():
    # fails if the seed is ignored or set globally
    model = make()
    torch.manual_seed(5)
    expected = torch.rand(1)
    torch.manual_seed(5)
    a, b = (generate(model, [1], 9, seed=4).tolist() for _ in range(2))
    assert a == b
    assert torch.equal(torch.rand(1), expected)


@pytest.mark.parametrize(
    ("settings_", "message"),
    [
        ({"temperature": -1}, "temperature must be at least 0, got -1"),
        ({"top_k": 0}, "top_k must be a whole number of at least 1"),
        ({"top_p": 0}, "top_p must be above 0"),
        ({"min_p": 2}, "min_p must be at least 0 and at most 1, got 2"),
        ({"repetition_penalty": 0}, "repetition_penalty must be above 0"),
    ],
)
def test_settings_that_cannot_be_are_refused(settings_, message):
    # fails if a bad value passes silently
    with pytest.raises(ValueError, match=message):
        generate(make(), [1], 3, **settings_)


def test_an_empty_text_is_refused():
    # fails if torch's own error comes instead
    with pytest.raises(ValueError, match="text is empty: give at least one token"):
        generate(make(), [], 3)


UNEQUAL = [[1, 2, 3, 4, 5], [6], [7, 8, 9], [2, 4, 6, 8, 10, 12, 14, 16, 18]]


@pytest.mark.parametrize("kind", [{}, {"position": "rotary", "n_kv_head": 1}])
@pytest.mark.parametrize("how", [{}, {"use_cache": False}, {"repetition_penalty": 1.5}])
def test_a_row_of_an_unequal_batch_is_what_it_is_alone(kind, how):
    # fails if padding is attended to, shifts a position or is penalized; 14 tokens pass the context
    model = make(**kind)
    rows = generate(model, UNEQUAL, 14, temperature=0, **how)
    for prompt, row in zip(UNEQUAL, rows, strict=True):
        assert torch.equal(row, generate(model, prompt, 14, temperature=0, **how))


@pytest.mark.parametrize("kind", [{}, {"position": "rotary", "n_kv_head": 1}])
def test_padding_leaves_the_logits_as_they_are(kind):
    # fails if a padded row differs in more than rounding, with and without a cache
    model = make(**kind)
    ids, padding = pad_left(UNEQUAL)
    cache = model.new_cache(len(ids))
    with torch.no_grad():
        whole = model(ids, padding=padding)
        first = model(ids[:, :6], cache, padding=padding)
        rest = model(ids[:, 6:], cache, padding=padding)
        alone = [model(torch.tensor([prompt]))[0] for prompt in UNEQUAL]
    assert torch.isfinite(whole).all()
    for row, stepwise, expected in zip(whole, torch.cat((first, rest), 1), alone, strict=True):
        torch.testing.assert_close(row[-len(expected) :], expected)
        torch.testing.assert_close(stepwise[-len(expected) :], expected)


def test_rows_of_an_unequal_batch_end_at_their_own_stop():
    # fails if a row is cut at a stop token of its prompt, keeps padding, or runs on behind its stop
    model = make()
    stop = int(generate(model, UNEQUAL[0], 8, temperature=0)[8])
    prompts = [*UNEQUAL[:3], [stop, 1]]
    rows = generate(model, prompts, 8, temperature=0, stop_ids=[stop])
    for prompt, row in zip(prompts, rows, strict=True):
        free = generate(model, prompt, 8, temperature=0).tolist()
        new = free[len(prompt) :]
        end = new.index(stop) + 1 if stop in new else 8
        assert row.tolist() == prompt + new[:end]


def test_equal_texts_in_a_list_come_back_as_a_list():
    # fails if the kind of answer depends on the lengths of the texts
    rows = generate(make(), [[1, 2], [3, 4]], 3, temperature=0)
    assert isinstance(rows, list)
    assert torch.equal(
        torch.stack(rows), generate(make(), torch.tensor([[1, 2], [3, 4]]), 3, temperature=0)
    )
    with pytest.raises(ValueError, match="text is empty"):
        generate(make(), [[1], []], 3)


@pytest.mark.parametrize(
    "ids", [[1.9, 2.7], torch.tensor([[1.0, 2.0]]), [True, False], [[1, 2], [3.5]], np.ones(2)]
)
def test_ids_that_are_not_whole_are_refused(ids):
    # fails if 1.9 is cut to 1
    with pytest.raises(TypeError, match="token ids must be whole numbers, got torch"):
        generate(make(), ids, 2)


@pytest.mark.parametrize("kind", [np.uint16, np.uint32, np.int64, np.int8])
def test_ids_of_any_whole_kind_are_taken(kind):
    # fails if the ids of a token file have to be converted by hand
    assert (
        generate(make(), np.array([1, 2], kind), 3, temperature=0).tolist()
        == generate(make(), [1, 2], 3, temperature=0).tolist()
    )


def test_an_error_leaves_the_model_in_its_mode():
    # fails if a model goes on in evaluation mode after an id outside of its vocabulary
    model = make(dropout=0.5).train()
    for call in (
        lambda: generate(model, [99], 2),
        lambda: list(stream_tokens(model, torch.tensor([[99]]), 2)),
        lambda: generate_speculative(model, NGramModel(1, 3).fit([1]), [1], 5),
    ):
        with pytest.raises(ValueError):
            call()
        assert model.training


def test_streams_write_without_dropout():
    # fails if two greedy runs of a model that is being trained differ
    model, prompt = make(dropout=0.5).train(), torch.tensor([[1, 2]])
    expected = generate(model, prompt, 8, temperature=0)[0, 2:].tolist()
    for _ in range(3):
        stream = stream_tokens(model, prompt, 8, temperature=0)
        assert [int(next(stream)) for _ in range(8)] == expected
        assert model.training  # between two tokens, too
    tokenizer = CharTokenizer("abcdefghijklmnopqrst")
    texts = {"".join(stream_text(model, tokenizer, "bc", 8, temperature=0)) for _ in range(3)}
    assert texts == {tokenizer.decode(expected)}
    assert model.training


def test_settings_are_checked_before_the_first_token_is_asked_for():
    # fails if a wrong setting is an error of the loop, far from the call
    model, tokenizer = make(), CharTokenizer("abcdefghijklmnopqrst")
    with pytest.raises(ValueError, match="top_k"):
        stream_tokens(model, torch.tensor([[1]]), 3, top_k=0)
    with pytest.raises(ValueError, match="top_k"):
        stream_text(model, tokenizer, "b", 3, top_k=0)
    with pytest.raises(ValueError, match="at least one character"):
        stream_text(model, tokenizer, "b", 3, stop="")
    with pytest.raises(ValueError, match="the text is empty: give at least one token"):
        stream_text(model, tokenizer, "", 3)
    with pytest.raises(ValueError, match=r"shape \(B, T\), got \(1,\)"):
        stream_tokens(model, torch.tensor([1]), 3)


def test_any_tokenizer_can_stream():
    # fails if more is asked of a tokenizer than the protocol does
    model, tokenizer = make(), CharTokenizer("abcdefghijklmnopqrst")
    expected = tokenizer.decode(generate(model, [1, 2], 6, temperature=0).tolist())
    assert "bc" + "".join(stream_text(model, tokenizer, "bc", 6, temperature=0)) == expected


def test_a_prompt_can_not_smuggle_special_tokens_in():
    # fails if a stranger's text can end the document
    tokenizer = BPETokenizer([], special_tokens=["<|endoftext|>"])
    make_script = lambda: Script([*b"ok", 256], tokenizer.vocab_size)  # noqa: E731
    with pytest.raises(ValueError, match="holds the special token"):
        stream_text(make_script(), tokenizer, "a<|endoftext|>b", 5)
    model = make_script()
    pieces = stream_text(
        model, tokenizer, "<|endoftext|>b", 5, allowed_special="all", temperature=0
    )
    assert "".join(pieces) == "ok"
    assert model.read[0] == [256, 98]


class Script:
    """A model that writes down given ids one after the other, whatever it reads."""

    def __init__(self, ids, vocab_size):
        self.ids, self.vocab_size, self.at = list(ids), vocab_size, 0
        self.config, self.read = GPTConfig(vocab_size, 64, 1, 1, 2), []

    def parameters(self):
        yield torch.zeros(1)

    def new_cache(self, batch_size):
        return "a cache"

    def __call__(self, ids, cache=None):
        self.read += ids.tolist()
        logits = torch.zeros(1, ids.shape[1], self.vocab_size)
        logits[0, -1, self.ids[min(self.at, len(self.ids) - 1)]] = 9.0
        self.at += 1
        return logits


def streamed(text, **settings):
    """Stream `text`, byte by byte, then the end-of-text token; return the pieces."""
    tokenizer = BPETokenizer([], special_tokens=["<|endoftext|>"])
    model = Script([*text.encode(), 256], tokenizer.vocab_size)
    return list(stream_text(model, tokenizer, "a", 60, temperature=0, **settings))


def test_streamed_pieces_are_whole_characters():
    # fails if half a character is shown, or the end-of-text token is
    pieces = streamed("a 凧 é!")
    assert pieces == ["a", " ", "凧", " ", "é", "!"]


@pytest.mark.parametrize(
    ("stop", "expected"),
    [
        ("User:", "Hi.\n"),
        (["zzz", "\n"], "Hi."),
        ("Usher", "Hi.\nUser: ok\nUs"),
        ("k\nU", "Hi.\nUser: o"),
        ((), "Hi.\nUser: ok\nUs"),
    ],
)
def test_text_ends_before_a_stop_string(stop, expected):
    # fails if a part of a stop string is shown, or what only looked like one is swallowed
    assert "".join(streamed("Hi.\nUser: ok\nUs", stop=stop)) == expected


def test_an_empty_stop_string_is_refused():
    # fails if it stops everything in silence
    with pytest.raises(ValueError, match="at least one character"):
        streamed("abc", stop=["x", ""])

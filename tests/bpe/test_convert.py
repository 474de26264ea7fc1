"""Tests of tokenizers taken over from tiktoken and Hugging Face, and given to them."""

import copy
import json
import random

import pytest
import tiktoken
from hypothesis import given, settings
from hypothesis import strategies as st
from tokenizers import Regex, Tokenizer, decoders, models, pre_tokenizers, trainers

from llm_lib.book.corpus import load_corpus
from llm_lib.bpe import BPETokenizer
from llm_lib.bpe.convert import SINGLE_DIGITS, to_huggingface
from llm_lib.bpe.pretokenize import PATTERNS
from tests.tricky import load_gpt2, merge_lists, random_text, tricky_texts

SPECIALS = ["<|endoftext|>", "<|fim_prefix|>"]
# Llama 3's way to cut: like cl100k, but for spaces at the end of a text.
LLAMA_3 = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*"
    r"|\s*[\r\n]+|\s+(?!\S)|\s+"
)


@pytest.fixture(scope="module")
def speech():
    return load_corpus("speeches")[:60_000]


@pytest.fixture(scope="module")
def small(speech):
    return BPETokenizer.train(speech, 600, special_tokens=SPECIALS)


@pytest.fixture(scope="module")
def file(small):
    """What a tokenizer.json of Hugging Face holds."""
    return to_huggingface(small)


def train_huggingface(texts, steps):
    """Return a tokenizer that Hugging Face's library trained."""
    theirs = Tokenizer(models.BPE())
    theirs.pre_tokenizer = steps
    theirs.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=600,
        special_tokens=SPECIALS,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    theirs.train_from_iterator(texts, trainer)
    return theirs


BYTES = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
GPT2 = pre_tokenizers.ByteLevel(add_prefix_space=False)


def after(step):
    return pre_tokenizers.Sequence([step, BYTES])


STEPS = {
    "GPT-2": GPT2,
    "Llama 3": after(pre_tokenizers.Split(Regex(LLAMA_3), "isolated")),
    "with gaps": after(pre_tokenizers.Split(Regex(r"[a-z]+|\d"), "isolated")),
    "gaps dropped": after(pre_tokenizers.Split(Regex(r"[a-z]+|\d"), "removed", invert=True)),
    "o200k": after(pre_tokenizers.Split(Regex(PATTERNS["o200k"]), "isolated")),
    "single digits": pre_tokenizers.Sequence(
        [pre_tokenizers.Digits(individual_digits=True), GPT2],
    ),
    "no cuts": BYTES,
}


@pytest.fixture(scope="module", params=STEPS)
def pair(request, speech):
    """A tokenizer of Hugging Face's own making, and ours, taken over from its file."""
    theirs = train_huggingface([speech[:20_000]], STEPS[request.param])
    return BPETokenizer.from_huggingface(json.loads(theirs.to_str())), theirs


def valid(text):
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def test_from_huggingface_gives_the_same_ids(pair, speech):
    # Fails if a cut, a merge, an id or a special token is taken over wrongly.
    ours, theirs = pair
    rng = random.Random(0)
    texts = [speech[20_000:30_000], *(valid(random_text(rng)) for _ in range(500))]
    for text in texts:
        ids = ours.encode(text, allowed_special="all")
        assert ids == theirs.encode(text).ids, ascii(text)
        assert ours.decode(ids) == theirs.decode(ids, skip_special_tokens=False), ascii(text)


@pytest.mark.parametrize("pattern", [*PATTERNS, LLAMA_3, SINGLE_DIGITS, r"[a-z]+|\d"])
def test_to_huggingface_and_back(pattern, speech, tmp_path):
    # Fails if the file that we write gives other ids there, or another tokenizer here.
    ours = BPETokenizer.train(speech, 500, pattern=pattern, special_tokens=SPECIALS)
    ours.to_huggingface(tmp_path / "tokenizer.json")
    theirs = Tokenizer.from_file(str(tmp_path / "tokenizer.json"))
    back = BPETokenizer.from_huggingface(tmp_path / "tokenizer.json")
    assert (back.merges, back.pattern, back.vocab) == (ours.merges, ours.pattern, ours.vocab)
    rng = random.Random(1)
    for text in [speech, *(valid(random_text(rng)) for _ in range(300))]:
        ids = ours.encode(text, allowed_special="all")
        assert ids == theirs.encode(text).ids, ascii(text)
        assert ids == back.encode(text, allowed_special="all")


def test_gpt2_goes_through_all_three(tmp_path):
    # Fails if ids that are not in order of merging, as GPT-2's bytes, get lost on the way.
    theirs = load_gpt2()
    BPETokenizer.from_tiktoken(theirs).to_huggingface(tmp_path / "tokenizer.json")
    ours = BPETokenizer.from_huggingface(tmp_path / "tokenizer.json")
    assert ours.to_tiktoken()._mergeable_ranks == theirs._mergeable_ranks
    assert Tokenizer.from_file(str(tmp_path / "tokenizer.json")).encode("Hi<|endoftext|>").ids == [
        17250,
        50256,
    ]
    transformers = pytest.importorskip("transformers")
    loaded = transformers.PreTrainedTokenizerFast(tokenizer_file=str(tmp_path / "tokenizer.json"))
    assert loaded.encode("Hello world") == ours.encode("Hello world") == [15496, 995]


def test_special_ids_with_gaps_are_kept(tmp_path):
    # Fails if special tokens are numbered anew, as Hugging Face does with unknown ones.
    ours = BPETokenizer([(b"a", b"b")], special_tokens={"<x>": 300, "<y>": 290})
    ours.to_huggingface(tmp_path / "t.json")
    theirs = Tokenizer.from_file(str(tmp_path / "t.json"))
    assert theirs.encode("ab<x><y>").ids == ours.encode("ab<x><y>", "all") == [256, 300, 290]


def list_every_merge(file):
    """Write a file as converters from tiktoken do: all ways to join two tokens into one."""
    file = copy.deepcopy(file)
    vocab, special = file["model"]["vocab"], set(SPECIALS)
    ways = [
        [token[:cut], token[cut:]]
        for token in sorted(vocab, key=vocab.get)
        for cut in range(1, len(token))
        if token not in special and token[:cut] in vocab and token[cut:] in vocab
    ]
    file["model"] |= {"merges": ways, "ignore_merges": True}
    return file


def test_files_that_list_every_merge(small, file, speech):
    # Fails if Llama 3's kind of file is refused, or read as other merges than those in use.
    every = list_every_merge(file)
    assert len(every["model"]["merges"]) > len(small.merges)
    ours, theirs = BPETokenizer.from_huggingface(every), Tokenizer.from_str(json.dumps(every))
    assert ours.merges == small.merges
    rng = random.Random(2)
    for text in [speech, *(valid(random_text(rng)) for _ in range(300))]:
        assert ours.encode(text, "all") == theirs.encode(text).ids, ascii(text)


def test_merges_may_be_pairs_or_lines(small, file):
    # Fails if one of the two ways in which such files write merges is not read.
    pairs = copy.deepcopy(file)
    pairs["model"]["merges"] = [merge.split(" ") for merge in file["model"]["merges"]]
    assert BPETokenizer.from_huggingface(pairs).merges == small.merges
    assert BPETokenizer.from_huggingface(file).merges == small.merges


BYTE_LEVEL = {"type": "ByteLevel", "add_prefix_space": False, "use_regex": False}
SPLIT = {"type": "Split", "pattern": {"Regex": "a"}, "behavior": "Isolated", "invert": False}
DAMAGE = {
    "normalizer": ({"type": "NFC"}, "'normalizer' should be null"),
    "truncation": ({"max_length": 5}, "'truncation' should be null"),
    "padding": ({"length": 5}, "'padding' should be null"),
    "post_processor": ({"type": "TemplateProcessing"}, "'post_processor' should be null or Byte"),
    "decoder": ({"type": "WordPiece"}, "'decoder' should be null or ByteLevel"),
    "pre_tokenizer": (None, "'pre_tokenizer' should be ByteLevel"),
    "pre_tokenizer ": ({"type": "Whitespace"}, "'pre_tokenizer' should be ByteLevel"),
    "pre_tokenizer  ": (BYTE_LEVEL | {"add_prefix_space": True}, "without a prefix space"),
    "pre_tokenizer   ": (
        {"type": "Sequence", "pretokenizers": [SPLIT | {"behavior": "MergedWithNext"}, BYTE_LEVEL]},
        "'pre_tokenizer' should be ByteLevel",
    ),
    "pre_tokenizer    ": (
        {"type": "Sequence", "pretokenizers": [SPLIT | {"pattern": {"Regex": "("}}, BYTE_LEVEL]},
        "pattern should be one of",
    ),
    "pre_tokenizer     ": ({"type": "Sequence"}, "not a Hugging Face tokenizer.json: KeyError"),
    "added_tokens": (
        [{"id": 1, "content": "<x>", "lstrip": True}],
        "'added_tokens' should be plain",
    ),
    "added_tokens ": ([{"id": 1}], "not a Hugging Face tokenizer.json: KeyError"),
    "model": ({"type": "Unigram", "vocab": []}, "'model' should be a BPE model"),
    "model ": (None, "'model' should be a BPE model"),
}


@pytest.mark.parametrize("field", DAMAGE)
def test_what_we_cant_represent_is_refused(field, file):
    # Fails if a tokenizer that gives other ids, or a damaged file, is taken over without a word.
    value, words = DAMAGE[field]
    with pytest.raises(ValueError, match=words.replace(".", r"\.")):
        BPETokenizer.from_huggingface(file | {field.strip(): value})


MODEL_DAMAGE = [
    ({"dropout": 0.1}, "'model' should be a BPE model"),
    ({"byte_fallback": True}, "'model' should be a BPE model"),
    ({"end_of_word_suffix": "</w>"}, "'model' should be a BPE model"),
    ({"merges": ["a b c"]}, "'merges' should hold pairs"),
    ({"merges": ["日 本"]}, "is not written in GPT-2's characters for bytes"),
    ({"merges": ["th e"]}, "no earlier merge|no merge makes"),
    ({"merges": ["a b"], "ignore_merges": True}, "no merge makes|lacks the token"),
    ({"merges": [], "vocab": {"a": 0}}, "the vocabulary lacks the token"),
]


@pytest.mark.parametrize(("change", "words"), MODEL_DAMAGE)
def test_models_that_we_cant_represent_are_refused(change, words, file):
    # Fails as the test above does, for what is inside the model.
    with pytest.raises(ValueError, match=words):
        BPETokenizer.from_huggingface(file | {"model": file["model"] | change})


def test_a_token_that_no_merge_makes_is_refused(file):
    # Fails if a token is dropped: with ignore_merges, a chunk could be it.
    vocab = file["model"]["vocab"] | {"xyz": 9999}
    with pytest.raises(ValueError, match="holds b'xyz', which no merge makes"):
        BPETokenizer.from_huggingface(file | {"model": file["model"] | {"vocab": vocab}})


def test_files_that_are_none_of_ours_are_refused(tmp_path, small):
    # Fails if a path that holds something else ends in a bare exception.
    path = tmp_path / "t.json"
    for text in ("{", "[]", "{}", '{"model": 1}'):
        path.write_text(text)
        with pytest.raises(ValueError):
            BPETokenizer.from_huggingface(path)
    small.save(path)
    with pytest.raises(ValueError, match="field 'model'"):
        BPETokenizer.from_huggingface(path)
    small.to_huggingface(path)
    with pytest.raises(ValueError, match="field 'type'"):
        BPETokenizer.load(path)
    with pytest.raises(FileNotFoundError):
        BPETokenizer.from_huggingface(tmp_path / "none.json")


def test_a_special_token_spelled_as_another_is_refused():
    # Fails if one of two tokens with the same spelling in the file is lost.
    tokenizer = BPETokenizer([(b" ", b"a")], special_tokens=["Ġa"])
    with pytest.raises(ValueError, match="'Ġa' is spelled as another token"):
        to_huggingface(tokenizer)


@settings(max_examples=500, deadline=None)
@given(merges=merge_lists(), text=st.text("abc", max_size=30), flip=st.booleans())
def test_to_tiktoken_is_exact_or_refused(merges, text, flip):
    # Fails if tiktoken gets a vocabulary whose ids it would give differently.
    ids = [*range(256), *range(255 + len(merges), 255, -1)] if flip else None
    ours = BPETokenizer(merges, ids=ids)
    try:
        theirs = ours.to_tiktoken()
    except ValueError as error:
        assert "can't hold this vocabulary" in str(error)
    else:
        assert theirs.encode(text) == ours.encode(text)


def test_tiktoken_can_refuse():
    # Fails if the test above passes because nothing, or everything, is refused.
    assert BPETokenizer([(b"a", b"b")]).to_tiktoken()
    with pytest.raises(ValueError, match="can't hold this vocabulary"):
        BPETokenizer([(b"b", b"c"), (b"a", b"b"), (b"ab", b"c")]).to_tiktoken()


@settings(max_examples=200, deadline=None)
@given(text=tricky_texts)
def test_trained_tokenizers_are_the_same_in_tiktoken(trained_pairs, text):
    # Fails if a pattern or a special token is given to tiktoken in another form.
    for ours, theirs in trained_pairs:
        assert ours.encode(text, "all") == theirs.encode(text, allowed_special="all")


@pytest.fixture(scope="module")
def trained_pairs(speech):
    ours = [
        BPETokenizer.train(speech, 400, pattern=pattern, special_tokens=SPECIALS)
        for pattern in (*PATTERNS, LLAMA_3, SINGLE_DIGITS)
    ]
    return [(tokenizer, tokenizer.to_tiktoken()) for tokenizer in ours]


def test_bad_encodings_are_refused():
    # Fails if a vocabulary that byte pair encoding can't have made is taken over.
    byte_ranks = {bytes([i]): i for i in range(256)}
    for ranks, words in [
        (byte_ranks | {b"abc": 256}, "b'abc' is not made of two tokens"),
        ({token: i for token, i in byte_ranks.items() if i}, r"lacks the token b'\\x00'"),
    ]:
        bad = tiktoken.Encoding("bad", pat_str=".", mergeable_ranks=ranks, special_tokens={})
        with pytest.raises(ValueError, match=words):
            BPETokenizer.from_tiktoken(bad)
    with pytest.raises(TypeError, match="should be a tiktoken Encoding; got str"):
        BPETokenizer.from_tiktoken("gpt2")

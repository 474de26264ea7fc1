"""Classifying: where the class is read, what learns, and what is refused."""

import copy

import pytest
import torch

from llm_lib.bpe import BPETokenizer
from llm_lib.finetuning.classify import (
    Classifier,
    encode_labels,
    encode_texts,
    load_classifier,
    read_features,
    save_classifier,
    train_only,
)
from llm_lib.finetuning.lora import add_lora, lora_layers
from llm_lib.model.gpt import GPT, GPTConfig
from llm_lib.pretrained.save_load import load_model

TEXTS = ["Mia has a kite.", "Who?", "The fox sees the badger by the river."]


@pytest.fixture(scope="module")
def sprout():
    return load_model("sprout")


@torch.no_grad()
def test_a_batch_reads_each_text_as_if_alone(sprout):
    # fails if padding is looked at, moves the positions, or the class is read at padding
    gpt, tokenizer = sprout
    torch.manual_seed(0)
    model = Classifier(gpt, 3).eval()
    torch.nn.init.normal_(model.gpt.head.weight)
    together = model(*encode_texts(TEXTS, tokenizer, 256))
    for row, text in zip(together, TEXTS, strict=True):
        _, seen = gpt.run_with_cache(torch.tensor([tokenizer.encode(text)]))
        alone = gpt.norm(seen.stream[-1][0, -1]) @ model.gpt.head.weight.T
        torch.testing.assert_close(row, alone, atol=1e-4, rtol=1e-4)


def test_features_are_the_stream_behind_so_many_blocks(sprout):
    # fails if a layer is counted wrongly, or batches mix rows
    gpt, tokenizer = sprout
    _, seen = gpt.run_with_cache(torch.tensor([tokenizer.encode(TEXTS[2])]))
    for layer in range(gpt.config.n_layer + 1):
        found = read_features(gpt, TEXTS, tokenizer, layer, batch_size=2)
        torch.testing.assert_close(found[2], seen.stream[layer][0, -1], atol=1e-3, rtol=1e-3)
    torch.testing.assert_close(read_features(gpt, TEXTS, tokenizer), found, atol=1e-4, rtol=1e-4)


def test_positions_are_of_the_text_not_of_its_padding(sprout):
    # fails if a column of padding is read, or counted in a mean
    gpt, tokenizer = sprout
    for text, row in enumerate(map(tokenizer.encode, TEXTS)):
        _, seen = gpt.run_with_cache(torch.tensor([row]))
        stream = seen.stream[1][0]
        expected = {"first": stream[0], "middle": stream[(len(row) - 1) // 2], "last": stream[-1]}
        expected["mean"] = stream.mean(0)
        for position, vector in expected.items():
            found = read_features(gpt, TEXTS, tokenizer, 1, position=position)
            torch.testing.assert_close(found[text], vector, atol=1e-3, rtol=1e-3)


@pytest.mark.parametrize(
    ("part", "learning"),
    [
        ("head", {"gpt.head"}),
        ("last block", {"gpt.head", "gpt.blocks.1", "gpt.norm"}),
        ("all", {"gpt"}),
    ],
)
def test_what_is_frozen_stays(part, learning):
    # fails if a frozen part moves, or one that should learn does not
    torch.manual_seed(0)
    gpt = GPT(GPTConfig(20, 8, n_layer=2, n_head=2, n_embd=16))
    model = train_only(Classifier(gpt, 2), part)
    torch.nn.init.normal_(model.gpt.head.weight)
    before = copy.deepcopy(dict(model.named_parameters()))
    optimizer = torch.optim.SGD((p for p in model.parameters() if p.requires_grad), lr=0.1)
    ids = torch.arange(16).view(2, 8)
    torch.nn.functional.cross_entropy(model(ids), torch.tensor([0, 1])).backward()
    optimizer.step()
    for name, parameter in model.named_parameters():
        should = name.startswith(tuple(learning)) and "position" not in name
        unused = "embedding" in name  # rows of tokens that were not read stay
        assert unused or torch.equal(parameter, before[name]) != should, name


def test_the_new_head_starts_undecided(sprout):
    gpt, tokenizer = sprout
    scores = Classifier(gpt, 4)(*encode_texts(TEXTS, tokenizer, 256))
    assert scores.eq(0).all()


def test_long_texts_keep_their_end(sprout):
    # fails if the end, where the class is read, is cut away
    tokenizer = sprout[1]
    ids, padding = encode_texts([TEXTS[2]], tokenizer, 3)
    assert ids[0].tolist() == tokenizer.encode(TEXTS[2])[-3:]
    assert padding is None


def test_bad_input_is_named(sprout):
    with pytest.raises(ValueError, match=r"label 1 is 'ham'; the classes are \['spam', 'not'\]"):
        encode_labels(["spam", "ham"], ["spam", "not"])
    with pytest.raises(ValueError, match="text 1 is empty"):
        encode_texts(["a", ""], sprout[1], 8)
    with pytest.raises(ValueError, match="n_classes must be a whole number of at least 2"):
        Classifier(sprout[0], 1)
    with pytest.raises(ValueError, match="part must be one of"):
        train_only(Classifier(sprout[0], 2), "tail")
    with pytest.raises(ValueError, match=r"position must be one of .*'mean'.*, got 'end'"):
        read_features(sprout[0], TEXTS, sprout[1], position="end")


def small_classifier(**config):
    """Return a classifier of three classes that is not undecided any more."""
    torch.manual_seed(0)
    model = Classifier(GPT(GPTConfig(258, 8, n_layer=2, n_head=2, n_embd=16, **config)), 3).eval()
    torch.nn.init.normal_(model.gpt.head.weight)
    return model


def test_it_takes_its_gpts_device_and_type(sprout):
    # fails if the new head stays on the processor, or in float32, and meets what does not fit it
    gpt, tokenizer = sprout
    texts = encode_texts(TEXTS, tokenizer, 256)
    half = Classifier(copy.deepcopy(gpt).bfloat16(), 3)
    assert half(*texts).dtype == torch.bfloat16
    away = copy.deepcopy(gpt).to("meta")
    assert Classifier(away, 3)(*(x.to("meta") for x in texts)).device.type == "meta"
    features = read_features(away, TEXTS, tokenizer, batch_size=2)
    assert (features.device.type, features.shape) == ("meta", (3, gpt.config.n_embd))
    assert read_features(away, TEXTS[:1], tokenizer).device.type == "meta"  # without padding


@torch.no_grad()
@pytest.mark.parametrize("config", [{}, {"position": "rotary", "tie_weights": False}])
def test_a_classifier_comes_back_as_one(tmp_path, config):
    # fails if its head, its type, its tokenizer or the order of its classes is lost
    tokenizer = BPETokenizer.train("low lower", 258, special_tokens=["<|endoftext|>"])
    model, ids = small_classifier(**config), torch.tensor([[5, 6, 7], [7, 7, 5]])
    padding = torch.tensor([0, 1])
    save_classifier(model, tokenizer, tmp_path, ["b", "a", "c"])
    loaded, its, classes = load_classifier(tmp_path)
    assert (type(loaded), loaded.training, classes) == (Classifier, False, ["b", "a", "c"])
    assert torch.equal(loaded(ids, padding), model(ids, padding))
    assert its.encode("lowest") == tokenizer.encode("lowest")


@torch.no_grad()
def test_a_classifier_with_lora_comes_back_merged(tmp_path):
    # fails if what LoRA has learned is lost, or can't be read
    model, ids = add_lora(small_classifier(), r=2), torch.tensor([[5, 6, 7]])
    for _, layer in lora_layers(model):
        layer.lora_b.normal_()
    save_classifier(model, None, tmp_path, ["a", "b", "c"], dtype=torch.float16)
    loaded, tokenizer, _ = load_classifier(tmp_path)
    assert tokenizer is None
    torch.testing.assert_close(loaded(ids), model(ids), atol=2e-2, rtol=1e-2)
    size = (tmp_path / "model.safetensors").stat().st_size
    save_classifier(model, None, tmp_path, ["a", "b", "c"])
    assert size < 0.7 * (tmp_path / "model.safetensors").stat().st_size


def test_a_classifier_that_is_not_whole_is_refused(tmp_path):
    # fails if half of one is used, or names and scores don't belong together
    model = small_classifier()
    for classes in (["a", "b"], ["a", "b", "b"], ["a", "b", 3]):
        with pytest.raises(ValueError, match="classes should be 3 different names, one a score"):
            save_classifier(model, None, tmp_path, classes)
    with pytest.raises(ValueError, match=r"no classifier in .*classifier\.json"):
        load_classifier(tmp_path)
    save_classifier(model, None, tmp_path, ["a", "b", "c"])
    for text, told in (
        ("{", "is not a JSON file"),
        ('{"classes": 3}', "'classes' should be a list of str"),
        ('{"classes": ["a"]}', "names fewer than two classes"),
        ('{"classes": ["a", "b"]}', r"'head\.weight' has shape \(3, 16\), .* for \(2, 16\)"),
    ):
        (tmp_path / "classifier.json").write_text(text)
        with pytest.raises(ValueError, match=told):
            load_classifier(tmp_path)
    (tmp_path / "classifier.json").write_text('{"classes": ["a", "b", "c"]}')
    path = tmp_path / "model.safetensors"
    path.write_bytes(path.read_bytes()[:-8])
    with pytest.raises(ValueError, match="damaged or cut short"):
        load_classifier(tmp_path)
    torch.nn.init.constant_(model.gpt.norm.weight, torch.inf)
    with pytest.raises(ValueError, match=r"the classifier: .norm\.weight. holds numbers"):
        save_classifier(model, None, tmp_path / "broken", ["a", "b", "c"])
    assert not (tmp_path / "broken").exists()

"""Log probabilities of continuations, against a text read alone, token by token."""

import pytest
import torch

from llm_lib import GPT, GPTConfig, load_model
from llm_lib.bpe import BPETokenizer
from llm_lib.evaluation.log_likelihood import continuation_log_probs, encode_pair, encode_text
from llm_lib.tokenizer import CharTokenizer

SPROUT = load_model("sprout")
END = "<|endoftext|>"


def slowly(model, ids, n):
    """Return log p of the last n ids, each from a text of its own."""
    found = []
    for place in range(len(ids) - n, len(ids)):
        with torch.no_grad():
            p = model(torch.tensor([ids[:place]]))[0, -1].softmax(-1)
        found.append(p[ids[place]].log().item())
    return found


def test_each_continuation_counts_as_if_it_were_alone():
    # fails if padding moves positions, or a target is taken one place off
    model, tokenizer = SPROUT
    told = continuation_log_probs(model, tokenizer, "Once there was a", [" proud", " tall tree."])
    for text, log_probs in zip([" proud", " tall tree."], told, strict=True):
        n = len(tokenizer.encode(text))
        ids = tokenizer.encode("Once there was a" + text)
        assert log_probs == pytest.approx(slowly(model, ids, n), abs=1e-4)


def test_spaces_at_the_end_of_the_context_go_to_the_answer():
    # fails if "a " and "fox" are scored as pieces that no text is cut into
    tokenizer = SPROUT[1]
    whole = tokenizer.encode("Once there was a fox")
    for context, rest in (("Once there was a ", "fox"), ("Once there was a", " fox")):
        assert encode_pair(tokenizer, context, rest) == (whole[:-1], whole[-1:])


def test_without_a_context_a_text_begins():
    # fails if the first token is not scored, or follows something else
    model, tokenizer = SPROUT
    [log_probs] = continuation_log_probs(model, tokenizer, "", ["Once there"])
    ids = [tokenizer.end_id, *tokenizer.encode("Once there")]
    assert log_probs == pytest.approx(slowly(model, ids, len(ids) - 1), abs=1e-4)
    assert encode_pair(tokenizer, "", "Once", start_id=7)[0] == [7]
    with pytest.raises(ValueError, match="give start_id"):
        encode_pair(CharTokenizer("ab"), "", "b")


def test_of_a_long_text_the_end_is_kept():
    # fails if the answer is cut, or a context beyond the model's length ends in an error
    tokenizer = CharTokenizer("abc")
    torch.manual_seed(0)
    model = GPT(GPTConfig(3, context_length=8, n_layer=1, n_head=2, n_embd=16)).eval()
    [log_probs] = continuation_log_probs(model, tokenizer, "abcabcabcabc", ["abca"])
    kept = tokenizer.encode("abcabcabcabcabca")[-9:]
    with torch.no_grad():
        p = model(torch.tensor([kept[:-1]]))[0].log_softmax(-1)
    assert log_probs == pytest.approx([p[i, kept[i + 1]].item() for i in range(4, 8)], abs=1e-5)
    with pytest.raises(ValueError, match="longer than the 8 tokens"):
        continuation_log_probs(model, tokenizer, "a", ["abcabcabc"])


@pytest.mark.parametrize(("context", "text"), [("a", ""), ("", "")])
def test_an_empty_continuation_is_refused(context, text):
    # fails if nothing gets the probability 1
    with pytest.raises(ValueError, match="nothing to score"):
        encode_pair(SPROUT[1], context, text)


def test_special_tokens_are_read_as_such():
    # fails if a chat's marks are spelled out
    tokenizer = BPETokenizer.train("a kite", 260, special_tokens=[END])
    assert encode_text(tokenizer, f"a{END}")[-1] == tokenizer.end_id


def test_a_model_in_training_is_measured_without_dropout():
    # fails if two measurements of one text differ
    torch.manual_seed(0)
    model = GPT(GPTConfig(3, context_length=8, n_layer=1, n_head=2, n_embd=16, dropout=0.5))
    twice = [continuation_log_probs(model.train(), CharTokenizer("abc"), "a", ["bc"])] * 2
    again = continuation_log_probs(model, CharTokenizer("abc"), "a", ["bc"])
    assert twice[0] == again and model.training

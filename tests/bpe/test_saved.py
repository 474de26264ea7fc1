"""Files that are no tokenizer, or a damaged one."""

import pytest

from llm_lib.bpe import load_tokenizer


@pytest.mark.parametrize(
    ("content", "named"),
    [
        ("{", "not a JSON file"),
        ("[1]", "one JSON object"),
        ("{}", "'type'"),
        ('{"type": "pickle"}', "'type'"),
        ('{"type": "char"}', "'characters'"),
        ('{"type": "char", "characters": [1]}', "'characters'"),
        ('{"type": "char", "characters": ["a", "a"]}', "characters: 'a'"),
        ('{"type": "word", "words": "abc"}', "'words'"),
        ('{"type": "word", "words": ["a"], "unknown": 3}', "'unknown'"),
        ('{"type": "integers"}', "vocab_size"),
        ('{"type": "bpe", "merges": []}', "'pattern'"),
        ('{"type": "bpe", "pattern": "gpt2"}', "'merges'"),
        ('{"type": "bpe", "pattern": "gpt2", "merges": [["6", "61"]]}', "'merges'"),
        ('{"type": "bpe", "pattern": "gpt2", "merges": [["61"]]}', "'merges'"),
        ('{"type": "bpe", "pattern": "gpt2", "merges": [["6162", "61"]]}', "no earlier merge"),
        ('{"type": "bpe", "pattern": "(", "merges": []}', "pattern"),
        ('{"type": "bpe", "pattern": "gpt2", "merges": [], "special_tokens": 1}', "'special_tok"),
        ('{"type": "bpe", "pattern": "gpt2", "merges": [], "ids": [1]}', "ids"),
    ],
)
def test_damaged_files_are_refused_by_field(content, named, tmp_path):
    # Fails if a damaged file loads, or its error names neither the file nor the field.
    path = tmp_path / "tokenizer.json"
    path.write_text(content)
    with pytest.raises(ValueError, match=named) as caught:
        load_tokenizer(path)
    assert "tokenizer.json" in str(caught.value)

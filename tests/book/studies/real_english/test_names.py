"""The recorded heads that decide between two names, against the model itself."""

import pytest
import torch

from llm_lib.book.measured.recorded_run import find_run, load_recorded
from llm_lib.book.studies.real_english.names import (
    COMMAND,
    FOUR,
    JUDGED,
    SHOWN,
    TEMPLATES,
    Exchanged,
    both_ways,
    count_right,
    drawn_prompts,
    head_facts,
    margin_without,
    random_heads,
)
from tests.book.studies.real_english.real_model import smollm2


@pytest.fixture(scope="module")
def record():
    return load_recorded("names")


def test_the_file_bears_out_what_is_said_of_it(record):
    # fails if the four heads no longer turn the answer, or others do
    assert record["made_by"] == COMMAND
    counts = record["counts"]
    turned, of = (sum(row[key] for row in counts["exchanged"]) for key in ("turned", "of"))
    assert (turned, of) == (64, 64) and len(counts["exchanged"]) == JUDGED
    assert max(abs(a - b) for a, b in (row["margins"] for row in counts["random"])) < 0.2
    assert {f"{i}.{h}" for i, h in FOUR} <= set(counts["shares"])
    first = counts["heads"]["23.3"]
    assert first["looks"][2] > 0.5 and first["adds"][1] < -2 and first["lowered"][1] == 16
    assert [row["template"] for row in counts["right"]] == TEMPLATES
    weak = next(row for row in counts["right"] if "secret" in row["template"])
    assert weak["top"] == 0 and weak["right"] < weak["of"]  # the limit


@pytest.mark.parametrize(("name", "number"), [("John", 1), ("Tom", 15)])
def test_an_exchange_is_the_model_s(record, name, number):
    # fails if a head's output comes from another head, place or text
    model, tokenizer = smollm2()
    run = find_run(record, name)
    entry = run["off"][number]
    texts = [torch.tensor([[0, *tokenizer.encode(entry_text)]]) for entry_text in
             (run["text"], entry["text"])]  # fmt: skip
    assert entry["heads"] == [list(h) for i, h in enumerate(FOUR) if number >> i & 1]
    layers = {layer for layer, _ in entry["heads"]}
    with torch.no_grad():
        _, cache = model.run_with_cache(texts[1], [f"blocks.{i}.attention.z" for i in layers])

        def putting(layer):
            def put(z):
                for i, h in entry["heads"]:
                    if i == layer:
                        z[:, h, -1] = cache[f"blocks.{layer}.attention.z"][:, h, -1]

            return put

        hooks = {f"blocks.{i}.attention.z": putting(i) for i in layers}
        p = model.run_with_hooks(texts[0], hooks)[0, -1].softmax(-1)
    for i, token, share in entry["next"][str(len(run["ids"]) - 1)]:
        assert tokenizer.decode([i]) == token and token.strip() in run["names"]
        assert share == pytest.approx(p[i].item(), abs=1e-3)


def test_rows_are_the_model_s(record):
    # fails if a row is another head's
    model, _ = smollm2()
    run = find_run(record, "John")
    names = [f"blocks.{i}.attention.pattern" for i, _ in FOUR]
    with torch.no_grad():
        _, cache = model.run_with_cache(torch.tensor([run["ids"]]), names)
    for head in run["heads"]:
        row = cache[f"blocks.{head['layer']}.attention.pattern"][0, head["head"], -1]
        assert head["weights"][0] == pytest.approx(row.tolist(), abs=1e-3)


def test_both_ways_differ_in_who_gives():
    # fails if the right answer is the name that is repeated
    first, second = both_ways(TEMPLATES[0], "Mary", "John")
    assert first.text.endswith("John gave a drink to") and first.right == "Mary"
    assert second.text.endswith("Mary gave a drink to") and second.right == "John"
    a, b = first.text.split(), second.text.split()
    assert sum(x != y for x, y in zip(a, b, strict=True)) == 1


def test_a_few_prompts_counted_again(record):
    # fails if the wrong name is counted, or names of two tokens are
    model, tokenizer = smollm2()
    prompts = drawn_prompts(TEMPLATES[7], tokenizer)
    assert len(prompts) == record["counts"]["right"][7]["of"]
    some = prompts[:4]
    ahead = 0
    for text, right, repeated in some:
        with torch.no_grad():
            logits = model(torch.tensor([[0, *tokenizer.encode(text)]]))[0, -1]
        [a], [b] = (tokenizer.encode(f" {name}") for name in (right, repeated))
        ahead += int(logits[a] > logits[b])
    assert count_right(model, tokenizer, some)["right"] == ahead


def test_exchanging_all_is_the_record_and_nothing_changes_nothing(record):
    # fails if the outputs are a text's own, or the cache leaks from one run into the next
    model, tokenizer = smollm2()
    prompts = both_ways(TEMPLATES[0], "Mary", "John")
    texts = Exchanged(model, tokenizer, prompts)
    before = texts.margins(texts.logits([]))
    p = texts.logits(FOUR)[0].softmax(dim=-1)
    [rows] = find_run(record, "John")["off"][15]["next"].values()
    assert [p[i].item() for i, _, _ in rows] == pytest.approx([x for *_, x in rows], abs=1e-3)
    again = texts.margins(texts.logits([]))
    assert torch.equal(before, again) and (before > 0).all()
    off = margin_without(model, tokenizer, prompts, [])
    assert off == pytest.approx(before.mean().item(), abs=0.006)


def test_what_a_head_adds():
    # fails if a head's part is not what its loss takes from the sum
    model, tokenizer = smollm2()
    facts = head_facts(model, tokenizer, both_ways(TEMPLATES[0], "Mary", "John"), [FOUR[0]])
    assert facts["23.3"]["adds"][1] < 0 and facts["23.3"]["looks"][2] > 0.4


def test_random_heads_avoid_the_chosen():
    # fails if a head that matters is among those to compare with
    drawn = random_heads(6, FOUR, (30, 9))
    assert len(set(drawn)) == 6 and not set(drawn) & set(FOUR)
    assert all(10 <= layer < 30 and 0 <= head < 9 for layer, head in drawn)


def test_what_is_shown_is_in_the_record(record):
    # fails if a sentence was changed without recording it
    for run, (n, first, second) in zip(record["runs"], SHOWN.values(), strict=True):
        assert run["text"] == both_ways(TEMPLATES[n], first, second)[0].text

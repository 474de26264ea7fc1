"""The recorded head that looks from a pronoun to whom it may mean, against the model itself."""

import pytest
import torch

from llm_lib.book.measured.recorded_run import find_run, load_recorded
from llm_lib.book.studies.real_english import pronouns
from llm_lib.book.studies.real_english.pronouns import (
    COMMAND,
    HEADS,
    PRONOUNS,
    SHOWN,
    count_flips,
    count_jobs,
    count_many,
    found_heads,
    frames,
    hungry_margin,
    leads,
    main,
    measure_frames,
    pronoun_rows,
)
from tests.book.studies.real_english.real_model import smollm2


@pytest.fixture(scope="module")
def record():
    return load_recorded("pronouns")


def test_the_file_holds_what_the_script_shows(record):
    # fails if a sentence or a pronoun was changed without recording it
    assert record["made_by"] == COMMAND
    texts = {f"{frame} {word}" for frame, words, _ in SHOWN.values() for word in words}
    assert {run["text"] for run in record["runs"]} == texts
    for run in record["runs"]:
        words = [token.strip() for token in run["tokens"]]
        assert all(words.count(person) == 1 for person in run["people"])


def test_the_file_bears_out_what_is_said_of_it(record):
    # fails if the pronoun no longer decides, or a limit is no longer one
    counts = record["counts"]
    assert (counts["heads"]["9.4"]["flips"], counts["frames"]) == (108, 109)
    assert "9.4" in counts["found"]
    unseen = counts["unseen"]
    assert unseen["heads"]["9.4"]["flips"] == unseen["frames"] == 55
    assert counts["many"] == {"they": 6, "one": 6, "of": 6}
    assert counts["jobs"] == {"stereotype": 23, "of": 24}
    hungry = {name: row["margin"] for name, row in counts["hungry"].items()}
    assert hungry["9.4 off"] > hungry["all on"] > 0.5
    answers = [(row["answered"], row["answers"]) for row in counts["hungry"].values()]
    assert answers[:2] == [(21, 32), (23, 32)]
    weights = {}
    for name in ("king he", "king she", "boy he"):
        run = find_run(record, name)
        row = run["heads"][0]["weights"][0]
        weights[name] = {token.strip(): w for token, w in zip(run["tokens"], row, strict=True)}
    assert weights["king he"]["king"] > 5 * weights["king he"]["queen"]
    assert weights["king she"]["queen"] > 2 * weights["king she"]["king"]
    assert weights["boy he"]["boy"] <= weights["boy he"]["<|endoftext|>"]  # the limit


@pytest.mark.parametrize("name", ["king she", "farmer they", "boy he"])
def test_the_record_is_the_model_s(record, name):
    # fails if a row is another token's, or scores are not q · k / √64
    run = find_run(record, name)
    model, tokenizer = smollm2()
    assert run["ids"][1:] == tokenizer.encode(run["text"])
    with torch.no_grad():
        _, cache = model.run_with_cache(torch.tensor([run["ids"]]))
    place = "blocks.9.attention"
    q, k = cache[f"{place}.q"][0, 4, -1], cache[f"{place}.k"][0, 4 // 3]  # three share a key
    scores = k @ q / 64**0.5
    head = run["heads"][0]
    assert head["scores"][0] == pytest.approx(scores.tolist(), abs=6e-3)  # two decimals
    assert head["weights"][0] == pytest.approx(scores.softmax(0).tolist(), abs=1e-3)


def test_a_sentence_of_one_s_own(record):
    # fails if what a reader calls in a notebook gives another row than what is shown
    run = find_run(record, "names he")
    own = pronoun_rows(*smollm2(), run["text"])
    assert own["heads"] == run["heads"] and own["name"] == run["text"]


def test_a_few_sentences_counted_again():
    # fails if a count takes another head, the wrong word, or the wrong pronoun
    model, tokenizer = smollm2()
    some = [frame for frame in frames() if frame[2] == "king"][:4]  # two templates, both orders
    rows = measure_frames(model, tokenizer, some)
    flips = 0
    for _, text, man, woman in some:
        favourites = []
        for pronoun in PRONOUNS:
            run = pronoun_rows(model, tokenizer, f"{text} {pronoun}")
            weights = dict(zip(run["tokens"], run["heads"][0]["weights"][0], strict=True))
            favourites.append(weights[f" {man}"] > weights[f" {woman}"])
        flips += favourites == [True, False]
    assert count_flips(leads(rows), HEADS)["9.4"]["flips"] == flips == 4
    assert len(found_heads(rows, 2)) == 2


def test_sentences_without_the_whole_word_are_left_out():
    # fails if a word of two tokens is looked for by its first half
    model, tokenizer = smollm2()
    odd = [(0, "The king and the zarbingle sat there, and", "king", "zarbingle")]
    assert measure_frames(model, tokenizer, odd) == []


def answers_by_hand(model, tokenizer):
    """In how many of the four texts about a king and a queen the pronoun's person leads."""
    n = 0
    for order in ("king and the queen", "queen and the king"):
        for who, right, wrong in (("He", " king", " queen"), ("She", " queen", " king")):
            text = f"The {order} came home. {who} was hungry. The hungry one was the"
            with torch.no_grad():
                ids = [tokenizer.end_id, *tokenizer.encode(text)]
                logits = model(torch.tensor([ids]))[0, -1]
            [a], [b] = tokenizer.encode(right), tokenizer.encode(wrong)
            n += int(logits[a] > logits[b])
    return n


def test_the_other_counts_on_one_pair():
    # fails if "they" is counted for the one, or the stereotype by the order of the words
    model, tokenizer = smollm2()
    assert count_many(model, tokenizer, [("farmer", "hens")]) == {"they": 1, "one": 1, "of": 1}
    both = [count_jobs(model, tokenizer, [pair]) for pair in (("pilot", "teacher"),)]
    assert both[0]["of"] == 4 and both[0]["stereotype"] >= 3
    found = hungry_margin(model, tokenizer, [], [("king", "queen")])
    assert found["of"] == 2 and found["margin"] > 0
    assert (found["answered"], found["answers"]) == (answers_by_hand(model, tokenizer), 4)


def test_the_script_writes_the_file(tmp_path, monkeypatch, capsys):
    # fails if the file lacks its counts or runs
    file = tmp_path / "pronouns.json"
    monkeypatch.setattr(pronouns, "FILE", file)
    monkeypatch.setattr(pronouns, "measure", lambda *_: {"frames": 7})
    monkeypatch.setattr(pronouns, "load_model", lambda _: smollm2())
    monkeypatch.setattr("sys.argv", ["pronouns"])
    main()
    assert '"counts":{"frames":7}' in file.read_text("utf-8")
    assert "frames" in capsys.readouterr().out

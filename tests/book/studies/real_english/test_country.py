"""The recorded head that carries a country to the last word, against the model itself."""

import pytest
import torch

from llm_lib.book.measured.recorded_run import find_run, load_recorded
from llm_lib.book.studies.real_english import country
from llm_lib.book.studies.real_english.country import (
    BLOCK,
    CAPITAL,
    COMMAND,
    HEAD,
    KINDS,
    LANGUAGE,
    count_off,
    crossing,
    main,
    stream_grid,
    written_words,
)
from llm_lib.interp.patching import run_patched
from tests.book.studies.real_english.real_model import smollm2


@pytest.fixture(scope="module")
def record():
    return load_recorded("country")


def test_the_file_bears_out_what_is_said_of_it(record):
    # fails if the country no longer crosses in block 23, or what doesn't cross is said to
    assert record["made_by"] == COMMAND
    counts = record["counts"]
    assert {kind: row["of"] for kind, row in counts.items()} == {
        kind: len(pairs) for kind, pairs in KINDS.items()
    }
    for kind, alone in ((CAPITAL, 0.74), (LANGUAGE, 0.93)):
        row = counts[kind]
        assert row["right"] == row["of"]
        assert max(row["before"]) < 0.09 and min(row["after"]) > 0.93
        assert row["heads"][HEAD[1]] == pytest.approx(alone, abs=0.005)
        others = [share for head, share in enumerate(row["heads"]) if head != HEAD[1]]
        assert max(map(abs, others)) < 0.15
    capitals, languages = counts[CAPITAL], counts[LANGUAGE]
    falls = [b < a for a, b in zip(capitals["p"], capitals["off"], strict=True)]
    assert (sum(falls), capitals["first_off"]) == (7, 8)
    assert (languages["first_off"], set(languages["top_off"])) == (0, {" English"})
    assert min(counts["The opposite of {} is"]["before"]) > 0.45  # the limits
    assert counts["The day after {} is"]["right"] == 4


def test_a_share_is_the_model_s(record):
    # fails if a cell is another token's or another depth's, or the two answers are exchanged
    model, tokenizer = smollm2()
    run = find_run(record, "France")
    [patch] = run["patches"]
    texts = [torch.tensor([[0, *tokenizer.encode(text)]]) for text in (run["text"], patch["text"])]
    (paris, _), (rome, _) = patch["answers"]

    def lead(logits):  # of the other answer
        return (logits[0, -1, rome] - logits[0, -1, paris]).item()

    for position, depth in ((4, 23), (5, 24)):
        name = f"blocks.{depth}.resid_pre"
        with torch.no_grad():
            there, cache = model.run_with_cache(texts[1], [name])

            def put(x, source=cache[name], t=position):
                x[:, t] = source[:, t]

            patched = model.run_with_hooks(texts[0], {name: put})
            here = model(texts[0])
        share = (lead(patched) - lead(here)) / (lead(there) - lead(here))
        assert patch["shares"][position][depth] == pytest.approx(share, abs=1e-3)


def test_the_head_s_row_its_words_and_its_loss(record):
    # fails if a row, the words or the probability are those of another head or text
    model, tokenizer = smollm2()
    run = find_run(record, "Japan")
    ids = torch.tensor([run["ids"]])
    scale = torch.ones(30, 9)
    scale[23, 4] = 0
    with torch.no_grad():
        logits, cache = model.run_with_cache(ids, ["blocks.23.attention.pattern"])
        off = model.run_with_hooks(ids, model.scale_heads(scale))
    row = cache["blocks.23.attention.pattern"][0, 4, -1].tolist()
    assert run["heads"][0]["weights"][0] == pytest.approx(row, abs=1e-3)
    for shown, logit in ((run["next"], logits), (run["off"][0]["next"], off)):
        p = logit[0, -1].softmax(-1)
        for i, token, share in shown["5"]:
            assert tokenizer.decode([i]) == token
            assert share == pytest.approx(p[i].item(), abs=1e-3)
    assert written_words(model, tokenizer, run["ids"]) == run["writes"]


def test_one_pair_counted_again(record):
    # fails if a count takes another block, or a country's head looks at another word
    model, tokenizer = smollm2()
    texts = CAPITAL.format("France"), CAPITAL.format("Italy")
    found = crossing(model, tokenizer, texts, ("Paris", "Rome"))
    counts = record["counts"][CAPITAL]
    assert found["before"] == pytest.approx(counts["before"][0], abs=1e-3)
    assert found["after"] == pytest.approx(counts["after"][0], abs=1e-3)
    ids = [[0, *tokenizer.encode(text)] for text in texts]
    words = [tokenizer.encode(f" {word}")[0] for word in ("Paris", "Rome")]
    z = "blocks.23.attention.z"
    alone = run_patched(model, *ids, z, head=HEAD[1], position=len(ids[0]) - 1)[-1]
    ends = [model(torch.tensor([each]))[0, -1] for each in ids]
    clean, corrupted, patched = ((x[words[0]] - x[words[1]]).item() for x in (*ends, alone))
    share = (patched - corrupted) / (clean - corrupted)
    assert found["heads"][HEAD[1]] == pytest.approx(share, abs=1e-3)
    back = stream_grid(model, tokenizer, *texts[::-1], ("Rome", "Paris"))
    assert back["shares"][5][BLOCK] == pytest.approx(found["before"], abs=1e-3)
    assert back["shares"][5][BLOCK + 1] == pytest.approx(found["after"], abs=1e-3)
    off = count_off(model, tokenizer, CAPITAL, [("France", "Paris")])
    for key in ("looks", "p", "off"):
        assert off[key] == pytest.approx(counts[key][:1], abs=1e-3)


def test_the_script_writes_the_file(tmp_path, monkeypatch, capsys, record):
    # fails if the file lacks its counts or runs
    shipped = country.FILE.read_bytes()
    monkeypatch.setattr(country, "FILE", tmp_path / "country.json")
    monkeypatch.setattr(country, "load_model", lambda _: (None, None))
    monkeypatch.setattr(country, "measure", lambda *_: record["counts"])
    monkeypatch.setattr(country, "shown_runs", lambda *_: record["runs"])
    monkeypatch.setattr("sys.argv", ["country"])
    main()
    assert (tmp_path / "country.json").read_bytes() == shipped
    assert "8 of 8 right; head 23.4 carries 0.74" in capsys.readouterr().out

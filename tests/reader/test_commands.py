"""The README's commands and its first lines, with the packages that a reader has and no others."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from importlib.util import find_spec

import pytest

from web.fingerprint import ROOT

pytestmark = pytest.mark.reader
LONGEST = 170  # seconds that a command may take


def run(*arguments: str, cwd=ROOT) -> str:
    """Run Python with these arguments; return what it printed, or fail with it."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=cwd,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        timeout=LONGEST,
    )
    assert done.returncode == 0, done.stdout[-3000:]
    return done.stdout


@pytest.mark.parametrize("package", ["transformers", "playwright", "hypothesis", "ruff"])
def test_what_only_tests_need_is_not_here(package):
    # fails when this environment has more than a reader's, so that a missing package would not show
    assert find_spec(package) is None


def test_the_readmes_first_lines(tmp_path):
    # fails when the first program that a reader copies needs more than the README installs
    readme = (ROOT / "README.md").read_text("utf-8")
    [code, *_] = re.findall(r"```python\n(.*?)```", readme, re.DOTALL)
    (tmp_path / "first.py").write_text(code, "utf-8")
    assert "Mia the fox" in run("first.py", cwd=tmp_path)


def test_training_from_a_recipe(tmp_path):
    # fails when the command, its recipe or a package of it is missing; a whole training takes
    # minutes, so that this one is the same recipe with fewer steps
    recipe = (ROOT / "configs/echo.toml").read_text("utf-8")
    short = re.sub(r"(?m)^(steps|tokens) = .*$", r"\1 = 20_000", recipe)
    short = short.replace("steps = 20_000", "steps = 60")
    assert "steps = 60" in short and "tokens = 20_000" in short
    (tmp_path / "echo.toml").write_text(short, "utf-8")
    said = run(
        "-m", "llm_lib.book.recipes.train", str(tmp_path / "echo.toml"), "--folder", str(tmp_path)
    )
    assert "validation loss" in said
    assert (tmp_path / "model/model.safetensors").exists()


def test_training_on_a_text_of_ones_own(tmp_path):
    # fails when the README's command does not take a text as it comes
    (tmp_path / "my.txt").write_text((ROOT / "CONTRIBUTING.md").read_text("utf-8"), "utf-8")
    said = run("-m", "llm_lib.training", "--text", "my.txt", "--steps", "20", cwd=tmp_path)
    assert "validation loss" in said
    assert (tmp_path / "runs/my/model/model.safetensors").exists()


def test_evaluating_the_shipped_model():
    # fails when the command needs a package that only tests have, or says nothing of the tasks
    assert re.search(
        r"stor(y|ies).*\d", run("-m", "llm_lib.book.small_world", "sprout", "--prompts", "10")
    )

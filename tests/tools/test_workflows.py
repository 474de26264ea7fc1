"""The workflows of the repository's host: what they run is there, and nothing is left half done."""

from __future__ import annotations

import re
import shutil
import subprocess
from importlib.util import find_spec

import pytest
import yaml

from web.fingerprint import ROOT

WORKFLOWS = {
    path.stem: yaml.safe_load(path.read_text("utf-8"))
    for path in sorted((ROOT / ".github/workflows").glob("*.yml"))
}
MAKEFILE = (ROOT / "Makefile").read_text("utf-8")
TARGETS = set(re.findall(r"^([a-z -]+):(?!=)", MAKEFILE, re.MULTILINE))
NAMES = {name for line in TARGETS for name in line.split()}


def steps(name: str) -> list[dict]:
    """Return the steps of all jobs of a workflow, in order."""
    return [step for job in WORKFLOWS[name]["jobs"].values() for step in job["steps"]]


def commands(name: str) -> list[str]:
    """Return what a workflow runs, step by step."""
    return [step["run"] for step in steps(name) if "run" in step]


def position(name: str, words: str) -> int:
    """Return the place of the one command that has these words in it."""
    [at] = [i for i, command in enumerate(commands(name)) if words in command]
    return at


@pytest.mark.parametrize("name", WORKFLOWS)
def test_what_it_runs_is_there(name):
    # fails if a target or a module gets another name, and only the host would find out
    text = "\n".join(commands(name))
    for target in re.findall(r"^make ([a-z-]+)", text, re.MULTILINE):
        assert target in NAMES, target
    for module in re.findall(r"python3? -m ((?:web|tests)\.\w+)", text):
        assert find_spec(module), module


@pytest.mark.parametrize("name", WORKFLOWS)
@pytest.mark.skipif(not shutil.which("bash"), reason="the host's runners have bash")
def test_its_commands_can_be_read_by_the_shell(name):
    # fails if a quotation mark is missing in a step that runs once a year
    for command in commands(name):
        plain = re.sub(r"\$\{\{.*?\}\}", "x", command)
        done = subprocess.run(["bash", "-n", "-c", plain], capture_output=True, text=True)
        assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("name", WORKFLOWS)
def test_no_input_gets_into_a_command(name):
    # fails if a version or a branch with a ";" in it could run something: those come as variables
    inside = re.findall(
        r"\$\{\{\s*(inputs|github\.(?:event|ref|head_ref))", "\n".join(commands(name))
    )
    assert inside == []


def test_a_release_is_refused_before_anything_is_built():
    # fails if twenty minutes go by before the changelog is looked at
    assert position("release", "web.release_notes") == 0
    assert position("release", "gh release view") < position("release", "make build")
    assert position("release", "gh release create") == len(commands("release")) - 1


def test_the_package_is_built_from_what_is_committed():
    # fails if the address that is filled in later gets into what is released
    assert position("release", "python -m build") < position("release", "web.address")


def test_a_release_may_write_and_needs_a_version():
    # fails if it can't make the release, or could be started without a version
    release = WORKFLOWS["release"]
    assert release["permissions"] == {"contents": "write"}
    starts = release[True]  # YAML's word for "on"
    assert starts["push"]["tags"] == ["v*"]
    assert starts["workflow_dispatch"]["inputs"]["version"]["required"] is True


def test_the_site_is_published_with_what_can_be_taken_along():
    # fails if the links on the first page lead nowhere, or the files come after the site is packed
    assert position("deploy", "make build") < position("deploy", "make offline")
    assert position("deploy", "make build LANGUAGE=") < position("deploy", "make offline")
    assert position("deploy", "make offline") < position("deploy", "web.take_along")
    runs = [step.get("uses", step.get("run", "")) for step in steps("deploy")]
    packed = next(i for i, what in enumerate(runs) if "upload-pages-artifact" in what)
    assert packed > next(i for i, what in enumerate(runs) if "web.take_along" in what)

"""An environment like Colab's: ``python -m tests.colab.environment`` makes or renews it.

`.venv-colab` holds what Colab has before a reader does anything. Each run of a notebook gets an
environment of its own on top, empty at first, so that nothing is left of an earlier run.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import sysconfig
import time
from pathlib import Path

from web.fingerprint import ROOT
from web.repository import Repository

HERE = Path(__file__).resolve().parent
BASE = ROOT / ".venv-colab"
REQUIREMENTS = HERE / "requirements.txt"
# the first found of each name, as Python's import system would
LIST_PACKAGES = """
import importlib.metadata as m, json
found = {}
for d in m.distributions():
    found.setdefault(d.metadata["Name"].lower().replace("_", "-"), d.version)
print(json.dumps(found))
"""


def _inside(environment: Path, what: str) -> Path:
    """Return a folder of a virtual environment: "scripts" or "purelib"."""
    places = {"base": str(environment), "platbase": str(environment)}
    return Path(sysconfig.get_path(what, "venv", vars=places))


def python_of(environment: Path) -> Path:
    """Return a virtual environment's interpreter."""
    return _inside(environment, "scripts") / ("python.exe" if os.name == "nt" else "python")


def make_base() -> None:
    """Make `.venv-colab` unless it is what the requirements ask for; seconds if it is."""
    wanted = hashlib.sha256(REQUIREMENTS.read_bytes() + sys.version.encode()).hexdigest()
    stamp = BASE / "stamp"
    if stamp.exists() and stamp.read_text("utf-8") == wanted:
        return
    print(f"Making {BASE} (a few minutes the first time) ...", flush=True)
    start = time.perf_counter()
    shutil.rmtree(BASE, ignore_errors=True)
    subprocess.run([sys.executable, "-m", "venv", str(BASE)], check=True)
    pip = [python_of(BASE), "-m", "pip", "--disable-pip-version-check", "install", "-q"]
    subprocess.run([*pip, "--no-compile", "-r", REQUIREMENTS], check=True)
    stamp.write_text(wanted, "utf-8")  # last: an interrupted run starts afresh
    print(f"Made in {time.perf_counter() - start:.0f} s", flush=True)


def on_top_of_base(folder: Path) -> Path:
    """Make an environment that sees the base and installs into itself; return its interpreter."""
    command = [python_of(BASE), "-m", "venv", "--without-pip", str(folder)]
    subprocess.run(command, check=True)
    seen = f"{_inside(BASE, 'purelib')}\n{HERE / 'stand_in'}\n"
    (_inside(folder, "purelib") / "colab.pth").write_text(seen, "utf-8")
    return python_of(folder)


def packages(python: Path) -> dict[str, str]:
    """Return name and version of all that an interpreter can import."""
    command = [python, "-c", LIST_PACKAGES]
    done = subprocess.run(
        command, check=True, capture_output=True, text=True, env=clean_variables()
    )
    return json.loads(done.stdout)


def clean_variables(python: Path | None = None) -> dict[str, str]:
    """Return variables for a kernel: nothing of this checkout, and `python` first on the path."""
    ours = ("PYTHON", "VIRTUAL_ENV", "PLOTLY", "JUPYTER", "LLM_LIB")
    kept = {key: value for key, value in os.environ.items() if not key.startswith(ours)}
    if python is not None:
        kept["PATH"] = f"{python.parent}{os.pathsep}{kept.get('PATH', '')}"
    return kept


def committed_package(folder: Path) -> Repository:
    """Commit the working tree's package to a new repository; return its address and commit."""
    ignored = shutil.ignore_patterns("__pycache__", ".DS_Store")
    shutil.copytree(ROOT / "llm_lib", folder / "llm_lib", ignore=ignored)
    for name in ("pyproject.toml", "README.md", "LICENSE"):  # what the package is made of
        shutil.copy2(ROOT / name, folder)

    def git(*arguments: str) -> str:
        who = ["-c", "user.name=test", "-c", "user.email=test@example.org"]
        command = ["git", *who, "-c", "core.autocrlf=false", *arguments]
        done = subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True)
        return done.stdout.strip()

    git("init", "--quiet")
    git("add", "--all", "--force")
    git("commit", "--quiet", "--message", "The package")
    return Repository(folder.as_uri(), git("rev-parse", "HEAD"))


if __name__ == "__main__":
    make_base()

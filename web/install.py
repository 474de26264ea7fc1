"""Makes the environments: ``python -m web.install book`` or ``dev``. It needs nothing but Python.

`.venv` holds what a reader has: `requirements.txt`, and the packages that bring data. `.venv-dev`
sees all of that and adds what tests need, so that a test run can still build the book with what a
reader has, and nothing more.

What is there already is left as it is. What was interrupted, removed or damaged is mended.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CONSTRAINTS = "constraints.txt"
# torch for processors alone: a tenth of the size of what PyPI has for Linux
CPU_TORCH = "https://download.pytorch.org/whl/cpu"
PIP_SETTINGS = ("PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL", "PIP_NO_INDEX", "PIP_FIND_LINKS")

# Run in an environment: its packages and their versions; None for one whose files are gone.
INSPECT = """
import json
from importlib.metadata import distributions
found = {}
for package in distributions():
    tops = {file.parts[0] for file in package.files or () if file.parts[0] != ".."}
    whole = all(package.locate_file(top).exists() for top in tops)
    found.setdefault(package.metadata["Name"], package.version if whole else None)
print(json.dumps(found))
"""


FIRST_TIME = (
    "The first time takes about two minutes on two cores: packages are installed in .venv (longer\n"
    "if they have to be fetched), then the pages are written. After that it takes seconds."
)


class InstallError(Exception):
    """What went wrong, and what to type, in a sentence."""


@dataclass(frozen=True)
class Environment:
    """A folder with a Python of its own, and what is installed there.

    base: an environment whose packages are seen from here, too.
    """

    folder: Path
    what: str
    requirements: tuple[str, ...]
    alone: tuple[str, ...] = ()  # installed without what they declare to need
    base: Environment | None = None

    @property
    def python(self) -> Path:
        """The environment's interpreter."""
        windows = sys.platform == "win32"
        return self.folder / ("Scripts/python.exe" if windows else "bin/python")

    @property
    def log(self) -> Path:
        """Where all that pip said is written."""
        return self.folder / "install.log"

    @property
    def stamp(self) -> Path:
        """Where it stands what was installed."""
        return self.folder / "installed.json"

    def wants(self) -> str:
        """Return a hash of the files that say what is to be installed."""
        names = (*self.requirements, *self.alone, CONSTRAINTS, "pyproject.toml")
        content = "\0".join((ROOT / name).read_text("utf-8") for name in names)
        return hashlib.sha256(content.encode()).hexdigest()


BOOK = Environment(ROOT / ".venv", "what the book needs", ("requirements.txt",))
DEV = Environment(ROOT / ".venv-dev", "what the tests need", ("requirements-dev.txt",), base=BOOK)
BENCH = Environment(
    ROOT / ".venv-bench", "the peers of the benchmarks", (), ("requirements-bench.txt",), base=DEV
)
ENVIRONMENTS = {"book": BOOK, "dev": DEV, "bench": BENCH}


def ensure(env: Environment) -> None:
    """Make the environment, or complete it; quick when all is there.

    Raises InstallError with what to do.
    """
    if env.base:
        ensure(env.base)
    elif not env.stamp.exists():
        print(FIRST_TIME, flush=True)
    if not _works(env):
        _make(env)
    if not _is_complete(env):
        start = time.monotonic()
        print(f"Installing {env.what} (about a minute, the first time) …", flush=True)
        _install(env)
        print(f"Installing {env.what}: {time.monotonic() - start:.0f} s", flush=True)
    if env is BOOK:
        _install_assets(env)


def _works(env: Environment) -> bool:
    """Tell whether the environment has a Python that starts and a pip that loads."""
    if not env.python.exists():
        return False
    probe = [str(env.python), "-c", "import pip._internal.cli.main"]
    return subprocess.run(probe, capture_output=True).returncode == 0


def _make(env: Environment) -> None:
    name = env.folder.name
    if env.folder.exists():
        print(f"{name} is damaged, or was left half made; it is made again.", flush=True)
        shutil.rmtree(env.folder)
    print(f"Making {name} with Python {sys.version.split()[0]} …", flush=True)
    maker = env.base.python if env.base else sys.executable
    pip = ["--without-pip"] if env.base else []
    made = subprocess.run(
        [str(maker), "-m", "venv", *pip, str(env.folder)], capture_output=True, text=True
    )
    if made.returncode:
        shutil.rmtree(env.folder, ignore_errors=True)
        raise InstallError(_reason(made.stdout + made.stderr))
    if env.base:
        # a line of code, since a mere path would not be searched for .pth files of its own
        seen = f"import site; site.addsitedir({str(_packages(env.base))!a})\n"
        (_packages(env) / "base.pth").write_text(seen, "ascii")


def _packages(env: Environment) -> Path:
    """Return the folder that the environment's packages lie in."""
    ask = "import sysconfig; print(ascii(sysconfig.get_path('purelib')))"
    said = subprocess.run([str(env.python), "-c", ask], capture_output=True, text=True, check=True)
    return Path(said.stdout.strip()[1:-1].encode().decode("unicode_escape"))


def _inspect(env: Environment) -> dict[str, str | None]:
    command = [str(env.python), "-c", INSPECT]
    return json.loads(subprocess.run(command, capture_output=True, check=True).stdout)


def _is_complete(env: Environment) -> bool:
    """Tell whether all that was installed is there still, and nothing else is wanted now."""
    try:
        stamp = json.loads(env.stamp.read_text("utf-8"))
    except (OSError, ValueError):
        return False
    found = _inspect(env)
    there = all(found.get(name) == version for name, version in stamp["packages"].items())
    return there and stamp["wants"] == env.wants()


def _install(env: Environment) -> None:
    env.stamp.unlink(missing_ok=True)
    env.log.write_text("", "utf-8")
    found = _inspect(env)
    if broken := [name for name, version in found.items() if version is None]:
        # for pip they are installed; without their entries they are not, and come again below
        remove = [str(env.python), "-m", "pip", "uninstall", "-q", "-y", *broken]
        subprocess.run(remove, cwd=ROOT, capture_output=True)
    if env is BOOK and "torch" not in found and _takes_cpu_torch():
        small = ["--index-url", CPU_TORCH, "--no-deps", "-c", CONSTRAINTS, "torch"]
        _pip(env, small, may_fail=True)  # the next line takes it from elsewhere
    wanted = [part for name in env.requirements for part in ("-r", name)]
    if wanted and not _pip(env, ["-c", CONSTRAINTS, *wanted], may_fail=True):
        if _reason(env.log.read_text("utf-8")) != UNRESOLVED:
            raise InstallError(_reason(env.log.read_text("utf-8"), env.log))
        print("The tested versions do not fit this Python; taking the newest that fit …")
        _pip(env, wanted)
    for name in env.alone:
        _pip(env, ["--no-deps", "-r", name])
    stamp = {"wants": env.wants(), "packages": _inspect(env)}
    env.stamp.write_text(json.dumps(stamp, indent=1), "utf-8")


def _takes_cpu_torch() -> bool:
    """Tell whether torch should come without CUDA: Linux, no card, and pip not set up by hand."""
    card = Path("/proc/driver/nvidia/version").exists() or shutil.which("nvidia-smi")
    if sys.platform != "linux" or card or any(name in os.environ for name in PIP_SETTINGS):
        return False
    try:
        with urllib.request.urlopen(f"{CPU_TORCH}/torch/", timeout=3):
            return True
    except OSError:
        return False


def _pip(env: Environment, arguments: list[str], may_fail: bool = False) -> bool:
    """Run pip install; return whether it worked. On a terminal, a line says what it is doing."""
    # --no-compile: most of what is installed is never imported, and a first import compiles it
    command = [str(env.python), "-m", "pip", "--disable-pip-version-check", "install"]
    with (
        open(env.log, "a", encoding="utf-8") as log,
        subprocess.Popen(
            [*command, "--no-compile", "--no-input", *arguments],
            cwd=ROOT,
            env={**os.environ, "PYTHONUTF8": "1", "PIP_PROGRESS_BAR": "off"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
        ) as running,
    ):
        for line in running.stdout:
            log.write(line)
            _show(line)
    _show("")
    if running.returncode and not may_fail:
        raise InstallError(_reason(env.log.read_text("utf-8"), env.log))
    return running.returncode == 0


def _show(line: str) -> None:
    """Keep one line of the terminal up to date: what pip looks at, fetches or installs."""
    if not sys.stdout.isatty():
        return
    doing = re.match(r"\s*(Collecting|Downloading|Using cached|Installing collected)\b.*", line)
    if doing or not line:
        width = shutil.get_terminal_size().columns - 1
        text = doing[0].strip() if doing else ""
        print("\r" + f"  {text}"[:width].ljust(width) + ("" if text else "\r"), end="", flush=True)


def _install_assets(env: Environment) -> None:
    command = [str(env.python), "-m", "llm_lib.assets", "install"]
    if code := subprocess.run(command, cwd=ROOT).returncode:
        raise SystemExit(code)  # it has said why


UNRESOLVED = "no set of versions fits this Python: remove .venv, and name another as PYTHON=…"


def _reason(said: str, log: Path | None = None) -> str:
    """Return what a beginner needs of a failure, as one sentence."""
    if "No space left" in said:
        return (
            "the disk is full: the book takes about 1.5 GB, the tests 2 GB more; make room, then "
            "type the same command again"
        )
    if "ensurepip" in said:
        return (
            "this Python can't make environments: on Debian and Ubuntu type  sudo apt install "
            "python3-venv  , then the same command again"
        )
    if re.search(r"NewConnectionError|Max retries|getaddrinfo|name resolution|timed out", said):
        return "pip can't reach its package index: go online, then type the same command again"
    if "ResolutionImpossible" in said or "No matching distribution" in said:
        return UNRESOLVED
    lines = [line for line in said.splitlines() if line.startswith("ERROR")]
    place = f" (all that pip said: {log.relative_to(ROOT)})" if log else ""
    return f"{lines[-1] if lines else said.strip()[-300:]}{place}"


def main(arguments: list[str] | None = None) -> int:
    """Make what is named; return 0, or 1 after saying what is wrong."""
    parser = argparse.ArgumentParser(description="Install what the book or its tests need.")
    parser.add_argument("what", choices=[*ENVIRONMENTS])
    what = parser.parse_args(arguments).what
    try:
        ensure(ENVIRONMENTS[what])
    except (InstallError, OSError) as error:
        print(f"\nNot installed: {_reason(str(error))}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped. The same command goes on from here.", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())

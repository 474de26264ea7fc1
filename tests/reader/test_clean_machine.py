"""Every target of the Makefile as a newcomer types it: in a clean clone, and with an empty home.

Nothing is there but the system's own programs and the Python that runs this; pip's cache may be
shared. It takes an hour and a half, and runs when it is asked for, whole or for one target:

    .venv-dev/bin/python -m pytest tests/reader/test_clean_machine.py -m clean -k bench

`LLM_BOOK_ENVIRONMENTS=/path/to/a/checkout` takes that checkout's environments instead of making
them, to try a target in a minute. What is tried is what was committed last.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from web.fingerprint import ROOT

pytestmark = [
    pytest.mark.clean,
    pytest.mark.skipif(os.name == "nt", reason="there is no make on Windows"),
]
LONGEST = 40 * 60  # seconds that a target may take
NEXT = f"{len(list((ROOT / 'chapters').glob('[0-9][0-9]_*.ipynb'))) + 1:02}"
PAGE = "_build/html/index.html"
SERVED = r"The book is at (http://127\.0\.0\.1:\d+/)"
CALM = r"[1-9]\d* passed, 0 failed"  # the last line of tests.run
# how to reach package indexes and certificates, and where a browser is: the machine's, not a home's
PASSED_ON = re.compile(r"PIP_\w+|\w+_PROXY|SSL_\w+|\w+_CA_BUNDLE|CHROMIUM|LANG", re.IGNORECASE)
ENVIRONMENTS = "LLM_BOOK_ENVIRONMENTS"
DECIDING = ("requirements*.txt", "constraints.txt", "pyproject.toml", "tests/colab/*.txt")


@dataclass(frozen=True)
class Try:
    """How a target is tried: what is typed behind make, and what has to be true then.

    given: files that are there before. makes, takes_away: those that are there, or gone, after it.
    says: what it prints, as a regular expression; until: what it prints when all is well, and
    Ctrl-C is pressed. An address in it is asked for a page first. changes: what git may see
    changed, as beginnings of paths. variables: what is set besides.
    """

    words: tuple[str, ...]
    given: tuple[str, ...] = ()
    makes: tuple[str, ...] = ()
    takes_away: tuple[str, ...] = ()
    says: str = ""
    until: str = ""
    changes: tuple[str, ...] = ()
    variables: dict[str, str] = field(default_factory=dict)


def only(chapter: str) -> dict[str, str]:
    """Return what keeps pytest to the tests of one chapter: all would take the hour alone."""
    return {"PYTEST_ADDOPTS": f"-k {chapter}"}


TRIED = {
    "help": Try(("help",), says=r"make book .*make build"),
    "book": Try(("book", "PORT={port}"), until=SERVED, makes=(PAGE,)),
    "build": Try(("build",), makes=(PAGE,)),
    "serve": Try(("serve", "PORT={port}"), given=(PAGE,), until=SERVED),
    "offline": Try(("offline",), makes=(PAGE, "_build/llm-from-scratch-offline.zip")),
    "pdf": Try(("pdf",), makes=("_build/llm-from-scratch.pdf",)),
    "epub": Try(("epub",), makes=("_build/llm-from-scratch.epub",)),
    # whether all tests pass is what they are for; here, that they begin
    "test": Try(("test",), until=r"(?m)^lint +passed"),
    "test-all": Try(("test-all",), until=r"(?m)^lint +passed"),
    "check": Try(("check", "CHAPTER=09"), says=r"browser +passed"),
    "my": Try(("my", "CHAPTER=09"), makes=("my_gpt.py",), says="whose functions are empty"),
    "lint": Try(("lint",), says=CALM),
    # nothing has changed in a clean clone, so that nothing may be different afterwards
    "execute": Try(("execute",), says=r"\b0 of \d+ pages were run"),
    "chapter": Try(
        ("chapter", f"NAME={NEXT} A try"),
        makes=(f"chapters/{NEXT}_a_try.ipynb", f"tests/book/test_checks_ch{NEXT}.py"),
        changes=(
            "_toc.yml",
            "intro.md",
            "README.md",
            "chapters/",
            "llm_lib/book/checks/",
            "tests/",
        ),
    ),
    "jupyter": Try(("jupyter",), says=CALM, variables=only("14_scaling_laws")),
    "colab": Try(("colab",), says=CALM, variables=only("14_scaling_laws")),
    "twice": Try(("twice", "CHAPTER=14"), says="1 of 1 chapters show the same"),
    "language": Try(("language",), says=CALM),
    "address": Try(
        ("address", "URL=https://github.com/you/book"),
        says="the address is https://github.com/you/book",
        changes=("_config.yml", "chapters/"),
    ),
    "bench": Try(("bench", "ROUNDS=1", "ONLY=windows"), says=r"\bwindows\b"),
    "clean": Try(
        ("clean",), given=(PAGE, ".pytest_cache/x"), takes_away=("_build", ".pytest_cache")
    ),
}


@dataclass(frozen=True)
class Machine:
    """A clean clone, a home that is empty, and what programs may know of the machine."""

    clone: Path
    home: Path

    def environment(self, more: dict[str, str]) -> dict[str, str]:
        """Return all variables that a command sees."""
        kept = {key: value for key, value in os.environ.items() if PASSED_ON.fullmatch(key)}
        python = Path(sys.base_prefix) / "bin"  # without an environment of our own
        path = os.pathsep.join(map(str, (python, "/usr/local/bin", "/usr/bin", "/bin")))
        settings = Path.home() / ".config/pip/pip.conf"
        if settings.is_file():
            kept.setdefault("PIP_CONFIG_FILE", str(settings))
        ask = [sys.executable, "-m", "pip", "cache", "dir"]
        cache = subprocess.run(ask, check=True, capture_output=True, text=True).stdout.strip()
        kept.setdefault("PIP_CACHE_DIR", cache)
        return kept | {"HOME": str(self.home), "PATH": path} | more

    def differences(self) -> list[str]:
        """Return the paths that git sees changed or new in the clone, without environments."""
        command = ["git", "status", "--porcelain", "--untracked-files=all"]
        said = subprocess.run(command, cwd=self.clone, check=True, capture_output=True, text=True)
        paths = [line[3:] for line in said.stdout.splitlines()]
        return [path for path in paths if not path.startswith(".venv")]


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Machine]:
    """Yield a machine on which nobody has typed anything, and take its gigabytes away."""
    clone, home = tmp_path / "clone", tmp_path / "home"
    home.mkdir()
    subprocess.run(["git", "clone", "-q", str(ROOT), str(clone)], check=True, capture_output=True)
    if there := os.environ.get(ENVIRONMENTS):
        link_environments(Path(there).resolve(), clone)
    yield Machine(clone, home)
    shutil.rmtree(tmp_path)


def link_environments(there: Path, clone: Path) -> None:
    """Let a clone see another checkout's environments, if they are what it would make itself."""
    for pattern in DECIDING:
        for path in clone.glob(pattern):
            same = (there / path.relative_to(clone)).read_bytes() == path.read_bytes()
            assert same, f"{path.name} differs in {there}: its environments would be changed"
    for environment in there.glob(".venv*"):
        (clone / environment.name).symlink_to(environment)


def free_port() -> int:
    """Return a port that nobody listens to."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return listening.getsockname()[1]


def run_make(tried: Try, machine: Machine) -> tuple[int, str]:
    """Type a command; press Ctrl-C when it says so; return its exit code, and all it has said."""
    words = [word.format(port=free_port()) for word in tried.words]
    running = subprocess.Popen(
        ["make", *words],
        cwd=machine.clone,
        env=machine.environment(tried.variables),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
        start_new_session=True,
    )
    alarm = threading.Timer(LONGEST, os.killpg, (running.pid, signal.SIGKILL))
    alarm.start()
    said = ""
    try:
        for line in running.stdout:
            said += line
            if tried.until and (found := re.search(tried.until, said)):
                if found.groups():
                    assert "<p>" in page_at(found[1])
                os.killpg(running.pid, signal.SIGINT)
                break
        said += running.stdout.read()
        return running.wait(), said
    finally:
        alarm.cancel()
        if running.poll() is None:
            os.killpg(running.pid, signal.SIGKILL)


def page_at(address: str) -> str:
    """Return the page that a browser would be given at an address."""
    with urllib.request.urlopen(address, timeout=60) as answer:
        return answer.read().decode()


@pytest.mark.parametrize("target", TRIED)
def test_it_works_where_nothing_was_typed_before(target, machine):
    # fails if a target needs what it does not make, leaves anything at home or among the sources,
    # or does not end when Ctrl-C is pressed
    tried = TRIED[target]
    for file in tried.given:
        (machine.clone / file).parent.mkdir(parents=True, exist_ok=True)
        (machine.clone / file).write_text("<p>The book.</p>", "utf-8")
    code, said = run_make(tried, machine)
    tail = said[-6000:]
    assert "Traceback" not in said, tail
    if tried.until:
        assert re.search(tried.until, said), tail
        for address in re.findall(SERVED, said):
            with pytest.raises(urllib.error.URLError):
                page_at(address)
    else:
        assert code == 0, tail
    assert re.search(tried.says, said, re.DOTALL), tail
    for file in tried.makes:
        assert (machine.clone / file).stat().st_size > 0, file
    for file in tried.takes_away:
        assert not (machine.clone / file).exists(), file
    changed = [path for path in machine.differences() if not path.startswith(tried.changes)]
    assert not changed, changed
    left = sorted(str(path.relative_to(machine.home)) for path in machine.home.rglob("*"))
    assert not left, left

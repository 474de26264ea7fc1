"""A page without a browser: runs scripts that need no document in Deno, in milliseconds."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from web.fingerprint import ROOT

SCRIPT = Path(__file__).with_suffix(".js")
# without a right to read, to write or to reach anything
COMMAND = [
    *[sys.executable, "-m", "deno", "run", "--quiet", "--no-config", "--no-prompt"],
    *["--no-remote", "--cached-only", str(SCRIPT)],
]
SETTINGS = {"DENO_DIR": str(ROOT / "_build/deno"), "DENO_NO_UPDATE_CHECK": "1"}


class DenoPage:
    """What a page of Playwright is to a test of scripts: `add_script_tag`, `evaluate`, `close`.

    It is a process of its own, so nothing that another one has declared or kept is seen here.
    """

    def __init__(self) -> None:
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "encoding": "utf-8"}
        self.process = subprocess.Popen(COMMAND, env=SETTINGS | os.environ, **pipes)

    def add_script_tag(self, *, content: str) -> None:
        """Run a script. Raises ScriptError if it throws."""
        self._ask(script=content)

    def evaluate(self, expression: str, argument=None):
        """Return the value of an expression, or what it returns if it is a function.

        argument: anything that JSON can hold, for that function

        Raises ScriptError if the expression throws, or its value can't be sent unchanged.
        """
        return self._ask(expression=expression, argument=argument)

    def close(self) -> None:
        """End the process."""
        self.process.kill()
        self.process.communicate()

    def _ask(self, **question):
        self.process.stdin.write(json.dumps(question, allow_nan=False) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            raise ScriptError(f"Deno ended with {self.process.wait()}: see its words above")
        answer = json.loads(line)
        if "error" in answer:
            raise ScriptError(answer["error"])
        return answer.get("value")


class ScriptError(Exception):
    """A script has thrown what it says, or has ended the process."""

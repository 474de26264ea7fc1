"""Firefox and WebKit, each by the small protocol that it brings itself: open a page, run a script."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path

PATIENCE = 120  # seconds
# what a page of theirs runs: an asynchronous function, whose result comes back
CALL = """const [call, done] = arguments;
(%s)(call).then(done, (error) => done(`${error}`));"""
QUIET = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
PREFERENCES = {
    "marionette.port": 0,  # any free one, written to MarionetteActivePort
    "browser.shell.checkDefaultBrowser": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "toolkit.telemetry.reportingpolicy.firstRun": False,
    "network.proxy.type": 1,  # what is not on this machine goes to where nobody listens
    **{f"network.proxy.{kind}": "127.0.0.1" for kind in ("http", "ssl")},
    **{f"network.proxy.{kind}_port": 9 for kind in ("http", "ssl")},
}


class MissingBrowserError(Exception):
    """A browser is not on this machine: says what to type."""


def find(name: str, package: str) -> str:
    """Return where a program is. Raises MissingBrowserError."""
    if path := shutil.which(name):
        return path
    raise MissingBrowserError(f"there is no {name}: type  sudo apt install {package}")


def wait_for(ask: Callable[[], object], process: subprocess.Popen):
    """Return what `ask` answers as soon as it is something. Raises RuntimeError if that can't be."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and process.poll() is None:
        if answer := ask():
            return answer
        time.sleep(0.05)
    raise RuntimeError(f"{process.args[0]} did not begin: {process.poll()}")


def free_port() -> int:
    """Return the number of a port that nobody uses."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


class Firefox:
    """Firefox, over Marionette: https://firefox-source-docs.mozilla.org/testing/marionette/."""

    def __init__(self, folder: Path) -> None:
        """Start it with a new profile in `folder`. Raises MissingBrowserError."""
        path = shutil.which("firefox") or find("firefox-esr", "firefox-esr")
        lines = [f"user_pref({json.dumps(k)}, {json.dumps(v)});" for k, v in PREFERENCES.items()]
        (folder / "user.js").write_text("\n".join(lines), "utf-8")
        command = [path, "--headless", "--marionette", "--no-remote", "--profile", str(folder)]
        self.process = subprocess.Popen(command, **QUIET)
        try:
            self._begin(folder / "MarionetteActivePort")
        except BaseException:
            self.close()
            raise

    def _begin(self, port: Path) -> None:
        number = wait_for(lambda: port.exists() and port.read_text(), self.process)
        with socket.create_connection(("127.0.0.1", int(number)), PATIENCE) as connection:
            self.stream = connection.makefile("rwb")  # keeps it open
        self._read()  # it says hello
        self.asked = 0
        self._ask("WebDriver:NewSession", {})
        self._ask("WebDriver:SetTimeouts", {"script": 1000 * PATIENCE})

    def _read(self) -> list | dict:
        length = b""
        while (byte := self.stream.read(1)) != b":":
            if not byte:
                raise RuntimeError("Firefox broke off")
            length += byte
        return json.loads(self.stream.read(int(length)))

    def _ask(self, command: str, parameters: dict) -> dict:
        self.asked += 1
        said = json.dumps([0, self.asked, command, parameters]).encode()
        self.stream.write(b"%d:%b" % (len(said), said))
        self.stream.flush()
        _, _, error, result = self._read()
        if error:
            raise RuntimeError(f"{error['error']}: {error['message']}")
        return result

    def open(self, url: str) -> None:
        """Open a page, and wait until it has loaded."""
        self._ask("WebDriver:Navigate", {"url": url})

    def run(self, function: str, argument=None):
        """Return what an asynchronous function of JavaScript returns on the page."""
        asked = {"script": CALL % function, "args": [argument]}
        return self._ask("WebDriver:ExecuteAsyncScript", asked)["value"]

    def close(self) -> None:
        """End it."""
        self.process.terminate()
        self.process.wait()


class WebKit:
    """WebKitGTK, over its own WebDriver, on a screen that nobody sees."""

    def __init__(self, folder: Path) -> None:
        """Start it; it leaves nothing in `folder`. Raises MissingBrowserError."""
        driver = find("WebKitWebDriver", "webkit2gtk-driver")
        screen = [find("Xvfb", "xvfb"), "-displayfd", "1", "-screen", "0", "1280x900x24"]
        self.screen = subprocess.Popen(screen, **QUIET | {"stdout": subprocess.PIPE}, text=True)
        home = {"DISPLAY": f":{self.screen.stdout.readline().strip()}", "HOME": str(folder)}
        port = free_port()
        command = [driver, f"--port={port}"]
        self.process = subprocess.Popen(command, env=os.environ | home, **QUIET)
        self.address = f"http://127.0.0.1:{port}"
        try:
            self._begin()
        except BaseException:
            self.close()
            raise

    def _begin(self) -> None:
        wait_for(self._is_ready, self.process)
        self.address += f"/session/{self._ask('/session', {'capabilities': {}})['sessionId']}"
        self._ask("/timeouts", {"script": 1000 * PATIENCE})

    def _is_ready(self) -> bool:
        try:
            return urllib.request.urlopen(f"{self.address}/status").status == 200
        except OSError:
            return False

    def _ask(self, path: str, parameters: dict):
        sent = json.dumps(parameters).encode()
        kind = {"Content-Type": "application/json"}
        request = urllib.request.Request(self.address + path, sent, kind)
        try:
            return json.load(urllib.request.urlopen(request, timeout=PATIENCE))["value"]
        except urllib.request.HTTPError as error:
            raise RuntimeError(error.read().decode()) from error

    def open(self, url: str) -> None:
        """Open a page, and wait until it has loaded."""
        self._ask("/url", {"url": url})

    def run(self, function: str, argument=None):
        """Return what an asynchronous function of JavaScript returns on the page."""
        return self._ask("/execute/async", {"script": CALL % function, "args": [argument]})

    def close(self) -> None:
        """End it, and its screen."""
        for process in (self.process, self.screen):
            process.terminate()
            process.wait()

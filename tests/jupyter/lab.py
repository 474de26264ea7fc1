"""Starts JupyterLab, and opens, runs and uses a notebook in it as a reader does."""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, Locator, Page, TimeoutError

from tests.run import READER

ROOT = Path(__file__).resolve().parents[2]
START = 120  # seconds that JupyterLab may take to start on a busy machine
PATIENCE = 60_000  # ms for what the page does by itself
RUN = 600_000  # ms for all cells of a chapter
REACTION = 10_000  # ms: a control that has changed nothing until then changes nothing
# Sliders and texts first: a button such as Reset need not change anything. A radio button last:
# in a prediction it changes only itself, and each that is tried in vain costs `REACTION`.
KEYS = {
    "input[type=range]": "ArrowRight",
    "[role=slider]": "ArrowRight",
    "textarea": "",
    "select": "ArrowDown",
    "input[type=checkbox]": "Space",
    "button": "Enter",
    "input[type=radio]": "Space",
}
WIDGET = "application/vnd.jupyter.widget-view+json"
QUIET = '{"fetchNews": "false", "checkForUpdates": false}'  # no question about news

OPEN = """async (path) => {
  await jupyterapp.restored;
  const { commands } = jupyterapp;
  window.panel = await commands.execute("docmanager:open", { path, factory: "Notebook" });
  await panel.context.ready;
  await panel.sessionContext.ready;
  await panel.sessionContext.session.kernel.info;
}"""
RUN_ALL = """() => {
  window.ended = false;
  jupyterapp.commands.execute("notebook:run-all-cells").finally(() => { window.ended = true; });
}"""
CELLS = """() => panel.content.widgets.map(({ model }, place) => ({
  place, source: model.sharedModel.source, number: model.executionCount,
  outputs: model.type === "code" ? model.sharedModel.getOutputs() : null,
  may_fail: (model.sharedModel.getMetadata("tags") ?? []).includes("raises-exception"),
})).filter(({ outputs }) => outputs)"""
SHOW = """(place) => {
  panel.content.scrollToItem(place, "start");
  panel.content.widgets[place].node.dataset.place = place;
}"""
# What a widget shows, without the mark that keeps a key from JupyterLab.
LOOKS = "(widget) => widget.innerHTML.replaceAll(' data-lm-suppress-shortcuts=\"\"', '')"


@dataclass
class Lab:
    """A running JupyterLab."""

    address: str
    token: str
    folder: Path


@contextmanager
def running_lab(folder: Path, private: Path) -> Iterator[Lab]:
    """Serve `folder` with JupyterLab; its settings and all else that it keeps lie in `private`."""
    token, log = secrets.token_hex(16), private / "jupyter.log"
    command = [
        *[READER, "-m", "jupyterlab", "--no-browser", "--expose-app-in-browser"],
        *["--ip=127.0.0.1", "--port=8400", f"--IdentityProvider.token={token}", "--allow-root"],
        *[f"--ServerApp.root_dir={folder}", "--LabApp.extension_manager=readonly"],
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
    ]
    with log.open("w") as file:
        server = subprocess.Popen(
            command, cwd=folder, env=_environment(private), stdout=file, stderr=subprocess.STDOUT
        )
    try:
        yield Lab(_address(private / "JUPYTER_RUNTIME_DIR", server, log), token, folder)
    finally:
        server.terminate()  # it ends its kernels first
        try:
            server.wait(30)
        except subprocess.TimeoutExpired:
            server.kill()


def _environment(private: Path) -> dict[str, str]:
    """Return the environment of JupyterLab: a reader's, with nothing of his own settings."""
    names = ["JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR"]
    names += ["JUPYTERLAB_SETTINGS_DIR", "JUPYTERLAB_WORKSPACES_DIR"]
    names += ["NPM_CONFIG_CACHE"]  # it asks npm where extensions come from
    paths = [str(ROOT / "web/offline"), str(ROOT), os.environ.get("PYTHONPATH", "")]
    # left out: what a notebook sets for itself, and what only a build of the book sets
    unset = {"OMP_WAIT_POLICY", "OMP_NUM_THREADS", "PLOTLY_RENDERER", "LLM_LIB_SITE_MODELS"}
    news = private / "JUPYTERLAB_SETTINGS_DIR/@jupyterlab/apputils-extension"
    news.mkdir(parents=True)
    (news / "notification.jupyterlab-settings").write_text(QUIET)
    return (
        {name: value for name, value in os.environ.items() if name not in unset}
        | {name: str(private / name) for name in names}
        | {"PYTHONPATH": os.pathsep.join(filter(None, paths))}
    )


def _address(runtime: Path, server: subprocess.Popen, log: Path) -> str:
    """Wait until the server has written down where it listens."""
    end = time.monotonic() + START
    while server.poll() is None and time.monotonic() < end:
        try:
            return json.loads((runtime / f"jpserver-{server.pid}.json").read_text("utf-8"))["url"]
        except (OSError, json.JSONDecodeError):  # not yet, or not all of it
            time.sleep(0.1)
    raise RuntimeError(f"JupyterLab did not start: {log.read_text('utf-8')[-3000:]}")


@dataclass
class Notebook:
    """A notebook that is open in JupyterLab, and what its page asks for and complains about."""

    page: Page
    lab: Lab
    path: str
    foreign: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def watch(self) -> None:
        """Note requests to other hosts, and errors, from now on."""
        self.page.on("request", self._request)
        self.page.on("pageerror", self._error)
        self.page.on("console", self._console)

    def _request(self, request) -> None:
        if not request.url.startswith((self.lab.address, "data:", "blob:")):
            self.foreign.append(request.url)

    def _error(self, error) -> None:
        # JupyterLab has errors of its own; the script of a widget is a blob
        if "blob:" in (error.stack or "blob:"):
            self.complaints.append(f"{error} {error.stack}")

    def _console(self, message) -> None:
        source = message.location.get("url", "")
        # it finds no target for what leads to another chapter
        if message.type == "error" and "/extensions/jupyterlab-myst/" not in source:
            self.complaints.append(f"{message.text} ({source})")

    def open(self) -> None:
        """Load the page, open the notebook, and wait until its kernel is ready."""
        self.page.goto(f"{self.lab.address}lab?token={self.lab.token}&reset")
        self.page.wait_for_function("window.jupyterapp")
        self.page.evaluate(OPEN, self.path)

    def start_all(self) -> None:
        """Choose "Run All Cells"."""
        self.page.evaluate(RUN_ALL)

    def run_all(self) -> None:
        """Choose "Run All Cells", and wait until all have run."""
        self.start_all()
        self.page.wait_for_function("ended", timeout=RUN)

    def failures(self) -> list[str]:
        """Return what went wrong in cells: errors, and cells that did not run."""
        wrong = []
        for cell in self.page.evaluate(CELLS):
            errors = [out for out in cell["outputs"] if out["output_type"] == "error"]
            if errors and not cell["may_fail"]:
                wrong.append(f"{errors[0]['ename']}: {errors[0]['evalue']}, in {cell['source']}")
            elif cell["number"] is None and cell["source"].strip():
                wrong.append(f"did not run: {cell['source']}")
        return wrong

    def widget_cells(self) -> list[int]:
        """Return the places of the cells that show widgets."""
        cells = self.page.evaluate(CELLS)
        return [c["place"] for c in cells if any(WIDGET in o.get("data", {}) for o in c["outputs"])]

    def widgets(self, place: int) -> list[Locator]:
        """Scroll to a cell, since JupyterLab draws those near the screen; return its live widgets.

        Raises AssertionError, with what it shows, if one does not come alive.
        """
        self.page.evaluate(SHOW, place)
        shown = self.page.locator(f"[data-place='{place}'] .llm-widget")
        shown.first.wait_for()
        for widget in shown.all():
            try:
                self.page.wait_for_function("(w) => w.dataset.ready", arg=widget.element_handle())
            except TimeoutError:
                raise AssertionError(f"never came alive: {widget.inner_text()}") from None
            assert widget.get_attribute("data-ready") == "yes", widget.inner_text()
        return shown.all()


@contextmanager
def opened(lab: Lab, browser: Browser, path: str) -> Iterator[Notebook]:
    """Open a notebook of JupyterLab's folder; its kernel ends with it."""
    context = browser.new_context(viewport={"width": 1400, "height": 900})
    notebook = Notebook(context.new_page(), lab, path)
    notebook.page.set_default_timeout(PATIENCE)
    notebook.watch()
    try:
        notebook.open()
        yield notebook
        notebook.page.evaluate("panel.sessionContext.shutdown()")
    finally:
        context.close()


def use(widget: Locator) -> str:
    """Use the first control that changes what the widget shows, by keyboard; say which.

    Raises AssertionError if none does.
    """
    tried = []
    for kind in KEYS:
        for control in widget.locator(f"{kind}:not(:disabled):visible").all()[:3]:
            control.focus()
            before = widget.evaluate(LOOKS)
            tried.append(f"{kind} {_press(control, kind)}")
            try:
                widget.page.wait_for_function(
                    f"([widget, before]) => ({LOOKS})(widget) !== before",
                    arg=[widget.element_handle(), before],
                    timeout=REACTION,
                )
                return tried[-1]
            except TimeoutError:
                continue
    raise AssertionError(f"no control changes anything: {tried}")


def _press(control: Locator, kind: str) -> str:
    """Press a key in one control, and return it."""
    if kind == "textarea":
        control.press("End")
        control.press_sequentially(" a")
        return "typed"
    key = KEYS[kind]
    if kind == "input[type=range]" and control.evaluate("(c) => c.value === c.max"):
        key = "ArrowLeft"
    control.press(key)
    return key

"""The book in Firefox and WebKit: its widgets come alive and compute, and nothing goes wrong."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch

from llm_lib.pretrained.save_load import load_model
from tests.web.browser import LAZY, SCROLL
from tests.web.other_browsers import Firefox, MissingBrowserError, WebKit
from web.serve import open_server

pytestmark = pytest.mark.other_browsers

PAGES = ["index.html", "chapters/01_what_is_an_llm.html", "chapters/09_self_attention.html"]
NOTE = """<script>
  window.complaints = [];
  const note = (words) => complaints.push(String(words));
  addEventListener("error", ({message, target}) => {
    // Firefox fetches the next page ahead, and gives up since it may not be kept
    if (target.rel !== "next") note(message ?? `no ${target.src ?? target.href}`);
  }, true);
  addEventListener("unhandledrejection", (e) => note(e.reason));
  for (const kind of ["error", "warn"]) console[kind] = (...words) => note(words.join(" "));
</script>"""
LOOK = """async () => ({
  // WebKit says so where a part that has grown makes another one grow: both are drawn in turn
  complaints: complaints.filter((words) => !words.startsWith("ResizeObserver loop completed")),
  mounted: [...document.querySelectorAll('.llm-mount')].map((box) => box.dataset.mounted),
  ready: [...document.querySelectorAll('.llm-widget')].map((root) => root.dataset.ready),
})"""
# a prompt, and what is shown of the likeliest token once the weights have come and been multiplied
LIKELIEST = """async () => {
  const lab = document.querySelector('.llm-next');
  const number = () => lab.querySelector('.llm-bar-number')?.textContent;
  while (!number()) await new Promise(requestAnimationFrame);
  return [lab.querySelector('textarea').value, number()];
}"""


@pytest.fixture(scope="module")
def noting(site: Path, tmp_path_factory) -> Iterator[str]:
    """The address of the book with pages that note what goes wrong on them."""
    folder = tmp_path_factory.mktemp("noting")
    (folder / "chapters").mkdir()
    for path in [*site.iterdir(), *site.glob("chapters/*")]:
        name = path.relative_to(site)
        if name.as_posix() in PAGES:
            text = path.read_text("utf-8").replace("<head>", f"<head>{NOTE}", 1)
            (folder / name).write_text(text, "utf-8")
        elif name.as_posix() != "chapters":
            (folder / name).symlink_to(path)
    server = open_server(folder, 8300)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()


@pytest.fixture(scope="module", params=[Firefox, WebKit], ids=["firefox", "webkit"])
def other(request, tmp_path_factory) -> Iterator[Firefox | WebKit]:
    """Another browser; without one, the test fails and says what to type."""
    try:
        browser = request.param(tmp_path_factory.mktemp("browser"))
    except MissingBrowserError as error:
        pytest.fail(str(error), pytrace=False)
    yield browser
    browser.close()


@pytest.mark.parametrize("page", PAGES)
def test_a_page_comes_alive_in_silence(other, noting, page):
    # fails if a widget or a figure does not come alive there, or anything is complained of
    other.open(noting + page)
    assert other.run(SCROLL, [LAZY, 20_000, 60_000]) == ""
    seen = other.run(LOOK)
    assert seen["complaints"] == []
    assert set(seen["mounted"]) == {"yes"} and set(seen["ready"]) == {"yes"}


def test_the_engine_computes(other, noting):
    # fails if the weights don't come, or its WebAssembly or its numbers are others than elsewhere
    other.open(noting + "chapters/01_what_is_an_llm.html")
    assert other.run(SCROLL, [LAZY, 20_000, 60_000]) == ""
    prompt, shown = other.run(LIKELIEST)
    model, tokenizer = load_model("sprout")
    with torch.no_grad():
        logits = model(torch.tensor([tokenizer.encode(prompt)]))[0, -1]
    best = 100 * logits.softmax(0).max().item()
    assert float(shown.split()[0]) == pytest.approx(best, abs=0.06)

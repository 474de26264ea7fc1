"""The parts of the build that need neither a book nor a browser."""

from __future__ import annotations

import gzip
import json
import threading
import urllib.request

import pytest

from web import widget_state
from web.serve import open_server


def model(**state):
    return {"model_name": "AnyModel", "state": state}


def test_state_holds_shared_sources_once():
    # fails when a second copy of a widget doubles the page, or unshown models are carried along
    models = {
        "a": model(_esm="code", n=1, child="IPY_MODEL_c"),
        "b": model(_esm="code", n=2),
        "c": model(_esm="other"),
        "hidden": model(_esm="code"),
    }
    text, sources = widget_state.scripts(["a", "b"], models)
    state = json.loads(text.removeprefix("window.__llmWidgetState = ").removesuffix(";\n"))
    assert sorted(state["models"]) == ["a", "b", "c"]
    assert sorted(sources.values()) == ["code", "other"]
    assert {m["state"]["_esm"] for m in state["models"].values()} == set(sources)
    assert models["a"]["state"]["_esm"] == "code"


def test_a_core_widget_says_that_it_needs_a_kernel():
    # fails when a control that can't work on the page is shown as if it could
    models = {"s": {"model_name": "IntSliderModel", "state": {}}}
    assert "IntSlider needs a running kernel" in widget_state.placeholder("s", models)


def test_height_is_reserved_from_the_layout():
    # fails when a widget's own height is ignored, or anything but a length gets into the page
    models = {"a": model(_esm="x", layout="IPY_MODEL_l"), "l": {"state": {"min_height": "300px"}}}
    assert "min-height:300px" in widget_state.placeholder("a", models)
    models["l"]["state"]["min_height"] = '1px"><script>'
    assert "min-height:420px" in widget_state.placeholder("a", models)


def test_figure_text_cannot_end_its_script():
    # fails when a title that holds </script> breaks the page
    # imported here, since it brings MyST-NB: four seconds for each worker of the browser tests
    from web import plotly_figure

    html = plotly_figure.figure_html({"layout": {"title": {"text": "</script><b>"}}})
    assert html.count("</script>") == 1
    assert "<b>" not in html.split("<script")[0]


def test_server_compresses_and_says_what_is_missing(tmp_path):
    # fails when pages come uncompressed, or a missing book gives no advice
    with pytest.raises(FileNotFoundError, match="make book"):
        open_server(tmp_path)
    (tmp_path / "index.html").write_text("hello " * 100)
    server = open_server(tmp_path, 8300)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_port}/"
    request = urllib.request.Request(url, headers={"Accept-Encoding": "gzip"})
    with urllib.request.urlopen(request) as answer:
        assert gzip.decompress(answer.read()) == b"hello " * 100
    server.shutdown()
    server.server_close()

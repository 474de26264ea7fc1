"""Notebooks are executed ahead of the build, into the cache in which Sphinx looks."""

from __future__ import annotations

import nbformat
from myst_nb.core.execute.cache import get_cache

from web.ahead import execute_ahead


def test_what_ran_is_found_and_what_failed_is_not(tmp_path):
    # fails if Sphinx would run a notebook again, if a failure is hidden from it, or if a
    # notebook that has not changed runs twice
    paths = []
    for name, code in (("good", "6 * 7"), ("bad", "1 / 0")):
        notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(code)])
        paths.append(tmp_path / f"{name}.ipynb")
        nbformat.write(notebook, paths[-1])
    good, bad = execute_ahead(tmp_path / "cache", paths)
    assert good.startswith("good.ipynb: ") and not good.endswith("FAILED")
    assert bad.startswith("bad.ipynb: ") and bad.endswith("FAILED")

    cache = get_cache(tmp_path / "cache")
    assert len(cache.list_cache_records()) == 1
    _, merged = cache.merge_match_into_notebook(nbformat.read(paths[0], as_version=4))
    assert merged.cells[0].outputs[0].data["text/plain"] == "42"
    assert execute_ahead(tmp_path / "cache", paths[:1]) == []

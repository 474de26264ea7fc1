"""Puts the stored outputs on a page while Sphinx reads it, in the place of running its cells."""

from __future__ import annotations

import json
import os
from html import escape
from pathlib import Path
from typing import Any

import nbformat
from docutils import nodes
from myst_nb import sphinx_
from myst_nb.core.execute import NotebookClientBase
from sphinx.application import Sphinx

from llm_lib.book.widgets.model_file import publish_payload
from web.outputs import keeping, stored
from web.outputs.pages import code_cells
from web.outputs.stable import STATE
from web.outputs.stored import Stored

ONLY = "LLM_BOOK_ONLY"  # the page that a build for `make check` is about; the others may be old
MEASURED = "timed"  # the tag of a cell whose numbers are true of one machine
LANGUAGE = {"name": "python", "pygments_lexer": "ipython3"}


class StoredOutputs(NotebookClientBase):
    """What MyST-NB asks for a page's outputs. A page that has none of its own is run."""

    def start_client(self) -> None:
        """Put the outputs into the notebook."""
        if self.path is None or not code_cells(self.notebook):
            return
        self.notebook.metadata["language_info"] = nbformat.from_dict(LANGUAGE)
        found = stored.find(self.path) or self._otherwise()
        if found is None:
            return
        put_into(self.notebook, found[0])
        for ref in found[0].files:
            if (path := stored.file_of(found[1], ref)).exists():  # not so beside old outputs
                publish_payload(ref, json.loads(path.read_text("utf-8")))

    def _otherwise(self) -> tuple[Stored, Path] | None:
        """Run the page; where only another one is wanted, take what there is."""
        if os.environ.get(ONLY, str(self.path)) != str(self.path):
            return stored.find_any(self.path)
        keeping.bring_up_to_date([self.path])
        return stored.find(self.path)


def put_into(notebook: Any, outputs: Stored) -> None:
    """Give each cell its outputs and its number, and the notebook the state of its widgets."""
    for number, (name, cell) in enumerate(code_cells(notebook), 1):
        cell.execution_count = number
        cell.outputs = [to_output(output, number) for output in outputs.cells.get(name, [])]
        if MEASURED in cell.metadata.get("tags", []):
            cell.outputs.append(note_of(outputs.machine))
    if outputs.widgets:
        models = {id: to_model(model) for id, model in outputs.widgets.items()}
        state = {"version_major": 2, "version_minor": 0, "state": models}
        notebook.metadata["widgets"] = nbformat.from_dict({STATE: state})


def to_output(output: dict[str, Any], number: int) -> Any:
    """Return a stored output as a notebook has it."""
    whole = dict(output)
    if "data" in whole:
        whole["metadata"] = {}
    if whole["output_type"] == "execute_result":
        whole["execution_count"] = number
    return nbformat.from_dict(whole)


def to_model(model: dict[str, Any]) -> dict[str, Any]:
    """Return a widget's model, with a script's name in place of the script: see `classes.renew`."""
    state = model["state"]
    named = {"_esm": state["_anywidget_id"]} if "_anywidget_id" in state else {}
    return model | {"state": named | state}


def note_of(machine: str) -> Any:
    """Return the output that says on which machine something was timed."""
    text = f'<p class="llm-measured">Measured on: {escape(machine)}</p>'
    return nbformat.from_dict(
        {"output_type": "display_data", "data": {"text/html": text}, "metadata": {}}
    )


def create_client(notebook: Any, source: str, nb_config: Any, logger: Any, _fmt: Any = None) -> Any:
    """Return what MyST-NB takes outputs from; in the place of its function of the same name."""
    return StoredOutputs(notebook, Path(source), nb_config, logger)


def note_dependency(app: Sphinx, doctree: nodes.document) -> None:
    """Tell Sphinx that a page is to be read again when its stored outputs have changed."""
    page = Path(app.env.doc2path(app.env.docname))
    for folder in (stored.STORE, stored.LOCAL):
        if (path := stored.path_in(folder, page)).exists():
            app.env.note_dependency(str(path))


def setup(app: Sphinx) -> dict[str, Any]:
    """Put it in the place of MyST-NB's own; called by Sphinx."""
    sphinx_.create_client = create_client
    app.connect("doctree-read", note_dependency)
    return {"env_version": 1, "parallel_read_safe": True, "parallel_write_safe": True}

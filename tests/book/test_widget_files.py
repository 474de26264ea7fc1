"""How a model gets from Python to the page: with the widget, in no state, all in one message."""

import json
import sys
import types

import comm
import ipywidgets
import nbformat
import numpy as np
import pytest
import torch
from comm.base_comm import BaseComm
from nbclient import NotebookClient

from llm_lib.book import widgets
from llm_lib.book.widgets import HeadLab, TokenizerLab, WindowLab
from llm_lib.book.widgets.model_file import SITE_FOLDER_VARIABLE
from llm_lib.bpe import BPETokenizer
from llm_lib.model.gpt import GPT, GPTConfig
from llm_lib.tokenizer import CharTokenizer

TOKENIZER = BPETokenizer.train("the fox and the owl " * 5, 265, special_tokens=["<|endoftext|>"])
VECTORS = {"a": np.eye(3)}
TRANSLATION = {"source": ["a"], "target": ["b", "c"], "weights": np.ones((1, 1, 2, 1))}


def make_model():
    torch.manual_seed(0)
    sizes = {"vocab_size": 265, "context_length": 16, "n_layer": 2, "n_head": 3, "n_embd": 12}
    return GPT(GPTConfig(**sizes)).eval()


MAKERS = {
    "HeadLab": lambda: HeadLab(make_model(), TOKENIZER, "the fox"),
    "TokenizerLab": lambda: TokenizerLab("ab", {"letters": CharTokenizer("abc")}),
    "WindowLab": lambda: WindowLab("ab", CharTokenizer("abc")),
    "EmbeddingMap": lambda: widgets.EmbeddingMap(VECTORS, {"all": ["x", "y", "z"]}),
}
OTHERS = {
    "CrossAttentionMap": lambda: widgets.CrossAttentionMap([TRANSLATION]),
    "Prediction": lambda: widgets.Prediction("How many?", 2, why="One and one."),
    "Walkthrough": lambda: widgets.Walkthrough("attention-row"),
}
WIDGETS = [
    name
    for name in widgets.__all__
    if isinstance(getattr(widgets, name), type)
    and issubclass(getattr(widgets, name), ipywidgets.Widget)
]


class RecordedComm(BaseComm):
    """Keeps what is sent to the page."""

    log: list = []

    def publish_msg(self, msg_type, data=None, **_):
        self.log.append((msg_type, json.loads(json.dumps(data))))


@pytest.fixture
def sent(monkeypatch):
    """The messages to the page of each widget: (kind, data)."""
    monkeypatch.setattr(RecordedComm, "log", [])
    monkeypatch.setattr(comm, "create_comm", RecordedComm)
    monkeypatch.delenv(SITE_FOLDER_VARIABLE, raising=False)
    return RecordedComm.log


def opening(sent) -> dict:
    """Return the state that opened the widget; its layout is a model of its own."""
    states = [data["state"] for kind, data in sent if kind == "comm_open"]
    (state,) = [state for state in states if state["_model_name"] == "AnyModel"]
    return state


@pytest.mark.parametrize("name", MAKERS)
def test_files_come_with_the_widget(name, sent):
    # fails if the page has to ask a busy kernel for what the widget shows
    widget = MAKERS[name]()
    files = opening(sent)["files"]
    assert files and files == json.loads(json.dumps(dict(widget._files)))
    state = json.dumps(opening(sent) | {"files": None})
    assert all(f'"{ref}"' in state for ref in files)


def test_a_playground_sends_one_model_and_each_other_when_it_is_asked_for(sent):
    # fails if a notebook gets all models at once, or one of them never
    playground = widgets.Playground(lab="heads", chosen="sprout_tuned")
    scripts = {each["ref"] for each in playground.labs}
    assert set(opening(sent)["files"]) == scripts | {"sprout_tuned"}
    assert len(json.dumps(sent)) < 5_000_000
    sent.clear()
    ask = {"method": "custom", "content": {"type": "model", "ref": "echo"}}
    playground._handle_msg({"content": {"data": ask}, "buffers": []})
    ((_, answer),) = sent
    assert answer["content"]["payload"] == json.loads(json.dumps(playground._files["echo"]))


@pytest.mark.parametrize("name", MAKERS)
def test_no_state_holds_the_files(name, sent):
    # fails if weights go where states are kept: a page of the book, a notebook, a page loaded anew
    widget = MAKERS[name]()
    assert "files" not in widget.get_state()
    everything = ipywidgets.Widget.get_manager_state()["state"]
    assert "files" not in everything[widget.model_id]["state"]
    kept = {}  # what is left to somebody who writes down all messages
    for _, data in sent:
        kept |= data["state"] if "_model_name" not in data["state"] else {}
    assert kept == {"files": {}}


@pytest.mark.parametrize("name", MAKERS)
def test_the_book_has_no_files_in_messages(name, sent, tmp_path, monkeypatch):
    # fails if a build of the book, where each file lies beside the pages, has it in a page too
    monkeypatch.setenv(SITE_FOLDER_VARIABLE, str(tmp_path))
    widget = MAKERS[name]()
    assert "files" not in opening(sent)
    assert sorted(path.stem for path in tmp_path.iterdir()) == sorted(widget._files)
    state = json.dumps(ipywidgets.Widget.get_manager_state()["state"][widget.model_id])
    for payload in widget._files.values():
        assert json.dumps(payload)[1:-1] not in state


def test_colab_keeps_the_files_until_it_shows_the_widget(sent, monkeypatch):
    # fails if Colab, which gives a page the state as it is in the end, finds the files taken away
    output = types.ModuleType("google.colab.output")
    output.enable_custom_widget_manager = lambda: None
    for name in ("google", "google.colab"):
        monkeypatch.setitem(sys.modules, name, types.ModuleType(name))
    monkeypatch.setitem(sys.modules, "google.colab.output", output)
    sys.modules["google.colab"].output = output
    widget = MAKERS["HeadLab"]()
    assert opening(sent)["files"] == {widget.model_ref: widget._payload}
    assert all("files" not in data["state"] for kind, data in sent if kind == "comm_msg")


@pytest.mark.parametrize("name", WIDGETS)
def test_no_trait_has_the_name_that_files_come_under(name):
    # fails if a widget's own trait is overwritten as soon as its files have been read
    assert "files" not in getattr(widgets, name).class_traits()


@pytest.mark.parametrize("name", WIDGETS)
def test_a_widget_is_whole_when_it_opens(name, sent):
    # fails if a widget sends a part of itself later, which a busy page can lose
    make = (MAKERS | OTHERS).get(name) or getattr(widgets, name)
    widget = make()
    state = json.loads(json.dumps(widget.get_state(), default=str))
    opened = {key: value for key, value in opening(sent).items() if key != "files"}
    assert opened == state
    later = [data for kind, data in sent if kind == "comm_msg"]
    assert all(data["state"] == {"files": {}} for data in later)


def test_an_executed_notebook_holds_no_weights(tmp_path, monkeypatch):
    # fails if `jupyter nbconvert --execute` writes weights into the notebook
    monkeypatch.delenv(SITE_FOLDER_VARIABLE, raising=False)
    code = "from llm_lib.book.widgets import HeadLab\nlab = HeadLab(text='the fox')\nlab"
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(code)])
    NotebookClient(notebook, timeout=120, kernel_name="python3").execute()
    states = notebook.metadata.widgets["application/vnd.jupyter.widget-state+json"]["state"]
    (lab,) = [each["state"] for each in states.values() if each["model_name"] == "AnyModel"]
    assert lab["model_ref"] == "sprout" and lab["files"] == {}
    assert len(json.dumps(notebook)) < 225_000  # its script and style; the weights are far more

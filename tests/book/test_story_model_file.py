"""The story of a model file: the file is a real one, and what is no byte is refused."""

import numpy as np
import pytest
from safetensors.numpy import load, save

from llm_lib.book.widgets import Walkthrough

TENSORS = {
    "wte.weight": np.array([[0.5, 1], [-1.5, 0.25], [2, -0.75]], np.float16),
    "h.0.mlp.c_fc.weight": np.array([[2.5, -0.25, 0.75], [-1, 0.5, 1.5]], np.float32),
    "ln_f.weight": np.array([0.75, 1], np.float16),
}


def test_the_file_is_what_safetensors_writes():
    # fails if a byte is another than the package's, in header or numbers
    file = Walkthrough("model-file").file
    assert file == save(TENSORS) and len(file) == 256
    for name, tensor in load(file).items():
        assert np.array_equal(tensor, TENSORS[name]) and tensor.dtype == TENSORS[name].dtype


WRONG = [
    ({"four": [[0, 0, 32]]}, ValueError, "4 whole numbers from 0 to 255"),
    ({"four": [[0, 0, 32, 256]]}, ValueError, "got .*256"),
    ({"four": [[0, 0, 32, -1]]}, ValueError, "4 whole numbers from 0 to 255"),
    ({"four": [[0, 0, 32, 0.5]]}, ValueError, "got .*0.5"),
    ({"four": [0, 0, 32, 64]}, TypeError, "one row of 4 bytes"),
    ({"four": "2.5"}, TypeError, "got '2.5'"),
    ({"file": b""}, TypeError, "no setting"),
]


@pytest.mark.parametrize(("settings", "error", "message"), WRONG)
def test_wrong_settings(settings, error, message):
    # fails when a wrong setting is accepted, or its error does not say what is allowed
    with pytest.raises(error, match=message):
        Walkthrough("model-file", **settings)


def test_wrong_bytes_are_refused_later_too():
    # fails when only the first value is checked
    walk = Walkthrough("model-file")
    with pytest.raises(ValueError, match=r"got .*300"):
        walk.four = [[300, 0, 0, 0]]
    assert walk.four == walk.initial["four"] == [[0, 0, 32, 64]]

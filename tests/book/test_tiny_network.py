"""The Python side of TinyNetwork: its settings, and errors that say what is allowed."""

import json
import re
from pathlib import Path

import numpy as np
import pytest
import torch

from llm_lib.book.widgets import TinyNetwork, tiny_network


# Fails if a setting is not taken over, or if Reset would not know where the network began.
def test_settings_and_initial_values():
    net = TinyNetwork(data="ring", point=[0.5, -0.5], unit=3, learning_rate=1)
    assert (net.data, net.point, net.unit, net.learning_rate) == ("ring", [0.5, -0.5], 3, 1.0)
    assert net.weights == tiny_network.WEIGHTS and net.biases == tiny_network.BIASES
    assert net.initial == {
        "data": "ring", "weights": tiny_network.WEIGHTS, "biases": tiny_network.BIASES,
        "point": [0.5, -0.5], "unit": 3, "learning_rate": 1.0, "seed": 0,
    }  # fmt: skip
    net.data = "xor"
    assert net.initial["data"] == "ring"
    assert repr(net) == "TinyNetwork()"


# Fails if the weights of a torch network of this shape can't be shown as they are.
def test_takes_the_weights_of_torch_layers():
    torch.manual_seed(0)
    hidden, output = torch.nn.Linear(2, 3), torch.nn.Linear(3, 1)
    net = TinyNetwork()
    net.weights = [layer.weight.detach() for layer in (hidden, output)]
    net.biases = [layer.bias.detach().numpy() for layer in (hidden, output)]
    assert net.weights == [hidden.weight.tolist(), output.weight.tolist()]
    assert net.biases == [hidden.bias.tolist(), output.bias.tolist()]
    net.point = np.array([1.0, 2.0])
    assert net.point == [1.0, 2.0]


# Fails if what the page sets can't be observed from Python.
def test_learning_can_be_observed():
    net, seen = TinyNetwork(), []
    net.observe(lambda change: seen.append(change["new"]), ["loss", "learning"])
    net.learning = True
    net.set_state({"loss": 0.25})
    assert seen == [True, 0.25]


ROWS = [[0, 0]] * 3
WRONG = [
    ({"data": "moons"}, ValueError, r"\('groups', 'xor', 'ring'\); got 'moons'"),
    ({"weights": 3}, ValueError, r"weights should be a list of two parts, \(3, 2\) and \(1, 3\)"),
    ({"weights": [ROWS]}, ValueError, "list of two parts"),
    (
        {"weights": [[[0, 0]] * 2, [[0] * 3]]},
        ValueError,
        r"weights\[0\] should be.* 3 rows",
    ),
    (
        {"weights": [ROWS, [[0] * 2]]},
        ValueError,
        r"weights\[1\]\[0\] should be.* 3 numbers",
    ),
    (
        {"weights": [ROWS, [[0, 0, 11]]]},
        ValueError,
        r"weights\[1\]\[0\]\[2\] must be at least -10.0",
    ),
    ({"weights": [ROWS, [[0, 0, "1"]]]}, ValueError, r"weights\[1\]\[0\]\[2\] must be at least"),
    ({"biases": [[0, 0, 0], 0]}, ValueError, r"biases\[1\] should be a list of 1 numbers; got 0"),
    ({"biases": [[0, 0, float("nan")], [0]]}, ValueError, r"biases\[0\]\[2\] must be at least"),
    ({"point": [0, 3]}, ValueError, r"point\[1\] must be at least -2.0 and at most 2.0, got 3"),
    ({"point": [0]}, ValueError, "point should be a list of 2 numbers"),
    ({"unit": 4}, ValueError, "unit must be a whole number from 0 to 3, got 4"),
    ({"seed": 1.5}, ValueError, "seed must be a whole number"),
    ({"learning_rate": 0}, ValueError, "learning_rate must be at least 0.01 and at most 5, got 0"),
    ({"rate": 1}, TypeError, "no setting 'rate'.*biases, data, learning_rate"),
]


# Fails if a wrong setting passes, or if the message does not say what is allowed.
@pytest.mark.parametrize(("settings", "kind", "words"), WRONG)
def test_wrong_settings_say_what_is_allowed(settings, kind, words):
    with pytest.raises(kind, match=words):
        TinyNetwork(**settings)


# Fails if a setting is only checked when the widget is made.
def test_wrong_values_are_refused_later_too():
    net = TinyNetwork()
    for name, value in {"data": "x", "weights": [], "point": [9, 9], "unit": -1}.items():
        with pytest.raises(ValueError, match=f"{name}.* (should|must)"):
            setattr(net, name, value)
    assert (net.data, net.weights, net.unit) == ("groups", tiny_network.WEIGHTS, 0)


# Fails if the script is not one module, brings a model's engine along, or sets HTML from text.
def test_script_is_self_contained_and_small():
    source = TinyNetwork._esm
    assert len(re.findall(r"^export ", source, re.M)) == 1
    assert source.rstrip().endswith("export default { render };")
    for word in ("innerHTML", "insertAdjacentHTML", "https://", "import(", "eval(", "class GPT"):
        assert word not in source, word
    # The one address is the name of a namespace, which no browser fetches.
    assert set(re.findall(r"http://[^\"]+", source)) == {"http://www.w3.org/2000/svg"}
    assert "@import" not in TinyNetwork._css and "url(" not in TinyNetwork._css


# Fails if a colour stands outside the theme.
def test_own_style_has_no_colours_of_its_own():
    own = Path(tiny_network.__file__).with_suffix(".css").read_text("utf-8")
    assert not re.search(r"#[0-9a-fA-F]{3,8}\b|\b(rgba?|hsla?|oklch)\(", own)


# Fails if a widget on a page carries more than its settings.
def test_state_is_small():
    state = {k: v for k, v in TinyNetwork().get_state().items() if k not in ("_esm", "_css")}
    assert len(json.dumps(state, default=str)) < 3000

"""The modules of the library and of the site's tools, as lists: see `web.readme`.

A module is described by the first line of its docstring, so that there is one place to change.
"""

import ast
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LIBRARY = ROOT / "llm_lib"
TOOLS = ROOT / "web"
# The way of the data: a module may import only from those before it, and a room's modules too.
READING_ORDER = {
    "arguments": "",
    "files": "",
    "assets": "",
    "small_world": "",
    "corpus": "",
    "labelled": "",
    "tokenizer": "",
    "classical": "base labels names summary answering translation comparison",
    "bpe": "pretokenize special merges quick foreign tokenizer saved",
    "dataset": "documents token_row token_file sampler loader",
    "embedding": "",
    "ngram": "",
    "window_model": "",
    "rnn": "",
    "rnn_translator": "",
    "activations": "",
    "kv_cache": "",
    "attention": "",
    "gpt_config": "",
    "block": "",
    "gpt": "",
    "transformer": "",
    "model_size": "",
    "gpus": "",
    "flops": "",
    "run_plan": "",
    "heads": "",
    "stream": "",
    "patching": "",
    "pretrained": "",
    "huggingface": "",
    "smollm2": "",
    "adapter_file": "",
    "checkpoint": "",
    "quantize": "",
    "training": "config adamw muon distributed recomputing sharded processes identity "
    "resuming loop next_token recipe command",
    "generation": "sampling reading decode_step tokens beam_search speculative measured",
    "evaluation": "metrics small_world table",
    "tuning": "classify probe instruct lora adapters preferences rewards rollouts pairs tasks "
    "recipe command",
    "translation": "task translator followed",
    "studies": "counting bottleneck lumi residuals scaling failures schedules stages variations "
    "shipping adapting answering ranks preferring rewards decoding faster_changes faster_times "
    "faster_log faster_fair faster smollm2_heads answer_questions answer_features few_labels "
    "encoded_texts how_much_to_train",
}
# These show or check things. They take plain arrays and objects, and no model code imports them.
AROUND = (
    "exercises",
    "checks",
    "predictions",
    "progress",
    "plot_style",
    "plots",
    "pictures",
    "notebook",
    "widgets",
    "export",
)


def first_line(file: Path) -> str:
    """Return the first line of a module's docstring."""
    return (ast.get_docstring(ast.parse(file.read_text("utf-8"))) or "").split("\n")[0]


def describe_modules() -> str:
    """Return the library's modules as a Markdown list, in reading order."""
    lines = []
    for name in [*READING_ORDER, *AROUND]:
        is_room = (LIBRARY / name).is_dir()
        path = f"{name}/__init__" if is_room else name
        title = f"{name}/" if is_room else name
        lines.append(f"- {_entry(title, path)}")
        rooms = READING_ORDER.get(name, "").split()
        lines += [f"  - {_entry(module, f'{name}/{module}')}" for module in rooms]
    return "\n".join(lines)


def _entry(title: str, path: str) -> str:
    return f"[`{title}`](llm_lib/{path}.py): {first_line(LIBRARY / f'{path}.py')}"


def describe_tools() -> str:
    """Return what makes the site of the notebooks as a Markdown list, by name."""
    packages = [path.parent for path in TOOLS.glob("*/__init__.py")]
    modules = [path for path in TOOLS.glob("*.py") if path.stem != "__init__"]
    lines = []
    for path in sorted([*packages, *modules]):
        is_package = path.is_dir()
        file = path / "__init__.py" if is_package else path
        title = f"{path.name}/" if is_package else path.name
        lines.append(f"- [`{title}`]({file.relative_to(ROOT).as_posix()}): {first_line(file)}")
    return "\n".join(lines)

"""Writes the list of the library's modules into the README: ``python -m web.tree``.

A module is described by the first line of its docstring, so that there is one place to change.
"""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LIBRARY = ROOT / "llm_lib"
README = ROOT / "README.md"
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
BEGIN, END = "<!-- modules: python -m web.tree writes them -->", "<!-- end of modules -->"


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


def fill(text: str) -> str:
    """Return the README's text with the list of modules made anew between its two marks."""
    pattern = re.compile(f"{re.escape(BEGIN)}.*?{re.escape(END)}", re.DOTALL)
    filled, n = pattern.subn(lambda _: f"{BEGIN}\n{describe_modules()}\n{END}", text)
    if n != 1:
        raise ValueError(f"the README should have {BEGIN!r} and {END!r} once, and has {n}")
    return filled


if __name__ == "__main__":
    README.write_text(fill(README.read_text("utf-8")), "utf-8")

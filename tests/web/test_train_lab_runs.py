"""What the chapter on pretraining says of TrainLab's runs: the same ones, taken without the widget.

Each run is whole and from TrainLab's own seed, so its numbers are the same each time. The text says
less than they show: with the seeds 1 to 3, all that is held here was so, too, but for the first
loss, which chance makes higher or lower.
"""

from __future__ import annotations

import math

import pytest

from llm_lib.book.widgets import TrainLab
from tests.web.widget_page import plain_script

PARTS = ("engine/trainer.js", "engine/sampling.js", "widgets/train_lab/curve.js",
         "widgets/train_lab/faults.js", "widgets/train_lab/plan.js")  # fmt: skip
RUN = """async ([settings, narrow, steps, n]) => {
  const plan = await planTraining(settings, { narrow, loaded: null, sentences: () => [] });
  const { config, matter, training, fault } = plan;
  const change = TRAIN_FAULTS[fault]?.change(training);
  const { train: tokens, heldOut } = matter;
  const trainer = new Trainer({ config, training: { ...training, ...change }, tokens, heldOut });
  const curve = new TrainCurve();
  curve.evaluate(0, trainer.evaluate());
  while (trainer.step < steps) {
    curve.add(trainer.step + 1, [trainer.takeStep().loss]);
    if (trainer.step % training.eval_interval === 0) {
      curve.evaluate(trainer.step, trainer.evaluate());
    }
  }
  const random = seededRandom(steps), ids = [...matter.begin];
  for (let i = 0; i < n; i++) { // as TrainingSession lets it write
    const { logits } = trainer.gpt.forward(ids.slice(-config.context_length), { lastOnly: true });
    ids.push(sample(reshape(logits, { temperature: 0.8 }).p, random));
  }
  const lines = (all) => matter.tokenizer.decode(Array.from(all)).split("\\n").filter(Boolean);
  return {
    parameters: parametersOf(config), read: lines(tokens), held: lines(heldOut).length,
    train: curve.train, heldOut: curve.heldOut, best: curve.best,
    at: curve.milestones(matter.baselines), written: lines(ids).slice(0, -1),
  };
}"""


@pytest.fixture(scope="module", params=[False, True], ids=["wide", "phone"])
def take(request, run_script):
    """Take some steps as a wide page or a phone does: a function, which returns what came of it."""
    page = run_script(plain_script(*PARTS))

    def run(steps, n=0, **changes):
        lab = TrainLab(**changes)
        names = ("data", "text", "tokens", "size", "n_layer", "n_head", "n_embd", "context_length",
                 "learning_rate", "batch_size", "steps", "seed", "fault")  # fmt: skip
        settings = {name: getattr(lab, name) for name in names}
        return page.evaluate(RUN, [settings, request.param, steps, n])

    return run


def mixes(name):
    """Whether a name has both dark and bright vowels."""
    return bool({*name} & {*"aou"} and {*name} & {*"ei"})


def pieces(name):
    """All that stands within three letters of a name, its ends included."""
    line = f"^{name}$"
    return {line[i : i + 3] for i in range(len(line) - 2)}


def share_of_whole(run):
    """The share of the names it writes that are made of pieces of names it has read."""
    known = set().union(*map(pieces, run["read"]))
    return sum(pieces(name) <= known for name in run["written"]) / len(run["written"])


def test_trained_on_and_on_it_learns_its_list_by_heart(take, request):
    # fails if the held-out loss is not below the bigram within 200 steps, or does not turn before
    # step 1,000 and end above its best, while the training loss goes on falling; or if the text
    # says another size, another number of names, or another first loss, above ln 23
    run = take(TrainLab().steps)
    assert (len(run["read"]), run["held"], run["heldOut"][-1][0]) == (720, 80, 2000)
    assert round(run["parameters"], -3) == (11_000 if "phone" in request.node.name else 27_000)
    assert run["at"]["bigram"] <= 200
    assert 0.7 < run["heldOut"][0][1] - math.log(23) < 0.82
    best, lowest = run["best"]
    assert run["at"]["rise"] == best < 1000
    assert run["heldOut"][-1][1] > lowest + 0.05
    assert run["train"][-1][1] < min(loss for step, loss in run["train"] if step <= best) - 0.1


def test_after_200_steps_most_names_keep_to_their_vowels(take):
    # fails if names still mix dark and bright vowels, as one in three or four does at step 100
    written = take(200, n=1000)["written"]
    assert sum(map(mixes, written)) < len(written) / 6


def test_more_names_put_the_turn_off(take):
    # fails if the held-out loss has turned by step 1,000 with 8,000 names as well
    run = take(1000, data="many names")
    assert len(run["read"]) == 7200
    losses = dict(run["heldOut"])
    assert run["at"].get("rise") is None
    assert losses[1000] < min(losses[500] - 0.01, run["best"][1] + 0.02)


def test_without_a_mask_it_finds_the_answer_and_writes_rubbish(take):
    # fails if the answer is not looked up within 200 steps, or if a third of the names come out
    # whole (with the mask, about half of them do by then)
    broken = take(200, n=300, fault="mask")
    assert max(broken["heldOut"][-1][1], broken["train"][-1][1]) < 0.2
    assert share_of_whole(broken) < 1 / 3


def test_the_run_that_waits_on_the_first_page_was_a_run(take, run_script):
    # fails if a loss in the chart of the small one is another than its training gives
    drawn = dict(run_script(plain_script("widgets/train_lab/ours.js")).evaluate("() => OURS"))
    losses = dict(take(max(drawn), size="27k")["heldOut"])
    assert drawn == pytest.approx({step: losses[step] for step in drawn}, abs=0.011)

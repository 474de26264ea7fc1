"""RunPlanner: what does a large training run need, and what holds it up?"""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import traitlets as t

from llm_lib.arguments import check_choice, check_number, check_whole
from llm_lib.book.widgets.base import BookWidget, join_scripts, join_styles
from llm_lib.costs.run_plan import CHECKPOINTING, GPUS, PARALLEL, PRECISIONS, TrainingRun

WHOLE = {  # the lowest and highest value of each setting that is a whole number
    "gpus": (1, 131_072),
    "context_length": (128, 131_072),
    "micro_batch": (1, 256),
    "tensor_parallel": (1, 64),
    "pipeline_parallel": (1, 128),
    "pipeline_chunks": (1, 16),
}
NUMBERS = {
    "parameters": (1e6, 1e13),
    "tokens": (1e6, 1e14),
    "batch_tokens": (128, 2**27),
    "peak_flops": (1e10, 1e17),
    "memory": (1e9, 1e12),
    "bandwidth": (1e9, 1e14),
    "network": (1e7, 1e12),
    "link": (1e7, 1e13),
    "efficiency": (0.01, 1.0),
}
CHOICES = {
    "parallel": PARALLEL,
    "precision": tuple(PRECISIONS),
    "checkpointing": CHECKPOINTING,
}
V100 = GPUS["V100"]


class RunPlanner(BookWidget):
    """Plan a run: the memory of one GPU, the time of a step, the days, and what binds.

    The settings are the fields of `llm_lib.costs.run_plan.TrainingRun`, and the page reckons as
    that module does. It opens with the 7.5 billion parameters on 64 GPUs of the ZeRO paper, which
    don't fit. Every control is a trait: set it from Python and the page follows, or observe it.

    memory_parts, time: bytes of one GPU and seconds of a step, by part (set by the page).
    bytes_sent, days, mfu: what each GPU sends per step, how long the run takes, and the model FLOPs
        utilisation (set by the page).
    binds: "memory", "compute", "pipeline", "link", "network" or "bandwidth", or "" (set by the
        page).
    error: why there can be no such run, or "" (set by the page).
    finding: the current finding, in words (set by the page).

    Raises TypeError or ValueError, naming the setting and what is allowed.
    """

    _esm = join_scripts("run_planner.js")
    _css = join_styles("run_planner.css")

    parameters = t.Float(7.5e9).tag(sync=True, setting=True)
    tokens = t.Float(150e9).tag(sync=True, setting=True)
    gpus = t.Int(64).tag(sync=True, setting=True)
    batch_tokens = t.Float(2.0**20).tag(sync=True, setting=True)
    context_length = t.Int(1024).tag(sync=True, setting=True)
    micro_batch = t.Int(1).tag(sync=True, setting=True)
    parallel = t.Unicode("ddp").tag(sync=True, setting=True)
    precision = t.Unicode("mixed").tag(sync=True, setting=True)
    checkpointing = t.Unicode("full").tag(sync=True, setting=True)
    tensor_parallel = t.Int(1).tag(sync=True, setting=True)
    pipeline_parallel = t.Int(1).tag(sync=True, setting=True)
    pipeline_chunks = t.Int(1).tag(sync=True, setting=True)
    peak_flops = t.Float(V100["peak_flops"]).tag(sync=True, setting=True)
    memory = t.Float(V100["memory"]).tag(sync=True, setting=True)
    bandwidth = t.Float(V100["bandwidth"]).tag(sync=True, setting=True)
    network = t.Float(6.25e9).tag(sync=True, setting=True)
    link = t.Float(V100["link"]).tag(sync=True, setting=True)
    efficiency = t.Float(0.4).tag(sync=True, setting=True)
    overlap = t.Bool(True).tag(sync=True, setting=True)

    known_gpus = t.Dict(GPUS).tag(sync=True)
    memory_parts = t.Dict().tag(sync=True)
    time = t.Dict().tag(sync=True)
    bytes_sent = t.Float(0.0).tag(sync=True)
    days = t.Float(0.0).tag(sync=True)
    mfu = t.Float(0.0).tag(sync=True)
    binds = t.Unicode().tag(sync=True)
    error = t.Unicode().tag(sync=True)

    def __setattr__(self, name: str, value: Any) -> None:
        # Checked before the traits' own checks, whose errors do not say what is allowed.
        if name in WHOLE:
            value = check_whole(name, value, *WHOLE[name])
        elif name in NUMBERS:
            low, high = NUMBERS[name]
            value = check_number(name, value, least=low, most=high)
        elif name in CHOICES:
            check_choice(name, value, CHOICES[name])
        elif name == "overlap" and not isinstance(value, bool):
            raise TypeError(f"overlap should be True or False; got {value!r}")
        super().__setattr__(name, value)

    @property
    def run(self) -> TrainingRun:
        """The run that is shown, for `plan_run(lab.run)`; ValueError if there can be none."""
        return TrainingRun(**{f.name: getattr(self, f.name) for f in fields(TrainingRun)})

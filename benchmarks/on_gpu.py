"""Training steps on a GPU, against what its data sheet promises: the ratio is the MFU."""

from __future__ import annotations

import time

import torch

from benchmarks.table import Benchmark, Race, SkippedError
from llm_lib.costs.flops import flops_per_token
from llm_lib.costs.gpus import peak_of
from llm_lib.costs.model_size import known_configs
from llm_lib.model.gpt import GPT, GPTConfig
from llm_lib.training import TrainingConfig, compute_loss, make_optimizer

STEPS = 10  # a round
WARM_UP = 3
BATCH = 16  # windows of 1,024 tokens: 20 GB or so


class GPUTraining:
    """A GPT that takes training steps in bfloat16 on one batch of random tokens."""

    def __init__(self, config: GPTConfig, batch_size: int, device: str, compiled: bool) -> None:
        torch.manual_seed(0)
        self.device = torch.device(device)
        self.model = GPT(config).to(self.device).train()
        self.learner = torch.compile(self.model) if compiled else self.model
        self.optimizer = make_optimizer(self.model, TrainingConfig(learning_rate=3e-4))
        ids = torch.randint(config.vocab_size, (batch_size, config.context_length + 1))
        self.x, self.y = (part.contiguous().to(self.device) for part in (ids[:, :-1], ids[:, 1:]))
        self.losses: list[float] = []

    @property
    def flops(self) -> float:
        """Operations of one step, attention's included."""
        c = self.model.config
        n = self.model.count_parameters() - c.context_length * c.n_embd  # positions are looked up
        return self.x.numel() * flops_per_token(n, c.n_layer, c.n_embd, c.context_length)

    def take_steps(self, n: int = STEPS) -> float:
        """Take steps, and return the seconds until the GPU has done them."""
        self._wait()
        begin = time.perf_counter()
        for _ in range(n):
            loss = compute_loss(self.learner, self.x, self.y, "bfloat16")
            loss.backward()
            torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
            self.optimizer.step()
            self.optimizer.zero_grad(set_to_none=True)
        self.losses.append(float(loss.detach()))  # waits, too
        self._wait()
        return time.perf_counter() - begin

    def _wait(self) -> None:
        if self.device.type == "cuda":
            torch.cuda.synchronize(self.device)


def find_gpu() -> tuple[str, float]:
    """Return the name and peak of the GPU here; SkippedError if there is none, or no known one."""
    if not torch.cuda.is_available():
        raise SkippedError("no GPU here")
    name = torch.cuda.get_device_name()
    peak = peak_of(name)
    if peak is None:
        raise SkippedError(f"the peak of {name} is not among those that llm_lib.costs.gpus knows")
    return name, peak


def prepare() -> Race:
    """Train GPT-2's smallest size; the peer is the time that its operations take at the peak."""
    _, peak = find_gpu()
    training = GPUTraining(known_configs()["GPT-2"], BATCH, "cuda", compiled=True)
    try:
        training.take_steps(WARM_UP)  # compiles, too
    except torch.OutOfMemoryError as error:
        raise SkippedError(f"the GPU's memory is too small: {error!s:.60}") from error
    return Race(ours=training.take_steps, peer=lambda: STEPS * training.flops / peak)


BENCHMARKS = [
    Benchmark(
        "training-gpu-124M",
        f"GPU training step, bfloat16, compiled, 124 M parameters, batch {BATCH} of 1024",
        "the same operations at the GPU's peak",
        prepare,
        reported=True,
        units=STEPS * BATCH * 1024,
        note="the ratio is the MFU, model FLOPs utilisation: 6 operations per parameter and token, "
        "and attention's, over the peak in the data sheet.",
    )
]

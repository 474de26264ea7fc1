"""Plans a large training run: memory per GPU, bytes sent, time per step, and what binds.

Memory and traffic are those of ZeRO (Rajbhandari et al. 2020), activations those of Korthikanti et
al. (2022), time that of 6 operations per parameter and token (Kaplan et al. 2020), the cost of
cutting matrices and blocks that of Narayanan et al. (2021).
"""

import math
from dataclasses import dataclass

from llm_lib.arguments import check_choice, check_number, check_whole
from llm_lib.costs.flops import flops_per_token, measure_mfu
from llm_lib.costs.gpus import GPUS, peak_of  # noqa: F401  (where plans are made, these are asked for)

_COUNTS = (
    "gpus context_length micro_batch tensor_parallel pipeline_parallel pipeline_chunks".split()
)
_AMOUNTS = "parameters tokens batch_tokens peak_flops memory bandwidth network link".split()
PARALLEL = ("none", "ddp", "zero1", "zero2", "zero3")
CHECKPOINTING = ("none", "selective", "full")
# Bytes per parameter of what a step holds, and per number of an activation.
PRECISIONS = {
    "float32": {"weights": 4, "gradients": 4, "master copy": 0, "moments": 8, "activations": 4},
    "mixed": {"weights": 2, "gradients": 2, "master copy": 4, "moments": 8, "activations": 2},
}
BINDS = {  # what binds if a part of a step takes longest
    "compute": "compute",
    "bubble": "pipeline",
    "sums": "link",
    "network": "network",
    "update": "bandwidth",
}
CUT = {  # what each way of sharing cuts over the GPUs
    "none": (),
    "ddp": (),
    "zero1": ("master copy", "moments"),
    "zero2": ("master copy", "moments", "gradients"),
    "zero3": ("master copy", "moments", "gradients", "weights"),
}


@dataclass(frozen=True)
class TrainingRun:
    """A training run to plan: a model, its text, and the GPUs.

    parallel: "none", or how GPUs share the work: "ddp" (each has all), "zero1" (moments are cut),
        "zero2" (gradients, too), "zero3" (weights, too; what FSDP does).
    precision: "mixed" computes with 16-bit weights and gradients and keeps a 32-bit copy.
    checkpointing: which activations are worked out twice instead of kept: "none", "selective"
        (attention maps, which a fused kernel never writes down either), "full" (all in a block).
    micro_batch: sequences that a GPU works on at once; a larger share of the batch accumulates.
    tensor_parallel, pipeline_parallel: over how many GPUs each matrix, and the row of blocks, of
        one copy of the model is cut.
    pipeline_chunks: how many runs of blocks each part of a pipeline holds; more make a shorter
        bubble. What the parts hand on is not counted: it is little, and sent during other work.
    peak_flops, memory, bandwidth: of one GPU; see `GPUS`. network: bytes per second it can send to
        another machine; link: to the GPUs that hold the other pieces of its matrices.
    efficiency: the share of the peak that a GPU reaches while it computes.
    overlap: whether GPUs send while they compute.

    Raises ValueError, naming the field, for an impossible value.
    """

    parameters: float
    tokens: float
    gpus: int = 1
    batch_tokens: float = 2**19
    context_length: int = 2048
    micro_batch: int = 1
    parallel: str = "ddp"
    precision: str = "mixed"
    checkpointing: str = "none"
    tensor_parallel: int = 1
    pipeline_parallel: int = 1
    pipeline_chunks: int = 1
    peak_flops: float = 312e12
    memory: float = 80e9
    bandwidth: float = 2.0e12
    network: float = 25e9
    link: float = 300e9
    efficiency: float = 0.5
    overlap: bool = True

    def __post_init__(self) -> None:
        for name in _COUNTS:
            check_whole(name, getattr(self, name))
        for name in _AMOUNTS:
            check_number(name, getattr(self, name), above=0)
        check_number("efficiency", self.efficiency, above=0, most=1)
        check_choice("parallel", self.parallel, PARALLEL)
        check_choice("precision", self.precision, tuple(PRECISIONS))
        check_choice("checkpointing", self.checkpointing, CHECKPOINTING)
        if self.gpus % self.gpus_per_copy:
            raise ValueError(
                f"{self.gpus} GPUs can't be cut into groups of {self.gpus_per_copy}, which is "
                "tensor_parallel times pipeline_parallel: take a multiple"
            )
        if self.parallel == "none" and self.copies > 1:
            raise ValueError(
                f'with parallel "none" there is one copy of the model, and {self.gpus} GPUs make '
                f'{self.copies}: take "ddp" or a "zero", or fewer gpus'
            )
        blocks = math.ceil(estimate_shape(self.parameters)[0])
        if (parts := self.pipeline_parallel * self.pipeline_chunks) > blocks:
            raise ValueError(
                f"a model of this size has about {blocks} blocks, too few for {parts} parts: take "
                "a smaller pipeline_parallel or pipeline_chunks"
            )
        if self.sequences < 1:
            most = math.floor(self.batch_tokens / self.context_length)
            raise ValueError(
                f"a batch of {self.batch_tokens:,.0f} tokens is {most:,} sequences of "
                f"{self.context_length:,}, too few for {self.copies:,} copies of the model: take a "
                "larger batch_tokens, or fewer gpus"
            )

    @property
    def gpus_per_copy(self) -> int:
        """How many GPUs share one copy of the model."""
        return self.tensor_parallel * self.pipeline_parallel

    @property
    def copies(self) -> int:
        """How many copies of the model are trained side by side."""
        return self.gpus // self.gpus_per_copy

    @property
    def sequences(self) -> float:
        """How many sequences of each batch fall to one copy."""
        return self.batch_tokens / self.context_length / self.copies

    @property
    def micro_steps(self) -> int:
        """How many forward and backward passes make a step."""
        return math.ceil(self.sequences / self.micro_batch)


def memory_per_rank(run: TrainingRun) -> dict[str, float]:
    """Return the bytes that one GPU holds, by part; all but "activations" are exact.

    Activations are the 34 + 5 · heads · T / C bytes per position and channel of a block that
    Korthikanti et al. (2022) count in 16 bits, 34 without the attention maps, 2 if only the input
    of each block is kept. Tensor parallelism cuts all of them, as with sequence parallelism; a
    pipeline doesn't, since it works on as many micro-batches as it has parts. Left out are the few
    more that chunks need, the logits, the one block that is worked out anew, and the buffers of
    network and kernels.

    >>> run = TrainingRun(7.5e9, 1e12, gpus=64, parallel="zero1")
    >>> parts = memory_per_rank(run)
    >>> [round(parts[name] / 1e9, 1) for name in ("weights", "gradients", "master copy", "moments")]
    [15.0, 15.0, 0.5, 0.9]
    """
    sizes = PRECISIONS[run.precision]
    own = run.parameters / run.gpus_per_copy
    parts = {
        name: sizes[name] * own / (run.copies if name in CUT[run.parallel] else 1)
        for name in ("weights", "gradients", "master copy", "moments")
    }
    n_layer, n_embd, n_head = estimate_shape(run.parameters)
    T = run.context_length
    kept = {"none": 34 + 5 * n_head * T / n_embd, "selective": 34, "full": 2}[run.checkpointing]
    at_once = min(run.micro_batch, run.sequences)
    numbers = T * at_once * n_embd * n_layer * kept / 2 / run.tensor_parallel
    return parts | {"activations": numbers * sizes["activations"]}


def bytes_sent(run: TrainingRun) -> float:
    """Return the bytes that each GPU sends in a step, in rings over the copies of the model.

    An all-reduce of M bytes sends 2 · (N - 1) / N · M, its two halves (reduce-scatter, all-gather)
    half of that each. With "zero3" the weights are gathered twice in each pass, and from "zero2"
    on, the gradients go round after each.

    >>> for parallel in ("none", "ddp", "zero1", "zero2", "zero3"):
    ...     run = TrainingRun(1e9, 1e9, gpus=1 if parallel == "none" else 4, parallel=parallel,
    ...         batch_tokens=8192)
    ...     print(parallel, bytes_sent(run) / 1e9)
    none 0.0
    ddp 3.0
    zero1 3.0
    zero2 3.0
    zero3 4.5
    """
    sizes, own = PRECISIONS[run.precision], run.parameters / run.gpus_per_copy
    scatters = run.micro_steps if run.parallel in ("zero2", "zero3") else 1
    gathers = 2 * run.micro_steps if run.parallel == "zero3" else 1
    # an all-reduce gathers gradients, the others gather the weights that were moved
    gathered = sizes["gradients" if run.parallel == "ddp" else "weights"]
    share = (run.copies - 1) / run.copies
    return share * own * (scatters * sizes["gradients"] + gathers * gathered)


def bytes_summed(run: TrainingRun) -> float:
    """Return the bytes that each GPU sends in a step where matrices are cut: sums inside blocks.

    Attention and feed-forward layer each end in an all-reduce of the stream, and so do both on the
    way back; blocks that are worked out anew sum once more (Narayanan et al. 2021, section 3.2).
    """
    n_layer, n_embd, _ = estimate_shape(run.parameters)
    sums = 6 if run.checkpointing == "full" else 4  # of a block
    stream = run.sequences * run.context_length * n_embd * PRECISIONS[run.precision]["activations"]
    share = (run.tensor_parallel - 1) / run.tensor_parallel
    return sums * 2 * share * stream * n_layer / run.pipeline_parallel


def step_time(run: TrainingRun) -> dict[str, float]:
    """Return the seconds of one step: "compute", "bubble", "sums", "network", "update", and "step".

    "bubble" is the wait of a pipeline of p parts for its first and its last micro-batch: p - 1 of
    them beside the m that it works on, and fewer with chunks (Narayanan et al. 2021, section 2.2).
    "sums" are those of `bytes_summed`, for which a block has to wait. "update" is the time to fetch
    and store what the optimiser moves. "step" is all of it; but where GPUs send while they compute,
    the network hides behind the first three, or they behind it.
    """
    compute = run.batch_tokens * flops_per_token(run.parameters) * repeated_work(run)
    compute /= run.gpus * run.peak_flops * run.efficiency
    waits = (run.pipeline_parallel - 1) / (run.pipeline_chunks * run.micro_steps)
    time = {"compute": compute, "bubble": compute * waits, "sums": bytes_summed(run) / run.link}
    working, network = sum(time.values()), bytes_sent(run) / run.network
    sizes, own = PRECISIONS[run.precision], run.parameters / run.gpus_per_copy
    moved = sizes["gradients"] + 2 * (sizes["moments"] + (sizes["master copy"] or sizes["weights"]))
    if sizes["master copy"]:
        moved += sizes["weights"]  # the 16-bit copy is written anew
    update = moved * own / (run.copies if run.parallel.startswith("zero") else 1) / run.bandwidth
    both = max(working, network) if run.overlap else working + network
    return time | {"network": network, "update": update, "step": both + update}


def repeated_work(run: TrainingRun) -> float:
    """Return by which factor checkpointing raises the operations.

    "full" makes a third forward-sized pass of three, 4/3; "selective" makes the attention maps
    again, 1 + T / 3C in place of 1 + T / 6C (Korthikanti et al. 2022, appendix A).
    """
    _, n_embd, _ = estimate_shape(run.parameters)
    share = run.context_length / (6 * n_embd)
    return {"none": 1, "selective": (1 + 2 * share) / (1 + share), "full": 4 / 3}[run.checkpointing]


def plan_run(run: TrainingRun) -> dict:
    """Return all figures of a run: memory, traffic, time, and what binds.

    "flops" are 6 · parameters · tokens. "mfu", the model FLOPs utilisation, is what share of the
    GPUs' peak they come to; work that is repeated or waited for does not count. "binds" names what
    to change first: "memory" if the run does not fit, else what takes longest: "compute", the
    "pipeline" (its bubble), the "link" (the sums inside blocks), the "network", or the "bandwidth"
    of the GPU's memory.
    """
    memory, time = memory_per_rank(run), step_time(run)
    total = sum(memory.values())
    steps = math.ceil(run.tokens / run.batch_tokens)
    seconds = steps * time["step"]
    longest = max(BINDS, key=time.get)
    binds = BINDS[longest] if total <= run.memory else "memory"
    rate = run.batch_tokens / time["step"]
    return {
        "memory": memory,
        "memory_total": total,
        "fits": total <= run.memory,
        "bytes_sent": bytes_sent(run),
        "time": time,
        "steps": steps,
        "days": seconds / 86_400,
        "gpu_hours": run.gpus * seconds / 3600,
        "flops": flops_per_token(run.parameters) * run.tokens,
        "mfu": measure_mfu(rate, run.parameters, run.peak_flops, run.gpus),
        "binds": binds,
    }


def estimate_shape(parameters: float) -> tuple[float, float, float]:
    """Return (n_layer, n_embd, n_head) of a usual GPT: 128 channels per layer and per head.

    Such a model has 12 · n_layer · n_embd² parameters in its blocks; GPT-3 is very nearly one.

    >>> [round(number) for number in estimate_shape(174e9)]
    [96, 12289, 96]
    """
    n_layer = (parameters / (12 * 128**2)) ** (1 / 3)
    return n_layer, 128 * n_layer, n_layer

"""What a model costs: parameters, memory, operations, and the plan of a large training run."""

from llm_lib.costs.flops import flops_per_token, measure_mfu
from llm_lib.costs.gpus import GPUS
from llm_lib.costs.model_size import (
    count_active_parameters,
    count_flops,
    count_parameters_by_part,
    known_configs,
)
from llm_lib.costs.modern_configs import modern_configs
from llm_lib.costs.run_plan import TrainingRun, memory_per_rank

__all__ = [
    "GPUS",
    "TrainingRun",
    "count_active_parameters",
    "count_flops",
    "count_parameters_by_part",
    "flops_per_token",
    "known_configs",
    "measure_mfu",
    "memory_per_rank",
    "modern_configs",
]

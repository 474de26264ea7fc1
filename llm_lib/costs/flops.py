"""Counts the operations of a training step, and the share of a peak that they come to."""


def flops_per_token(
    parameters: float, n_layer: int = 0, n_embd: int = 0, context_length: int = 0
) -> float:
    """Return the operations of a training step per token: 6 per parameter, and attention's.

    With a shape, attention's 12 · n_layer · n_embd · context_length are counted as well, as
    Chowdhery et al. (2022, appendix B) do.
    """
    return 6 * parameters + 12 * n_layer * n_embd * context_length


def measure_mfu(
    tokens_per_second: float, parameters: float, peak_flops: float, gpus: int = 1, **shape: int
) -> float:
    """Return the model FLOPs utilisation: what share of the peak the model's operations come to.

    `shape` may hold n_layer, n_embd and context_length, for `flops_per_token`.

    >>> round(measure_mfu(1e6, 1e8, 1e15), 3)
    0.6
    """
    return tokens_per_second * flops_per_token(parameters, **shape) / (gpus * peak_flops)

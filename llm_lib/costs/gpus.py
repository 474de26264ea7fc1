"""What GPUs can do, by NVIDIA's data sheets: operations, memory, and how fast numbers get there."""

import re

# Operations per second on 16-bit numbers without sparsity, bytes of memory, bytes per second from
# it, and to the other GPUs of a machine: NVIDIA's data sheets of V100 SXM2, A100 SXM and H100 SXM.
GPUS = {
    "V100": {"peak_flops": 125e12, "memory": 32e9, "bandwidth": 0.9e12, "link": 150e9},
    "A100": {"peak_flops": 312e12, "memory": 80e9, "bandwidth": 2.0e12, "link": 300e9},
    "H100": {"peak_flops": 989e12, "memory": 80e9, "bandwidth": 3.35e12, "link": 450e9},
}
# Such peaks, from data sheets too, by words of the names that torch.cuda.get_device_name returns.
_PEAKS = {
    "H200": 989e12, "H100 80GB HBM3": 989e12, "H100 PCIe": 756e12, "A100": 312e12, "L40S": 362e12,
    "L4": 121e12, "GeForce RTX 4090": 165e12, "GeForce RTX 3090": 71e12,
}  # fmt: skip


def peak_of(device_name: str) -> float | None:
    """Return the 16-bit operations per second of a GPU by its name, or None if it isn't known.

    The figures are those of NVIDIA's data sheets, without sparsity.

    >>> peak_of("NVIDIA A100-SXM4-80GB")
    312000000000000.0
    """
    if "Laptop" in device_name or "MIG" in device_name:  # a slower card, or a part of one
        return None
    found = (peak for words, peak in _PEAKS.items() if re.search(rf"\b{words}\b", device_name))
    return next(found, None)

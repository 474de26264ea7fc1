"""GPUs by name."""

from llm_lib.costs.gpus import GPUS, peak_of


def test_peaks_are_found_by_a_devices_name():
    # fails if a slower card of the same family takes the faster one's peak, or one is made up
    assert peak_of("NVIDIA H100 80GB HBM3") == GPUS["H100"]["peak_flops"]
    assert peak_of("NVIDIA H100 PCIe") < peak_of("NVIDIA H100 80GB HBM3")
    assert peak_of("NVIDIA L4") < peak_of("NVIDIA L40S")
    for unknown in ("A card of next year", "NVIDIA L40", "NVIDIA GeForce RTX 4090 Laptop GPU"):
        assert peak_of(unknown) is None

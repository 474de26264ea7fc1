"""How fast the library is, told as ratios against well-known peers: ``python -m benchmarks``.

Seconds depend on the machine and on what else it is doing. So the library and its peer take turns
in one process, on one thread, and what counts is the ratio of their processor times.
"""

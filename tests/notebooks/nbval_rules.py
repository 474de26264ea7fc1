"""What nbval compares: printed text and plain-text results, the same on every machine.

Loaded by `tests.run` with ``-p``, since chapters lie outside of this folder.
"""

NEVER_COMPARED = (
    "application/javascript",
    "application/vnd.plotly.v1+json",
    "image/svg+xml",
    "stderr",
    "text/html",
    "text/latex",
    "text/markdown",
)


def pytest_collectstart(collector) -> None:
    """Add our exceptions to nbval's own."""
    if hasattr(collector, "skip_compare"):
        collector.skip_compare += NEVER_COMPARED

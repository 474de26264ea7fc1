"""A line for each chapter that ran: how long installing, the first result and all cells took."""

from __future__ import annotations


def pytest_terminal_summary(terminalreporter) -> None:
    """Print what the tests measured."""
    reports = [r for kind in ("passed", "failed") for r in terminalreporter.stats.get(kind, [])]
    for report in sorted(reports, key=lambda report: report.nodeid):
        if seconds := dict(report.user_properties):
            name = report.nodeid.rpartition("[")[2].rstrip("]")
            times = ", ".join(f"{what} {value:.1f} s" for what, value in seconds.items())
            terminalreporter.write_line(f"{name}: {times}")

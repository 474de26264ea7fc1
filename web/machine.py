"""The name of this machine, for numbers that are only true of one: times and speeds."""

from __future__ import annotations

import os
import platform
import re
from pathlib import Path


def name_machine() -> str:
    """Return the processor and how many cores of it a program has: "AMD EPYC 9R14, 2 cores"."""
    info, name = Path("/proc/cpuinfo"), platform.processor() or platform.machine()
    if info.exists():
        found = re.search(r"^model name\s*:\s*(.+)$", info.read_text("utf-8"), re.MULTILINE)
        name = found[1] if found else name
    name = re.sub(r"\((R|TM|tm)\)| CPU| Processor|@.*$| \d+-Core", "", name)
    n = os.cpu_count() or 1
    return f"{' '.join(name.split())}, {n} core{'s' if n > 1 else ''}"

"""Says in words how a command ended, for those that end without a word."""

from __future__ import annotations

import signal


def in_words(code: int) -> str:
    """Return how a command ended, from what `subprocess` says: an exit code, or minus a signal.

    >>> in_words(2)
    'it ended with exit code 2'
    >>> in_words(-15)
    'it was ended from outside, by SIGTERM'
    """
    if code >= 0:
        return f"it ended with exit code {code}"
    known = {int(one): one.name for one in signal.Signals}
    name = known.get(-code, f"signal {-code}")
    hint = ": did the machine run out of memory?" if name == "SIGKILL" else ""
    return f"it was ended from outside, by {name}{hint}"

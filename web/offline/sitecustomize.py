"""Cuts the network in notebook kernels while the book is built or tested; may record what is read.

Python imports this file at start-up when its folder is on PYTHONPATH. Connections inside the
machine still work: that is how Jupyter talks to its kernels.
"""

import os
import socket

LOCAL = ("127.", "::1", "localhost", "0.0.0.0")
os.environ.setdefault("HF_HUB_OFFLINE", "1")
_connect = socket.socket.connect


def _connect_locally(self, address):
    is_far = isinstance(address, tuple) and not str(address[0]).startswith(LOCAL)
    if is_far and self.family in (socket.AF_INET, socket.AF_INET6):
        raise OSError(f"notebooks run offline while the book is built: no connection to {address}")
    return _connect(self, address)


socket.socket.connect = _connect_locally

if os.environ.get("LLM_BOOK_RECORD"):
    import recording  # beside this file

    recording.start()

"""Serves the built site on this machine only: ``python -m web.serve``."""

from __future__ import annotations

import argparse
import errno
import gzip
import sys
from functools import lru_cache, partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from web.fingerprint import BUILD

FIRST_PORT, PORTS = 8000, 100
COMPRESSIBLE = ("text/", "application/javascript", "application/json", "image/svg")


@lru_cache(maxsize=256)
def compressed(path: Path, modified: float) -> bytes:
    """Return the file's content, gzipped; `modified` makes a changed file a new entry."""
    return gzip.compress(path.read_bytes(), 6)


class Handler(SimpleHTTPRequestHandler):
    """Serves files, gzipped where that helps, and stays silent."""

    protocol_version = "HTTP/1.1"
    extensions_map = SimpleHTTPRequestHandler.extensions_map | {
        ".js": "text/javascript",
        ".woff": "font/woff",
        ".woff2": "font/woff2",
    }

    def do_GET(self) -> None:
        """Answer with the gzipped file where the browser takes it; else as usual."""
        if "%00" in self.path or "\0" in self.path:  # no file is called so, and open() would raise
            self.send_error(400)
            return
        path = Path(self.translate_path(self.path))
        if path.is_dir() and self.path.split("?")[0].endswith("/"):
            path /= "index.html"
        kind = self.guess_type(str(path))
        accepts = "gzip" in self.headers.get("Accept-Encoding", "")
        if not (accepts and path.is_file() and kind.startswith(COMPRESSIBLE)):
            super().do_GET()
            return
        body = compressed(path, path.stat().st_mtime)
        self.send_response(200)
        self.send_header("Content-Type", kind + ("; charset=utf-8" if "text" in kind else ""))
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-cache")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: the terminal keeps showing the address."""

    def handle(self) -> None:
        """Serve one connection; a browser that goes away is not an error."""
        try:
            super().handle()
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True


class Server(ThreadingHTTPServer):
    """A server that lets a page's many requests wait in line instead of turning them away."""

    request_queue_size = 128


def open_server(folder: Path, port: int = FIRST_PORT, ports: int = PORTS) -> Server:
    """Return a server for `folder` on the first free one of `ports` ports, from `port` on.

    Raises FileNotFoundError where the book was not built, OSError where no port is free.
    """
    if not (folder / "index.html").is_file():
        raise FileNotFoundError(f"there is no book in {folder}: run  make book  first")
    for number in range(port, min(port + ports, 65536)):
        try:
            return Server(("127.0.0.1", number), partial(Handler, directory=str(folder)))
        except OSError as error:
            if error.errno not in (errno.EADDRINUSE, errno.EACCES):
                raise
    if ports == 1:
        raise OSError(f"port {port} is taken; choose another:  make serve PORT={port + 1}")
    raise OSError(f"no port from {port} to {port + ports - 1} is free")


def port_number(text: str) -> int:
    """Return a port from what was typed; ArgumentTypeError says what is allowed.

    >>> port_number("8080")
    8080
    """
    if not text.isdecimal() or not 1 <= int(text) <= 65535:
        raise argparse.ArgumentTypeError(f"a port is a number from 1 to 65535, not {text!r}")
    return int(text)


def main(arguments: list[str] | None = None) -> int:
    """Serve until Ctrl-C."""
    parser = argparse.ArgumentParser(description="Serve the built book on this machine.")
    parser.add_argument(
        "--port", type=port_number, help=f"the port (default: {FIRST_PORT} or above)"
    )
    port = parser.parse_args(arguments).port
    try:
        server = open_server(BUILD / "html", port or FIRST_PORT, 1 if port else PORTS)
    except OSError as error:
        print(f"Cannot serve the book: {error}", file=sys.stderr)
        return 1
    if not port and server.server_port != FIRST_PORT:
        print(f"Port {FIRST_PORT} is taken; to choose one:  make serve PORT=9000")
    print(f"The book is at http://127.0.0.1:{server.server_port}/  (Ctrl-C ends it)", flush=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        print("\nStopped.")
    finally:
        server.server_close()
    return 0


if __name__ == "__main__":
    sys.exit(main())

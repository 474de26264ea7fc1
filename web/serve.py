"""Serves the built site on this machine only: ``python -m web.serve``."""

from __future__ import annotations

import argparse
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


def open_server(folder: Path, first_port: int = FIRST_PORT) -> ThreadingHTTPServer:
    """Return a server for `folder` on the first free port from `first_port` on.

    Raises FileNotFoundError where the book was not built, OSError where no port is free.
    """
    if not (folder / "index.html").is_file():
        raise FileNotFoundError(f"there is no book in {folder}: run `make book` first")
    for port in range(first_port, first_port + PORTS):
        try:
            return ThreadingHTTPServer(("127.0.0.1", port), partial(Handler, directory=str(folder)))
        except OSError:
            continue
    raise OSError(f"no free port between {first_port} and {first_port + PORTS - 1}")


def main(arguments: list[str] | None = None) -> int:
    """Serve until Ctrl-C."""
    parser = argparse.ArgumentParser(description="Serve the built book on this machine.")
    parser.add_argument("--port", type=int, default=FIRST_PORT, help="first port to try")
    port = parser.parse_args(arguments).port
    try:
        server = open_server(BUILD / "html", port)
    except (FileNotFoundError, OSError) as error:
        print(f"Cannot serve the book: {error}", file=sys.stderr)
        return 1
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

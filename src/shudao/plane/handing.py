"""
Hands the grant snapshot to gateways on other hosts: `python -m shudao.plane.handing --snapshots DIR --address …`

GET /grants.json and /alive.json, whole files with an ETag; 304 where the asker has it already. Both files are signed,
so whoever changes them on the way is found out. They name systems and rights, no people: serve them on the network of
the control plane and its gateways only, behind TLS where that network is shared.
"""

from __future__ import annotations

import argparse
import hashlib
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from shudao.plane.snapshot import ALIVE, FILE

_FILES = {f"/{name}": name for name in (FILE, ALIVE)}
_SECONDS = 10  # for a gateway that stops in the middle of its question


class Server(ThreadingHTTPServer):
    """Serves the two files of one folder."""

    daemon_threads = True

    def __init__(self, folder: Path, host: str, port: int) -> None:
        self.folder = Path(folder)
        super().__init__((host, port), _Handler)


class _Handler(BaseHTTPRequestHandler):
    server: Server
    timeout = _SECONDS
    protocol_version = "HTTP/1.1"
    server_version, sys_version = "shudao", ""

    def do_GET(self) -> None:
        """Answer with the file, or that it is as it was."""
        name = _FILES.get(self.path)
        try:
            content = (self.server.folder / name).read_bytes() if name else None
        except FileNotFoundError:
            content = None
        if content is None:
            self._answer(HTTPStatus.NOT_FOUND, b"", "")
            return
        tag = f'"{hashlib.sha256(content).hexdigest()}"'
        if self.headers.get("If-None-Match") == tag:
            self._answer(HTTPStatus.NOT_MODIFIED, b"", tag)
        else:
            self._answer(HTTPStatus.OK, content, tag)

    def _answer(self, status: HTTPStatus, content: bytes, tag: str) -> None:
        self.send_response(status)
        if status != HTTPStatus.NOT_MODIFIED:
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
        if tag:
            self.send_header("ETag", tag)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: every gateway asks every second."""


def main() -> None:
    """Serve until a signal."""
    parser = argparse.ArgumentParser(prog="shudao.plane.handing")
    parser.add_argument("--snapshots", type=Path, required=True, help="Where the control plane publishes")
    parser.add_argument("--address", default="127.0.0.1:8110", help="Where to listen")
    given = parser.parse_args()
    host, _, port = given.address.rpartition(":")
    Server(given.snapshots, host, int(port)).serve_forever()


if __name__ == "__main__":
    main()

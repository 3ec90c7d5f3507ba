"""What witnesses elsewhere need of a ledger, over HTTP: checkpoints, consistency proofs; cosignatures come back."""

from __future__ import annotations

import urllib.parse
from collections.abc import Mapping
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import msgspec

from shudao.kernel.signing import Verifier
from shudao.plane.ledger import cosigning, proofs, sources

_LARGEST = 4096
_SECONDS = 10


class Publisher(ThreadingHTTPServer):
    """
    Serves the ledger in `folder` to witnesses; hashes and codes only, no entry.

    Args:
        witnesses: Key id → verifier of the witnesses whose cosignatures are kept; everybody else's are refused.
    """

    daemon_threads = True

    def __init__(self, address: tuple[str, int], folder: Path, witnesses: Mapping[str, Verifier]) -> None:
        super().__init__(address, _Handler)
        self.folder, self.witnesses = Path(folder), witnesses


class _Handler(BaseHTTPRequestHandler):
    server: Publisher
    timeout = _SECONDS

    def do_GET(self) -> None:
        """Answer a witness's question."""
        parts = urllib.parse.urlsplit(self.path)
        numbers = {name: int(text) for name, text in urllib.parse.parse_qsl(parts.query) if _is_number(text)}
        try:
            if parts.path == "/checkpoints" and numbers.keys() == {"offset"}:
                found = sources.read_lines(self.server.folder, numbers["offset"])
                self._tell(HTTPStatus.OK, b"".join(line + b"\n" for line in found))
            elif parts.path == "/consistency" and numbers.keys() == {"old", "size"}:
                proof = proofs.consistency(self.server.folder, numbers["old"], numbers["size"])
                self._tell(HTTPStatus.OK, msgspec.json.encode(proof))
            else:
                self._tell(HTTPStatus.NOT_FOUND)
        except ValueError:
            self._tell(HTTPStatus.NOT_FOUND)
        except OSError:
            self._tell(HTTPStatus.SERVICE_UNAVAILABLE)

    def do_POST(self) -> None:
        """Keep a known witness's cosignature."""
        length = self.headers.get("Content-Length", "")
        if self.path != "/cosignatures" or not _is_number(length) or int(length) > _LARGEST:
            self._tell(HTTPStatus.NOT_FOUND)
            return
        try:
            found = cosigning.parse(self.rfile.read(int(length)))
            if not cosigning.valid(found, self.server.witnesses):
                self._tell(HTTPStatus.FORBIDDEN)
                return
            cosigning.append(self.server.folder, cosigning.encode(found))
            self._tell(HTTPStatus.OK)
        except msgspec.MsgspecError:
            self._tell(HTTPStatus.BAD_REQUEST)
        except OSError:
            self._tell(HTTPStatus.SERVICE_UNAVAILABLE)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: a poll every few seconds is no news."""

    def _tell(self, status: HTTPStatus, body: bytes = b"") -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 19

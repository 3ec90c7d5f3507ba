"""Somebody at the portal without a browser: keeps cookies, sends forms with tokens, tries again when nobody answers."""

from __future__ import annotations

import html
import http.client
import http.cookiejar
import re
import time
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass, field

_TRY_FOR = 40.0


class NoAnswer(Exception):
    """Nobody answered well for as long as a patient person waits."""


@dataclass
class Answer:
    """What came back: the final address after redirects, the status, the page."""

    address: str
    status: int
    text: str

    @property
    def told(self) -> str:
        """Address, status and what the page's own part says, for a failure's message."""
        main = self.text.partition("<main")[2].partition("</main>")[0] or self.text
        return f"{self.address} {self.status}: {' '.join(re.sub('<[^>]*>', ' ', main).split())[:600]}"


@dataclass
class Caller:
    """One person with a cookie jar."""

    web: str
    jar: http.cookiejar.CookieJar = field(default_factory=http.cookiejar.CookieJar)
    waited: list[float] = field(default_factory=list)
    took: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._open = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.jar)).open

    def get(self, path: str) -> Answer:
        """Open a page, trying again while the server is away."""
        return self._patiently(urllib.request.Request(self.web + path))  # noqa: S310  a loopback address  # noqa: S310  a loopback address

    def post(self, path: str, data: dict[str, str], files: dict[str, bytes] | None = None) -> Answer:
        """Send a form with the token of this person's cookie, trying again with the same content."""
        token = next((cookie.value for cookie in self.jar if cookie.name == "csrftoken"), "")
        body, kind = _multipart({"csrfmiddlewaretoken": token or "", **data}, files or {})
        headers = {"Content-Type": kind, "Referer": self.web + path}
        return self._patiently(urllib.request.Request(self.web + path, data=body, headers=headers))  # noqa: S310  # noqa: S310

    def sign_in(self, username: str, password: str, *, then: str = "/my/") -> None:
        """Sign in by the form, going on to a page that one may open."""
        self.get("/sign-in/")
        answer = self.post("/sign-in/", {"username": username, "password": password, "next": then})
        assert answer.address.endswith(then), answer.told

    def _patiently(self, request: urllib.request.Request) -> Answer:
        started = time.monotonic()
        while time.monotonic() - started < _TRY_FOR:
            answer = self._once(request)
            if answer is not None and answer.status < 500:
                self.took.append(time.monotonic() - started)
                if self.took[-1] > 0.5:
                    self.waited.append(self.took[-1])
                return answer
            time.sleep(0.15)
        raise NoAnswer(request.full_url)

    def _once(self, request: urllib.request.Request) -> Answer | None:
        try:
            with self._open(request, timeout=15) as response:
                return Answer(response.url.removeprefix(self.web), response.status, response.read().decode())
        except urllib.error.HTTPError as refused:
            with refused:
                return Answer(
                    request.full_url.removeprefix(self.web), refused.code, refused.read().decode(errors="replace")
                )
        except (OSError, http.client.HTTPException):
            return None


def hidden(page: str, name: str) -> str:
    """The value of a hidden entry of a page."""
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    return html.unescape(found[1]) if found else ""


def _multipart(data: dict[str, str], files: dict[str, bytes]) -> tuple[bytes, str]:
    border = "shudao-form-border"
    parts = []
    for name, value in data.items():
        parts.append(f'--{border}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode())
    for name, content in files.items():
        head = f'--{border}\r\nContent-Disposition: form-data; name="{name}"; filename="{name}.pdf"\r\n'
        parts.append(head.encode() + b"Content-Type: application/pdf\r\n\r\n" + content + b"\r\n")
    return b"".join(parts) + f"--{border}--\r\n".encode(), f"multipart/form-data; boundary={border}"

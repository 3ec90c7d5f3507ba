"""The time-stamp authority that the settings name: an address, or a command for those that have one on the machine."""

from __future__ import annotations

import shlex
import subprocess
import urllib.request
from pathlib import Path

from cryptography.x509 import Certificate
from django.conf import settings

from shudao.plane.ledger import stamping

_SECONDS = 20
_LARGEST = 1 << 20
_COMMAND = "command:"


def configured() -> bool:
    """Return whether checkpoints are to be stamped at all."""
    return bool(settings.LEDGER_TSA)


def roots() -> list[Certificate]:
    """Return the certificates that stamps must lead to. Raises OSError, ValueError."""
    return stamping.roots_of(Path(settings.LEDGER_TSA_ROOTS).read_bytes())


def ask(request: bytes) -> bytes:
    """Return the authority's answer to a TimeStampReq (DER). Raises OSError, ValueError."""
    if settings.LEDGER_TSA.startswith(_COMMAND):
        return _run(shlex.split(settings.LEDGER_TSA.removeprefix(_COMMAND)), request)
    return _post(settings.LEDGER_TSA, request)


def _run(command: list[str], request: bytes) -> bytes:
    try:
        # The command is the operator's own setting, run without a shell.
        done = subprocess.run(command, input=request, capture_output=True, timeout=_SECONDS, check=True)  # noqa: S603
    except subprocess.SubprocessError as error:
        raise OSError(f"the command for time stamps failed: {type(error).__name__}") from error
    return done.stdout


def _post(address: str, request: bytes) -> bytes:
    if not address.startswith(("http://", "https://")):
        raise ValueError("the address begins with http:// or https://")
    headers = {"Content-Type": "application/timestamp-query"}
    asked = urllib.request.Request(address, data=request, headers=headers)  # noqa: S310 - scheme checked above
    with urllib.request.urlopen(asked, timeout=_SECONDS) as answer:  # noqa: S310
        return bytes(answer.read(_LARGEST))

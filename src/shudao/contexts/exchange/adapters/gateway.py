"""One signed call to the gateway over its socket."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from shudao.kernel.keys import Key

TIMEOUT = 2.5  # seconds for the whole call; the caller promises three


class Down(Exception):
    """No answer, or none in time, or none that is one."""


class Refused(Exception):
    """The gateway said no; `code` is its reason, `ledger_id` the entry that records it."""

    def __init__(self, code: str, ledger_id: str) -> None:
        super().__init__(code)
        self.code, self.ledger_id = code, ledger_id


@dataclass(frozen=True, slots=True)
class Call:
    """What is asked; client and service as X-Road identifiers."""

    client: str
    service: str
    subject: str
    purpose: str
    case: str
    user: str
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reply:
    """The rows the gateway showed; none where the source knows nobody."""

    rows: Sequence[Mapping[str, object]]
    as_of: datetime
    ledger_id: str


def ask(call: Call, *, key: Key) -> Reply:
    """Make the call. Raises Down, Refused."""
    raise Down

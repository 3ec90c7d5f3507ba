"""A ledger as the gateway writes it, without a gateway: answers about people, for the pages that show them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from shudao.contexts.exchange.rules.asking import service_id
from shudao.kernel import signing
from shudao.kernel.ids import new_id
from shudao.plane.ledger.entry import Entry, encode
from shudao.plane.ledger.segment import Segment

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_PLAIN = {"purpose": "handling", "case": "51000020261124000001", "user": "01SOMEBODY", "outcome": "answered"}


@dataclass
class Book:
    """Writes into the ledger of a folder; gives each entry's name."""

    folder: Path
    provider: str

    def __post_init__(self) -> None:
        scheme = signing.scheme(signing.DEFAULT)
        self._segment = Segment(self.folder, scheme.signer("test-ledger", scheme.new_secret()))

    def note(
        self, subject: str, *, client: str, resource: str, fields: tuple[str, ...], at: datetime, **changes: Any
    ) -> str:
        """Write one entry."""
        parts = _PLAIN | {"grant": "", "service": service_id(self.provider, resource)} | changes
        entry = Entry(
            version=1,
            instant=(at - _EPOCH) // timedelta(microseconds=1),
            call=new_id(),
            request=new_id(),
            client=client,
            subject=subject,
            fields=fields,
            snapshot=1,
            age=0,
            request_hash="",
            response_hash="",
            key="k",
            nonce=new_id(),
            created=0,
            **parts,
        )
        written = self._segment.write([encode(entry)])
        return f"{written.segment}:{written.first}"

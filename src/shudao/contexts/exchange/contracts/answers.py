"""What the gateway answered, or why it did not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from shudao.kernel.errors import ShudaoError
from shudao.kernel.texts import Text


class UnavailableReason(StrEnum):
    """Why the exchange did not answer."""

    GATEWAY_DOWN = "gateway_down"
    NO_GRANT = "no_grant"
    NO_RECORD = "no_record"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Answer:
    """What the gateway answered: the granted fields, as of when, and the ledger entry that records it."""

    fields: Mapping[str, object]
    as_of: datetime
    ledger_id: str
    resource: str


@dataclass(frozen=True, slots=True)
class Compared:
    """Whether the source says the same, by field; no field where it knows no such subject. Values never leave it."""

    matches: Mapping[str, bool]
    ledger_id: str
    resource: str

    @property
    def agrees(self) -> bool:
        """Whether the subject is known and every field is as was said."""
        return bool(self.matches) and all(self.matches.values())


class Unavailable(ShudaoError):
    """The exchange gave no data; `reason` says why, and `sentence` tells people, in both languages."""

    code = "exchange.unavailable"
    status = 503
    says = "没有取得共享数据。"
    advice = "请改由申请人提供该材料，或稍后重试。"

    def __init__(self, reason: UnavailableReason, *, sentence: Text, ledger_id: str = "") -> None:
        super().__init__(reason=reason.value)
        self.reason = reason
        self.sentence = sentence
        self.ledger_id = ledger_id

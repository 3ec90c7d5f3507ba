"""What came back: read, checked, refused where it is not an answer to what was asked."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from shudao.client.errors import Refused, Unreachable, Untrusted
from shudao.client.receipts import Keeper, Kept, Trust
from shudao.client.signing import Outgoing

LIMIT = 32 << 20  # bytes of an answer that is held in memory


@dataclass(frozen=True, slots=True)
class Reply:
    """A whole answer; `headers` have lower-case names."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Answer:
    """
    What the gateway showed.

    Attributes:
        rows: The subject's rows, cut to the asked fields; none where the source knows no such subject.
        as_of: Instant or date that the data are as of, ISO text.
        snapshot: The dataset's snapshot number.
        score: Quality of the data, 0 to 1; None where it is not reckoned yet, or there are none.
        ledger: Place of the ledger entry, "segment:sequence", durable before the answer came.
        receipt: The signed receipt for it; keep it, it shows a cut ledger.
        call: The X-Road-Id.
    """

    rows: tuple[Mapping[str, Any], ...]
    as_of: str
    snapshot: int
    ledger: str
    receipt: str
    call: str
    score: float | None = None

    @property
    def found(self) -> bool:
        """Whether the source knows the subject."""
        return bool(self.rows)

    @property
    def data(self) -> Mapping[str, Any]:
        """The first row; empty where there is none."""
        return self.rows[0] if self.rows else {}


@dataclass(frozen=True, slots=True)
class Verified:
    """
    Whether fields have the values that were asked about; the values themselves never leave the source.

    Attributes:
        matches: Field → yes or no; empty where the source knows no such subject.
        found: Whether the source knows the subject.
        ledger, receipt, call: As of `Answer`.
    """

    matches: Mapping[str, bool]
    found: bool
    ledger: str
    receipt: str
    call: str

    @property
    def all(self) -> bool:
        """Whether the subject is known and every field is as asked."""
        return self.found and all(self.matches.values())

    def __getitem__(self, field: str) -> bool:
        return self.matches.get(field, False)


class Reader:
    """Checks answers against what was sent, and keeps their receipts."""

    def __init__(self, trust: Trust, keeper: Keeper | None) -> None:
        self.trust, self._keeper = trust, keeper

    def heading(self, status: int, headers: Mapping[str, str], sent: Outgoing, service: str) -> str:
        """
        Check what stands at the head of an answer or refusal; return its ledger place ("" where it has none).

        Raises:
            Untrusted: another request's answer, or its receipt does not hold.
            Unreachable: it is none of the gateway's.
        """
        ledger, refused = headers.get("x-shudao-ledger", ""), is_refusal(headers)
        told = headers.get("x-road-request-hash")
        # A caller whose signature did not hold gets no hash; whatever is an answer must have one.
        if told != sent.request_hash and not (refused and told is None):
            if told is None:
                raise Unreachable(f"status {status} from something that is not the gateway")
            raise Untrusted("the answer belongs to another request", "other_request")
        if not ledger:
            if refused:
                return ""
            raise Unreachable(f"status {status} from something that is not the gateway")
        receipt = headers.get("x-shudao-receipt", "")
        self.trust.check(ledger, receipt)
        if self._keeper is not None:
            self._keeper.keep(Kept(headers.get("x-road-id", sent.call), service, ledger, receipt))
        return ledger

    def answer(self, reply: Reply, sent: Outgoing, service: str) -> Answer:
        """Return what was shown of one subject. Raises Refused, Unreachable."""
        told, ledger = self._told(reply, sent, service)
        return _answer(told, ledger, reply.headers.get("x-shudao-receipt", ""), sent.call)

    def verified(self, reply: Reply, sent: Outgoing, service: str) -> Verified:
        """Return which fields are as asked. Raises Refused, Unreachable."""
        told, ledger = self._told(reply, sent, service)
        data = told.get("data")
        matches = {} if data is None else {str(name): value is True for name, value in _object(data).items()}
        return Verified(matches, data is not None, ledger, reply.headers.get("x-shudao-receipt", ""), sent.call)

    def batch(self, reply: Reply, sent: Outgoing, service: str, count: int) -> list[Answer | Refused]:
        """Return each subject's answer or refusal, in the order of the question. Raises Refused, Unreachable."""
        told, ledger = self._told(reply, sent, service)
        parts = told.get("answers")
        if not isinstance(parts, list) or len(parts) != count:
            raise Unreachable("the answer has not as many parts as the question")
        receipt = reply.headers.get("x-shudao-receipt", "")
        return [_part(_object(part), ledger, receipt, sent.call) for part in parts]

    def _told(self, reply: Reply, sent: Outgoing, service: str) -> tuple[dict[str, Any], str]:
        told = _json(reply)
        if is_refusal(reply.headers):
            self.heading(reply.status, reply.headers, sent, service)
            raise _refusal(reply.headers, told)
        ledger = self.heading(reply.status, reply.headers, sent, service)
        if reply.status not in (200, 404):
            raise Unreachable(f"status {reply.status} where the gateway has none")
        return told, ledger


def is_refusal(headers: Mapping[str, str]) -> bool:
    """Return whether the gateway itself refused, whatever a department's own service answers."""
    return "x-shudao-refusal" in headers


def refused(headers: Mapping[str, str], body: bytes) -> Refused:
    """Return the refusal of these headers and this body, whatever the body is."""
    try:
        told = json.loads(body)
    except ValueError:
        told = {}
    return _refusal(headers, told if isinstance(told, dict) else {})


def _refusal(headers: Mapping[str, str], told: Mapping[str, Any]) -> Refused:
    kind, message, detail = (str(told.get(name, "")) for name in ("type", "message", "detail"))
    wait = headers.get("retry-after", "")
    ledger = headers.get("x-shudao-ledger", "")
    return Refused(headers["x-shudao-refusal"], kind, message, detail, ledger, int(wait) if wait.isdecimal() else 0)


def _part(part: dict[str, Any], ledger: str, receipt: str, call: str) -> Answer | Refused:
    place = str(part.get("ledger", ledger))
    if "refusal" not in part:
        return _answer(part, place, receipt, call)
    told = part["refusal"]
    if isinstance(told, str):
        return Refused(told, str(part.get("type", "")), str(part.get("message", "")), "", place)
    told = _object(told)
    kind, message, detail = (str(told.get(name, "")) for name in ("type", "message", "detail"))
    return Refused(str(told.get("code", "")), kind, message, detail, place)


def _answer(told: Mapping[str, Any], ledger: str, receipt: str, call: str) -> Answer:
    data = told.get("data")
    rows = told.get("rows") or ([data] if data is not None else [])
    return Answer(
        rows=tuple(rows),
        as_of=str(told.get("as_of", "")),
        snapshot=int(told.get("snapshot", 0)),
        ledger=ledger,
        receipt=receipt,
        call=call,
        score=None if told.get("score") is None else float(told["score"]),
    )


def _json(reply: Reply) -> dict[str, Any]:
    try:
        return _object(json.loads(reply.body))
    except ValueError as error:
        raise Unreachable(f"the answer (status {reply.status}) is not JSON") from error


def _object(told: Any) -> dict[str, Any]:
    if not isinstance(told, dict):
        raise Unreachable("the answer is not an object")
    return told

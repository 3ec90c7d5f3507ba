"""The contracts of the grant snapshot: what the control plane tells the gateway. Frozen; times are aware UTC."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A caller's public key: `public` is base64 of the raw bytes; valid from `valid_from` until before `valid_to`."""

    id: str
    public: str
    valid_from: datetime
    valid_to: datetime
    algorithm: str = "ed25519"


@dataclass(frozen=True, slots=True)
class System:
    """A calling system; `client` is its X-Road identifier, four parts: "SHUDAO/GOV/<USCC>/one-window"."""

    client: str
    name: str
    keys: tuple[PublicKey, ...]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One thing that may be asked of a department's own service: "GET", "/persons/{id}"; `{…}` is any one part."""

    method: str
    path: str


@dataclass(frozen=True, slots=True)
class Upstream:
    """
    A department's own HTTP service.

    Attributes:
        url: Its origin, and the path before every endpoint's: "https://data.example:8443/api".
        endpoints: What may be asked; everything else is refused.
        timeout_ms: Milliseconds from the whole question to the head of the answer.
        max_body: Bytes of a question's body, and of an answer's.
        parallel: Calls at once; the next is refused at once.
    """

    url: str
    endpoints: tuple[Endpoint, ...]
    timeout_ms: int = 3000
    max_body: int = 1_048_576
    parallel: int = 16


@dataclass(frozen=True, slots=True)
class Resource:
    """
    A data resource that the gateway answers for, from the pool or by asking the department's own service.

    Attributes:
        code: The share resource code, also the X-Road service code.
        service: The X-Road service identifier, five parts: "SHUDAO/GOV/<USCC of the source>/pool/<code>".
        dataset: The pool's dataset code; "" where there is an upstream.
        index: Folder of the look-up index under the gateway's `--pool` folder; "" where there is an upstream.
        fields: Every field there is.
        identifying: The fields that name a person or tell where one lives.
        personal: Whether a case number is required.
        sensitivity: 1 (lowest) to 4 (highest).
        staleness: Seconds for which a gateway that is cut off from the control plane goes on answering; 0 = not at all.
        scores: Quality (0 to 1) by snapshot of the dataset, of the newest few; a delivery that is not scored is absent.
        upstream: The service that is asked; None for the pool's.
    """

    code: str
    name: str
    service: str
    dataset: str
    index: str
    fields: tuple[str, ...]
    identifying: tuple[str, ...] = ()
    personal: bool = True
    sensitivity: int = 3
    staleness: int = 86_400
    scores: tuple[tuple[int, float], ...] = ()
    upstream: Upstream | None = None

    def score(self, snapshot: int) -> float | None:
        """Return the quality of what the dataset's snapshot shows, None where it is not known."""
        return next((score for number, score in self.scores if number == snapshot), None)


@dataclass(frozen=True, slots=True)
class RowScope:
    """Only rows whose `field` begins with one of `prefixes` are shown (division subtrees have common prefixes)."""

    field: str
    prefixes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Grant:
    """
    The right of one client to some fields of one resource for one purpose.

    Attributes:
        quota: Answers a day (the province's calendar day); 0 = no limit.
        valid_from: First instant at which it holds.
        valid_to: First instant at which it no longer holds. A revoked grant is absent from the next snapshot.
        verify_only: Whether the fields may only be compared with what the caller says, never read.
        rate: Calls a second, over all workers of a machine; as many may come at once. 0 = no limit.
    """

    id: str
    client: str
    resource: str
    fields: tuple[str, ...]
    purpose: str
    legal_basis: str
    matter: str
    valid_from: datetime
    valid_to: datetime
    scope: RowScope | None = None
    quota: int = 0
    verify_only: bool = False
    rate: int = 0


@dataclass(frozen=True, slots=True)
class Snapshot:
    """All that holds at `made`; `version` only grows."""

    version: int
    made: datetime
    instance: str
    systems: tuple[System, ...]
    resources: tuple[Resource, ...]
    grants: tuple[Grant, ...]

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
class Resource:
    """
    A data resource that the gateway answers for.

    Attributes:
        code: The share resource code, also the X-Road service code.
        service: The X-Road service identifier, five parts: "SHUDAO/GOV/<USCC of the source>/pool/<code>".
        dataset: The pool's dataset code.
        index: Folder of the look-up index under the gateway's `--pool` folder.
        fields: Every field there is.
        identifying: The fields that name a person or tell where one lives.
        personal: Whether a case number is required.
        sensitivity: 1 (lowest) to 4 (highest).
        staleness: Seconds for which a gateway that is cut off from the control plane goes on answering; 0 = not at all.
        scores: Quality (0 to 1) by snapshot of the dataset, of the newest few; a delivery that is not scored is absent.
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


@dataclass(frozen=True, slots=True)
class Snapshot:
    """All that holds at `made`; `version` only grows."""

    version: int
    made: datetime
    instance: str
    systems: tuple[System, ...]
    resources: tuple[Resource, ...]
    grants: tuple[Grant, ...]

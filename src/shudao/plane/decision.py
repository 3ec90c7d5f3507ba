"""May this call have these fields? Pure: the same snapshot, call and instant give the same decision."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple

from shudao.plane.grants import Endpoint, Grant, PublicKey, Resource, Snapshot, System

# What a connected gateway may lag behind the control plane's heartbeat before it counts as cut off.
CONNECTED_SECONDS = 10
# Behind a field's name in the ledger: its value was not shown, only whether it is what the caller said.
VERIFIED = "?"
_REMEMBERED = 4096
_Asked = tuple[str, str, str, tuple[str, ...], bool]
_Fitting = tuple[Resource, list[Grant]] | None


class Refusal(StrEnum):
    """Why a call is refused. Stable codes: they stand in the ledger for ever."""

    UNKNOWN_CLIENT = "unknown_client"
    UNKNOWN_SERVICE = "unknown_service"
    ENDPOINT = "unknown_endpoint"
    STALE = "stale_snapshot"
    NO_GRANT = "no_grant"
    NOT_YET = "grant_not_yet_valid"
    EXPIRED = "grant_expired"
    PURPOSE = "other_purpose"
    NO_CASE = "no_case_number"
    NO_FIELDS = "no_fields"
    FIELDS = "field_not_granted"
    VERIFY_ONLY = "verify_only"
    RATE = "rate_exceeded"
    QUOTA = "quota_used"


class Call(NamedTuple):
    """
    What is asked: client and service as X-Road identifiers; `age` is the snapshot's in seconds.

    `verify`: only whether the fields are what the caller says. `method` and `path` ("/" for none) count for a
    department's own service, where no `fields` stand for all that the grant has.
    """

    client: str
    service: str
    purpose: str
    case: str
    fields: tuple[str, ...]
    age: float = 0.0
    used: Mapping[str, int] = MappingProxyType({})  # grant id → answers given today
    verify: bool = False
    method: str = "POST"
    path: str = "/"


class Decision(NamedTuple):
    """Allowed under `grant`, or refused with a code. `resource` is None where there is no such service."""

    refusal: Refusal | None
    grant: Grant | None
    resource: Resource | None

    @property
    def allowed(self) -> bool:
        """Whether data may be shown."""
        return self.refusal is None


class Book:
    """A snapshot, arranged for finding."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self.systems: dict[str, System] = {system.client: system for system in snapshot.systems}
        self.services: dict[str, Resource] = {resource.service: resource for resource in snapshot.resources}
        self.keys: dict[tuple[str, str], PublicKey] = {
            (system.client, key.id): key for system in snapshot.systems for key in system.keys
        }
        self.grants: dict[tuple[str, str], list[Grant]] = {}
        for grant in sorted(snapshot.grants, key=lambda grant: grant.id):
            self.grants.setdefault((grant.client, grant.resource), []).append(grant)
        self._fitting: dict[_Asked, _Fitting] = {}
        self._endpoints = {
            resource.code: [(_pattern(endpoint), endpoint) for endpoint in resource.upstream.endpoints]
            for resource in snapshot.resources
            if resource.upstream is not None
        }

    def fitting(self, asked: _Asked) -> _Fitting:
        """
        Return the pool's resource and the grants, by id, under which a client may have these fields of it for this
        purpose while they are valid; None where there is none. The same question costs one look the next time.
        """
        try:
            return self._fitting[asked]
        except KeyError:
            if len(self._fitting) >= _REMEMBERED:
                self._fitting.clear()
            found = self._fitting[asked] = self._fits(*asked)
            return found

    def _fits(self, client: str, service: str, purpose: str, fields: tuple[str, ...], verify: bool) -> _Fitting:
        resource = self.services.get(service)
        if client not in self.systems or resource is None or resource.upstream is not None or not fields:
            return None
        grants = [
            grant
            for grant in self.grants.get((client, resource.code), [])
            if grant.purpose == purpose and set(fields) <= set(grant.fields) and (verify or not grant.verify_only)
        ]
        return (resource, grants) if grants else None

    def key(self, client: str, key_id: str, now: datetime) -> PublicKey | None:
        """Return the client's public key if it is valid at `now`."""
        found = self.keys.get((client, key_id))
        return found if found and found.valid_from <= now < found.valid_to else None

    def endpoint(self, resource: Resource, method: str, path: str) -> Endpoint | None:
        """Return the endpoint of the resource's service that method and normalised path are, None where none is."""
        asked = f"{method} {path}"
        return next((found for pattern, found in self._endpoints[resource.code] if pattern.fullmatch(asked)), None)


def _pattern(endpoint: Endpoint) -> re.Pattern[str]:
    parts = re.split(r"(\{[^{}/]*\})", f"{endpoint.method} {endpoint.path}")
    return re.compile("".join("[^/]+" if number % 2 else re.escape(part) for number, part in enumerate(parts)))


def decide(book: Book, call: Call, now: datetime) -> Decision:
    """
    Return whether the call may be answered, by the first rule that it breaks.

    Order of the rules: client, service, endpoint, age of the snapshot, grant, its time, purpose, case number, fields,
    reading, quota. Among several grants that fit, the one with the lowest id counts.
    """
    return _at_once(book, call, now) or _step_by_step(book, call, now)


def _at_once(book: Book, call: Call, now: datetime) -> Decision | None:
    """Return the decision where it is to allow the call, from what is known of such calls; else None."""
    fitting = book.fitting((call.client, call.service, call.purpose, call.fields, call.verify))
    if fitting is None:
        return None
    resource, grants = fitting
    if call.age > max(resource.staleness, CONNECTED_SECONDS) or (resource.personal and not call.case):
        return None
    for grant in grants:
        if grant.valid_from <= now < grant.valid_to and (not grant.quota or call.used.get(grant.id, 0) < grant.quota):
            return Decision(None, grant, resource)
    return None


def _step_by_step(book: Book, call: Call, now: datetime) -> Decision:
    resource = book.services.get(call.service)
    if call.client not in book.systems:
        return Decision(Refusal.UNKNOWN_CLIENT, None, resource)
    if resource is None:
        return Decision(Refusal.UNKNOWN_SERVICE, None, None)
    if resource.upstream is not None and book.endpoint(resource, call.method, call.path) is None:
        return Decision(Refusal.ENDPOINT, None, resource)
    if call.age > max(resource.staleness, CONNECTED_SECONDS):
        return Decision(Refusal.STALE, None, resource)
    refusal, grant = _granted(book.grants.get((call.client, resource.code), []), resource, call, now)
    return Decision(refusal, grant, resource)


def _granted(grants: list[Grant], resource: Resource, call: Call, now: datetime) -> tuple[Refusal | None, Grant | None]:
    if not grants:
        return Refusal.NO_GRANT, None
    started = [grant for grant in grants if grant.valid_from <= now]
    valid = [grant for grant in started if now < grant.valid_to]
    if not valid:
        return (Refusal.EXPIRED, started[0]) if started else (Refusal.NOT_YET, grants[0])
    fitting = [grant for grant in valid if grant.purpose == call.purpose]
    if not fitting:
        return Refusal.PURPOSE, valid[0]
    if resource.personal and not call.case:
        return Refusal.NO_CASE, fitting[0]
    return _measured(fitting, resource, call)


def _measured(fitting: list[Grant], resource: Resource, call: Call) -> tuple[Refusal | None, Grant]:
    if not call.fields and resource.upstream is None:
        return Refusal.NO_FIELDS, fitting[0]
    wide = [grant for grant in fitting if all(name in grant.fields for name in call.fields)]
    if not wide:
        return Refusal.FIELDS, fitting[0]
    open_ones = [grant for grant in wide if call.verify or not grant.verify_only]
    if not open_ones:
        return Refusal.VERIFY_ONLY, wide[0]
    for grant in open_ones:
        if not grant.quota or call.used.get(grant.id, 0) < grant.quota:
            return None, grant
    return Refusal.QUOTA, open_ones[0]


def needed(fields: tuple[str, ...], grant: Grant) -> tuple[str, ...]:
    """Return the fields that a look-up has to read: those asked for, and the one by which the grant chooses rows."""
    return fields if grant.scope is None or grant.scope.field in fields else (*fields, grant.scope.field)


def shown(rows: list[dict[str, object]], fields: tuple[str, ...], grant: Grant) -> list[dict[str, object]]:
    """Return the rows of the grant's scope, cut to `fields`; a field that a row lacks is null."""
    scope = grant.scope
    if scope is not None:
        rows = [row for row in rows if str(row.get(scope.field) or "").startswith(scope.prefixes)]
    return [{name: row.get(name) for name in fields} for row in rows]

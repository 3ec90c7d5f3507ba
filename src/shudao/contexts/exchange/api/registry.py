"""The door to the register: systems with their keys, and the catalogue."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from shudao.contexts.exchange.contracts.registry import (
    CatalogueFormat,
    Change,
    Contact,
    Listed,
    Looked,
    Resource,
    ResourceState,
    ResourceVersion,
    System,
    SystemKey,
    SystemState,
)
from shudao.contexts.exchange.contracts.silos import SiloMap
from shudao.contexts.exchange.queries import catalogue, entries
from shudao.contexts.exchange.rules import comparing
from shudao.contexts.exchange.services import (
    cataloguing,
    describing,
    keeping_systems,
    mapping,
    registering,
    revoking_keys,
    searching,
    warning,
)
from shudao.foundation.audit.contracts import Actor
from shudao.kernel.paging import Page
from shudao.kernel.texts import Text
from shudao.kernel.time import local_date
from shudao.kernel.time import now as _now


def register_system(*, client: str, name: Text, department: str, acting: Actor, now: datetime, key: str) -> System:
    """
    Register a department's system by its client id "SHUDAO/GOV/<department's credit code>/<subsystem>".

    Raises:
        RequestInvalid: the id is malformed or names another department.
        Forbidden: `acting` is neither the data bureau nor an integrator or data officer of that department.
        Conflict: the id is taken.
    """
    return registering.register_system(client=client, name=name, department=department, acting=acting, now=now, key=key)


def register_platform(*, acting: Actor, now: datetime) -> System:
    """Register the platform's own system at the province's data bureau, with its key; again changes nothing."""
    return registering.register_platform(acting=acting, now=now)


def add_key(
    *,
    client: str,
    key_id: str,
    public_key: bytes,
    valid_from: datetime,
    valid_to: datetime,
    acting: Actor,
    now: datetime,
    key: str,
) -> System:
    """
    Give a system one more public key (Ed25519, 32 raw bytes), valid from `valid_from` until before `valid_to`.

    Raises:
        SystemUnknown: no such system.
        RequestInvalid: malformed key, empty period, or the key id is taken.
    """
    return registering.add_key(
        client=client,
        key_id=key_id,
        public_key=public_key,
        valid_from=valid_from,
        valid_to=valid_to,
        acting=acting,
        now=now,
        key=key,
    )


def set_contact(*, client: str, contact: Contact, acting: Actor, now: datetime, key: str) -> System:
    """
    Say which office answers for a system.

    Raises:
        SystemUnknown. SystemRetired. RequestInvalid: a part is missing or malformed (contact_name, _phone, _mail).
        Forbidden: `acting` is neither the data bureau nor an integrator or data officer of its department.
    """
    return keeping_systems.set_contact(client=client, contact=contact, acting=acting, now=now, key=key)


def set_system_state(*, client: str, state: SystemState, reason: str, acting: Actor, now: datetime, key: str) -> System:
    """
    Suspend a system, let it call again, or retire it for good, with a reason: the gateway knows at once.

    Raises:
        SystemUnknown. RequestInvalid: no reason. SystemRetired: nothing changes it any more.
        HeldByBureau: the data bureau suspended it, and somebody else wants it to call.
        Forbidden: as for `set_contact`.
    """
    return keeping_systems.set_system_state(client=client, state=state, reason=reason, acting=acting, now=now, key=key)


def revoke_key(*, client: str, key_id: str, reason: str, acting: Actor, now: datetime, key: str) -> System:
    """
    End one of a system's keys now; sessions that it opened end as well.

    Raises:
        SystemUnknown. KeyUnknown. KeyAlreadyRevoked. RequestInvalid: no reason. Forbidden: as for `set_contact`.
    """
    return revoking_keys.revoke_key(client=client, key_id=key_id, reason=reason, acting=acting, now=now, key=key)


def warn_of_keys(*, now: datetime) -> int:
    """Open, tell and end the duties of those whose systems' last keys end within 30 days; return how many owe one."""
    return warning.warn_of_keys(now=now)


def register_resource(*, resource: Resource, acting: Actor, now: datetime, key: str, reason: str = "") -> Resource:
    """
    Enter a resource in the catalogue, or change its entry: the former one is kept whole, as its version.

    State and version of `resource` are not looked at; an entry that says the same as before stays as it is.

    Raises:
        RequestInvalid: a conditional resource without its condition, a refused one without its basis, no items,
            a dataset that does not hold them, both a dataset and an upstream or neither, an upstream that is not
            https (http to a loopback address) or has no endpoints, a code or class path that the guide does not allow,
            an open one with personal items, related resources that are not there.
        ResourceRetired: the entry stays as it is.
        Forbidden: `acting` is neither the data bureau nor the provider's data officer.
    """
    return cataloguing.register_resource(resource=resource, reason=reason, acting=acting, now=now, key=key)


def set_resource_state(
    *, code: str, state: ResourceState, reason: str, acting: Actor, now: datetime, key: str
) -> Resource:
    """
    Suspend a resource, publish it again, or retire it for good, with a reason: the gateway knows at once.

    Raises:
        ResourceUnknown. ResourceRetired. RequestInvalid: no reason. Forbidden: as for `register_resource`.
    """
    return cataloguing.set_resource_state(code=code, state=state, reason=reason, acting=acting, now=now, key=key)


def search_resources(looked: Looked, *, page: int = 1, size: int = 20) -> Page[Listed]:
    """Return one page of the entries that hold everything looked for. Raises Invalid for a page out of range."""
    return searching.search(looked, page=page, size=size, today=local_date(_now()))


def resource_entry(code: str) -> Listed:
    """Return one entry with how new its data are. Raises ResourceUnknown."""
    return entries.entry(code, today=local_date(_now()))


def resource_providers() -> list[str]:
    """Return the credit codes of those who have entries in the catalogue, in whatever state."""
    return entries.providers()


def resource_versions(code: str) -> list[ResourceVersion]:
    """Return what an entry is and was, the newest first. Raises ResourceUnknown."""
    return entries.versions(code)


def compare_versions(code: str, before: int, after: int) -> list[Change]:
    """Return what differs between two versions of an entry, field by field. Raises ResourceUnknown, VersionUnknown."""
    return comparing.changes(entries.version(code, before), entries.version(code, after))


def dcat(form: CatalogueFormat, *, site: str) -> bytes:
    """
    Return the whole catalogue in DCAT-AP 3, as UTF-8 bytes.

    Args:
        form: Turtle or JSON-LD.
        site: The public address, "https://data.example" without a slash at its end. Entries are named by their address
            in the JSON API below it; calls go to the gateway below `/r1`, where the site's proxy hands them over.
    """
    return describing.described(form, site=site)


def silo_map(*, now: datetime) -> SiloMap:
    """
    Return who offers data, who uses whose and who does neither, of the province's departments and all that take part.

    Offers and rights are today's; calls are the ledger's of the last ninety local days, counted every hour.
    """
    return mapping.silo_map(now=now)


def system(client: str) -> System:
    """Return one system. Raises SystemUnknown."""
    return catalogue.system(catalogue.system_row(client))


def system_keys(client: str) -> list[SystemKey]:
    """Return a system's keys, also ended and revoked ones, the one that ends last first. Raises SystemUnknown."""
    return catalogue.system_keys(client)


def systems() -> list[System]:
    """Return every system, by client id."""
    return catalogue.systems()


def find_systems(clients: Sequence[str]) -> dict[str, System]:
    """Return the systems that exist among the client ids, in two queries."""
    return catalogue.find_systems(clients)


def resources() -> list[Resource]:
    """Return the catalogue, by code."""
    return catalogue.resources()


def resource(code: str) -> Resource:
    """Return one resource. Raises ResourceUnknown."""
    return catalogue.resource(code)


def find_resources(codes: Sequence[str]) -> dict[str, Resource]:
    """Return the resources that exist among `codes`, in one query."""
    return catalogue.find_resources(codes)


def resource_for(share_resource_code: str) -> Resource | None:
    """Return the resource that a material's `share_resource_code` names, None where there is none."""
    return catalogue.find_resources([share_resource_code]).get(share_resource_code)

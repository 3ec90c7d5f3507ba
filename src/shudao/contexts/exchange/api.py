"""The exchange's door: who may get which data for what, asking for it, and what the ledger holds of every call."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from shudao.contexts.exchange.contracts import (
    Answer,
    Grant,
    LedgerLine,
    LedgerProof,
    LedgerReport,
    Published,
    Purpose,
    RequestState,
    Resource,
    ShareRequest,
    System,
    Wanted,
)
from shudao.contexts.exchange.queries import catalogue, ledger
from shudao.contexts.exchange.services import (
    asking,
    counting,
    deciding,
    publishing,
    registering,
    requesting,
    revoking,
    sealing,
)
from shudao.foundation.audit.contracts import Actor
from shudao.kernel.texts import Text


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


def register_resource(*, resource: Resource, acting: Actor, now: datetime, key: str) -> Resource:
    """
    Enter a resource in the catalogue, or replace its entry.

    Raises:
        RequestInvalid: a conditional resource without its condition, a refused one without its basis, no items,
            or a dataset that does not hold them.
        Forbidden: `acting` is neither the data bureau nor the provider's data officer.
    """
    return registering.register_resource(resource=resource, acting=acting, now=now, key=key)


def request_grant(*, wanted: Wanted, acting: Actor, now: datetime, key: str) -> ShareRequest:
    """
    Ask the source department for a right to data.

    Args:
        wanted: Which right.
        acting: Data officer or integrator of the system's department.
        now: Aware, UTC. The reply's clock starts: 1 working day where sharing is unconditional, else 10.
        key: Idempotency key.

    Returns:
        The request, pending.

    Raises:
        SystemUnknown, ResourceUnknown: no such thing.
        NotShared: the resource is not shared at all.
        RequestInvalid: `fields` says what is wrong.
        Forbidden: `acting` does not act for that department.

    Emits:
        GrantRequested.

    Source:
        State Council Order 809 (2025), reply in 1 or 10 working days; proved by
        tests/contexts/exchange/test_grants.py
    """
    return requesting.request_grant(wanted=wanted, acting=acting, now=now, key=key)


def decide_request(
    *, number: str, grant: bool, opinion: str, basis: str = "", acting: Actor, now: datetime, key: str
) -> ShareRequest:
    """
    Grant or refuse a request, as the source department.

    Args:
        number: The request.
        grant: True gives the right as asked for.
        opinion: What the decider says.
        basis: Legal basis; a refusal needs one.
        acting: A data officer of the resource's provider, neither who asked nor of the asking department.
        now: Aware, UTC.
        key: Idempotency key.

    Returns:
        The request with its decision; `grant` names the grant where one was given.

    Raises:
        FourEyes: `acting` asked, or belongs to the asking department.
        Forbidden: `acting` is no data officer of the provider.
        AlreadyDecided: somebody was first.
        RequestInvalid: a refusal without a basis.

    Emits:
        RequestDecided; the gateway's snapshot follows.
    """
    return deciding.decide_request(
        number=number, grant=grant, opinion=opinion, basis=basis, acting=acting, now=now, key=key
    )


def revoke(*, grant: str, reason: str, acting: Actor, now: datetime, key: str) -> Grant:
    """
    Withdraw a grant at once.

    Raises:
        NotFound: no such grant.
        Forbidden: `acting` is neither a data officer of the provider nor the data bureau.
        AlreadyRevoked: it was withdrawn before.
        RequestInvalid: no reason given.

    Emits:
        GrantRevoked; the gateway's snapshot follows.
    """
    return revoking.revoke(grant=grant, reason=reason, acting=acting, now=now, key=key)


def publish_snapshot(*, now: datetime) -> Published:
    """Write the signed snapshot of grants, systems and resources that the gateway reads; whole or not at all."""
    return publishing.publish_snapshot(now=now)


def ask(
    *,
    resource: str,
    subject_id: str,
    purpose: Purpose | str,
    case: str,
    fields: tuple[str, ...],
    acting: Actor,
    now: datetime,
) -> Answer:
    """
    Ask the gateway for granted fields of one subject, as the platform's own system.

    Args:
        resource: Resource code.
        subject_id: Resident id or credit code; only in memory and on the loopback socket.
        purpose: Must be the grant's.
        case: Case number: the reason that the ledger and the citizen see.
        fields: What is wanted; a field beyond the grant is refused, not dropped in silence.
        acting: On whose behalf.
        now: Aware, UTC. (The call itself is stamped by the kernel's clock, which the gateway compares with its own.)

    Returns:
        The fields, the data's `as_of`, and the id of the ledger entry, durable before the answer came.

    Raises:
        Unavailable: with `reason` and a sentence for people. Never takes more than 3 seconds.
    """
    return asking.ask(
        resource=resource, subject_id=subject_id, purpose=purpose, case=case, fields=fields, acting=acting, now=now
    )


def systems() -> list[System]:
    """Return every system, by client id."""
    return catalogue.systems()


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


def requests(*, department: str = "", state: RequestState | None = None) -> list[ShareRequest]:
    """Return requests, newest first: all, or those a department asked or has to answer, in one state or any."""
    return catalogue.requests(department=department, state=state)


def request(number: str) -> ShareRequest:
    """Return one request. Raises NotFound."""
    return catalogue.request(number)


def grants(*, system: str = "", resource: str = "", valid_on: date | None = None) -> list[Grant]:
    """Return grants, newest first; with `valid_on` only those that stand on that local day."""
    return catalogue.grants(system=system, resource=resource, valid_on=valid_on)


def one_window_client() -> str:
    """Return the platform's own client id, "SHUDAO/GOV/<provincial data bureau>/one-window"."""
    return asking.one_window_client()


def ledger_entries(*, resource: str = "", client: str = "", case: str = "", limit: int = 100) -> list[LedgerLine]:
    """Return the newest `limit` calls that the ledger's files hold, newest first, filtered where a filter is given."""
    return ledger.entries(resource=resource, client=client, case=case, limit=limit)


def disclosures(person: str, *, limit: int = 100) -> list[LedgerLine]:
    """Return who got data about the person with this key (32 hex digits), newest first: answered calls only."""
    return ledger.disclosures(person, limit=limit)


def ledger_verify() -> LedgerReport:
    """Verify the whole ledger from its files and public keys alone."""
    return sealing.verify()


def ledger_checkpoint(*, now: datetime) -> str:
    """
    Put what the gateway's workers wrote into the tree and sign a checkpoint.

    Where the gateway's own sequencer is at work it does this every half minute: then nothing is signed here.

    Returns:
        The newest checkpoint's root (hex), "" where there is none.
    """
    return sealing.checkpoint(now=now)


def ledger_proof(entry: str) -> LedgerProof:
    """
    Return the proof that an entry ("<segment>:<number>", a call's `ledger_id`) is under the newest signed root.

    Raises:
        NotFound: no such entry, or no checkpoint covers it yet.
    """
    return sealing.proof(entry)


def count_use(*, now: datetime) -> dict[date, dict[str, tuple[int, int]]]:
    """
    Count yesterday's and today's calls (local days) from the ledger and give the pool each dataset's figures.

    Returns:
        Day → dataset code → (calls, answers). Runs by itself every hour; again gives the same figures.
    """
    return counting.count_use(now=now)

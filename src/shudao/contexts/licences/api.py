"""The door of the licences room: types, issue, find, verify, revoke."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from shudao.contexts.licences import contracts
from shudao.contexts.licences.queries import licences as queries
from shudao.contexts.licences.services import issue as issuing
from shudao.contexts.licences.services import qr, registry, verify
from shudao.contexts.licences.services import revoke as revoking
from shudao.foundation.audit.contracts import Actor
from shudao.kernel import time
from shudao.kernel.texts import Text

NO_TITLE = Text("")


def types() -> tuple[contracts.LicenceType, ...]:
    """Return every licence type, in the registry's order."""
    return registry.types()


def licence_type(code: str) -> contracts.LicenceType:
    """Return one licence type. Raises UnknownLicenceType."""
    return registry.licence_type(code)


def issue(
    *,
    type_code: str,
    holder_kind: str,
    holder: str,
    holder_name: str,
    case: str,
    task_code: str,
    fields: Mapping[str, str],
    division: str,
    department: str,
    valid_from: date,
    valid_to: date | None,
    title: Text = NO_TITLE,
    acting: Actor,
    now: datetime,
    key: str,
) -> contracts.Licence:
    """
    Issue a licence with its signed twin, in the caller's transaction.

    Args:
        holder: Person key or credit code, as `holder_kind` ("person", "company") says; never a resident ID.
        fields: Field name → value, all of them fields of the type, its required ones included.
        valid_to: Last local day it counts; None for the type's own period, without end where that is 0.
        title: What it is called, where one type serves several papers; "" for the type's name.
        key: Idempotency key; a repeat returns the first licence.

    Raises:
        UnknownLicenceType: the type is not in the registry.
        LicenceFieldsWrong: a field is missing, foreign, or the holder's kind is wrong.

    Emits:
        LicenceIssued, after commit.
    """
    asked = issuing.Issue(
        type_code=type_code,
        holder_kind=holder_kind,
        holder=holder,
        holder_name=holder_name,
        case=case,
        task_code=task_code,
        fields=dict(fields),
        division=division,
        department=department,
        valid_from=valid_from,
        valid_to=valid_to,
        title=title,
    )
    return issuing.issue(asked, acting=acting, now=now, key=key)


def get(number: str) -> contracts.Licence:
    """Return one licence whatever its state; the caller checks who asks. Raises LicenceNotFound."""
    return queries.get(number, now=time.now())


def find(*, holder: str, type_code: str, now: datetime | None = None) -> list[contracts.Licence]:
    """Return the holder's licences of one type that count at `now` (the present by default), newest first."""
    return queries.find(holder=holder, type_code=type_code, now=now or time.now())


def find_all(*, holders: tuple[str, ...], now: datetime | None = None) -> list[contracts.Licence]:
    """Return every licence of these holders that counts at `now`, newest first, by one query."""
    return queries.find_all(holders=holders, now=now or time.now())


def mine(holder: str) -> list[contracts.Licence]:
    """Return all licences of a person key or credit code, the expired and revoked too, newest first."""
    return queries.mine(holder, now=time.now())


def revoke(*, number: str, reason: str, acting: Actor, now: datetime, key: str) -> contracts.Licence:
    """
    Withdraw a licence; it verifies as revoked from this moment.

    Raises:
        LicenceNotFound: no such number. AlreadyRevoked: it was withdrawn before. Invalid: no reason.
        Forbidden: only a reviewer of the issuing department (or the platform) withdraws.

    Emits:
        LicenceRevoked, after commit.
    """
    return revoking.revoke(number=number, reason=reason, acting=acting, now=now, key=key)


def verify_number(number: str, *, now: datetime | None = None) -> contracts.Verdict:
    """
    Say whether the licence of this number counts at `now` (the present by default).

    The register's own row is held against its signed twin: a changed row is `altered`, naming the fields. Never raises
    for an unknown number; strangers' details in `shown` are masked.
    """
    return verify.by_number(number, now=now or time.now())


def verify_twin(twin: str, *, now: datetime | None = None) -> contracts.Verdict:
    """Say whether this signed text, or the address that carries it after `#`, is unaltered, ours and counts."""
    return verify.by_twin(twin, now=now or time.now())


def qr_svg(number: str, *, base: str = "") -> str:
    """
    Return the licence's QR code as an inline SVG element.

    It holds `<base>/verify/<number>#<twin>`: a phone opens the page, an offline checker reads what follows the `#`,
    which no browser sends. `base` is the site's origin, e.g. "https://zwfw.example". Raises LicenceNotFound.
    """
    return qr.svg(number, base=base)

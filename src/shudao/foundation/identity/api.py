"""
The door of identity: departments, people, companies, accounts, rights and sign-in.

People are named by their key, the keyed hash of the resident ID. A name leaves this room unmasked only for those who
handle the case; a whole resident ID only one at a time, with a reason, into the audit trail.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.contrib import auth
from django.http import HttpRequest

from shudao.foundation.audit.contracts import NOBODY, Actor
from shudao.foundation.identity.adapters import vault as _vault
from shudao.foundation.identity.contracts import AccountRow, Company, Department, Person
from shudao.foundation.identity.queries import accounts as _account_queries
from shudao.foundation.identity.queries import departments as _department_queries
from shudao.foundation.identity.rules import credit_codes as _credit_codes
from shudao.foundation.identity.rules import kinds as _kinds
from shudao.foundation.identity.rules import masking as _masking
from shudao.foundation.identity.rules import resident_ids as _resident_ids
from shudao.foundation.identity.services import accounts as _accounts
from shudao.foundation.identity.services import companies as _companies
from shudao.foundation.identity.services import departments as _departments
from shudao.foundation.identity.services import find_people as _find_people
from shudao.foundation.identity.services import grants as _grants
from shudao.foundation.identity.services import people as _people
from shudao.foundation.identity.services import rights as _rights
from shudao.foundation.identity.services import sign_in as _sign_in
from shudao.kernel import time
from shudao.kernel.paging import Page
from shudao.kernel.texts import Text

# ---- departments ----------------------------------------------------------------------------------------------------


def department(code: str) -> Department:
    """Return the department with this credit code. Raises UnknownDepartment."""
    return _department_queries.one(code)


def find_departments(codes: Iterable[str]) -> dict[str, Department]:
    """Return departments by code; unknown codes are left out. A query per 500 codes."""
    return _department_queries.many(codes)


def departments(*, division: str | None = None, kind: str | None = None, level: int | None = None) -> list[Department]:
    """
    Return departments by division and kind, those that match everything given.

    Args:
        division: Exactly this division (12 digits), not its subtree.
        kind: Short code of the kind of body, as "ga" or "mz".
        level: Level of the division, 1 province … 5 village.
    """
    return _department_queries.listing(division=division, kind=kind, level=level)


def responsible(kind: str, division: str) -> Department | None:
    """Return the division's body of the kind, else that of the nearest division above; None where there is none."""
    return _department_queries.responsible(kind, division)


def department_code(kind: str, division: str) -> str:
    """Return the generated credit code of a division's body, loaded or not. Raises KeyError for an unknown kind."""
    return _kinds.code(_kinds.BY_CODE[kind], division)


def kind_names() -> dict[str, Text]:
    """Return what each kind of body is called in lists, by its short code, in the fixed order."""
    return dict(_kinds.TITLES)


def load_departments(*, told: _departments.Told = lambda done, total: None) -> int:
    """Generate the bodies of all divisions that are loaded and counted; again changes nothing. Returns how many."""
    return _departments.load(told=told)


# ---- people and companies -------------------------------------------------------------------------------------------


def register_person(*, resident_id: str, name: str, phone: str, acting: Actor, now: datetime, key: str) -> Person:
    """
    Register a citizen; one who is registered already is found again.

    Args:
        resident_id: 18 characters in any writing; kept sealed.
        name: As on the identity card.
        phone: Mobile, or fixed line with area code. Of one registered already it changes only for staff and for
            the person.
        acting: Whoever does it; nobody signed in is allowed.
        now: Aware, UTC.
        key: Idempotency key.

    Raises:
        Invalid: fields `resident_id`, `name`, `phone`.
        NotTheSamePerson: registered under another name.
        KeyReused: the key was used for other particulars.
    """
    return _people.register(resident_id=resident_id, name=name, phone=phone, acting=acting, now=now, key=key)


def person(key: str) -> Person:
    """Return a person by key. Raises PersonNotFound."""
    return _find_people.person(key)


def find_persons(keys: Iterable[str]) -> dict[str, Person]:
    """Return persons by key; unknown keys are left out. A query per 500 keys."""
    return _find_people.find(keys)


def person_key(resident_id: str) -> str:
    """Return the key that belongs to a resident ID (32 hexadecimal digits), registered or not: the pool's key too."""
    return _vault.person_key(resident_id)


def person_by_id(resident_id: str) -> Person | None:
    """Return the person registered with this resident ID, None where there is none."""
    return _find_people.by_resident_id(resident_id)


def reveal_id(key: str, *, acting: Actor, reason: str, now: datetime, case: str = "") -> str:
    """
    Return a whole resident ID, for clerks, reviewers and the person themself. Audited, with the case
    it is for, before it is opened.

    Raises:
        Invalid: field `reason`: at least four characters.
        PersonNotFound: absent, or the one who asks may not.
    """
    return _people.reveal(key, acting=acting, reason=reason, now=now, case=case)


def resident_id_for_exchange(key: str, *, case: str, acting: Actor, now: datetime) -> str:
    """
    Return a whole resident ID to call the gateway with, for a case. Audited; keep it in memory alone.

    Raises:
        Invalid: field `case`: a call needs one.
        PersonNotFound: absent, or neither staff nor the person asks.
    """
    return _people.for_exchange(key, case=case, acting=acting, now=now)


def register_company(
    *, code: str, name: str, representative: str, acting: Actor, now: datetime, key: str, person: str | None = None
) -> Company:
    """
    Register a company, or bring its name and representative up to date; by staff or the platform.

    Args:
        code: Unified social credit code.
        name: Full name.
        representative: Name of the legal representative; kept sealed.
        acting: Staff or SYSTEM.
        now: Aware, UTC.
        key: Idempotency key.
        person: Key of the legal representative as a registered person, who may then act for the company.

    Raises:
        Invalid: fields `code`, `name`, `representative`.
        Forbidden: by an applicant.
        PersonNotFound: `person` is not registered.
    """
    return _companies.register(
        code=code, name=name, representative=representative, person=person, acting=acting, now=now, key=key
    )


def link_company(*, code: str, person: str, position: str, acting: Actor, now: datetime) -> None:
    """
    Let a person act for a company; again changes nothing.

    Args:
        code: Credit code of a registered company.
        person: Key of a registered person.
        position: "legal_representative" (staff only) or "agent".
        acting: Staff, SYSTEM or the legal representative.
        now: Aware, UTC.

    Raises:
        CompanyNotFound: absent, or not the acting person's.
        PersonNotFound: absent.
    """
    _companies.link(code=code, person=person, position=position, acting=acting, now=now)


def company(code: str) -> Company:
    """Return a company by credit code. Raises CompanyNotFound."""
    return _find_people.company(code)


def find_companies(codes: Iterable[str]) -> dict[str, Company]:
    """Return companies by code; unknown codes are left out. A query per 500 codes."""
    return _find_people.find_companies(codes)


def companies_of(person_key: str) -> list[Company]:
    """Return the companies that a person may act for, by code."""
    return _find_people.companies_of(person_key)


def acting_for(actor: Actor, company: str) -> Actor:
    """Return the same actor acting for a company. Raises CompanyNotFound where it is not theirs to act for."""
    return _companies.acting_for(actor, company)


# ---- accounts, rights, sign-in --------------------------------------------------------------------------------------


def create_account(
    *,
    username: str,
    password: str | None,
    name: str,
    acting: Actor,
    now: datetime,
    person: str | None = None,
) -> Actor:
    """
    Open an account: an applicant's where `person` is given, else one of staff that has no right yet.

    Args:
        username: 1–64 characters without spaces; case and full-width writing make no difference. Not a resident ID.
        password: None until one is set: nobody can sign in.
        name: To show.
        acting: A system administrator or SYSTEM; nobody signed in, for an applicant's own account.
        now: Aware, UTC.
        person: Key of a registered person.

    Raises:
        AlreadyThere: the user name is taken, or the person has an applicant's account.
        Invalid: fields `username`, `password`, `name`.
        PersonNotFound: `person` is not registered.
    """
    return _accounts.create(username=username, password=password, person=person, name=name, acting=acting, now=now)


def account_of(person_key: str) -> str | None:
    """Return the public id of a person's applicant account, or None where there is none open."""
    return _account_queries.account_of(person_key)


def close_account(*, account: str, reason: str, acting: Actor, now: datetime) -> None:
    """Close an account, never one's own; its sessions end. Raises AccountNotFound, OwnRights, Forbidden."""
    _accounts.close(account=account, reason=reason, acting=acting, now=now)


def set_password(*, account: str, password: str, acting: Actor, now: datetime) -> None:
    """Set one's own password, or another's as system administrator; open sessions end. Raises Invalid, Forbidden."""
    _accounts.set_password(account=account, password=password, acting=acting, now=now)


def accounts(
    *, acting: Actor, text: str = "", ids: Iterable[str] = (), page: int = 1, size: int = 20
) -> Page[AccountRow]:
    """Return accounts by user name, open or closed, all or those with `ids`. Raises Forbidden: not an administrator."""
    return _account_queries.listing(acting=acting, text=text, ids=tuple(ids), page=page, size=size)


def grant_role(
    *, account: str, role: str, department: str | None, division: str | None, acting: Actor, now: datetime
) -> None:
    """
    Give an account a right; again changes nothing.

    Args:
        account: Public id; never the acting one's own, nor of the same person.
        role: A `contracts.Role`.
        department: Credit code; None for every department.
        division: Root of the subtree, 12 digits; None for everywhere.
        acting: A security administrator whose own right covers department and division, or SYSTEM.
        now: Aware, UTC.

    Raises:
        OwnRights: for oneself.
        AdministratorsAreThree: a second of system, security and audit administrator for one person.
        AccountNotFound, UnknownDepartment, DivisionNotFound, Invalid, SignInNeeded, Forbidden.
    """
    _grants.grant(account=account, role=role, department=department, division=division, acting=acting, now=now)


def revoke_role(
    *,
    account: str,
    role: str,
    department: str | None,
    division: str | None,
    reason: str,
    acting: Actor,
    now: datetime,
) -> None:
    """Take exactly this right from an account, effective at once; again changes nothing. Raises as grant_role."""
    _grants.revoke(
        account=account,
        role=role,
        department=department,
        division=division,
        reason=reason,
        acting=acting,
        now=now,
    )


def actor(account: str) -> Actor:
    """Return who an open account acts as, with its rights of this moment. Raises AccountNotFound."""
    return _account_queries.actor(account)


def actor_of_user(user: Any) -> Actor:
    """Return who Django's user acts as: NOBODY for its anonymous one."""
    return _account_queries.actor_of_user(user)


def check_password(username: str, password: str, *, address: str = "", now: datetime | None = None) -> Actor:
    """
    Return who signs in. Each attempt counts for the account and the address; success takes it back.

    Args:
        username: In any writing that `create_account` takes for the same.
        password: As typed.
        address: Of the network peer; "" counts for the account alone.
        now: Aware, UTC; the kernel's by default.

    Raises:
        SignInRefused: they do not go together; it never says which is wrong.
        SignInThrottled: too many attempts; `minutes` says how long the door stays closed.
    """
    return _sign_in.sign_in(username=username, password=password, address=address, now=now or time.now())[1]


def sign_in(request: HttpRequest, *, username: str, password: str) -> Actor:
    """
    Check the password and begin a new session; `request.actor` is the account from here on. Raises as check_password.

    The session gets a new key, so one planted before the sign-in is worth nothing.
    """
    account, actor = _sign_in.sign_in(
        username=username, password=password, address=request.META.get("REMOTE_ADDR", ""), now=time.now()
    )
    auth.login(request, account)
    request.actor = actor  # type: ignore[attr-defined]
    return actor


def sign_out(request: HttpRequest) -> None:
    """End the session; `request.actor` is NOBODY from here on."""
    auth.logout(request)
    request.actor = NOBODY  # type: ignore[attr-defined]


def has_role(actor: Actor, role: str, *, department: str | None = None, division: str | None = None) -> bool:
    """
    Return whether the actor has the role for this department and this division, as far as they are given.

    A right without department or division covers all; one with a division covers its subtree. SYSTEM has every role.
    """
    return _rights.has_role(actor, role, department=department, division=division)


def require(actor: Actor, role: str, *, department: str | None = None, division: str | None = None) -> None:
    """Return if `has_role`. Raises SignInNeeded for nobody, Forbidden for somebody else."""
    _rights.require(actor, role, department=department, division=division)


def scope(actor: Actor, role: str) -> list[tuple[str | None, str | None]]:
    """Return (department, root of the subtree) of each right of this role; None stands for all."""
    return _rights.scope(actor, role)


def is_credit_code(code: str) -> bool:
    """Return whether this is a unified social credit code with the right check character."""
    return _credit_codes.is_valid(_credit_codes.normalise(code))


def generated_credit_code(*, prefix: str, serial: int, region: str = "519901") -> str:
    """Return the credit code of a made-up body (91 company); the same serial gives the same code."""
    return _credit_codes.generate(prefix=prefix, region=region, serial=serial)


def resident_id_check_digit(first17: str) -> str:
    """Return the 18th character of a resident ID, for generated people (region 5199xx)."""
    return _resident_ids.check_digit(first17)


def masked_id(resident_id: str) -> str:
    """Return a resident ID as it may be shown."""
    return _masking.resident_id(_resident_ids.normalise(resident_id))


def masked_name(name: str) -> str:
    """Return a name of which only the first character shows."""
    return _masking.name(name)

"""The door to the life of a matter: draft, review, publish, revise, suspend, resume, cancel; and who follows."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from shudao.contexts.matters.contracts import (
    Adoption,
    AdoptionState,
    BasicItem,
    Differing,
    FieldDifference,
    Implementation,
    ItemLife,
    MatterFields,
    Revision,
    RevisionState,
)
from shudao.contexts.matters.queries import deciding as _deciding
from shudao.contexts.matters.queries import life as _life
from shudao.contexts.matters.queries import offers as _offers
from shudao.contexts.matters.rules import comparing as _comparing
from shudao.contexts.matters.services import adopting as _adopting
from shudao.contexts.matters.services import allowing as _allowing
from shudao.contexts.matters.services import publishing as _publishing
from shudao.contexts.matters.services import revising as _revising
from shudao.contexts.matters.services import standing as _standing
from shudao.foundation.audit.contracts import Actor
from shudao.kernel.paging import Page

# ---- reading --------------------------------------------------------------------------------------------------------


def item_life(catalog_code: str) -> ItemLife:
    """Return how a basic item (12 digits) stands, with its versions. Raises MatterNotFound."""
    return _life.life(catalog_code)


def item_at(catalog_code: str, version: int) -> BasicItem:
    """Return one version of a basic item. Raises MatterNotFound."""
    return _life.item_at(catalog_code, version)


def compare_items(catalog_code: str, before: int, after: int) -> tuple[FieldDifference, ...]:
    """Return the fields in which two versions of a basic item differ, in the guide's order. Raises MatterNotFound."""
    return _comparing.differences(_life.item_at(catalog_code, before), _life.item_at(catalog_code, after))


def compare_implementations(task_code: str, before: int, after: int) -> tuple[FieldDifference, ...]:
    """Return the fields in which two versions of an implementation differ. Raises MatterNotFound."""
    return _comparing.differences(_offers.implementation(task_code, before), _offers.implementation(task_code, after))


def differences(before: MatterFields, after: MatterFields) -> tuple[FieldDifference, ...]:
    """Return the fields in which two matters differ, in the guide's order, values in words."""
    return _comparing.differences(before, after)


def revisions(
    *,
    kinds: Iterable[str] | None = None,
    state: RevisionState | None = None,
    text: str = "",
    page: int = 1,
    size: int = 20,
) -> Page[Revision]:
    """
    Return one page of revisions, the latest changed first.

    Args:
        kinds: Business lines ("mz"); None for all.
        state: None for all.
        text: Part of the name, or the whole code; "" for all.
        page: From 1.
        size: 1–200.
    """
    return _life.revisions(kinds, state, text, page, size)


def revision(number: str) -> Revision:
    """Return one revision. Raises NotFound."""
    return _life.revision(number)


def adoptions(
    *,
    bodies: Iterable[str] | None = None,
    item: str = "",
    state: AdoptionState | None = None,
    page: int = 1,
    size: int = 20,
) -> Page[Adoption]:
    """
    Return one page of what bodies owe to new versions, the first due first.

    Args:
        bodies: Credit codes; None for all.
        item: Catalogue code; "" for all.
        state: None for all.
        page: From 1.
        size: 1–200.
    """
    return _life.adoptions(bodies, item, state, page, size)


def adoption(number: str) -> Adoption:
    """Return one adoption. Raises NotFound."""
    return _life.adoption(number)


def adoption_counts(catalog_code: str) -> dict[AdoptionState, int]:
    """Return how many bodies are in each state about the item's accepted version."""
    return _life.adoption_counts(catalog_code)


def decided_by(body: str, catalog_code: str) -> list[str]:
    """Return the implementations by division that a body decides about: its own and those entrusted."""
    return [one.task_code for one in _deciding.decided_by(body, catalog_code)]


def deciding_body(matter: Implementation) -> str:
    """Return the credit code of the body that decides about an implementation: its own, or who entrusted it."""
    return _deciding.Deciders(matter.department_kind).of(matter.body_kind, matter.department, matter.division)


def keeps_item(acting: Actor, department_kind: str) -> bool:
    """Return whether the actor may revise, review, suspend or cancel basic items of a business line."""
    return _allowing.keeps_item(acting, department_kind)


def answers_for(acting: Actor, body: str, division: str) -> bool:
    """Return whether the actor decides for a body about new versions."""
    return _allowing.answers_for(acting, body, division)


# ---- revising -------------------------------------------------------------------------------------------------------


def begin_revision(*, catalog_code: str, acting: Actor, now: datetime, key: str) -> Revision:
    """
    Begin a revision of an item with its accepted version, as a draft.

    Args:
        catalog_code: 12 digits.
        acting: A matter manager of the item's provincial department or of the service office, or the data bureau.
        now: Aware, UTC.
        key: Idempotency key.

    Raises:
        RevisionOpen: another one is under way. ItemStateWrong: it is cancelled. MatterNotFound. Forbidden,
            SignInNeeded.
    """
    return _revising.begin(catalog_code=catalog_code, acting=acting, now=now, key=key)


def draft_item(*, item: BasicItem, acting: Actor, now: datetime, key: str) -> Revision:
    """Begin a new item as a draft. Raises CodeTaken, RevisionOpen, Forbidden, SignInNeeded."""
    return _revising.draft(item=item, acting=acting, now=now, key=key)


def save_revision(*, number: str, item: BasicItem, note: str, acting: Actor, now: datetime, key: str) -> Revision:
    """
    Keep what was written of a draft; codes and business line stay as they are. A draft may break rules.

    Raises:
        AlreadyDecided: it is no draft. NotFound. Forbidden, SignInNeeded.
    """
    return _revising.save(number=number, item=item, note=note, acting=acting, now=now, key=key)


def submit_revision(*, number: str, note: str = "", acting: Actor, now: datetime, key: str) -> Revision:
    """
    Hand a draft to somebody else's review; `note` says what is revised and why.

    Raises:
        RevisionInvalid: each field that breaks a rule of the library or cites what is not in force, or `note`.
        RevisionStale: the item has a newer version. AlreadyDecided: it is no draft. NotFound. Forbidden, SignInNeeded.
    """
    return _revising.submit(number=number, note=note, acting=acting, now=now, key=key)


def return_revision(*, number: str, reason: str, acting: Actor, now: datetime, key: str) -> Revision:
    """Make what is under review or scheduled a draft again. Raises RevisionInvalid (`reason`), as `save_revision`."""
    return _revising.give_back(number=number, reason=reason, acting=acting, now=now, key=key)


def withdraw_revision(*, number: str, reason: str, acting: Actor, now: datetime, key: str) -> Revision:
    """Give up what is not published yet. Raises RevisionInvalid (`reason`); else as `save_revision`."""
    return _revising.withdraw(number=number, reason=reason, acting=acting, now=now, key=key)


def approve_revision(
    *, number: str, effective_on: date | None = None, acting: Actor, now: datetime, key: str
) -> Revision:
    """
    Publish what somebody else wrote and submitted: at once, or on a later local day.

    Each body that carries the item out then owes an answer within ten working days (duty `matters.adopt`). Revisions
    that were owed because of the law are done (duty `matters.revise`).

    Args:
        number: The revision's.
        effective_on: The first local day it holds; None or a past day means now.
        acting: As for `begin_revision`, neither the author nor who submitted it.
        now: Aware, UTC.
        key: Idempotency key.

    Raises:
        SamePerson. RevisionInvalid, RevisionStale. AlreadyDecided: not under review. NotFound. Forbidden, SignInNeeded.

    Emits:
        ItemPublished, after commit, when its day has come.
    """
    return _revising.approve(number=number, effective_on=effective_on, acting=acting, now=now, key=key)


def publish_revisions(*, now: datetime) -> int:
    """Publish every approved revision whose day has come; return how many. Runs by itself. Emits ItemPublished."""
    return _publishing.publish_due(now=now)


def change_item_state(
    *, catalog_code: str, state: str, reason: str, acting: Actor, now: datetime, key: str
) -> ItemLife:
    """
    Suspend ("2"), resume ("1") or cancel ("3") an item, and with it all that is carried out of it, at once.

    Cases under way keep the version that they were opened under.

    Raises:
        ItemStateWrong: not from the present state. RevisionInvalid: no `reason`. MatterNotFound. Forbidden,
            SignInNeeded.

    Emits:
        ItemStateChanged, after commit.
    """
    return _standing.change(catalog_code=catalog_code, state=state, reason=reason, acting=acting, now=now, key=key)


# ---- following ------------------------------------------------------------------------------------------------------


def accept_version(*, number: str, acting: Actor, now: datetime, key: str) -> Adoption:
    """
    Take the new version for all that the body decides about; what it had set for itself stays.

    Args:
        number: The adoption's.
        acting: A matter manager of the body.
        now: Aware, UTC.
        key: Idempotency key.

    Raises:
        AdoptionInvalid: what the body had set breaks a rule with the new version; `differ_from_version` replaces it.
        AlreadyDecided. NotFound. Forbidden, SignInNeeded.

    Emits:
        ImplementationChanged, after commit.
    """
    return _adopting.accept(number=number, acting=acting, now=now, key=key)


def differ_from_version(*, number: str, wanted: Differing, acting: Actor, now: datetime, key: str) -> Adoption:
    """
    Take the new version with differences: only fields that places may set, each with the reason.

    Raises:
        AdoptionInvalid: fields that no place may set, that do not fit or break a rule, or `reason`; else as
            `accept_version`.

    Emits:
        ImplementationChanged, after commit.
    """
    return _adopting.differ(number=number, wanted=wanted, acting=acting, now=now, key=key)


def set_own_fields(
    *,
    catalog_code: str,
    body: str,
    wanted: Differing,
    drop: Iterable[str] = (),
    acting: Actor,
    now: datetime,
    key: str,
) -> int:
    """
    Change what a body has set for itself, on the versions that it has; return how many implementations changed.

    Args:
        catalog_code: 12 digits.
        body: Credit code of the body that decides.
        wanted: Fields to set; none to drop only.
        drop: Fields to take from the standard again.
        acting: A matter manager of the body.
        now: Aware, UTC.
        key: Idempotency key.

    Raises:
        AdoptionInvalid, MatterNotFound, Forbidden, SignInNeeded.

    Emits:
        ImplementationChanged, after commit.
    """
    return _adopting.set_own(
        catalog_code=catalog_code, body=body, wanted=wanted, drop=tuple(drop), acting=acting, now=now, key=key
    )

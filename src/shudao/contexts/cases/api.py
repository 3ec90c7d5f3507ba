"""The door of the cases room: from a draft to a delivered result. Who may act is in `queries/access.py`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from shudao.contexts.cases import contracts
from shudao.contexts.cases.queries import assessment, drafts, lists, views
from shudao.contexts.cases.services import (
    accept as accepting,
)
from shudao.contexts.cases.services import (
    attach as attaching,
)
from shudao.contexts.cases.services import (
    check_in as checking_in,
)
from shudao.contexts.cases.services import (
    decide as deciding,
)
from shudao.contexts.cases.services import (
    deliver as delivering,
)
from shudao.contexts.cases.services import (
    intake as taking_in,
)
from shudao.contexts.cases.services import (
    planning,
)
from shudao.contexts.cases.services import (
    refuse_acceptance as refusing,
)
from shudao.contexts.cases.services import (
    resolve as resolving,
)
from shudao.contexts.cases.services import (
    review as reviewing,
)
from shudao.contexts.cases.services import (
    save_draft as saving,
)
from shudao.contexts.cases.services import (
    start_draft as starting,
)
from shudao.contexts.cases.services import (
    submit as submitting,
)
from shudao.contexts.cases.services import (
    supplement as supplementing,
)
from shudao.contexts.cases.services import (
    suspend as suspending,
)
from shudao.contexts.cases.services import (
    track as tracking,
)
from shudao.foundation.audit.contracts import Actor
from shudao.foundation.files.contracts import StoredFile
from shudao.kernel.paging import Page


def plan(*, task_code: str, applicant: str, company: str = "", acting: Actor, now: datetime) -> contracts.Plan:
    """
    Say which materials the platform will get itself and which the applicant must bring, without fetching anything.
    Raises MatterNotFound.
    """
    return planning.plan(task_code=task_code, applicant=applicant, company=company, acting=acting, now=now)


def start_draft(
    *,
    task_code: str,
    applicant: str,
    company: str = "",
    channel: str = "online",
    place: str = "",
    delivery: str = "online",
    acting: Actor,
    now: datetime,
    key: str,
) -> contracts.Draft:
    """
    Start an application.

    Args:
        task_code: Of the implementation in use.
        applicant: Person key: the one acting, or whom the clerk serves.
        company: Credit code where the matter is a company's and the applicant may act for it.
        channel: "online" by the applicant, "window" by a clerk.
        place: Service point or division (12 digits) where it is prepared; "" for the implementing division.
        delivery: "online", "pickup" or "post".
        key: Idempotency key; a repeat returns the first draft.

    Raises:
        MatterNotOffered: that place does not offer the matter. Invalid: not for this kind of applicant.
        OnlineNotOffered, SignInNeeded, Forbidden.
    """
    return starting.start_draft(
        starting.Start(
            task_code=task_code,
            applicant=applicant,
            company=company,
            channel=channel,
            place=place,
            delivery=delivery,
        ),
        acting=acting,
        now=now,
        key=key,
    )


def intake(
    *,
    task_code: str,
    resident_id: str,
    name: str,
    phone: str,
    company: str = "",
    place: str,
    delivery: str = "online",
    acting: Actor,
    now: datetime,
    key: str,
) -> contracts.Draft:
    """
    Start an application at a window for somebody with a resident ID, known here or registered now.

    The clerk may take any department's matter that the division of `place` offers.

    Raises:
        Invalid: the ID, name or phone is wrong. Forbidden: not a clerk of that division. As `start_draft`.
    """
    who = taking_in.Visitor(resident_id=resident_id, name=name, phone=phone)
    return taking_in.intake(
        who, task_code=task_code, company=company, place=place, delivery=delivery, acting=acting, now=now, key=key
    )


def save_draft(
    *,
    draft: str,
    data: Mapping[str, object] | None = None,
    delivery: str | None = None,
    acting: Actor,
    now: datetime,
) -> contracts.Draft:
    """Keep what was filled in so far, complete or not; the last save wins. Raises CaseNotFound, Invalid."""
    return saving.save_draft(draft=draft, data=data, delivery=delivery, acting=acting, now=now)


def resolve_materials(*, draft: str, acting: Actor, now: datetime) -> contracts.Draft:
    """
    Find every material at its best source: a licence issued here, a granted resource, the applicant's library.

    What no source gives is asked of the applicant, and `why` says so. A source that fails never raises. Uploaded files
    stay. The calls leave outside any transaction.

    Raises:
        CaseNotFound.
    """
    return resolving.resolve_materials(draft=draft, acting=acting, now=now)


def attach(*, draft: str, material: str, file: StoredFile, acting: Actor, now: datetime) -> contracts.Draft:
    """Give a stored file as a material, also in place of a fetched one. Raises CaseNotFound, Invalid."""
    return attaching.attach(draft=draft, material=material, file=file, acting=acting, now=now)


def submit(*, draft: str, acting: Actor, now: datetime, key: str) -> contracts.CaseOpened:
    """
    Open the case: form valid, required materials there, number given, receipt sent.

    A material marked 容缺 may follow later. At a window the visit is noted.

    Args:
        key: Idempotency key; a repeat returns the same number and secret.

    Raises:
        FormInvalid: the form breaks its schema. MaterialMissing. MatterNotOffered: no longer in use. CaseNotFound.
        NumbersUsedUp.

    Emits:
        CaseReceived, after commit.
    """
    return submitting.submit(draft=draft, acting=acting, now=now, key=key)


def accept(*, case: str, acting: Actor, now: datetime, key: str) -> contracts.CaseRow:
    """
    Accept a received case: the legal and the promised clock start on the next working day.

    Raises:
        CaseNotFound, Forbidden: only clerks of the division and officers of the department. StepNotAllowed.

    Emits:
        CaseAccepted, after commit.
    """
    return accepting.accept(case=case, acting=acting, now=now, key=key)


def refuse_acceptance(
    *, case: str, reason: str, remedy: str, acting: Actor, now: datetime, key: str
) -> contracts.CaseRow:
    """
    Refuse to accept, with the reason and what the applicant can do instead; the case ends.

    Raises:
        Invalid: no reason or remedy. CaseNotFound, Forbidden, StepNotAllowed.

    Emits:
        CaseRejected, after commit.
    """
    return refusing.refuse_acceptance(case=case, reason=reason, remedy=remedy, acting=acting, now=now, key=key)


def return_for_supplement(
    *, case: str, materials: tuple[str, ...], note: str, acting: Actor, now: datetime, key: str
) -> contracts.CaseRow:
    """
    Tell the applicant at once everything that is missing (补正), before acceptance: no clock runs until it came.

    Args:
        materials: Codes of materials to bring; may be empty when `note` says what is to be done.

    Raises:
        AlreadyAskedOnce: one notice a case (Licensing Law art. 32). Invalid, CaseNotFound, Forbidden, StepNotAllowed.

    Emits:
        CaseSupplementAsked, after commit.
    """
    return supplementing.ask(case=case, materials=materials, note=note, acting=acting, now=now, key=key)


def supplement(
    *,
    case: str,
    files: Mapping[str, StoredFile],
    note: str = "",
    place: str = "",
    acting: Actor,
    now: datetime,
    key: str,
) -> contracts.CaseRow:
    """
    Give what was asked for, by a notice or as a material that may follow (容缺): material code → stored file.

    Args:
        place: Service point or division where it was handed in; a visit. "" when it came on line.

    Raises:
        MaterialMissing: something asked for is not among the files. CaseNotFound, StepNotAllowed.

    Emits:
        CaseSupplemented, after commit.
    """
    return supplementing.give(case=case, files=files, note=note, place=place, acting=acting, now=now, key=key)


def review(*, case: str, opinion: str = "", acting: Actor, now: datetime, key: str) -> contracts.CaseRow:
    """Take an accepted case into review, or add an opinion. Raises CaseNotFound, Forbidden, StepNotAllowed."""
    return reviewing.review(case=case, opinion=opinion, acting=acting, now=now, key=key)


def suspend(*, case: str, reason: str, basis: str, acting: Actor, now: datetime, key: str) -> contracts.CaseRow:
    """
    Stop the clocks for a procedure that the law leaves out of the time limit.

    Args:
        reason: A value of `clocks.contracts.PauseReason` (hearing, inspection, expert review …).
        basis: The notice that told the applicant how long it will take.

    Raises:
        NotAPauseReason, Invalid, CaseNotFound, Forbidden, StepNotAllowed.
    """
    return suspending.suspend(case=case, reason=reason, basis=basis, acting=acting, now=now, key=key)


def resume(*, case: str, acting: Actor, now: datetime, key: str) -> contracts.CaseRow:
    """Let the clocks of a suspended case run again; it is in review. Raises CaseNotFound, Forbidden, StepNotAllowed."""
    return suspending.resume(case=case, acting=acting, now=now, key=key)


def decide(
    *, case: str, decision: str, opinion: str, basis: str, remedy: str = "", acting: Actor, now: datetime, key: str
) -> contracts.CaseRow:
    """
    Decide an accepted case, once: clocks stop; approval issues the matter's licence in the same transaction.

    Args:
        decision: "approve" or "refuse".
        opinion: Always; shown to the applicant.
        basis: The article it rests on; needed for a refusal.
        remedy: What the applicant can do against a refusal; needed for one.
        key: Idempotency key; a repeat returns the first result.

    Raises:
        StepNotAllowed: another officer was first (409). SamePersonTwice: who accepted does not decide.
        MaterialMissing: a material accepted as to follow (容缺) is still missing. Invalid, CaseNotFound, Forbidden.

    Emits:
        CaseDecided, after commit; CaseDelivered too where the result is delivered on line.
    """
    verdict = deciding.Verdict(decision=decision, opinion=opinion, basis=basis, remedy=remedy)
    return deciding.decide(verdict, case=case, acting=acting, now=now, key=key)


def deliver(*, case: str, how: str = "", place: str = "", acting: Actor, now: datetime, key: str) -> contracts.CaseRow:
    """
    Note that the result reached the applicant.

    Args:
        how: "online", "pickup" or "post"; "" for what the applicant chose. Only a pick-up is a visit.
        place: Where it was picked up.

    Raises:
        StepNotAllowed: not decided, or delivered before. CaseNotFound, Forbidden, Invalid.

    Emits:
        CaseDelivered, after commit.
    """
    return delivering.deliver(case=case, how=how, place=place, acting=acting, now=now, key=key)


def check_in(*, case: str, place: str, purpose: str, acting: Actor, now: datetime, key: str) -> contracts.CaseRow:
    """
    Note that the applicant came: a fact. Facts of one day at one place are one visit.

    Args:
        purpose: "submit", "supplement", "inspection", "pickup" or "other".

    Raises:
        Invalid, CaseNotFound, Forbidden.
    """
    return checking_in.check_in(case=case, place=place, purpose=purpose, acting=acting, now=now, key=key)


def draft(draft_id: str, *, acting: Actor) -> contracts.Draft:
    """Return a draft of the actor's, or one that a clerk prepares. Raises CaseNotFound."""
    return drafts.draft(draft_id, acting=acting)


def my_drafts(actor: Actor) -> tuple[contracts.Draft, ...]:
    """Return open drafts, a clerk's being those at the window: latest first, at most 50, `needs` left empty."""
    return drafts.my_drafts(actor)


def case(number: str, *, acting: Actor) -> contracts.CaseView:
    """Return a whole case. Raises CaseNotFound when absent or not the actor's to see."""
    return views.case(number, acting=acting)


def track(number: str, secret: str, *, now: datetime | None = None) -> contracts.Progress:
    """
    Say how a case stands to whoever has its number and secret.

    Raises:
        CaseNotFound: wrong number or secret. TooManyTries: ten wrong secrets for a number within 15 minutes.
    """
    return tracking.track(number, secret, now=now)


def my_cases(actor: Actor, *, page: int = 1, size: int = 20) -> Page[contracts.CaseRow]:
    """Return the cases of the signed-in person, or of the company acted for, latest first."""
    return lists.my_cases(actor, page=page, size=size)


def work_list(
    actor: Actor,
    filters: contracts.WorkFilter | None = None,
    *,
    page: int = 1,
    size: int = 20,
    now: datetime | None = None,
) -> Page[contracts.CaseRow]:
    """
    Return the cases that a clerk or reviewer may work on, filtered, sorted, paged; two queries whatever the size.

    Raises:
        SignInNeeded, Forbidden: not an officer. Invalid: a filter that does not exist.
    """
    return lists.work_list(actor, filters or contracts.WorkFilter(), page=page, size=size, now=now)


def work_counts(actor: Actor) -> dict[contracts.State, int]:
    """Return how many cases of the actor's work list stand in each state, by one query."""
    return lists.work_counts(actor)


def rateable(number: str, *, acting: Actor, secret: str = "", now: datetime | None = None) -> contracts.CaseRow:
    """Return a case to its applicant alone, signed in or by its secret. Raises CaseNotFound, TooManyTries."""
    return tracking.of_applicant(number, acting=acting, secret=secret, now=now)


def rows_for_assessment() -> Iterator[contracts.CaseFact]:
    """Yield every case as facts, in the order of numbers, in constant memory."""
    return assessment.rows()

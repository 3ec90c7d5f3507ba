"""The door to corrections, disputes and "who used my data"."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from shudao.contexts.exchange.contracts.disputes import (
    About,
    Claim,
    Correction,
    CorrectionState,
    DataUse,
    Delay,
    Dispute,
    DisputeState,
    Question,
    Tone,
    Verdict,
)
from shudao.contexts.exchange.queries import disputes as read
from shudao.contexts.exchange.queries import uses
from shudao.contexts.exchange.rules import disputing as rules
from shudao.contexts.exchange.services import (
    answering_corrections,
    arbitrating,
    correcting,
    delaying,
    disputing,
    questioning,
    telling,
)
from shudao.foundation.audit.contracts import Actor
from shudao.foundation.files.contracts import StoredFile
from shudao.kernel.paging import Page
from shudao.kernel.time import local_date

# ---- corrections ----------------------------------------------------------------------------------------------------


def report_correction(
    *,
    resource: str,
    field: str,
    claim: Claim,
    since: date | None = None,
    evidence: StoredFile | None = None,
    department: str = "",
    on_behalf: str = "",
    acting: Actor,
    now: datetime,
    key: str,
) -> Correction:
    """
    Say that a field is wrong (异议核实).

    Args:
        resource: Resource code.
        field: One of its items.
        claim: Kept sealed. A citizen's `identifier` is their own, or that of whom they act for, whatever is given.
        since: Local day from which on it has been wrong; None for ever.
        evidence: A stored file that shows it.
        department: Credit code of the reporting department; "" for a citizen.
        on_behalf: Number of the citizen's relation to whom they speak for; "" for themself.
        acting: A data officer or integrator of that department, or the citizen.
        now: Aware, UTC. The source has ten working days.
        key: Idempotency key.

    Raises:
        RequestInvalid: `fields` says what is wrong. NeverReceived: by that department. CorrectionOpen: the same waits.
        NotActing: the relation is over. NotFound: it is another's. ResourceUnknown, Forbidden.

    Emits:
        CorrectionAsked.

    Source:
        State Council Order 809 (2025), correction; PIPL art. 46; proved by tests/contexts/exchange/test_corrections.py
    """
    return correcting.report(
        resource=resource,
        field=field,
        claim=claim,
        since=since,
        evidence=evidence,
        department=department,
        on_behalf=on_behalf,
        acting=acting,
        now=now,
        key=key,
    )


def answer_correction(
    *,
    number: str,
    verdict: Verdict,
    opinion: str,
    basis: str = "",
    value: str = "",
    to: str = "",
    acting: Actor,
    now: datetime,
    key: str,
) -> Correction:
    """
    Answer as the source department.

    Args:
        number: The correction.
        verdict: CORRECTED: the pool's current snapshot holds the right value, which is looked up; REFUSED, with a
            basis; FORWARDED to the department whose data it is, which has ten working days of its own.
        opinion: What the source says, seen by the reporter: no personal data.
        basis: Legal basis of a refusal.
        value: What it is now, where that differs from what the reporter holds right.
        to: Credit code of the department to send it on to; none that had it already.
        acting: A data officer of the source, neither the reporter nor of the reporting department.
        now: Aware, UTC.
        key: Idempotency key.

    Raises:
        StillWrong: the pool does not hold the value. AlreadyAnswered. FourEyes. Forbidden. NotFound.
        RequestInvalid: no opinion, a refusal without basis or against a dispute's outcome, an unfit department.

    Emits:
        CorrectionDecided (reporter and receivers are told), or CorrectionAsked when sent on.
    """
    return answering_corrections.answer(
        number=number,
        verdict=verdict,
        opinion=opinion,
        basis=basis,
        value=value,
        to=to,
        acting=acting,
        now=now,
        key=key,
    )


def open_claim(*, number: str, reason: str, acting: Actor, now: datetime) -> Claim:
    """
    Return what a reporter wrote, whole, for the source department. The reason is in the trail before it is opened.

    Raises:
        RequestInvalid: field `reason`. Forbidden, FourEyes, NotFound.
    """
    return answering_corrections.open_claim(number=number, reason=reason, acting=acting, now=now)


def masked_claim(number: str) -> Claim:
    """Return a claim of which only first characters show, and nothing of its reasons. Raises NotFound."""
    claim = read.claim_of(read.correction_row(number))
    return Claim(rules.masked(claim.identifier), rules.masked(claim.wrong), rules.masked(claim.right), "")


def correction(number: str) -> Correction:
    """Return one correction. Raises NotFound."""
    return read.correction_of(read.correction_row(number))


def corrections(
    *,
    departments: Sequence[str] | None = None,
    person: str = "",
    state: CorrectionState | None = None,
    page: int = 1,
    size: int = 20,
) -> Page[Correction]:
    """Return a page of corrections, newest first: all, those that departments reported or owe, or a person's own."""
    return read.corrections(departments=departments, person=person, state=state, page=page, size=size)


# ---- disputes -------------------------------------------------------------------------------------------------------


def raise_dispute(*, about: About, subject: str, reason: str, acting: Actor, now: datetime, key: str) -> Dispute:
    """
    Bring a refused request or correction before the data bureau (争议协调), within 30 days.

    Args:
        about: Which kind was refused.
        subject: Its number.
        reason: Why the refusal is wrong; kept sealed.
        acting: Who was refused: a data officer or integrator of the department, or the citizen.
        now: Aware, UTC. The bureau has twenty working days (our figure).
        key: Idempotency key.

    Raises:
        NotRefused: not a refusal, or disputed already. TooLate. NoArbiter: no bureau is above both.
        NotFound: absent, or not the actor's. RequestInvalid: no reason. NotActing: asked for a company or a child for
            whom the actor may not act any more.

    Emits:
        DisputeRaised.
    """
    return disputing.raise_dispute(about=about, subject=subject, reason=reason, acting=acting, now=now, key=key)


def decide_dispute(
    *, number: str, verdict: DisputeState, opinion: str, basis: str = "", acting: Actor, now: datetime, key: str
) -> Dispute:
    """
    Decide a dispute.

    Args:
        number: The dispute.
        verdict: UPHELD: a correction waits again and cannot be refused; a request is made anew and the source owes the
            grant. REJECTED, with its basis. SETTLED: the sides agreed.
        opinion: What the bureau says.
        basis: Legal basis; a rejection needs one.
        acting: A data officer of the deciding bureau who is on neither side.
        now: Aware, UTC.
        key: Idempotency key.

    Raises:
        Partial: `acting` is of one of the sides. AlreadyAnswered, RequestInvalid, Forbidden, NotFound.

    Emits:
        DisputeDecided; both sides are told.
    """
    return arbitrating.decide(
        number=number, verdict=verdict, opinion=opinion, basis=basis, acting=acting, now=now, key=key
    )


def dispute(number: str) -> Dispute:
    """Return one dispute. Raises NotFound."""
    return read.dispute_of(read.dispute_row(number))


def dispute_reason(number: str) -> str:
    """Return what the asker wrote, for the sides and the bureau: the caller has looked who asks. Raises NotFound."""
    return read.reason_of(read.dispute_row(number))


def dispute_about(about: About, subject: str) -> Dispute | None:
    """Return the dispute about a request or correction, None where there is none."""
    return read.dispute_about(about, subject)


def may_dispute(decided_at: datetime | None, *, now: datetime) -> bool:
    """Return whether a refusal of that instant can still be disputed."""
    return decided_at is not None and rules.disputable(local_date(decided_at), local_date(now))


def disputes(
    *,
    departments: Sequence[str] | None = None,
    person: str = "",
    state: DisputeState | None = None,
    page: int = 1,
    size: int = 20,
) -> Page[Dispute]:
    """Return a page of disputes, newest first: all, those in which departments are a side or decide, or a person's."""
    return read.disputes(departments=departments, person=person, state=state, page=page, size=size)


def follow_dispute(*, request: str, grant: str, now: datetime) -> None:
    """Close what a dispute made a source owe, when the request it opened is granted. Runs by itself."""
    arbitrating.follow(request=request, grant=grant, now=now)


# ---- who used my data -----------------------------------------------------------------------------------------------


def uses_of(
    subject: str, *, department: str = "", since: date | None = None, until: date | None = None, now: datetime
) -> list[DataUse]:
    """
    Return who got data about a subject, newest first, at most a thousand.

    Args:
        subject: Keyed hash (32 hex digits).
        department: Credit code of the calling department; "" for all.
        since: First local day; None for any.
        until: Last local day; None for any.
        now: Aware, UTC: calls under a delayed grant are left out before their day, all of them and their number.
    """
    return uses.uses(subject, department=department, since=since, until=until, now=now)


def use_of(subject: str, entry: str, *, now: datetime) -> DataUse:
    """Return one use. Raises NoSuchUse: absent, another's, or not to be shown yet."""
    return uses.use(subject, entry, now=now)


def ask_about_use(*, entry: str, tone: Tone, text: str, acting: Actor, now: datetime, key: str) -> Question:
    """
    Ask about a use of one's own data, or object to it: one of each. The calling department has ten working days.

    Raises:
        NoSuchUse, AlreadyAnswered: asked before, RequestInvalid: field `text`, Forbidden: no citizen.

    Emits:
        UseQuestioned.
    """
    return questioning.ask(entry=entry, tone=tone, text=text, acting=acting, now=now, key=key)


def answer_about_use(*, number: str, text: str, acting: Actor, now: datetime, key: str) -> Question:
    """
    Answer as a data officer or integrator of the calling department; the person is told.

    Raises:
        AlreadyAnswered, RequestInvalid: field `answer`, Forbidden, NotFound.

    Emits:
        UseAnswered.
    """
    return questioning.answer(number=number, text=text, acting=acting, now=now, key=key)


def question(number: str) -> Question:
    """Return one question, for the person and the department. Raises NotFound."""
    return read.question_of(read.question_row(number))


def questions(
    *, departments: Sequence[str] | None = None, answered: bool | None = None, page: int = 1, size: int = 20
) -> Page[Question]:
    """Return a page of the questions that departments owe an answer to, newest first."""
    return read.questions(departments=departments, answered=answered, page=page, size=size)


def delay_disclosure(*, grant: str, until: date, basis: str, acting: Actor, now: datetime, key: str) -> Delay:
    """
    Show a grant's calls to those concerned only from a local day on; a later word replaces this one.

    Args:
        grant: A grant for supervision.
        until: The local day; at most a year ahead. Today ends a delay.
        basis: The law that allows it.
        acting: The data bureau; nobody of the calling department.
        now: Aware, UTC.
        key: Idempotency key.

    Raises:
        RequestInvalid, Partial, Forbidden, NotFound.

    Emits:
        DisclosureDelayed.
    """
    return delaying.delay(grant=grant, until=until, basis=basis, acting=acting, now=now, key=key)


def delays() -> list[Delay]:
    """Return what is shown later, newest word first, for the data bureau and auditors."""
    return read.delays()


# ---- messages -------------------------------------------------------------------------------------------------------


def tell_of_correction(*, number: str, now: datetime) -> int:
    """Tell reporter and receivers; return how many departments had got the field. Again tells nobody twice."""
    return telling.of_correction(number=number, now=now)


def tell_of_dispute(*, number: str, now: datetime) -> None:
    """Tell both sides; again tells nobody twice."""
    telling.of_dispute(number=number, now=now)


def tell_of_answer(*, number: str, now: datetime) -> None:
    """Tell the person; again tells nobody twice."""
    telling.of_answer(number=number, now=now)

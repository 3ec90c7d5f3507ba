"""The door to wishes for data that no catalogue entry offers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from shudao.contexts.exchange.contracts.wishes import Wanting, Wish, WishAnswer
from shudao.contexts.exchange.queries import wishes as read
from shudao.contexts.exchange.services import answering_wishes, telling, wishing
from shudao.foundation.audit.contracts import Actor
from shudao.kernel.paging import Page
from shudao.kernel.time import local_date


def wish_for(*, wanting: Wanting, acting: Actor, now: datetime, key: str) -> Wish:
    """
    Say what data a department needs and nobody catalogued (数据需求).

    Args:
        wanting: What, from whom, for which matters, why and on what basis.
        acting: A data officer or integrator of that department, or the data bureau.
        now: Aware, UTC. The probable department, else the bureau, has ten working days.
        key: Idempotency key.

    Raises:
        RequestInvalid: `fields` says what is wrong. SignInNeeded, Forbidden.

    Emits:
        WishMade.
    """
    return wishing.wish(wanting=wanting, acting=acting, now=now, key=key)


def answer_wish(
    *,
    number: str,
    verdict: WishAnswer,
    opinion: str,
    basis: str = "",
    to: str = "",
    acting: Actor,
    now: datetime,
    key: str,
) -> Wish:
    """
    Answer as the owner.

    Args:
        number: The wish.
        verdict: ACCEPTED: an entry follows within twenty working days. REFUSED, with a basis. FORWARDED to another
            department, which has ten working days of its own.
        opinion: What the owner says, or why it is another's.
        basis: Legal basis of a refusal.
        to: Credit code of the department to pass it on to; none that had it, nor the asking one.
        acting: A data officer of the owner (for the bureau, the bureau too); nobody of the asking department.
        now: Aware, UTC.
        key: Idempotency key.

    Raises:
        WishDecided, FourEyes, RequestInvalid, SignInNeeded, Forbidden, NotFound.

    Emits:
        WishAnswered, or WishMade when passed on.
    """
    return answering_wishes.answer(
        number=number, verdict=verdict, opinion=opinion, basis=basis, to=to, acting=acting, now=now, key=key
    )


def link_wish(*, number: str, resource: str, acting: Actor, now: datetime, key: str) -> Wish:
    """
    Name the entry that came of an accepted wish; it is met once the entry's data can be asked, perhaps at once.

    Raises:
        UnfitEntry: not the owner's, not published, or not shared. WishDecided: not accepted, or met.
        FourEyes, SignInNeeded, Forbidden, NotFound.

    Emits:
        WishMet, where the data is there.
    """
    return answering_wishes.link(number=number, resource=resource, acting=acting, now=now, key=key)


def withdraw_wish(*, number: str, reason: str, acting: Actor, now: datetime, key: str) -> Wish:
    """
    Take a wish back, a refused one too: the data is needed no more.

    Raises:
        WishDecided: met or taken back. RequestInvalid: field `reason`. SignInNeeded, Forbidden, NotFound.

    Emits:
        WishWithdrawn.
    """
    return wishing.withdraw(number=number, reason=reason, acting=acting, now=now, key=key)


def note_wishes(*, now: datetime) -> int:
    """Close the wishes whose entries' data can be asked by now; return how many. Runs by itself."""
    return answering_wishes.note_met(now=now)


def wish(number: str) -> Wish:
    """Return one wish. Raises NotFound."""
    return read.wish_of(read.row(number))


def wishes(
    *,
    departments: Sequence[str] | None = None,
    state: str = "",
    text: str = "",
    sort: str = "",
    now: datetime,
    page: int = 1,
    size: int = 20,
) -> Page[Wish]:
    """
    Return a page of wishes, newest first unless sorted otherwise.

    Args:
        departments: Only what these wished or own (credit codes); None for all.
        state: A WishState, or "overdue"; "" for all.
        text: Part of the name, or the whole number.
        sort: "due", "wished" or "name", with "-" in front for the other way.
        now: Aware, UTC.
    """
    return read.wishes(
        departments=departments, state=state, text=text, sort=sort, today=local_date(now), page=page, size=size
    )


def tell_of_wish(*, number: str, now: datetime) -> None:
    """Tell who wished what became of it; again tells nobody twice."""
    telling.of_wish(number=number, now=now)

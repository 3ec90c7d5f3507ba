"""Who used somebody's data, as far as it may be shown to them."""

from __future__ import annotations

from datetime import date, datetime

from shudao.contexts.exchange import models
from shudao.contexts.exchange.contracts.disputes import DataUse, NoSuchUse
from shudao.contexts.exchange.queries import disputes, ledger
from shudao.kernel.time import local_date
from shudao.plane.decision import VERIFIED

# What one person sees at most, newest first, as Estonia's tracker has it.
MOST = 1000


def uses(
    subject: str, *, department: str = "", since: date | None = None, until: date | None = None, now: datetime
) -> list[DataUse]:
    hidden = disputes.hidden_grants(local_date(now))
    asked = disputes.questions_about(subject)
    bodies = {row.client: row.department for row in models.System.objects.all()}
    shown = [line for line in ledger.disclosures(subject, limit=MOST) if line.grant not in hidden]
    found = [
        DataUse(line, bodies.get(line.client, ""), line.verified, tuple(asked.get(line.entry, ()))) for line in shown
    ]
    return [
        one
        for one in found
        if (not department or one.department == department)
        and (since is None or local_date(one.line.at) >= since)
        and (until is None or local_date(one.line.at) <= until)
    ]


def use(subject: str, entry: str, *, now: datetime) -> DataUse:
    """Return one use. Raises NoSuchUse: absent, of somebody else, or not to be shown yet, which look alike."""
    found = next((one for one in uses(subject, now=now) if one.line.entry == entry), None)
    if found is None:
        raise NoSuchUse
    return found


def receivers(subject: str, resource: str, field: str, *, since: date | None) -> dict[str, list[str]]:
    """
    Return which departments got a field of a subject since a local day, and for which cases, newest first.

    Grants whose calls are shown later count as well: it is the department that is told, not the subject.
    """
    bodies = {row.client: row.department for row in models.System.objects.all()}
    found: dict[str, list[str]] = {}
    for _, entry in ledger.answered(subject):
        if ledger.resource_of(entry) != resource or not {field, field + VERIFIED} & set(entry.fields):
            continue
        if since is not None and local_date(ledger.instant_of(entry)) < since:
            continue
        cases = found.setdefault(bodies.get(entry.client, ""), [])
        if entry.case and entry.case not in cases:
            cases.append(entry.case)
    found.pop("", None)
    return found

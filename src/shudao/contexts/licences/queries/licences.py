"""Reading the register."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q, QuerySet

from shudao.contexts.licences import contracts, models
from shudao.contexts.licences.rules.validity import state_of
from shudao.kernel.texts import Text
from shudao.kernel.time import local_date


def row(number: str) -> models.Licence | None:
    """Return the register's own row, or None."""
    return models.Licence.objects.filter(number=number).first()


def get(number: str, *, now: datetime) -> contracts.Licence:
    """Return one licence."""
    found = row(number)
    if found is None:
        raise contracts.LicenceNotFound
    return licence(found, now=now)


def find(*, holder: str, type_code: str, now: datetime) -> list[contracts.Licence]:
    """Return the holder's licences of a type that count."""
    rows = _counting(now).filter(holder=holder, type_code=type_code)
    return [licence(one, now=now) for one in rows]


def find_all(*, holders: tuple[str, ...], now: datetime) -> list[contracts.Licence]:
    """Return all licences of some holders that count."""
    return [licence(one, now=now) for one in _counting(now).filter(holder__in=holders)]


def mine(holder: str, *, now: datetime) -> list[contracts.Licence]:
    """Return all licences of a holder."""
    rows = models.Licence.objects.filter(holder=holder).order_by("-issued_at", "-id")
    return [licence(one, now=now) for one in rows]


def licence(found: models.Licence, *, now: datetime) -> contracts.Licence:
    """Return the row as a contract."""
    return contracts.Licence(
        number=found.number,
        type_code=found.type_code,
        type_name=Text(found.type_name, found.type_name_en),
        holder_kind=found.holder_kind,
        holder=found.holder,
        holder_name=found.holder_name,
        case=found.case,
        task_code=found.task_code,
        fields=found.fields,
        division=found.division,
        department=found.department,
        department_name=Text(found.department_name, found.department_name_en),
        issued_at=found.issued_at,
        valid_from=found.valid_from,
        valid_to=found.valid_to,
        state=state_of(found.valid_to, found.revoked_at, local_date(now)),
        revoked_at=found.revoked_at,
        revoked_reason=found.revoked_reason,
        twin=found.twin,
    )


def _counting(now: datetime) -> QuerySet[models.Licence]:
    today = local_date(now)
    rows = models.Licence.objects.filter(revoked_at__isnull=True, valid_from__lte=today)
    return rows.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=today)).order_by("-issued_at", "-id")

"""Give case numbers, gap-free a matter and day, each once."""

from __future__ import annotations

from datetime import date

from django.db.models import F

from shudao.contexts.cases.contracts import NumbersUsedUp
from shudao.contexts.cases.models import CaseCounter
from shudao.contexts.cases.rules import numbers


def next_number(task_code: str, day: date) -> str:
    """Return the next number, in the caller's transaction: the counter's row stays locked until it ends."""
    prefix = numbers.prefix(task_code, day)
    if not CaseCounter.objects.filter(pk=prefix, last__lt=numbers.LAST_SERIAL).update(last=F("last") + 1):
        CaseCounter.objects.bulk_create([CaseCounter(prefix=prefix)], ignore_conflicts=True)
        if not CaseCounter.objects.filter(pk=prefix, last__lt=numbers.LAST_SERIAL).update(last=F("last") + 1):
            raise NumbersUsedUp
    return numbers.number(prefix, CaseCounter.objects.values_list("last", flat=True).get(pk=prefix))

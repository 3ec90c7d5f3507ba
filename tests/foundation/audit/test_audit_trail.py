"""The trail: one entry exactly for every change that happened, never changed afterwards."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from shudao.foundation.audit import api as audit
from shudao.foundation.audit.contracts import NOBODY, SYSTEM, Actor, AppendOnlyError, OutsideTransactionError
from shudao.foundation.audit.models import AuditEntry
from shudao.foundation.outbox.api import unit_of_work

NOON = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)
CLERK = Actor(account="01CLERK", kind="staff", name="张三")


def _record(target: str, *, acting: Actor = CLERK, case: str = "") -> None:
    audit.record(
        acting=acting,
        action="cases.accept",
        target=target,
        now=NOON,
        before={"state": "02"},
        after={"state": "05", "on": NOON.date()},
        reason="材料齐全",
        case=case,
    )


@pytest.mark.django_db
def test_an_entry_says_who_what_when_and_why() -> None:
    _record("A1", case="C1")
    (entry,) = audit.entries(case="C1")
    assert (entry.account, entry.kind, entry.action, entry.target) == ("01CLERK", "staff", "cases.accept", "A1")
    assert (entry.instant, entry.reason) == (NOON, "材料齐全")
    assert entry.before == {"state": "02"}
    assert entry.after == {"state": "05", "on": "2026-11-24"}


@pytest.mark.django_db
def test_entries_are_found_newest_first_by_everything_given() -> None:
    _record("A1", case="C1")
    _record("A1", case="C2", acting=SYSTEM)
    _record("A2", case="C2", acting=NOBODY)
    assert [entry.case for entry in audit.entries(target="A1")] == ["C2", "C1"]
    assert [entry.target for entry in audit.entries(case="C2", account="system")] == ["A1"]
    assert len(audit.entries(limit=2)) == 2
    sequences = [entry.sequence for entry in audit.entries()]
    assert sequences == sorted(sequences, reverse=True)


@pytest.mark.django_db(transaction=True)
def test_recording_outside_a_transaction_is_refused() -> None:
    with pytest.raises(OutsideTransactionError):
        _record("A1")
    assert audit.entries() == []


@pytest.mark.django_db(transaction=True)
def test_the_entry_goes_with_a_change_that_failed() -> None:
    def change() -> None:
        with unit_of_work():
            _record("A1")
            raise KeyError

    with pytest.raises(KeyError):
        change()
    assert audit.entries() == []


@pytest.mark.django_db
def test_nothing_changes_or_removes_an_entry() -> None:
    _record("A1")
    row = AuditEntry.objects.get()
    row.reason = "另一个"
    with pytest.raises(AppendOnlyError):
        row.save()
    with pytest.raises(AppendOnlyError):
        row.delete()
    with pytest.raises(AppendOnlyError):
        AuditEntry.objects.update(reason="")
    with pytest.raises(AppendOnlyError):
        AuditEntry.objects.filter(target="A1").delete()
    with pytest.raises(AppendOnlyError):
        AuditEntry.objects.bulk_update([row], ["reason"])
    with pytest.raises(AppendOnlyError):
        AuditEntry.objects.bulk_create(
            [row], update_conflicts=True, unique_fields=["sequence"], update_fields=["reason"]
        )
    assert audit.entries()[0].reason == "材料齐全"

"""Issue, find and withdraw licences."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest

from shudao.contexts.licences import api, models
from shudao.contexts.licences.contracts import (
    AlreadyRevoked,
    Licence,
    LicenceFieldsWrong,
    LicenceNotFound,
    LicenceState,
    UnknownLicenceType,
)
from shudao.foundation.audit import api as audit
from shudao.foundation.audit.contracts import SYSTEM, Actor
from shudao.foundation.identity.contracts import Role
from shudao.foundation.outbox.contracts import KeyReused
from shudao.kernel.errors import Forbidden, Invalid
from tests.contexts.matters.places import GUANGAN, WUHOU
from tests.support.cases import staff

pytestmark = pytest.mark.django_db
Issue = Callable[..., Licence]
HOLDER, TYPE = "a" * 32, "resident-household-page"


def test_one_key_issues_one_licence(issue: Issue) -> None:
    first = issue(key="k")
    assert issue(key="k") == first
    with pytest.raises(KeyReused):
        issue(key="k", holder_name="别人")
    assert models.Licence.objects.count() == 1
    (entry,) = audit.entries(target=first.number)
    assert entry.action == "licences.issue"
    assert "李" not in str(entry.after)


def test_no_licence_is_issued_with_wrong_fields(issue: Issue) -> None:
    with pytest.raises(LicenceFieldsWrong) as caught:
        issue(fields={"colour": "红"}, holder_kind="company")
    assert set(caught.value.fields) == {"colour", "name", "holder_kind"}
    with pytest.raises(LicenceFieldsWrong):
        issue(fields={"name": "字" * 300})
    with pytest.raises(UnknownLicenceType):
        issue(type_code="moon-landing-permit")
    assert not models.Licence.objects.exists()


def test_only_licences_that_count_are_found_newest_first(issue: Issue, noon: datetime) -> None:
    old, new = issue(), issue(now=noon + timedelta(hours=1))
    issue(holder="b" * 32)
    issue(valid_from=date(2025, 1, 1), valid_to=date(2025, 12, 31))
    later = issue(valid_from=date(2027, 1, 1))
    withdrawn = issue()
    api.revoke(number=withdrawn.number, reason="有误", acting=SYSTEM, now=noon, key="r")
    assert [one.number for one in api.find(holder=HOLDER, type_code=TYPE, now=noon)] == [new.number, old.number]
    assert api.find(holder=HOLDER, type_code="residence-permit", now=noon) == []
    assert {one.number for one in api.find_all(holders=(HOLDER,), now=noon)} == {new.number, old.number}
    states = {one.number: one.state for one in api.mine(HOLDER)}
    assert len(states) == 5
    assert states[withdrawn.number] is LicenceState.REVOKED
    assert later.number in states


def test_only_the_issuing_departments_reviewer_withdraws_once_with_a_reason(
    issue: Issue, bureau: str, noon: datetime
) -> None:
    licence = issue()
    right = staff("right", Role.REVIEWER, department=bureau, division=WUHOU, now=noon)
    wrong = staff("wrong", Role.REVIEWER, department=bureau, division=GUANGAN, now=noon)

    def revoke(actor: Actor, reason: str = "有误", key: str = "r") -> Licence:
        return api.revoke(number=licence.number, reason=reason, acting=actor, now=noon, key=key)

    with pytest.raises(Forbidden):
        revoke(wrong)
    with pytest.raises(Invalid):
        revoke(right, reason=" ")
    assert revoke(right).state is LicenceState.REVOKED
    assert revoke(right).state is LicenceState.REVOKED
    with pytest.raises(AlreadyRevoked):
        revoke(right, key="another")
    with pytest.raises(LicenceNotFound):
        api.revoke(number="1", reason="x", acting=SYSTEM, now=noon, key="x")


def test_the_qr_code_carries_address_and_twin(issue: Issue) -> None:
    licence = issue()
    svg = api.qr_svg(licence.number, base="https://zwfw.example/")
    assert svg.startswith("<svg")
    assert "<title>" in svg
    assert svg != api.qr_svg(issue().number, base="https://zwfw.example/")
    with pytest.raises(LicenceNotFound):
        api.qr_svg("1")


def test_a_licence_bears_the_name_of_what_was_applied_for(issue: Issue) -> None:
    from shudao.kernel.texts import Text

    assert issue().type_name.zh == "居民户口簿(个人页)"
    assert issue(title=Text("户口页", "Page")).type_name == Text("户口页", "Page")

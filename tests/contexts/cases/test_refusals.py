"""Clear refusals, and nothing half-written."""

from __future__ import annotations

from typing import Any

import pytest

from shudao.contexts.cases import api as cases
from shudao.contexts.cases import models
from shudao.contexts.cases.contracts import (
    AlreadyAskedOnce,
    AlreadySubmitted,
    MaterialMissing,
    OnlineNotOffered,
    State,
    StepNotAllowed,
)
from shudao.contexts.licences.models import Licence
from shudao.contexts.matters.contracts import FormInvalid, MatterNotOffered
from shudao.foundation.audit import api as audit
from shudao.foundation.clocks.contracts import NotAPauseReason
from shudao.foundation.outbox.contracts import KeyReused
from shudao.kernel.errors import Invalid
from shudao.kernel.ids import new_id
from tests.contexts.matters.places import GUANGAN
from tests.support.cases import FORM, World

pytestmark = pytest.mark.django_db


def test_a_matter_is_refused_at_a_place_that_does_not_offer_it(world: World) -> None:
    with pytest.raises(MatterNotOffered):
        world.draft("birth", place=GUANGAN)
    assert not models.Draft.objects.exists()


def test_a_matter_for_the_window_is_not_applied_for_on_line(world: World) -> None:
    with pytest.raises(OnlineNotOffered):
        world.draft("at-window")


def test_a_companys_matter_needs_a_company_of_the_applicants(world: World) -> None:
    with pytest.raises(Invalid) as caught:
        world.draft("of-companies")
    assert "company" in caught.value.fields
    with pytest.raises(Invalid):
        world.draft("of-companies", company="91519901MA00000000")


def test_a_form_that_breaks_its_schema_opens_no_case(world: World) -> None:
    draft = world.filled("birth")
    cases.save_draft(draft=draft.id, data={"name": "x", "phone": "12"}, acting=world.li, now=world.now)
    with pytest.raises(FormInvalid) as caught:
        cases.submit(draft=draft.id, acting=world.li, now=world.now, key=new_id())
    assert "phone" in caught.value.fields
    assert not models.Case.objects.exists()
    assert not models.CaseCounter.objects.exists()


def test_a_missing_material_is_named(world: World) -> None:
    draft = world.draft()
    cases.save_draft(draft=draft.id, data=FORM, acting=world.li, now=world.now)
    with pytest.raises(MaterialMissing) as caught:
        cases.submit(draft=draft.id, acting=world.li, now=world.now, key=new_id())
    assert set(caught.value.fields) == {"material:birth", "material:consent"}


@pytest.mark.parametrize("data", [{"x": "字" * 100_000}, {"x": float("nan")}, {"x": {1, 2}}])
def test_a_draft_takes_no_garbage(world: World, data: dict[str, Any]) -> None:
    draft = world.draft("birth")
    with pytest.raises(Invalid):
        cases.save_draft(draft=draft.id, data=data, acting=world.li, now=world.now)
    assert cases.draft(draft.id, acting=world.li).data == {}


def test_a_submitted_draft_changes_no_more(world: World) -> None:
    draft = world.filled("birth")
    opened = cases.submit(draft=draft.id, acting=world.li, now=world.now, key=new_id())
    with pytest.raises(AlreadySubmitted) as caught:
        cases.save_draft(draft=draft.id, data={}, acting=world.li, now=world.now)
    assert opened.number in str(caught.value)
    with pytest.raises(AlreadySubmitted):
        cases.attach(draft=draft.id, material="x", file=world.paper(), acting=world.li, now=world.now)
    with pytest.raises(AlreadySubmitted):
        cases.submit(draft=draft.id, acting=world.li, now=world.now, key=new_id())
    assert cases.my_drafts(world.li) == ()


def test_the_same_key_gives_the_same_answer_and_another_request_is_refused(world: World) -> None:
    first, second = world.filled("birth"), world.filled("birth")
    opened = cases.submit(draft=first.id, acting=world.li, now=world.now, key="k")
    assert cases.submit(draft=first.id, acting=world.li, now=world.now, key="k") == opened
    with pytest.raises(KeyReused):
        cases.submit(draft=second.id, acting=world.li, now=world.now, key="k")
    assert models.Case.objects.count() == 1


def test_a_refusal_to_accept_needs_reason_and_remedy_and_ends_the_case(world: World) -> None:
    number = world.submitted("birth").number
    with pytest.raises(Invalid) as caught:
        cases.refuse_acceptance(case=number, reason=" ", remedy="", acting=world.clerk, now=world.now, key=new_id())
    assert set(caught.value.fields) == {"reason", "remedy"}
    row = cases.refuse_acceptance(
        case=number, reason="不属本机关职权", remedy="向卫生健康局申请", acting=world.clerk, now=world.now, key=new_id()
    )
    assert row.state is State.REJECTED
    with pytest.raises(StepNotAllowed):
        cases.accept(case=number, acting=world.clerk, now=world.now, key=new_id())


def test_everything_missing_is_told_once_and_given_back(world: World) -> None:
    number = world.submitted("household").number
    with pytest.raises(Invalid):
        _ask(world, number, ("passport",))
    row = _ask(world, number, ("consent",))
    assert row.state is State.SUPPLEMENT
    assert cases.track(number, _secret(number), now=world.now).asked[0].zh == "同意书"
    with pytest.raises(MaterialMissing):
        cases.supplement(case=number, files={}, note="x", acting=world.li, now=world.now, key=new_id())
    row = cases.supplement(
        case=number, files={"consent": world.paper()}, place=world.hall, acting=world.li, now=world.now, key=new_id()
    )
    assert row.state is State.RECEIVED
    assert row.visits == 1
    with pytest.raises(AlreadyAskedOnce):
        _ask(world, number, ("consent",))


def test_an_approval_waits_for_what_was_allowed_to_follow(world: World) -> None:
    number = world.accepted("household")
    with pytest.raises(MaterialMissing):
        world.decide(number)
    assert not Licence.objects.exists()
    with pytest.raises(Invalid):
        _give(world, number, "consent")
    _give(world, number, "photo")
    assert world.decide(number).licence


def test_only_what_the_law_names_stops_the_clocks(world: World) -> None:
    number = world.accepted("birth")
    with pytest.raises(NotAPauseReason):
        _suspend(world, number, "coffee")
    assert cases.case(number, acting=world.li).row.state is State.ACCEPTED
    row = _suspend(world, number, "expert_review")
    assert (row.state, row.paused) == (State.SUSPENDED, True)
    with pytest.raises(StepNotAllowed):
        world.decide(number)
    row = cases.resume(case=number, acting=world.reviewer, now=world.now, key=new_id())
    assert (row.state, row.paused) == (State.IN_REVIEW, False)


def test_a_refused_decision_needs_basis_and_remedy(world: World) -> None:
    number = world.accepted("birth")
    with pytest.raises(Invalid) as caught:
        cases.decide(
            case=number, decision="refuse", opinion="不符", basis="", acting=world.reviewer, now=world.now, key=new_id()
        )
    assert set(caught.value.fields) == {"basis", "remedy"}
    with pytest.raises(Invalid):
        cases.decide(
            case=number, decision="maybe", opinion="?", basis="", acting=world.reviewer, now=world.now, key=new_id()
        )


def test_nothing_of_a_decision_stays_when_its_last_part_fails(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    number = world.accepted("birth")
    before = len(audit.entries(case=number))

    def broken(*_args: object, **_named: object) -> None:
        raise OSError("power failed")

    monkeypatch.setattr("shudao.contexts.cases.services.notify.decided", broken)
    with pytest.raises(OSError, match="power"):
        world.decide(number)
    monkeypatch.undo()
    row = cases.case(number, acting=world.li).row
    assert (row.state, row.decision, row.licence) == (State.ACCEPTED, "", "")
    assert not Licence.objects.exists()
    assert len(audit.entries(case=number)) == before


def _ask(world: World, number: str, materials: tuple[str, ...]) -> Any:
    return cases.return_for_supplement(
        case=number, materials=materials, note="请补签名", acting=world.clerk, now=world.now, key=new_id()
    )


def _give(world: World, number: str, material: str) -> Any:
    return cases.supplement(case=number, files={material: world.paper()}, acting=world.li, now=world.now, key=new_id())


def _suspend(world: World, number: str, reason: str) -> Any:
    return cases.suspend(
        case=number, reason=reason, basis="告知书〔2026〕1号", acting=world.reviewer, now=world.now, key=new_id()
    )


def _secret(number: str) -> str:
    from shudao.contexts.cases.services import secret

    return secret.again(models.Case.objects.get(number=number))

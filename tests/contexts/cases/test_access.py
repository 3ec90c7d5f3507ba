"""Who sees and does what: somebody else's case looks absent."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from shudao.contexts.cases import api as cases
from shudao.contexts.cases.contracts import Action, CaseNotFound, SamePersonTwice, StepNotAllowed
from shudao.foundation.audit.contracts import NOBODY, Actor
from shudao.foundation.identity.contracts import Role
from shudao.kernel.errors import Forbidden, SignInNeeded
from shudao.kernel.ids import new_id
from tests.contexts.matters.places import GUANGAN, WUHOU
from tests.support.cases import FORM, World, resident_id, staff

pytestmark = pytest.mark.django_db
NOWHERE = "1" * 43


def refusal(act: Callable[[], object]) -> tuple[str, int, str]:
    """How a refusal looks from outside."""
    with pytest.raises(CaseNotFound) as caught:
        act()
    return caught.value.code, caught.value.status, str(caught.value)


@pytest.mark.parametrize("who", ["zhao", "clerk_elsewhere", "reviewer_elsewhere", "leader", "nobody"])
def test_somebody_elses_case_looks_exactly_like_an_absent_one(world: World, who: str) -> None:
    number = world.submitted("birth").number
    actor = {
        "nobody": NOBODY,
        "leader": staff("leader", Role.LEADER, division=WUHOU, now=world.now),
    }.get(who) or getattr(world, who)
    acts: list[Callable[[str], object]] = [
        lambda number: cases.case(number, acting=actor),
        lambda number: cases.accept(case=number, acting=actor, now=world.now, key=new_id()),
        lambda number: world.decide(number, by=actor),
        lambda number: cases.check_in(
            case=number, place=world.hall, purpose="other", acting=actor, now=world.now, key=new_id()
        ),
        lambda number: cases.deliver(case=number, acting=actor, now=world.now, key=new_id()),
        lambda number: cases.supplement(case=number, files={}, acting=actor, now=world.now, key=new_id()),
    ]
    for act in acts:
        assert refusal(lambda act=act: act(number)) == refusal(lambda act=act: act(NOWHERE))


@pytest.mark.parametrize("who", ["zhao", "clerk", "clerk_elsewhere", "reviewer"])
def test_somebody_elses_draft_looks_absent(world: World, who: str) -> None:
    draft = world.draft("birth")
    actor = getattr(world, who)
    refusal(lambda: cases.draft(draft.id, acting=actor))
    refusal(lambda: cases.save_draft(draft=draft.id, data=FORM, acting=actor, now=world.now))
    refusal(lambda: cases.resolve_materials(draft=draft.id, acting=actor, now=world.now))
    refusal(lambda: cases.submit(draft=draft.id, acting=actor, now=world.now, key=new_id()))


def test_everybody_sees_what_they_may_do_and_no_more(world: World) -> None:
    number = world.submitted("birth").number
    actions = {name: cases.case(number, acting=getattr(world, name)).actions for name in ("li", "clerk", "reviewer")}
    assert actions == {
        "li": (),
        "clerk": (Action.ACCEPT, Action.REFUSE_ACCEPTANCE, Action.ASK_SUPPLEMENT, Action.CHECK_IN),
        "reviewer": (Action.CHECK_IN,),
    }


def test_the_applicant_cannot_accept_and_the_clerk_cannot_decide(world: World) -> None:
    number = world.submitted("birth").number
    with pytest.raises(Forbidden):
        cases.accept(case=number, acting=world.li, now=world.now, key=new_id())
    cases.accept(case=number, acting=world.clerk, now=world.now, key=new_id())
    with pytest.raises(Forbidden):
        world.decide(number, by=world.clerk)
    with pytest.raises(Forbidden):
        world.decide(number, by=world.li)


def test_who_accepted_does_not_decide(world: World) -> None:
    number = world.submitted("birth").number
    both = _both(world)
    cases.accept(case=number, acting=both, now=world.now, key=new_id())
    assert Action.DECIDE not in cases.case(number, acting=both).actions
    with pytest.raises(SamePersonTwice):
        world.decide(number, by=both)


def test_a_decision_before_acceptance_is_refused(world: World) -> None:
    number = world.submitted("birth").number
    with pytest.raises(StepNotAllowed):
        world.decide(number)


def test_a_clerk_takes_any_departments_matter_but_only_in_the_own_division(world: World) -> None:
    def take(actor: Actor, place: str, division: str = WUHOU) -> object:
        return cases.intake(
            task_code=world.task("birth", division),
            resident_id=resident_id(9),
            name="周大爷",
            phone="13900005678",
            place=place,
            acting=actor,
            now=world.now,
            key=new_id(),
        )

    take(world.clerk, world.hall)
    with pytest.raises(Forbidden):
        take(world.clerk, GUANGAN, GUANGAN)
    with pytest.raises(Forbidden):
        take(world.li, world.hall)
    with pytest.raises(SignInNeeded):
        take(NOBODY, world.hall)


def test_only_oneself_can_be_applied_for_on_line(world: World) -> None:
    with pytest.raises(Forbidden):
        cases.start_draft(
            task_code=world.task("birth"), applicant=world.zhao.person, acting=world.li, now=world.now, key=new_id()
        )
    with pytest.raises(SignInNeeded):
        cases.start_draft(
            task_code=world.task("birth"), applicant=world.li.person, acting=NOBODY, now=world.now, key=new_id()
        )


def test_nobody_learns_from_a_plan_what_papers_somebody_else_has(world: World) -> None:
    with pytest.raises(Forbidden):
        cases.plan(task_code=world.task(), applicant=world.li.person, acting=world.zhao, now=world.now)
    general = cases.plan(task_code=world.task(), applicant="", acting=NOBODY, now=world.now)
    assert [need.state for need in general.needs] == ["asked", "planned", "asked", "asked", "optional"]


def test_a_clerk_works_on_the_drafts_of_the_own_windows(world: World) -> None:
    draft = cases.start_draft(
        task_code=world.task("birth"),
        applicant=world.li.person,
        channel="window",
        place=world.hall,
        acting=world.clerk,
        now=world.now,
        key=new_id(),
    )
    assert [one.id for one in cases.my_drafts(world.clerk)] == [draft.id]
    assert cases.my_drafts(world.clerk_elsewhere) == ()
    refusal(lambda: cases.draft(draft.id, acting=world.clerk_elsewhere))


def _both(world: World) -> Actor:
    from shudao.foundation.audit.contracts import SYSTEM
    from shudao.foundation.identity import api as identity

    identity.grant_role(
        account=world.clerk.account,
        role=Role.REVIEWER,
        department=world.department,
        division=WUHOU,
        acting=SYSTEM,
        now=world.now,
    )
    return identity.actor(world.clerk.account)

"""A representative sees and disputes the company's data, a guardian the child's; each act says for whom."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from demo import exchange as seeding
from shudao.client.answers import Verified
from shudao.client.calls import Unreachable
from shudao.contexts.exchange import api as exchange
from shudao.contexts.exchange import models
from shudao.contexts.exchange.adapters import gateway
from shudao.contexts.exchange.contracts.answers import Unavailable
from shudao.contexts.exchange.contracts.disputes import About, Claim, Verdict
from shudao.contexts.exchange.contracts.refusals import RequestInvalid
from shudao.contexts.exchange.contracts.relations import (
    REPRESENTATIVE,
    NotActing,
    NotRepresentative,
    Papers,
    Relation,
    RelationDecided,
    RelationState,
    SameOfficer,
    TooManyTries,
)
from shudao.foundation.audit import api as audit
from shudao.foundation.audit.contracts import NOBODY, SYSTEM, Actor, RoleGrant
from shudao.foundation.files import api as files
from shudao.foundation.files.contracts import StoredFile
from shudao.foundation.identity import api as identity
from shudao.foundation.identity.contracts import Role
from shudao.foundation.messages import api as messages
from shudao.foundation.outbox import api as outbox
from shudao.kernel.errors import Forbidden, NotFound, SignInNeeded
from shudao.kernel.ids import new_id
from shudao.kernel.time import local_date
from tests.contexts.exchange.conftest import COMPANY, POPULATION, PROVINCE, Staff, officer
from tests.contexts.exchange.disputing import CLAIM, FIELD, Scene, scene
from tests.foundation.files.samples import PDF

__all__ = ["scene"]
pytestmark = pytest.mark.django_db
CODE, NAME = identity.generated_credit_code(prefix="91", serial=7), "成都雅安茶白商贸有限公司"
CHILD = "51990120200601002" + identity.resident_id_check_digit("51990120200601002")
NAME_CLAIM = Claim("", "旧名", NAME, "执照上是新名")


class Register:
    """The gateway's answers about one company."""

    def __init__(self, person: str) -> None:
        self.person, self.down, self.asked = person, False, 0

    def verify(self, service: str, subject: str, values: Any, purpose: str, case: str = "", user: str = "") -> Verified:
        if self.down:
            raise Unreachable("down")
        self.asked += 1
        found = subject == CODE
        truth = {"name": NAME, "status": "存续", REPRESENTATIVE: self.person}
        return Verified({name: truth[name] == value for name, value in values.items()}, found, f"L:{case}", "", "c")


@pytest.fixture
def register(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> Register:
    entry = seeding.representatives(local_date(scene.now))
    exchange.register_resource(resource=entry, acting=SYSTEM, now=scene.now, key=entry.code)
    found = Register(scene.wang.person)
    monkeypatch.setattr(gateway, "client", lambda client, key: found)
    return found


def represent(scene: Scene, acting: Actor | None = None, **changes: Any) -> Relation:
    parts: dict[str, Any] = {"code": CODE, "name": NAME, "now": scene.now, "key": new_id()} | changes
    return exchange.represent(acting=acting or scene.wang, **parts)


def papers(scene: Scene, **changes: Any) -> Papers:
    until = local_date(scene.now) + timedelta(days=200)
    return replace(Papers(scene.resident_id, CHILD, "王小雨", "出生医学证明", until), **changes)


def evidence(scene: Scene) -> StoredFile:
    return files.store(io.BytesIO(PDF), name="证明.pdf", acting=SYSTEM, now=scene.now)


def propose(scene: Scene, acting: Actor | None = None, **changes: Any) -> Relation:
    return exchange.propose_guardian(
        papers=papers(scene, **changes),
        evidence=evidence(scene),
        division=PROVINCE,
        acting=acting or clerk(),
        now=scene.now,
        key=new_id(),
    )


def clerk(name: str = "first") -> Actor:
    return Actor(account=name, kind="staff", roles=(RoleGrant(Role.CLERK, None, PROVINCE),))


def elsewhere() -> Actor:
    """A clerk of another window."""
    return Actor(account="elsewhere", kind="staff", roles=(RoleGrant(Role.CLERK, None, "510104000000"),))


def decide(relation: Relation, scene: Scene, acting: Actor | None = None, **changes: Any) -> Relation:
    parts: dict[str, Any] = {"confirm": True, "now": scene.now, "key": new_id()} | changes
    return exchange.decide_guardian(number=relation.number, acting=acting or clerk("second"), **parts)


def test_the_company_register_shows_who_may_see_the_companys_uses(scene: Scene, register: Register) -> None:
    made = represent(scene)
    assert (made.code, made.name, made.entry) == (CODE, NAME, f"L:{made.number}")
    assert made.valid_to == local_date(scene.now) + timedelta(days=6)
    used = scene.used(subject=identity.person_key(CODE), resource=COMPANY, fields=("name",))
    assert [one.line.entry for one in exchange.uses_on_behalf(made.number, acting=scene.wang, now=scene.now)] == [used]
    seen = audit.entries(target=made.number)[0]
    assert (seen.action, seen.account) == ("exchange.seen_on_behalf", scene.wang.account)
    assert (seen.after or {})["for"] == identity.person_key(CODE)


def test_a_namesake_an_unknown_company_and_a_wrong_name_are_refused_alike(scene: Scene, register: Register) -> None:
    register.person = "0" * 32
    with pytest.raises(NotRepresentative):
        represent(scene)
    register.person = scene.wang.person
    other = identity.generated_credit_code(prefix="91", serial=8)
    for changes in ({"code": other}, {"name": "别家公司"}):
        with pytest.raises(NotRepresentative):
            represent(scene, **changes)
    assert exchange.relations_of(scene.wang.person) == []
    assert [one.action for one in audit.entries(account=scene.wang.account)][:3] == ["exchange.represent_in_vain"] * 3


def test_trying_companies_out_ends_after_ten(scene: Scene, register: Register) -> None:
    for _ in range(10):
        with pytest.raises(NotRepresentative):
            represent(scene, name="猜")
    with pytest.raises(TooManyTries):
        represent(scene)
    assert represent(scene, now=scene.now + timedelta(days=1, minutes=1)).code == CODE


def test_without_the_gateway_nobody_is_taken_for_anybody(scene: Scene, register: Register) -> None:
    register.down = True
    with pytest.raises(Unavailable):
        represent(scene)
    for acting, refusal in ((NOBODY, SignInNeeded), (clerk(), Forbidden), (SYSTEM, Forbidden)):
        with pytest.raises(refusal):
            represent(scene, acting)
    with pytest.raises(RequestInvalid) as wrong:
        represent(scene, code="91", name=" ")
    assert set(wrong.value.fields) == {"code", "name"}


def test_it_holds_for_a_week_and_is_proved_anew(scene: Scene, register: Register) -> None:
    first = represent(scene)
    later = scene.now + timedelta(days=7)
    with pytest.raises(NotActing):
        exchange.uses_on_behalf(first.number, acting=scene.wang, now=later)
    second = represent(scene, now=later)
    assert exchange.uses_on_behalf(second.number, acting=scene.wang, now=later) == []
    assert exchange.relation(first.number).state is RelationState.ENDED
    assert register.asked == 2


def test_a_company_has_its_data_corrected(scene: Scene, register: Register, staff: Staff) -> None:
    made = represent(scene)
    asked = scene.report(resource=COMPANY, field="name", claim=NAME_CLAIM, on_behalf=made.number)
    assert (asked.subject, asked.person, asked.on_behalf) == (identity.person_key(CODE), scene.key, made.number)
    entry = audit.entries(target=asked.number)[0]
    assert (entry.after or {})["on_behalf"] == made.number
    opened = exchange.open_claim(number=asked.number, reason="核对执照底册", acting=staff.market, now=scene.now)
    assert opened == replace(NAME_CLAIM, identifier=CODE)
    with pytest.raises(RequestInvalid):
        scene.report(on_behalf=made.number)


def test_two_officers_record_a_guardian_and_the_guardian_is_told(scene: Scene) -> None:
    made = propose(scene)
    assert (made.state, made.name) == (RelationState.PROPOSED, identity.masked_name("王小雨"))
    with pytest.raises(NotActing):
        exchange.uses_on_behalf(made.number, acting=scene.wang, now=scene.now)
    for acting, refusal in (
        (clerk(), SameOfficer),
        (elsewhere(), Forbidden),
        (NOBODY, SignInNeeded),
    ):
        with pytest.raises(refusal):
            decide(made, scene, acting)
    assert decide(made, scene).state is RelationState.STANDING
    with pytest.raises(RelationDecided):
        decide(made, scene, clerk("third"))
    outbox.drain()
    assert [one.about for one in messages.inbox(scene.wang.account, size=9).items] == [made.number]
    actions = [one.action for one in audit.entries(target=made.number)]
    assert actions == ["exchange.relation_decided", "exchange.relation_proposed"]


def test_a_guardian_sees_and_disputes_the_childs_data_until_it_ends(scene: Scene, staff: Staff) -> None:
    made = decide(propose(scene), scene)
    used = scene.used(subject=identity.person_key(CHILD))
    assert [one.line.entry for one in exchange.uses_on_behalf(made.number, acting=scene.wang, now=scene.now)] == [used]
    asked = scene.report(on_behalf=made.number)
    assert asked.subject == identity.person_key(CHILD)
    exchange.answer_correction(
        number=asked.number, verdict=Verdict.REFUSED, opinion="无误", basis="条例", acting=staff.police, now=scene.now,
        key="no",
    )  # fmt: skip
    ended = exchange.end_relation(
        number=made.number, reason="监护人变更", acting=clerk("third"), now=scene.now, key="e"
    )
    assert ended.state is RelationState.ENDED
    for act in (
        lambda: exchange.uses_on_behalf(made.number, acting=scene.wang, now=scene.now),
        lambda: scene.report(field="name", on_behalf=made.number),
        lambda: exchange.raise_dispute(
            about=About.CORRECTION, subject=asked.number, reason="不服", acting=scene.wang, now=scene.now, key="d"
        ),
    ):
        with pytest.raises(NotActing):
            act()


def test_it_is_nobody_elses(scene: Scene, noon: datetime) -> None:
    made = decide(propose(scene), scene)
    other = replace(scene.wang, person="1" * 32, account="other")
    for acting in (other, clerk(), replace(scene.wang, person="")):
        with pytest.raises(NotFound):
            exchange.uses_on_behalf(made.number, acting=acting, now=scene.now)
        with pytest.raises(NotFound):
            scene.report(acting, on_behalf=made.number)
    for acting in (other, elsewhere()):
        with pytest.raises(NotFound):
            exchange.end_relation(number=made.number, reason="想结束", acting=acting, now=noon, key="x")
    with pytest.raises(SignInNeeded):
        exchange.uses_on_behalf(made.number, acting=NOBODY, now=noon)


def test_a_refusal_has_a_reason_and_gives_nothing(scene: Scene) -> None:
    made = propose(scene)
    with pytest.raises(RequestInvalid):
        decide(made, scene, confirm=False, why=" ")
    done = decide(made, scene, confirm=False, why="证明不清楚")
    assert (done.state, done.why) == (RelationState.REFUSED, "证明不清楚")
    assert propose(scene).state is RelationState.PROPOSED, "better papers may be brought"
    with pytest.raises(RelationDecided):
        propose(scene)


def test_nobody_records_their_own_child_or_for_a_stranger(scene: Scene) -> None:
    with pytest.raises(SameOfficer):
        propose(scene, replace(clerk(), account=scene.wang.account))
    with pytest.raises(RequestInvalid) as wrong:
        propose(scene, guardian=CHILD)
    assert "guardian" in wrong.value.fields
    for acting in (scene.wang, elsewhere(), officer("zw", role=Role.DATA_OFFICER)):
        with pytest.raises(Forbidden):
            propose(scene, acting)


def test_whom_it_is_about_lies_sealed_and_looking_is_in_the_trail(scene: Scene) -> None:
    made = propose(scene)
    row = models.Relation.objects.get(number=made.number)
    kept = repr([audit.entries(limit=200), made]) + repr({**row.__dict__, "sealed": bytes(row.sealed).hex()})
    for secret in (CHILD, "王小雨", CHILD.encode().hex(), "王小雨".encode().hex()):
        assert secret not in kept
    seen = exchange.look_at_papers(number=made.number, acting=clerk("second"), now=scene.now)
    assert (seen.child, seen.name) == (identity.masked_id(CHILD), "王小雨")
    assert audit.entries(target=made.number)[0].action == "exchange.opened_relation"
    with pytest.raises(Forbidden):
        exchange.look_at_papers(number=made.number, acting=elsewhere(), now=scene.now)


def test_the_database_refuses_one_officer_alone_and_a_relation_without_proof(scene: Scene) -> None:
    made = models.Relation.objects.get(number=propose(scene).number)
    for changes in (
        {"decided_by": made.recorded_by},
        {"state": "standing"},
        {"evidence": ""},
        {"holder": made.subject},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            models.Relation.objects.filter(pk=made.pk).update(**changes)


def test_lists_filter_and_sort(scene: Scene) -> None:
    standing = decide(propose(scene), scene)

    def found(**rest: Any) -> list[str]:
        return [one.number for one in exchange.guardians(**({"now": scene.now} | rest)).items]

    assert found() == found(divisions=[PROVINCE]) == found(state="standing", sort="until") == [standing.number]
    assert found(divisions=["x"]) == found(state="proposed") == found(state="over") == []
    assert found(state="over", now=scene.now + timedelta(days=300)) == [standing.number]
    assert exchange.find_relations([standing.number, "x"]) == {standing.number: standing}


def test_a_claim_for_oneself_stays_ones_own(scene: Scene) -> None:
    asked = scene.report()
    assert (asked.on_behalf, asked.subject, FIELD) == ("", scene.key, asked.field)
    assert asked.resource == POPULATION
    assert CLAIM.right

"""A small world to handle cases in: two counties, five matters, an applicant, clerks and reviewers."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from shudao.contexts.cases import api as cases
from shudao.contexts.cases.contracts import CaseOpened, CaseRow, Draft
from shudao.contexts.exchange.contracts.answers import Answer, Unavailable, UnavailableReason
from shudao.contexts.exchange.contracts.registry import Cycle, Item, Resource, ShareType
from shudao.contexts.matters import api as matters
from shudao.foundation.audit.contracts import SYSTEM, Actor
from shudao.foundation.clocks import api as clocks
from shudao.foundation.files import api as files
from shudao.foundation.files.contracts import StoredFile
from shudao.foundation.identity import api as identity
from shudao.foundation.identity.contracts import Role
from shudao.foundation.regions import api as regions
from shudao.kernel.ids import new_id
from shudao.kernel.texts import Text
from tests.contexts.matters.makers import raw, write
from tests.contexts.matters.places import GUANGAN, WUHOU, two_counties

FORM = {"name": "李小宝", "phone": "13900001234", "kind": "a"}


def material(code: str, **changes: Any) -> dict[str, Any]:
    """One required paper that nothing replaces, some fields otherwise."""
    plain = {
        "code": code,
        "name": f"材料{code}",
        "name_en": f"Paper {code}",
        "material_type": "1",
        "material_format": "2",
        "need": "1",
        "source": "10",
        "by_law": ["tst:1"],
    }
    return {**plain, **changes}


HOUSEHOLD = raw(
    catalog_code="510702910000",
    code="household",
    name="新生儿落户",
    name_en="Household registration of a newborn",
    result_name="户口簿",
    result_name_en="Household page",
    result_licence_type="resident-household-page",
    result_fields={
        "name": "form.name",
        "address": "population.hukou_address",
        "registered_on": "case.decided_on",
        "relation": "=子女",
    },
    materials=[
        material("birth", name="出生医学证明", licence_type="birth-certificate"),
        material(
            "parents", name="父母户口簿", resource="sjzy-population-basic", resource_fields=["name", "hukou_address"]
        ),
        material("consent", name="同意书"),
        material("photo", name="照片", need="3"),
        material("extra", name="其他说明", need="2"),
    ],
)
BIRTH = raw(
    catalog_code="510702920000",
    code="birth",
    name="出生医学证明签发",
    name_en="Medical certificate of birth",
    result_name="出生医学证明",
    result_name_en="Medical certificate of birth",
    result_licence_type="birth-certificate",
    result_fields={"baby_name": "form.name", "born_on": "case.decided_on"},
    materials=[],
)
INSTANT = raw(
    catalog_code="510702930000",
    code="instant",
    name="即办事项",
    name_en="An instant matter",
    project_type="1",
    promised={"days": 0, "unit": "1"},
    result_type="3",
    result_name="办理结果通知",
    result_name_en="Notice of the result",
    result_licence_type="",
    result_fields={},
    materials=[],
)
AT_WINDOW = raw(
    catalog_code="510702940000",
    code="at-window",
    name="只能窗口办理的事项",
    name_en="A matter for the window",
    tier=2,
    result_type="3",
    result_licence_type="",
    result_fields={},
    result_name="办理结果通知",
    result_name_en="Notice of the result",
    visits=1,
    visits_reason="须当面核验",
    visits_reason_en="Seen in person",
    materials=[],
)
OF_COMPANIES = raw(
    catalog_code="510702950000",
    code="of-companies",
    name="企业事项",
    name_en="A company's matter",
    audience="company",
    server_type=["2"],
    themes=["16"],
    events=["operate"],
    result_type="3",
    result_licence_type="",
    result_fields={},
    result_name="办理结果通知",
    result_name_en="Notice of the result",
    materials=[],
)


def resident_id(serial: int, born: str = "19900307") -> str:
    """A number of nobody: region 519901, right check digit."""
    first17 = f"519901{born}{serial:03}"
    return first17 + identity.resident_id_check_digit(first17)


POPULATION = Resource(
    code="sjzy-population-basic",
    catalogue_code="101010100001",
    name=Text("人口基本信息", "Basic population information"),
    abstract=Text("户籍人口", "Residents"),
    provider="115199010000000000",
    classes=(Text("基础信息资源", "Basic"), Text("人口", "Population")),
    format="interface",
    items=(
        Item("name", Text("姓名", "Name"), "text", 3),
        Item("hukou_address", Text("户籍地址", "Registered address"), "text", 3),
    ),
    share_type=ShareType.UNCONDITIONAL,
    condition=Text(""),
    basis=Text(""),
    cycle=Cycle.DAY,
    matters=(),
    dataset="population",
    sensitivity=3,
    subject="person",
    published_on=date(2026, 1, 1),
)


@dataclass(frozen=True)
class World:
    """Who and what there is."""

    now: datetime
    li: Actor
    zhao: Actor
    clerk: Actor
    clerk_elsewhere: Actor
    reviewer: Actor
    reviewer_elsewhere: Actor
    department: str
    hall: str

    def task(self, code: str = "household", division: str = WUHOU) -> str:
        """The implementation's code of a matter in a division."""
        return matters.implementation_at(code, division).task_code

    def paper(self, name: str = "同意书.txt") -> StoredFile:
        """A stored file."""
        return files.store(io.BytesIO("本人同意。".encode()), name=name, acting=self.li, now=self.now)

    def draft(self, code: str = "household", *, by: Actor | None = None, **changes: Any) -> Draft:
        """An application of Li's, on line."""
        who = by or self.li
        return cases.start_draft(
            task_code=self.task(code), applicant=who.person, acting=who, now=self.now, key=new_id(), **changes
        )

    def filled(self, code: str = "household", *, by: Actor | None = None, **changes: Any) -> Draft:
        """The same, filled in and complete."""
        who = by or self.li
        draft = self.draft(code, by=by, **changes)
        cases.save_draft(draft=draft.id, data=FORM, acting=who, now=self.now)
        draft = cases.resolve_materials(draft=draft.id, acting=who, now=self.now)
        for need in draft.needs:
            if need.missing:
                draft = cases.attach(draft=draft.id, material=need.code, file=self.paper(), acting=who, now=self.now)
        return draft

    def submitted(self, code: str = "household", *, by: Actor | None = None, **changes: Any) -> CaseOpened:
        """A received case."""
        draft = self.filled(code, by=by, **changes)
        return cases.submit(draft=draft.id, acting=by or self.li, now=self.now, key=new_id())

    def accepted(self, code: str = "birth", **changes: Any) -> str:
        """The number of an accepted case."""
        number = self.submitted(code, **changes).number
        cases.accept(case=number, acting=self.clerk, now=self.now, key=new_id())
        return number

    def decided(self, code: str = "birth", decision: str = "approve", **changes: Any) -> CaseRow:
        """A decided case."""
        return self.decide(self.accepted(code, **changes), decision)

    def decide(self, number: str, decision: str = "approve", *, by: Actor | None = None, key: str = "") -> CaseRow:
        """Decide a case."""
        return cases.decide(
            case=number,
            decision=decision,
            opinion="符合条件" if decision == "approve" else "不符合条件",
            basis="测试条例第一条",
            remedy="可在六十日内申请行政复议" if decision == "refuse" else "",
            acting=by or self.reviewer,
            now=self.now,
            key=key or new_id(),
        )


def build(folder: Path, now: datetime, *, places: Path | None = None) -> World:
    """Load places, bodies, calendar, matters and resources; register people and staff."""
    regions.forget()
    regions.load(places or two_counties(folder / "places"))
    identity.load_departments()
    clocks.load_calendar()
    items = [HOUSEHOLD, BIRTH, INSTANT, AT_WINDOW, OF_COMPANIES]
    matters.load(folder=write(folder / "library", items=items), acting=SYSTEM, now=now)
    department = matters.implementation_at("household", WUHOU).department
    foreign = matters.implementation_at("household", GUANGAN).department
    hall = regions.hall_of(WUHOU)
    assert hall is not None
    return World(
        now=now,
        li=_citizen("li", "李秀兰", 1, now),
        zhao=_citizen("zhao", "赵一曼", 2, now),
        clerk=staff("clerk", Role.CLERK, division=WUHOU, now=now),
        clerk_elsewhere=staff("clerk2", Role.CLERK, division=GUANGAN, now=now),
        reviewer=staff("reviewer", Role.REVIEWER, department=department, division=WUHOU, now=now),
        reviewer_elsewhere=staff("reviewer2", Role.REVIEWER, department=foreign, division=GUANGAN, now=now),
        department=department,
        hall=hall.code,
    )


def staff(
    username: str, role: Role, *, now: datetime, department: str | None = None, division: str | None = None
) -> Actor:
    """An account with one right."""
    made = identity.create_account(username=username, password=None, name=username.title(), acting=SYSTEM, now=now)
    identity.grant_role(
        account=made.account, role=role, department=department, division=division, acting=SYSTEM, now=now
    )
    return identity.actor(made.account)


def answering(**fields: object) -> Callable[..., Answer]:
    """A gateway that answers everybody with these fields, and remembers in `.asked` what it was asked."""
    asked: list[dict[str, Any]] = []

    def ask(*, fields: tuple[str, ...], now: datetime, resource: str, **rest: Any) -> Answer:
        asked.append({"fields": fields, "resource": resource, **rest})
        return Answer(
            fields={name: known.get(name) for name in fields}, as_of=now, ledger_id="00-42", resource=resource
        )

    known = fields
    ask.asked = asked  # type: ignore[attr-defined]
    return ask


def silent(reason: UnavailableReason, zh: str, en: str) -> Callable[..., Answer]:
    """A gateway that gives nothing."""

    def ask(**_asked: Any) -> Answer:
        raise Unavailable(reason, sentence=Text(zh, en))

    return ask


def _citizen(username: str, name: str, serial: int, now: datetime) -> Actor:
    person = identity.register_person(
        resident_id=resident_id(serial), name=name, phone="13900001234", acting=SYSTEM, now=now, key=username
    )
    return identity.create_account(
        username=username, password=None, person=person.key, name=name, acting=SYSTEM, now=now
    )

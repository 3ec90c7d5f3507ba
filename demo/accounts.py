"""The people who sign in to the demo: one for each role, and the citizens of its stories."""

from __future__ import annotations

from dataclasses import dataclass, field

from demo import people
from demo.places import places
from shudao.foundation.audit.contracts import SYSTEM, Actor
from shudao.foundation.identity import api as identity
from shudao.foundation.identity.contracts import AlreadyThere, Role
from shudao.foundation.regions import api as regions
from shudao.kernel.time import now

PASSWORD = "shudao-demo-2026"  # noqa: S105  printed on the screen; production refuses the demo's accounts
PROVINCE, COUNTY = "510000000000", "510104000000"

# user name, shown name, role, kind of department, division
STAFF = (
    ("clerk", "窗口·林晓", Role.CLERK, "zw", COUNTY),
    ("clerk-second", "窗口·苏敏", Role.CLERK, "zw", COUNTY),
    ("reviewer-police", "户籍审批·何静", Role.REVIEWER, "ga", COUNTY),
    ("reviewer-health", "卫健审批·邓波", Role.REVIEWER, "wj", COUNTY),
    ("reviewer-civil", "民政审批·唐敏", Role.REVIEWER, "mz", COUNTY),
    ("reviewer-market", "市监审批·曾强", Role.REVIEWER, "sc", COUNTY),
    ("clerk-guangan", "窗口·广安", Role.CLERK, "zw", "511602000000"),
    ("reviewer-guangan", "户籍审批·广安", Role.REVIEWER, "ga", "511602000000"),
    ("manager", "事项管理·许岚", Role.MATTER_MANAGER, "zw", PROVINCE),
    ("manager-second", "事项管理·周宁", Role.MATTER_MANAGER, "zw", PROVINCE),
    ("manager-civil", "事项管理·民政厅", Role.MATTER_MANAGER, "mz", PROVINCE),
    ("manager-county", "事项管理·区民政局", Role.MATTER_MANAGER, "mz", COUNTY),
    ("data-police", "数据员·公安厅", Role.DATA_OFFICER, "ga", PROVINCE),
    ("data-civil", "数据员·民政厅", Role.DATA_OFFICER, "mz", PROVINCE),
    ("data-market", "数据员·市监局", Role.DATA_OFFICER, "sc", PROVINCE),
    ("integrator", "系统对接·一窗平台", Role.INTEGRATOR, "sj", PROVINCE),
    ("bureau", "数据局·调度", Role.DATA_BUREAU, "sj", PROVINCE),
    ("leader", "领导小组", Role.LEADER, "zw", PROVINCE),
    ("system", "系统管理员", Role.SYSTEM_ADMIN, None, None),
    ("security", "安全管理员", Role.SECURITY_ADMIN, None, None),
    ("audit", "审计管理员", Role.AUDIT_ADMIN, None, None),
)
CITIZENS = {"wang": "applicant", "chen": "elder", "yang": "founder", "zhao": "bride", "zhou": "groom"}


@dataclass(slots=True)
class Cast:
    """Who plays: user name → actor; role of a story → its person's key, and the person as invented."""

    actors: dict[str, Actor] = field(default_factory=dict)
    persons: dict[str, str] = field(default_factory=dict)
    invented: dict[str, people.Person] = field(default_factory=dict)
    company: people.Company | None = None


def open_all() -> Cast:
    """Open every account that is not there yet; return the cast."""
    inhabited = places((one.code, one.name.zh) for one in regions.divisions())
    cast = Cast(
        invented=dict(people.roles(people.demo_people(inhabited))),
        company=people.demo_company(inhabited),
    )
    for username, name, role, kind, division in STAFF:
        cast.actors[username] = staff(username, name, role, kind, division)
    for story, person in cast.invented.items():
        cast.persons[story] = identity.register_person(
            resident_id=person.resident_id,
            name=person.name,
            phone=person.phone,
            acting=SYSTEM,
            now=now(),
            key=f"demo-person-{story}",
        ).key
    for username, story in CITIZENS.items():
        cast.actors[username] = citizen(username, cast.invented[story].name, cast.persons[story])
    found = cast.company
    identity.register_company(
        code=found.code,
        name=found.name,
        representative=cast.invented["founder"].name,
        person=cast.persons["founder"],
        acting=SYSTEM,
        now=now(),
        key="demo-company",
    )
    return cast


def staff(username: str, name: str, role: Role, kind: str | None, division: str | None) -> Actor:
    """Open one member of staff's account with its one right."""
    account = opened(username, name, None)
    body = identity.responsible(kind, division) if kind and division else None
    identity.grant_role(
        account=account.account,
        role=role,
        department=body.code if body and role is not Role.CLERK else None,
        division=division,
        acting=SYSTEM,
        now=now(),
    )
    return identity.actor(account.account)


def citizen(username: str, name: str, person: str) -> Actor:
    """Open one citizen's account."""
    return opened(username, name, person)


def opened(username: str, name: str, person: str | None) -> Actor:
    """The account, opened now or before."""
    try:
        return identity.create_account(
            username=username, password=PASSWORD, name=name, person=person, acting=SYSTEM, now=now()
        )
    except AlreadyThere:
        return identity.check_password(username, PASSWORD)

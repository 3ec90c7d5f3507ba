"""Seed the exchange: the platform's own system, four resources, and for each a request decided by its department."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta

from demo.accounts import Cast
from shudao.contexts.exchange import api as exchange
from shudao.contexts.exchange.contracts.registry import Cycle, Item, Resource, ShareType
from shudao.contexts.exchange.contracts.relations import NAME, REPRESENTATIVE, REPRESENTATIVES, STATUS
from shudao.contexts.exchange.contracts.rights import Grant, Purpose, Wanted
from shudao.contexts.pool import api as pool
from shudao.foundation.audit.contracts import SYSTEM, Actor
from shudao.foundation.identity.contracts import Role
from shudao.kernel.texts import Text
from shudao.kernel.time import local_date, now

_BASIC = Text("基础信息资源", "Basic resources")
_words = str.split
_FIELDS = {
    "sjzy-population-basic": _words(
        "name sex birth_date ethnicity hukou_address hukou_division household_no marital_status status"
    ),
    "sjzy-marriage-status": _words("status spouse_name registered_on certificate_no registry_office"),
    "sjzy-company-licence": _words(
        "company_code name legal_representative kind capital_fen established_on status address scope"
    ),
    REPRESENTATIVES: [NAME, STATUS, REPRESENTATIVE],
}
_BASIS = {
    "sjzy-population-basic": Text("国务院令第716号第七条", "State Council Order 716, art. 7"),
    "sjzy-marriage-status": Text("国务院令第716号第七条", "State Council Order 716, art. 7"),
    "sjzy-company-licence": Text("国务院令第809号", "State Council Order 809"),
    REPRESENTATIVES: Text("个人信息保护法第四十五条、第四十六条", "PIPL, art. 45 and 46"),
}

_FETCHING = Text("一窗受理时自动获取材料，申请人不再提交", "Materials are fetched, applicants need not bring them")
_REPRESENTING = Text(
    "法定代表人代本单位查看数据使用记录、提出异议", "A representative sees who used the company's data, and objects"
)


def resources(published_on: date) -> list[Resource]:
    """Return the three catalogue entries by which papers are saved; the items are the datasets' columns."""
    return [
        _resource(
            "sjzy-population-basic",
            "101010100001",
            Text("人口基本信息", "Basic population information"),
            Text("户籍人口的姓名、性别、出生日期、户籍地址等", "Names, sex, birth dates and addresses of residents"),
            "population",
            published_on,
            share=ShareType.CONDITIONAL,
            kind=Text("人口", "Population"),
            row_field="hukou_division",
        ),
        _resource(
            "sjzy-marriage-status",
            "101010200001",
            Text("婚姻登记信息", "Marriage register"),
            Text("婚姻状况、登记日期、证件字号和登记机关", "Marital status, date, certificate and registry"),
            "marriage",
            published_on,
            share=ShareType.CONDITIONAL,
            kind=Text("人口", "Population"),
        ),
        _resource(
            "sjzy-company-licence",
            "102010100001",
            Text("企业登记信息", "Company register"),
            Text("企业名称、法定代表人、注册资本、经营范围等", "Names, representatives, capital and scope"),
            "company-licences",
            published_on,
            share=ShareType.UNCONDITIONAL,
            kind=Text("法人", "Legal persons"),
            subject="company",
        ),
    ]


def representatives(published_on: date) -> Resource:
    """Who represents a company: only compared, and with the number's keyed hash, which names nobody to a reader."""
    entry = _resource(
        REPRESENTATIVES,
        "102010100002",
        Text("企业法定代表人核验", "Verifying a company's representative"),
        Text("核验某人是否为企业的法定代表人，只答是否", "Yes or no: does somebody represent the company"),
        "company-licences",
        published_on,
        share=ShareType.CONDITIONAL,
        kind=Text("法人", "Legal persons"),
        subject="company",
    )
    items = tuple(
        replace(one, sensitivity=min(one.sensitivity, 3), personal=one.name == REPRESENTATIVE) for one in entry.items
    )
    return replace(entry, items=items, sensitivity=3)


def _resource(
    code: str,
    catalogue_code: str,
    name: Text,
    abstract: Text,
    dataset: str,
    published_on: date,
    *,
    share: ShareType,
    kind: Text,
    subject: str = "person",
    row_field: str = "",
) -> Resource:
    contract = pool.contract(dataset)
    items = tuple(
        Item(column.name, column.title, column.kind.value, column.sensitivity, personal=subject == "person")
        for column in map(contract.column, _FIELDS[code])
    )
    conditional = share is ShareType.CONDITIONAL
    condition = Text("限于办理政务服务事项，每次查询须有办件编号", "Only to handle a matter, each time with its case")
    return Resource(
        code=code,
        catalogue_code=catalogue_code,
        name=name,
        abstract=abstract,
        provider=next(row.owner for row in pool.datasets() if row.code == dataset),
        classes=(_BASIC, kind),
        format="interface",
        items=items,
        share_type=share,
        condition=condition if conditional else Text(""),
        basis=Text(""),
        cycle=Cycle.DAY,
        matters=(),
        dataset=dataset,
        sensitivity=max(item.sensitivity for item in items),
        subject=subject,
        published_on=published_on,
        row_field=row_field,
    )


def seed(cast: Cast) -> list[Grant]:
    """Let the platform's integrator ask and each source department's own data officer decide."""
    officers = {
        grant.department: actor
        for actor in cast.actors.values()
        for grant in actor.roles
        if grant.role == Role.DATA_OFFICER
    }
    return arrange(requester=cast.actors["integrator"], officer_of=officers.__getitem__, now=now())


def arrange(*, requester: Actor, officer_of: Callable[[str], Actor], now: datetime) -> list[Grant]:
    """
    Register, request and decide; again changes nothing.

    Args:
        requester: An integrator or data officer of the provincial data bureau.
        officer_of: Credit code of a source department → one of its data officers, another person than `requester`.
        now: Aware, UTC.
    """
    exchange.register_platform(acting=SYSTEM, now=now)
    today = local_date(now)
    for resource in (*resources(today), representatives(today)):
        if resource.code not in exchange.find_resources([resource.code]):
            exchange.register_resource(resource=resource, acting=SYSTEM, now=now, key=f"demo-{resource.code}")
        if not exchange.grants(system=exchange.one_window_client(), resource=resource.code):
            _grant(exchange.resource(resource.code), requester, officer_of(resource.provider), now)
    exchange.publish_snapshot(now=now)
    return exchange.grants(valid_on=today)


def _grant(resource: Resource, requester: Actor, officer: Actor, now: datetime) -> None:
    today = local_date(now)
    verifying = resource.code == REPRESENTATIVES
    wanted = Wanted(
        system=exchange.one_window_client(),
        resource=resource.code,
        fields=tuple(item.name for item in resource.items),
        purpose=Purpose.VERIFICATION if verifying else Purpose.HANDLING,
        verify_only=verifying,
        scenario=_REPRESENTING if verifying else _FETCHING,
        legal_basis=_BASIS[resource.code],
        valid_from=today,
        valid_to=today + timedelta(days=365),
    )
    asked = exchange.request_grant(wanted=wanted, acting=requester, now=now, key=f"demo-request-{resource.code}")
    exchange.decide_request(
        number=asked.number, grant=True, opinion="同意", acting=officer, now=now, key=f"demo-decide-{resource.code}"
    )

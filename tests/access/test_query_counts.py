"""Every list page asks the database as often for sixty rows as for three."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from benchmarks import many_cases
from shudao.contexts.assessment import api as assessment
from shudao.contexts.assessment.models import ListedBarrier
from shudao.contexts.cases.models import Case
from shudao.contexts.conformance.models import Exemption, Finding
from shudao.contexts.exchange.models import Relation, Wish
from shudao.contexts.exchange.queries import relations
from shudao.contexts.licences.models import Licence
from shudao.contexts.matters.models import Adoption, BasicItemVersion, LegalDocument, Revision
from shudao.foundation.audit.contracts import SYSTEM
from shudao.foundation.duties import api as duties
from shudao.foundation.identity import api as identity
from shudao.foundation.identity.contracts import Role
from shudao.foundation.identity.models import Account
from shudao.foundation.messages import api as messages
from shudao.foundation.outbox import models as outbox
from shudao.kernel.ids import new_id
from shudao.kernel.texts import Text
from shudao.kernel.time import local_date
from tests.contexts.matters.places import WUHOU
from tests.support import many_rights
from tests.support.cases import World, build, staff

pytestmark = pytest.mark.django_db

LISTS = {
    "/my/": "li",
    "/my/cases/": "li",
    "/my/drafts/": "li",
    "/my/licences/": "li",
    "/my/messages/": "li",
    "/window/?state=all": "reviewer",
    "/window/intake/": "clerk",
    "/search/": "li",
    "/departments/": "li",
    "/office/duties/": "reviewer",
    "/office/audit/": "auditor",
    "/office/jobs/": "system",
    "/office/matters/": "manager",
    "/office/laws/": "manager",
    "/office/revisions/": "manager",
    "/office/adoptions/": "manager",
    "/cockpit/": "manager",
    "/office/accounts/": "system",
    "/office/datasets/": "bureau",
    "/office/resources/": "bureau",
    "/office/requests/": "bureau",
    "/office/grants/?state=all": "bureau",
    "/office/systems/": "bureau",
    "/office/silos/": "bureau",
    "/office/barriers/": "bureau",
    "/office/wishes/": "bureau",
    "/window/guardians/": "clerk",
    "/office/conformance/": "bureau",
    "/office/conformance/findings/?state=all": "bureau",
    "/office/conformance/exemptions/": "bureau",
}


@pytest.fixture
def world(tmp_path: Path, settings: Any, noon: datetime) -> World:
    """The small world with one decided case, and everybody who looks at lists."""
    settings.KEYS_ROOT, settings.FILES_ROOT = tmp_path / "keys", tmp_path / "files"
    made = build(tmp_path, noon)
    made.decided("birth")
    staff("auditor", Role.AUDIT_ADMIN, now=noon)
    staff("system", Role.SYSTEM_ADMIN, now=noon)
    staff("bureau", Role.DATA_BUREAU, now=noon)
    staff("manager", Role.MATTER_MANAGER, now=noon)
    assessment.compute(acting=SYSTEM, now=noon)
    return made


@pytest.mark.parametrize(("address", "who"), LISTS.items(), ids=list(LISTS))
def test_a_list_asks_as_often_for_many_rows(world: World, address: str, who: str) -> None:
    client = Client(HTTP_HOST="localhost")
    client.force_login(Account.objects.get(username=who))
    grow(world, 3)
    asked(client, address)  # fills what is kept in memory
    few = asked(client, address)
    grow(world, 60)
    assert asked(client, address) == few


def asked(client: Client, address: str) -> int:
    """How many queries a page costs."""
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(address)
        assert answer.status_code == 200, address
        assert b"".join(answer) if answer.streaming else answer.content
    return len(queries)


def grow(world: World, count: int) -> None:
    """Add rows of every kind."""
    every = (_cases, _licences, _messages, _duties, _jobs, _rights, _barriers, _findings, _accounts)
    for add in (*every, _wishes, _guardians, _laws):
        add(world, count)


def _cases(world: World, count: int) -> None:
    seed = Case.objects.count()
    pattern = Case.objects.select_related("draft").order_by("id").first()
    assert pattern is not None
    many_cases.copy(pattern, count, seed=seed, mine=True, start=seed)


def _licences(world: World, count: int) -> None:
    pattern = Licence.objects.order_by("id").first()
    assert pattern is not None
    values = {field.attname: getattr(pattern, field.attname) for field in Licence._meta.concrete_fields}
    rows = [Licence(**values | {"id": None, "number": f"L{new_id()}"}) for _ in range(count)]
    Licence.objects.bulk_create(rows)


def _messages(world: World, count: int) -> None:
    for _ in range(count):
        said = Text("请查收", "Please read")
        messages.send(
            to=world.li.account, subject=said, body=said, about="", key=new_id(), acting=SYSTEM, now=world.now
        )


def _duties(world: World, count: int) -> None:
    for _ in range(count):
        duties.open(
            kind="tests.something",
            owner=world.department,
            division=identity.department(world.department).division,
            subject="S",
            title=Text("应办", "To do"),
            due_on=local_date(world.now + timedelta(days=5)),
            evidence={"why": "test"},
            acting=SYSTEM,
            now=world.now,
            key=new_id(),
        )


def _barriers(world: World, count: int) -> None:
    ListedBarrier.objects.bulk_create(
        ListedBarrier(
            number=new_id(),
            kind="refused",
            cause="refused",
            subject=new_id(),
            label="人口基本信息",
            owner=world.department,
            since=local_date(world.now),
            found_at=world.now,
        )
        for _ in range(count)
    )


def _findings(world: World, count: int) -> None:
    department, noon = identity.department(world.department), world.now
    for _ in range(count):
        found = Finding.objects.create(
            number=new_id(),
            rule="visits-more",
            severity="ordinary",
            field="visits",
            subject=new_id(),
            catalog_code="510702900000",
            name="婚姻登记",
            division=department.division,
            department=department.code,
            owner=department.code,
            expected="0",
            found="1",
            evidence={},
            state="open",
            opened_at=noon,
            due_on=local_date(noon),
        )
        Exemption.objects.create(
            number=new_id(), finding=found, basis=[], until=local_date(noon), state="asked", asked_at=noon
        )


def _jobs(world: World, count: int) -> None:
    outbox.Job.objects.bulk_create(
        outbox.Job(
            kind=outbox.TASK,
            name="tests.fails",
            payload="{}",
            due_at=world.now,
            state=outbox.FAILED,
            created_at=world.now,
            finished_at=world.now,
            error="boom",
        )
        for _ in range(count)
    )


def _rights(world: World, count: int) -> None:
    division = identity.department(world.department).division
    many_rights.add(count, department=world.department, division=division, now=world.now)


def _wishes(world: World, count: int) -> None:
    Wish.objects.bulk_create(
        Wish(
            number=new_id(),
            department=world.department,
            name="居民死亡医学证明",
            wished_by="somebody",
            wished_at=world.now,
            owner="another",
            state="open",
            due_on=local_date(world.now),
        )
        for _ in range(count)
    )


def _guardians(world: World, count: int) -> None:
    division = world.clerk.roles[0].division or ""
    for number in (new_id() for _ in range(count)):
        Relation.objects.create(
            number=number,
            kind="child",
            holder=number,
            subject="child",
            sealed=relations.seal(number, relations.Whom("", "王小雨")),
            state="proposed",
            valid_to=local_date(world.now),
            evidence="digest",
            division=division,
            recorded_by="somebody",
            recorded_at=world.now,
        )


def _accounts(world: World, count: int) -> None:
    for _ in range(count):
        staff(f"s{new_id().lower()}", Role.REVIEWER, now=world.now, department=world.department)


def _laws(world: World, count: int) -> None:
    """Documents, revisions and adoptions, as they lie."""
    seed = LegalDocument.objects.count()
    version = BasicItemVersion.objects.order_by("pk").first()
    assert version is not None
    code, at = version.item.catalog_code, world.now
    LegalDocument.objects.bulk_create(
        LegalDocument(code=f"d{n}", title=f"文件{n}", title_en=f"Document {n}", number="1", kind="rule")
        for n in range(seed, seed + count)
    )
    Revision.objects.bulk_create(
        Revision(
            number=f"r{n}", catalog_code=code, name=version.name, name_en=version.name_en, department_kind="mz",
            base_version=1, fields=version.fields, state="withdrawn", author="", changed_at=at,
        )
        for n in range(seed, seed + count)
    )  # fmt: skip
    Adoption.objects.bulk_create(
        Adoption(
            number=f"a{n}", item_version=version, catalog_code=code, body=f"{n:018}", division=WUHOU,
            implementations=1, due_on=at.date(), duty="", state="open",
        )
        for n in range(seed, seed + count)
    )  # fmt: skip

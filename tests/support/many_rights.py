"""Many systems, resources, requests, grants and datasets in the tables, for counting the queries of their lists."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from shudao.contexts.exchange.models import Grant, Resource, ShareRequest, System
from shudao.contexts.pool.models import Dataset
from shudao.kernel.ids import new_id


def add(count: int, *, department: str, division: str, now: datetime) -> None:
    """Write `count` of each: every one its own system, resource, request, grant and dataset."""
    for _ in range(count):
        mark = new_id()
        system = System.objects.create(client=f"SC/GOV/{mark}", name="系统", department=department, registered_at=now)
        resource = _resource(mark, department, now.date())
        _grant(_request(mark, system, resource, department, now), now)
        Dataset.objects.create(
            code=mark.lower(),
            name="数据集",
            owner=department,
            division=division,
            version=1,
            cycle="2",
            sensitivity=1,
            updated_at=now,
            created_at=now,
        )


def _resource(mark: str, department: str, today: date) -> Resource:
    return Resource.objects.create(
        code=mark.lower(),
        catalogue_code="1",
        name="资源",
        abstract="摘要",
        provider=department,
        classes=[],
        format="interface",
        items=[{"name": "name", "title": {"zh": "姓名", "en": "Name"}, "kind": "text", "sensitivity": 1}],
        share_type="1",
        condition={"zh": "", "en": ""},
        basis={"zh": "", "en": ""},
        cycle="2",
        matters=[],
        dataset="",
        sensitivity=1,
        subject="person",
        published_on=today,
    )


def _request(mark: str, system: System, resource: Resource, department: str, now: datetime) -> ShareRequest:
    return ShareRequest.objects.create(
        number=mark,
        system=system,
        resource=resource,
        fields=["name"],
        purpose="handling",
        scenario={"zh": "办理", "en": "Handling"},
        legal_basis={"zh": "条例", "en": "Regulation"},
        valid_from=now.date(),
        valid_to=now.date() + timedelta(days=9),
        state="granted",
        department=department,
        provider=department,
        requested_by="a",
        requested_at=now,
        due_on=now.date(),
        decided_by="b",
        decided_at=now,
    )


def _grant(asked: ShareRequest, now: datetime) -> Grant:
    return Grant.objects.create(
        number=new_id(),
        request=asked,
        system=asked.system,
        resource=asked.resource,
        fields=asked.fields,
        purpose=asked.purpose,
        legal_basis=asked.legal_basis,
        valid_from=asked.valid_from,
        valid_to=asked.valid_to,
        granted_at=now,
    )

"""A guardian recorded at the window by one officer, confirmed by another."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from shudao.contexts.exchange import api as exchange
from shudao.foundation.audit.contracts import SYSTEM, Actor
from shudao.foundation.identity import api as identity
from shudao.foundation.identity.contracts import Role
from shudao.kernel.ids import new_id
from shudao.kernel.time import local_date
from tests.contexts.exchange.conftest import PROVINCE, catalogue, deliver, delivery, extract, roots, sichuan, staff
from tests.contexts.exchange.conftest import world as people_world
from tests.contexts.exchange.disputing import Scene
from tests.contexts.exchange.disputing import scene as made
from tests.contexts.exchange.test_on_behalf import CHILD
from tests.faces.portal.conftest import browser
from tests.foundation.files.samples import PDF

__all__ = ["catalogue", "deliver", "delivery", "extract", "roots", "sichuan", "staff"]
pytestmark = pytest.mark.django_db
scene = made
LIST, NEW = "/window/guardians/", "/window/guardians/new/"


@pytest.fixture
def world(sichuan: None) -> Any:
    return people_world.__wrapped__(sichuan)


def seat(scene: Scene, name: str, division: str = PROVINCE) -> Client:
    """A clerk's browser."""
    from django.contrib.auth import get_user_model

    account = identity.create_account(username=name, password=None, name=name, acting=SYSTEM, now=scene.now)
    _give(account, division, scene)
    client = browser()
    client.force_login(get_user_model().objects.get(public_id=account.account))
    return client


def _give(account: Actor, division: str, scene: Scene) -> None:
    identity.grant_role(
        account=account.account, role=Role.CLERK, department=None, division=division, acting=SYSTEM, now=scene.now
    )


def form(scene: Scene, **changes: Any) -> dict[str, Any]:
    until = local_date(scene.now) + timedelta(days=200)
    sent = {
        "guardian": scene.resident_id,
        "child": CHILD,
        "name": "王小雨",
        "basis": "出生医学证明",
    }
    day = {"valid_to-year": until.year, "valid_to-month": until.month, "valid_to-day": until.day}
    return sent | day | {"evidence": io.BytesIO(PDF), "key": new_id()} | changes


def test_one_records_another_confirms(scene: Scene) -> None:
    first, second = seat(scene, "first"), seat(scene, "second")
    assert "没有监护关系登记" in first.get(LIST).text
    sent = first.post(NEW, form(scene))
    assert sent.status_code == 302
    address = sent["location"]
    page = first.get(address).text
    assert "请由本窗口另一名工作人员复核" in page
    assert CHILD not in page
    assert first.post(address, {"act": "confirm", "key": new_id()}).status_code == 403
    assert second.get(f"{address}papers/").content == PDF
    assert second.post(address, {"key": new_id()}).status_code == 422, "neither yes nor no"
    assert second.post(address, {"act": "refuse", "key": new_id()}).status_code == 422, "a refusal has a reason"
    assert second.post(address, {"act": "confirm", "key": new_id()}).status_code == 302
    (relation,) = exchange.relations_of(scene.wang.person)
    assert relation.stands(local_date(scene.now))
    assert second.post(address, {"act": "end", "reason": "监护人变更", "key": new_id()}).status_code == 302
    assert "已结束" in first.get(f"{LIST}?state=ended").text
    assert "没有监护关系登记" in first.get(f"{LIST}?state=standing").text
    lines = b"".join(first.get(f"{LIST}?format=csv&sort=until").streaming_content).decode()  # type: ignore[attr-defined]
    assert "出生医学证明" in lines
    assert "王小雨" not in lines


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"evidence": ""}, "请上传证明材料的扫描件"),
        ({"child": "1"}, "身份证号码不正确"),
        ({"valid_to-month": "13"}, "请填写有效期"),
        ({"guardian": "519901199003070018"}, "监护人"),
    ],
)
def test_what_is_missing_stands_beside_the_entry(scene: Scene, changes: dict[str, Any], word: str) -> None:
    answer = seat(scene, "first").post(NEW, form(scene, **changes))
    assert answer.status_code == 422
    assert word in answer.text


def test_another_windows_looks_like_an_absent_one(scene: Scene) -> None:
    address = seat(scene, "first").post(NEW, form(scene))["location"]
    stranger = seat(scene, "stranger", "510100000000")
    for path in (address, f"{address}papers/", f"{LIST}{new_id()}/"):
        assert stranger.get(path).status_code == 404

"""Corrections, disputes, questions and what is shown later, in the office."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from shudao.contexts.exchange import api as exchange
from shudao.contexts.exchange.contracts.disputes import CorrectionState, DisputeState, Tone
from shudao.contexts.exchange.contracts.rights import Purpose
from shudao.foundation.audit import api as audit
from shudao.foundation.duties import api as duties
from shudao.foundation.identity import api as identity
from shudao.foundation.identity.contracts import Role
from shudao.foundation.outbox import api as outbox
from shudao.kernel.ids import new_id
from tests.contexts.exchange.conftest import (
    POPULATION,
    PROVINCE,
    Staff,
    ask_for,
    deliver,
    delivery,
    staff,
)
from tests.contexts.exchange.conftest import world as people_world
from tests.contexts.exchange.disputing import FIELD, Scene
from tests.contexts.exchange.disputing import scene as made
from tests.faces.portal.conftest import browser
from tests.support.cases import staff as open_account

__all__ = ["ask_for", "deliver", "delivery", "staff"]
pytestmark = pytest.mark.django_db
scene = made
POLICE, CIVIL = (identity.department_code(kind, PROVINCE) for kind in ("ga", "mz"))
At = Callable[..., Client]


@pytest.fixture
def world(sichuan: None) -> Any:
    """Six hundred people in place of the small world of cases."""
    return people_world.__wrapped__(sichuan)


@pytest.fixture
def at(scene: Scene) -> At:
    """A browser in which an officer of the province's body of a kind is signed in."""
    opened: dict[str, Client] = {}

    def do(kind: str, role: Role = Role.DATA_OFFICER) -> Client:
        name = f"{role}-{kind}"
        if name not in opened:
            department = identity.department_code(kind, PROVINCE)
            actor = open_account(name, role, department=department, division=PROVINCE, now=scene.now)
            opened[name] = browser()
            opened[name].force_login(get_user_model().objects.get(public_id=actor.account))
        return opened[name]

    return do


def bureau(at: At) -> Client:
    return at("sj", Role.DATA_BUREAU)


def report(client: Client, scene: Scene, **changes: Any) -> Any:
    sent = {
        "department": CIVIL,
        "identifier": scene.resident_id,
        "field": FIELD,
        "wrong": "幸福路1号",
        "right": "幸福路2号",
        "why": "户口本上是2号",
        "key": new_id(),
    }
    return client.post(f"/office/corrections/new/?resource={POPULATION}", sent | changes)


def answer(client: Client, address: str, verdict: str, **changes: str) -> Any:
    return client.post(address, {"verdict": verdict, "opinion": "已核实", "key": new_id()} | changes)


class TestCorrections:
    def test_from_the_report_to_the_snapshot_in_which_it_is_right(self, scene: Scene, at: At) -> None:
        scene.used()
        civil, police = at("mz"), at("ga")
        assert "提出部门" in civil.get(f"/office/corrections/new/?resource={POPULATION}").text
        address = report(civil, scene, since="2026-11-01").headers["Location"]
        page = police.get(address).text
        assert "幸***" in page
        assert "幸福路" not in page
        assert scene.resident_id not in page
        assert police.post(address, {"act": "open", "reason": "看"}).status_code == 422
        whole = police.post(address, {"act": "open", "reason": "核对户籍底册"}).text
        assert scene.resident_id in whole
        assert "户口本上是2号" in whole
        assert answer(police, address, "corrected").status_code == 422
        batch = scene.put_right()
        assert answer(police, address, "corrected").status_code == 302
        outbox.drain()
        assert f"/snapshots/{batch.snapshot}/" in civil.get(address).text
        assert "异议核实结果" in civil.get("/my/messages/").text
        number = address.split("/")[-2]
        assert exchange.correction(number).state is CorrectionState.CORRECTED
        assert {"exchange.open_claim", "exchange.correction_decided"} <= {
            one.action for one in audit.entries(target=number)
        }

    def test_a_third_department_and_an_absent_one_look_alike(self, scene: Scene, at: At) -> None:
        asked = scene.report()
        for number in (asked.number, "0" * 26):
            assert at("sc").get(f"/office/corrections/{number}/").status_code == 404
        assert asked.number not in at("sc").get("/office/corrections/").text
        assert asked.number in bureau(at).get("/office/corrections/").text

    def test_only_the_source_answers_or_opens(self, scene: Scene, at: At) -> None:
        address = f"/office/corrections/{scene.report().number}/"
        for client in (bureau(at), at("ga", Role.INTEGRATOR)):
            page = client.get(address)
            assert page.status_code == 200
            assert 'name="verdict"' not in page.text
            assert client.post(address, {"act": "open", "reason": "就是想看看"}).status_code == 403
            assert answer(client, address, "refused", basis="x").status_code == 403

    @pytest.mark.parametrize(
        ("changes", "entry"),
        [
            ({"field": ""}, "field"),
            ({"why": ""}, "why"),
            ({"since": "昨天"}, "since"),
            ({"department": ""}, "department"),
            ({"identifier": "519901199001010010"}, "identifier"),
            ({"evidence": SimpleUploadedFile("a.pdf", b"no pdf")}, "evidence"),
        ],
    )
    def test_a_fault_stands_beside_its_entry(self, scene: Scene, at: At, changes: dict[str, Any], entry: str) -> None:
        scene.used()
        page = report(at("mz"), scene, **changes)
        assert page.status_code == 422
        assert f'id="f-{entry}-error"' in page.text

    def test_a_choice_and_a_basis_are_owed(self, scene: Scene, at: At) -> None:
        address = f"/office/corrections/{scene.report().number}/"
        assert answer(at("ga"), address, "").status_code == 422
        assert answer(at("ga"), address, "refused").status_code == 422
        assert answer(at("ga"), address, "forwarded").status_code == 422
        assert answer(at("ga"), address, "forwarded", to=CIVIL).status_code == 302
        assert "转办" in at("ga").get(address).text, "who had it sees what became of it"

    def test_lists_filter_and_export_without_what_was_written(self, scene: Scene, at: At) -> None:
        asked = scene.report()
        police = at("ga")
        assert asked.number in police.get("/office/corrections/?state=open").text
        assert asked.number not in police.get("/office/corrections/?state=refused").text
        sheet = b"".join(police.get("/office/corrections/?format=csv").streaming_content).decode()  # type: ignore[attr-defined]
        assert asked.number in sheet
        assert "幸福路" not in sheet

    def test_its_duty_closes_by_the_answer_alone(self, scene: Scene, at: At) -> None:
        asked = scene.report()
        page = at("ga").get("/office/duties/").text
        assert f"/office/corrections/{asked.number}/" in page
        assert at("ga").post(f"/office/duties/{asked.duty}/close/", {"done": "好了"}).status_code == 409
        assert duties.get(asked.duty).closed_on is None


class TestDisputes:
    def refused(self, ask_for: Any, scene: Scene, staff: Staff) -> str:
        asked = ask_for(system=scene.client, acting=staff.civil)
        return exchange.decide_request(
            number=asked.number,
            grant=False,
            opinion="用途不明",
            basis="条例",
            acting=staff.police,
            now=scene.now,
            key="n",
        ).number

    def test_from_the_refusal_to_the_request_made_anew(self, scene: Scene, at: At, ask_for: Any, staff: Staff) -> None:
        number = self.refused(ask_for, scene, staff)
        new = f"/office/disputes/new/?about=request&subject={number}"
        assert at("mz").post(new, {"reason": " ", "key": new_id()}).status_code == 422
        address = at("mz").post(new, {"reason": "办理救助确需", "key": new_id()}).headers["Location"]
        assert "办理救助确需" in at("ga").get(address).text
        assert 'name="verdict"' not in at("ga").get(address).text
        assert at("sc").get(address).status_code == 404
        sent = {"verdict": "upheld", "opinion": "应予共享", "key": new_id()}
        assert at("ga").post(address, sent).status_code == 403
        assert bureau(at).post(address, {"opinion": "x", "key": new_id()}).status_code == 422
        assert bureau(at).post(address, sent).status_code == 302
        found = exchange.dispute(address.split("/")[-2])
        assert found.state is DisputeState.UPHELD
        assert f"/office/requests/{found.follow_up}/" in at("mz").get(address).text
        assert number in at("mz").get("/office/disputes/?state=upheld").text
        sheet = at("mz").get("/office/disputes/?format=csv")
        assert number in b"".join(sheet.streaming_content).decode()  # type: ignore[attr-defined]

    def test_a_stranger_cannot_dispute(self, scene: Scene, at: At, ask_for: Any, staff: Staff) -> None:
        number = self.refused(ask_for, scene, staff)
        new = f"/office/disputes/new/?about=request&subject={number}"
        assert at("sc").post(new, {"reason": "x", "key": new_id()}).status_code == 404
        assert at("mz").get("/office/disputes/new/?about=weather&subject=x").status_code == 404


class TestQuestions:
    def test_the_department_answers_its_own(self, scene: Scene, at: At) -> None:
        asked = exchange.ask_about_use(
            entry=scene.used(), tone=Tone.OBJECTION, text="不该查", acting=scene.wang, now=scene.now, key="q"
        )
        address = f"/office/questions/{asked.number}/"
        assert "不该查" in at("mz").get(address).text
        for other in (at("ga"), bureau(at)):
            assert other.get(address).status_code == 404, "what people write is for the department alone"
            assert asked.number not in other.get("/office/questions/").text
        assert at("mz").post(address, {"answer": " ", "key": new_id()}).status_code == 422
        assert at("mz").post(address, {"answer": "办理救助", "key": new_id()}).status_code == 302
        assert asked.number in at("mz").get("/office/questions/?state=answered").text
        sheet = b"".join(at("mz").get("/office/questions/?format=csv").streaming_content).decode()  # type: ignore[attr-defined]
        assert asked.number in sheet
        assert "不该查" not in sheet


class TestDelays:
    def test_the_bureau_decides_and_auditors_see(self, scene: Scene, at: At, ask_for: Any, staff: Staff) -> None:
        asked = ask_for(system=scene.client, acting=staff.civil, purpose=Purpose.SUPERVISION)
        grant = exchange.decide_request(
            number=asked.number, grant=True, opinion="同意", acting=staff.police, now=scene.now, key="y"
        ).grant
        sent = {"grant": grant, "until": "2026-12-31", "basis": "监察法第四十三条", "key": new_id()}
        for fault in ({"grant": ""}, {"until": "年底"}, {"until": "2030-01-01"}, {"basis": ""}):
            assert bureau(at).post("/office/delays/", sent | fault | {"key": new_id()}).status_code == 422, fault
        assert bureau(at).post("/office/delays/", sent).status_code == 302
        auditor = at("sj", Role.AUDIT_ADMIN)
        page = auditor.get("/office/delays/").text
        assert "监察法第四十三条" in page
        assert 'name="until"' not in page
        assert auditor.post("/office/delays/", sent | {"key": new_id()}).status_code == 403
        assert at("mz").get("/office/delays/").status_code == 403
        sheet = b"".join(auditor.get("/office/delays/?format=csv").streaming_content).decode()  # type: ignore[attr-defined]
        assert grant in sheet


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_pages_open_in_both_languages(scene: Scene, at: At, language: str) -> None:
    scene.used()
    asked = scene.report()
    for client in (at("ga"), bureau(at)):
        client.cookies["django_language"] = language
        for address in ("corrections/", f"corrections/{asked.number}/", "disputes/", "questions/"):
            page = client.get(f"/office/{address}")
            assert page.status_code == 200, address
            if language == "en":
                body = re.sub(r"(?s)<(header|footer).*?</\1>", "", page.text)
                assert "异议" not in body

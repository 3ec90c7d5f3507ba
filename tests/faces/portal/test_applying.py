"""From the guide to the licence, as an applicant goes."""

from __future__ import annotations

import io
import re

from django.test import Client

from shudao.contexts.cases import api as cases
from shudao.kernel.ids import new_id
from tests.faces.portal.conftest import SignedIn
from tests.support.cases import FORM, World

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\nstartxref\n9\n%%EOF\n"


def pdf(name: str = "同意书.pdf") -> io.BytesIO:
    file = io.BytesIO(PDF)
    file.name = name
    return file


def started(client: Client, world: World, code: str = "household") -> str:
    answer = client.post(f"/apply/{world.task(code)}/", {"delivery": "online", "key": new_id()})
    assert answer.status_code == 302, answer.text
    return answer.headers["Location"]


def test_whoever_has_not_signed_in_is_sent_to_sign_in_and_back(visitor: Client, world: World) -> None:
    answer = visitor.get(f"/apply/{world.task()}/")
    assert answer.headers["Location"] == f"/sign-in/?next=%2Fapply%2F{world.task()}%2F"


def test_staff_without_a_person_cannot_apply(signed_in: SignedIn, world: World) -> None:
    page = signed_in(world.clerk).get(f"/apply/{world.task()}/")
    assert page.status_code == 403
    assert "工作人员账号不能在门户申请事项" in page.text


def test_the_whole_way_to_a_licence(signed_in: SignedIn, world: World) -> None:
    li = signed_in(world.li)
    form = started(li, world)
    assert li.get(form).status_code == 200
    materials = li.post(form, FORM).headers["Location"]
    page = li.get(materials).text
    assert "四川省成都市武侯区幸福路1号" in page
    assert 'name="material:consent"' in page
    refused = li.post(materials, {"go": "1"})
    assert refused.status_code == 422
    assert "请上传“同意书”。" in refused.text
    assert "请上传“照片”" not in refused.text
    sent = {"material:birth": pdf(), "material:consent": pdf(), "go": "1"}
    check = li.post(materials, sent).headers["Location"]
    page = li.get(check).text
    assert "李小宝" in page
    key = re.search(r'name="key" value="(\w+)"', page)
    assert key is not None
    receipt = li.post(check, {"key": key[1]})
    number = re.search(r"data-case-number>(\w+)<", receipt.text)
    assert number is not None
    assert li.post(check, {"key": key[1]}).text.count(number[1]) == receipt.text.count(number[1])
    assert cases.my_cases(world.li).total == 1
    cases.accept(case=number[1], acting=world.clerk, now=world.now, key=new_id())
    assert "这一天是怎么算出来的" in li.get(f"/my/cases/{number[1]}/").text


def test_a_form_that_breaks_its_schema_says_where_and_keeps_what_was_typed(signed_in: SignedIn, world: World) -> None:
    li = signed_in(world.li)
    form = started(li, world)
    page = li.post(form, {**FORM, "phone": "12"})
    assert page.status_code == 422
    assert 'href="#f-phone"' in page.text
    assert 'value="李小宝"' in page.text
    assert 'value="12"' in page.text


def test_half_a_form_can_be_kept_and_gone_on_with(signed_in: SignedIn, world: World) -> None:
    li = signed_in(world.li)
    form = started(li, world)
    assert li.post(form, {"name": "李小宝", "later": "1"}).headers["Location"] == "/my/drafts/"
    assert 'value="李小宝"' in signed_in(world.li).get(form).text


def test_a_file_of_a_wrong_kind_is_refused_beside_its_field(signed_in: SignedIn, world: World) -> None:
    li = signed_in(world.li)
    form = started(li, world)
    materials = li.post(form, FORM).headers["Location"]
    li.get(materials)
    script = io.BytesIO(b"#!/bin/sh\necho no\n")
    script.name = "scan.pdf"
    page = li.post(materials, {"material:consent": script, "go": "1"})
    assert page.status_code == 422
    assert "不能接收这种文件" in page.text


def test_sending_the_start_twice_makes_one_draft(signed_in: SignedIn, world: World) -> None:
    li = signed_in(world.li)
    sent = {"delivery": "online", "key": new_id()}
    first = li.post(f"/apply/{world.task()}/", sent).headers["Location"]
    assert li.post(f"/apply/{world.task()}/", sent).headers["Location"] == first
    assert len(cases.my_drafts(world.li)) == 1


def test_another_persons_draft_case_and_licence_look_absent(signed_in: SignedIn, world: World) -> None:
    draft = world.filled()
    decided = world.decided()
    zhao = signed_in(world.zhao)
    for address in (
        f"/apply/drafts/{draft.id}/",
        f"/apply/drafts/{draft.id}/materials/",
        f"/apply/drafts/{draft.id}/check/",
        f"/my/cases/{decided.number}/",
        f"/my/licences/{decided.licence}/",
        f"/rate/{decided.number}/",
    ):
        assert zhao.get(address).status_code == 404, address


def test_a_notice_of_what_is_missing_is_answered_once(signed_in: SignedIn, world: World) -> None:
    li = signed_in(world.li)
    number = world.submitted().number
    cases.return_for_supplement(
        case=number, materials=("consent",), note="看不清", acting=world.clerk, now=world.now, key=new_id()
    )
    assert "看不清" in li.get(f"/my/cases/{number}/").text
    address = f"/my/cases/{number}/supplement/"
    assert li.post(address, {"key": new_id()}).status_code == 422
    assert li.post(address, {"key": new_id(), "material:consent": pdf()}).status_code == 302
    assert "补交材料" in li.get(f"/my/cases/{number}/").text
    assert 'name="material:photo"' in li.get(address).text
    assert li.post(address, {"key": new_id(), "material:photo": pdf()}).status_code == 302
    assert li.get(address).status_code == 409


def test_a_licence_shows_its_code_and_verifies_for_everybody(
    signed_in: SignedIn, visitor: Client, world: World
) -> None:
    licence = world.decided().licence
    page = signed_in(world.li).get(f"/my/licences/{licence}/").text
    assert "<svg viewBox" in page
    assert "证照有效" in visitor.get(f"/verify/{licence}").text
    twin = re.search(r"data-licence-twin>([^<]+)<", page)
    assert twin is not None
    assert "证照有效" in visitor.post("/verify/", {"twin": twin[1]}).text
    changed = twin[1][:-2] + ("A" if twin[1][-2] != "A" else "B") + twin[1][-1]
    assert "证照无效" in visitor.post("/verify/", {"twin": changed}).text

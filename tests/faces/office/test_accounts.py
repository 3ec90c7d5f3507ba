"""Three administrators: one keeps accounts, one rights, one looks; nobody serves themselves."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from django.test import Client

from shudao.foundation.audit import api as trail
from shudao.foundation.audit.contracts import SYSTEM, Actor, RoleGrant
from shudao.foundation.identity import api as identity
from shudao.foundation.identity.contracts import AccountNotFound, Role
from tests.contexts.matters.places import WUHOU
from tests.faces.portal.conftest import SignedIn
from tests.support.cases import World, staff

SECRET = "one-long-enough-1"


@dataclass(frozen=True)
class Administrators:
    """The three, each in a browser."""

    system: Client
    security: Client
    audit: Client
    who: dict[str, Actor]


@pytest.fixture
def three(signed_in: SignedIn, world: World) -> Administrators:
    roles = {"system": Role.SYSTEM_ADMIN, "security": Role.SECURITY_ADMIN, "audit": Role.AUDIT_ADMIN}
    who = {name: staff(name, role, now=world.now) for name, role in roles.items()}
    return Administrators(*(signed_in(actor) for actor in who.values()), who)


@pytest.fixture
def newcomer(world: World) -> Actor:
    """Somebody of the staff without a right."""
    return identity.create_account(username="new.one", password=None, name="新同事", acting=SYSTEM, now=world.now)


def at(actor: Actor, act: str = "") -> str:
    return f"/office/accounts/{actor.account}/" + (f"{act}/" if act else "")


def test_the_three_see_the_list_and_nobody_else(three: Administrators, signed_in: SignedIn, world: World) -> None:
    for client in (three.system, three.security, three.audit):
        assert "reviewer2" in client.get("/office/accounts/").text
    for actor in (world.clerk, world.reviewer, world.li):
        assert signed_in(actor).get("/office/accounts/").status_code == 403
        assert signed_in(actor).get(at(world.clerk)).status_code == 403


def test_citizens_stay_masked(three: Administrators, world: World) -> None:
    page = three.system.get("/office/accounts/?text=li").text
    assert "李**" in page
    assert "李秀兰" not in page
    assert "李秀兰" not in three.security.get(at(world.li)).text


def test_the_list_is_searched_and_paged(three: Administrators, world: World) -> None:
    for number in range(25):
        identity.create_account(username=f"many{number:02}", password=None, name="众", acting=SYSTEM, now=world.now)
    page = three.audit.get("/office/accounts/?text=many").text
    assert "many19" in page
    assert "many20" not in page
    assert "many20" in three.audit.get("/office/accounts/?text=many&page=2").text
    assert "没有这样的账号" in three.audit.get("/office/accounts/?text=nobody-here").text


def test_the_export_runs_nothing_in_a_spreadsheet(three: Administrators, world: World) -> None:
    identity.create_account(username="formula", password=None, name="=1+1", acting=SYSTEM, now=world.now)
    answer = three.system.get("/office/accounts/?text=formula&format=csv")
    text = b"".join(answer.streaming_content).decode()
    assert "'=1+1" in text
    assert ",=1+1" not in text


class TestRights:
    def test_the_security_administrator_gives_and_takes(self, three: Administrators, newcomer: Actor) -> None:
        sent = {"role": "reviewer", "place": "武侯区", "kind": "ga"}
        assert three.security.post(at(newcomer, "grant"), sent).status_code == 302
        body = identity.responsible("ga", WUHOU)
        assert body is not None
        assert identity.actor(newcomer.account).roles == (RoleGrant("reviewer", body.code, WUHOU),)
        page = three.security.get(at(newcomer)).text
        assert "武侯区" in page
        assert body.name.zh in page
        taken = {"right": "1", "role": "reviewer", "department": body.code, "division": WUHOU}
        refused = three.security.post(at(newcomer, "revoke"), taken)
        assert refused.status_code == 422
        assert "请写明收回权限的理由" in refused.text
        assert identity.actor(newcomer.account).roles
        assert three.security.post(at(newcomer, "revoke"), {**taken, "reason": "调离"}).status_code == 302
        assert identity.actor(newcomer.account).roles == ()
        done = [one.action for one in trail.entries(target=newcomer.account)]
        assert done[:2] == ["identity.revoke_role", "identity.grant_role"]

    def test_the_others_do_not(self, three: Administrators, newcomer: Actor) -> None:
        for client in (three.system, three.audit):
            assert client.post(at(newcomer, "grant"), {"role": "leader"}).status_code == 403
            assert client.post(at(newcomer, "revoke"), {"role": "leader", "reason": "x"}).status_code == 403
            assert "授予权限" not in client.get(at(newcomer)).text
        assert identity.actor(newcomer.account).roles == ()

    def test_nobody_grants_themselves(self, three: Administrators) -> None:
        me = three.who["security"]
        page = three.security.post(at(me, "grant"), {"role": "leader"})
        assert page.status_code == 403
        assert "不能给自己授权" in page.text
        assert "授予权限" not in three.security.get(at(me)).text

    def test_the_three_stay_three_people(self, three: Administrators) -> None:
        page = three.security.post(at(three.who["system"], "grant"), {"role": "audit_admin"})
        assert page.status_code == 409
        assert "须由不同的人担任" in page.text

    @pytest.mark.parametrize(
        ("sent", "entry"),
        [
            ({"role": "", "place": "武侯区"}, "role"),
            ({"role": "nonsense", "place": "武侯区"}, "role"),
            ({"role": "reviewer", "place": "武侯区"}, "kind"),
            ({"role": "clerk"}, "place"),
            ({"role": "clerk", "place": "没有这个地方"}, "place"),
            ({"role": "clerk", "place": "999999"}, "place"),
            ({"role": "reviewer", "place": "武侯区", "kind": "nonsense"}, "kind"),
        ],
    )
    def test_a_fault_stands_beside_its_entry(
        self, three: Administrators, newcomer: Actor, sent: dict[str, str], entry: str
    ) -> None:
        page = three.security.post(at(newcomer, "grant"), sent)
        assert page.status_code == 422
        assert f'id="f-{entry}-error"' in page.text
        if sent.get("place"):
            assert f'value="{sent["place"]}"' in page.text
        assert identity.actor(newcomer.account).roles == ()

    def test_a_name_of_several_places_is_asked_back(self, three: Administrators, newcomer: Actor) -> None:
        page = three.security.post(at(newcomer, "grant"), {"role": "clerk", "place": "区"})
        assert page.status_code == 422
        assert f'name="place" value="{WUHOU}"' in page.text
        assert three.security.post(at(newcomer, "grant"), {"role": "clerk", "place": WUHOU}).status_code == 302
        assert identity.actor(newcomer.account).roles == (RoleGrant("clerk", None, WUHOU),)


class TestAccounts:
    def test_the_system_administrator_opens_one_without_rights(self, three: Administrators) -> None:
        sent = {"username": "Fresh", "name": "窗口·新人", "password": SECRET}
        answer = three.system.post("/office/accounts/new/", sent)
        assert answer.status_code == 302
        assert "还没有权限" in three.system.get(answer.headers["Location"]).text
        assert identity.check_password("fresh", SECRET).roles == ()

    def test_what_was_typed_stays_but_never_the_password(self, three: Administrators) -> None:
        page = three.system.post("/office/accounts/new/", {"username": "a b", "name": "窗口", "password": SECRET})
        assert page.status_code == 422
        assert 'value="a b"' in page.text
        assert 'value="窗口"' in page.text
        assert SECRET not in page.text

    def test_a_name_that_is_taken_is_said(self, three: Administrators, newcomer: Actor) -> None:
        sent = {"username": "NEW.ONE", "name": "某某", "password": SECRET}
        page = three.system.post("/office/accounts/new/", sent)
        assert page.status_code == 409
        assert "该账号已经存在" in page.text

    def test_only_the_system_administrator_keeps_accounts(self, three: Administrators, newcomer: Actor) -> None:
        for client in (three.security, three.audit):
            assert client.get("/office/accounts/new/").status_code == 403
            assert client.post(at(newcomer, "password"), {"password": SECRET}).status_code == 403
            assert client.post(at(newcomer, "close"), {"why": "离职"}).status_code == 403
        assert identity.actor(newcomer.account)

    def test_a_password_is_set_and_a_weak_one_refused(self, three: Administrators, newcomer: Actor) -> None:
        page = three.system.post(at(newcomer, "password"), {"password": "short"})
        assert page.status_code == 422
        assert 'id="f-password-error"' in page.text
        assert three.system.post(at(newcomer, "password"), {"password": SECRET}).status_code == 302
        assert identity.check_password("new.one", SECRET).account == newcomer.account
        assert not any(SECRET in str(one) for one in trail.entries(target=newcomer.account))

    def test_an_account_is_closed_for_a_reason(self, three: Administrators, newcomer: Actor) -> None:
        assert three.system.post(at(newcomer, "close"), {"why": " "}).status_code == 422
        assert three.system.post(at(newcomer, "close"), {"why": "离职"}).status_code == 302
        with pytest.raises(AccountNotFound):
            identity.actor(newcomer.account)
        assert "已停用" in three.audit.get(at(newcomer)).text

    def test_nobody_closes_their_own(self, three: Administrators) -> None:
        me = three.who["system"]
        assert three.system.post(at(me, "close"), {"why": "离职"}).status_code == 403
        assert "停用账号" not in three.system.get(at(me)).text

    def test_an_account_there_is_not_is_not_found(self, three: Administrators) -> None:
        assert three.audit.get(f"/office/accounts/{'0' * 26}/").status_code == 404

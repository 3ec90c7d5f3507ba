"""The office's other pages: the standard list, the trail, the ledger, jobs and duties, each for its own roles."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from shudao.contexts.exchange import api as exchange
from shudao.contexts.exchange.contracts.evidence import FoundCalls, LedgerLine, LedgerReport
from shudao.foundation.audit import api as trail
from shudao.foundation.audit.contracts import SYSTEM
from shudao.foundation.duties import api as duties
from shudao.foundation.duties.contracts import DutyState
from shudao.foundation.identity import api as identity
from shudao.foundation.identity.contracts import Role
from shudao.foundation.outbox import api as outbox
from shudao.foundation.outbox import models
from shudao.kernel.ids import new_id
from shudao.kernel.paging import Page
from shudao.kernel.texts import Text
from shudao.kernel.time import local_date
from tests.faces.portal.conftest import SignedIn
from tests.support.cases import POPULATION, World, staff


@pytest.fixture
def manager(signed_in: SignedIn, world: World) -> Client:
    return signed_in(staff("manager", Role.MATTER_MANAGER, now=world.now))


@pytest.fixture
def auditor(signed_in: SignedIn, world: World) -> Client:
    return signed_in(staff("auditor", Role.AUDIT_ADMIN, now=world.now))


@pytest.fixture
def system(signed_in: SignedIn, world: World) -> Client:
    return signed_in(staff("system", Role.SYSTEM_ADMIN, now=world.now))


def csv_of(answer: Any) -> str:
    assert answer.headers["Content-Type"].startswith("text/csv")
    return b"".join(answer.streaming_content).decode()


class TestTheMenu:
    def test_it_names_what_is_open_and_nothing_else(self, manager: Client, auditor: Client, system: Client) -> None:
        menus = {
            "manager": manager.get("/office/").text.split("<main")[1].split("</nav>")[0],
            "auditor": auditor.get("/office/").text.split("<main")[1].split("</nav>")[0],
            "system": system.get("/office/").text.split("<main")[1].split("</nav>")[0],
        }
        for client, name in ((manager, "manager"), (auditor, "auditor"), (system, "system")):
            for address in ("matters", "datasets", "requests", "ledger", "duties", "accounts", "jobs", "audit"):
                path = f"/office/{address}/"
                shown = f'href="{path}"' in menus[name]
                assert shown == (client.get(path).status_code != 403), (name, address)


class TestTheStandardList:
    def test_it_is_searched_sorted_and_exported(self, manager: Client, world: World) -> None:
        assert "新生儿落户" in manager.get("/office/matters/?text=落户").text
        assert "没有符合条件的事项" in manager.get("/office/matters/?text=没有").text
        assert manager.get("/office/matters/?sort=-promised&department=ga").status_code == 200
        assert "新生儿落户" in csv_of(manager.get("/office/matters/?format=csv"))

    def test_an_implementation_is_read_in_words(self, manager: Client, world: World) -> None:
        page = manager.get(f"/office/implementations/{world.task()}/").text
        assert "实施主体编码" in page
        assert "行政确认" in page
        for raw in ("True", "False", "(&#x27;", "[]"):
            assert raw not in page.split("国家标准字段")[1], raw

    def test_every_national_field_is_on_the_page(self, manager: Client, world: World) -> None:
        page = manager.get(f"/office/implementations/{world.task()}/").text
        for title in ("法定办结时限", "承诺办结时限", "受理条件", "联办机构", "是否需要招标拍卖挂牌", "认证等级"):
            assert title in page, title

    def test_in_english_titles_are_english(self, manager: Client, world: World) -> None:
        manager.cookies["django_language"] = "en"
        page = manager.get(f"/office/implementations/{world.task()}/").text
        assert "Implementing body" in page
        assert "实施主体编码" not in page

    def test_an_item_lists_who_carries_it_out(self, manager: Client, world: World) -> None:
        assert world.task() in manager.get("/office/matters/510702910000/").text
        assert manager.get("/office/matters/000000000000/").status_code == 404

    def test_it_is_not_for_the_window(self, signed_in: SignedIn, world: World) -> None:
        assert signed_in(world.clerk).get("/office/matters/").status_code == 403
        assert signed_in(world.li).get("/office/").status_code == 403


class TestTheTrail:
    def test_acts_and_people_are_named(self, auditor: Client, world: World) -> None:
        number = world.accepted()
        page = auditor.get(f"/office/audit/?case={number}").text
        assert "受理办件" in page
        assert identity.actor(world.clerk.account).name in page

    def test_citizens_are_masked(self, auditor: Client, world: World) -> None:
        world.submitted()
        page = auditor.get(f"/office/audit/?account={world.li.account}").text
        assert "李**" in page
        assert "李秀兰" not in page

    def test_the_export_runs_nothing_in_a_spreadsheet(self, auditor: Client, world: World) -> None:
        with outbox.unit_of_work():
            trail.record(acting=SYSTEM, action="tests.act", target="T-1", now=world.now, reason="=cmd|'/c calc'!A0")
        text = csv_of(auditor.get("/office/audit/?target=T-1&format=csv"))
        assert "'=cmd" in text
        assert ",=cmd" not in text

    def test_only_the_audit_administrator_reads_it(self, manager: Client, system: Client) -> None:
        assert manager.get("/office/audit/").status_code == 403
        assert system.get("/office/audit/").status_code == 403


class TestTheLedger:
    @pytest.fixture(autouse=True)
    def _one_call(self, monkeypatch: pytest.MonkeyPatch, world: World) -> None:
        line = LedgerLine(
            entry="s:1",
            at=world.now,
            client="SHUDAO/GOV/X/one-window",
            resource=POPULATION.code,
            purpose="handling",
            case="C-1",
            user="",
            fields=("name", "hukou_address"),
            subject="00",
            grant="G-1",
            outcome="no_record",
        )
        found = FoundCalls(Page((line,), 1, 20, 1), more=False, behind=False)
        monkeypatch.setattr(exchange, "find_calls", lambda *_filters, **_asked: found)

    def test_calls_are_read_in_words(self, auditor: Client) -> None:
        page = auditor.get("/office/ledger/").text
        assert "人口基本信息" in page
        assert "姓名、户籍地址" in page
        assert "没有记录" in page

    def test_it_is_exported(self, auditor: Client) -> None:
        assert "no_record" in csv_of(auditor.get("/office/ledger/?format=csv"))

    @pytest.mark.parametrize(
        ("report", "words"),
        [
            (LedgerReport(ok=True, entries=7, checkpoints=2, root="00"), "没有发现改动"),
            (LedgerReport(False, 7, 2, "00", ("s.seg: entry 3 is changed",)), "s.seg: entry 3 is changed"),
        ],
    )
    def test_it_is_verified_on_demand(
        self, auditor: Client, monkeypatch: pytest.MonkeyPatch, report: LedgerReport, words: str
    ) -> None:
        monkeypatch.setattr(exchange, "ledger_verify", lambda: report)
        assert words in auditor.post("/office/ledger/verify/").text
        assert auditor.get("/office/ledger/verify/").status_code == 405


class TestJobs:
    def test_a_failed_job_is_run_again_and_the_trail_says_so(
        self, system: Client, auditor: Client, world: World
    ) -> None:
        job = models.Job.objects.create(
            kind=models.TASK,
            name="tests.fails",
            payload="{}",
            due_at=world.now,
            state=models.FAILED,
            created_at=world.now,
            finished_at=world.now,
            error="boom",
        )
        page = system.get("/office/jobs/").text
        assert "boom" in page
        address = page.split('action="/office/jobs/')[1].split('"')[0]
        assert system.post(f"/office/jobs/{address}").status_code == 302
        job.refresh_from_db()
        assert job.state != models.FAILED
        assert any(one.action == "outbox.replay" for one in trail.entries())
        assert auditor.post(f"/office/jobs/{address}").status_code == 403


class TestDuties:
    def opened(self, world: World) -> str:
        return duties.open(
            kind="tests.something",
            owner=world.department,
            division=identity.department(world.department).division,
            subject="S-1",
            title=Text("更正数据", "Correct the data"),
            due_on=local_date(world.now + timedelta(days=5)),
            evidence={"why": "test"},
            acting=SYSTEM,
            now=world.now,
            key=new_id(),
        )

    def test_the_own_departments_are_shown_and_closed(self, signed_in: SignedIn, world: World) -> None:
        number, mine = self.opened(world), signed_in(world.reviewer)
        assert "更正数据" in mine.get("/office/duties/").text
        assert mine.post(f"/office/duties/{number}/close/", {"done": "已更正"}).status_code == 302
        assert duties.get(number).state is DutyState.CLOSED
        assert "更正数据" in mine.get("/office/duties/?state=closed").text

    def test_another_departments_look_absent(self, signed_in: SignedIn, world: World) -> None:
        number, other = self.opened(world), signed_in(world.reviewer_elsewhere)
        assert "更正数据" not in other.get("/office/duties/").text
        assert other.post(f"/office/duties/{number}/close/", {"done": "x"}).status_code == 404
        assert duties.get(number).state is DutyState.OPEN

"""The catalogue in the browser: found, entered, changed, compared with what it was, suspended."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

import pytest

from shudao.contexts.exchange import api as exchange
from shudao.contexts.exchange.contracts.registry import ResourceState
from shudao.foundation.identity.contracts import Role
from shudao.kernel.ids import new_id
from tests.contexts.exchange.conftest import COMPANY, MARRIAGE, POPULATION
from tests.faces.office.conftest import Officer

LIST = "/office/resources/"
PAGE = f"{LIST}{POPULATION}/"


class Entries(HTMLParser):
    """What a browser would send of a page's form as it stands."""

    def __init__(self) -> None:
        super().__init__()
        self.sent: dict[str, str] = {}
        self.name = ""
        self.text = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = {name: value or "" for name, value in attrs}
        if tag in ("select", "textarea"):
            self.name, self.text = has["name"], tag == "textarea"
            self.sent[self.name] = ""
        elif tag == "option" and (self.name not in self.sent or not self.sent[self.name] or "selected" in has):
            self.sent[self.name] = has["value"] if "selected" in has else ""
        elif tag == "input" and "name" in has and (has.get("type") != "radio" or "checked" in has):
            self.sent[has["name"]] = has.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        self.text = self.text and tag != "textarea"

    def handle_data(self, data: str) -> None:
        if self.text:
            self.sent[self.name] += data


def form_of(page: Any) -> dict[str, str]:
    parser = Entries()
    parser.feed(page.text.partition("<main")[2])
    return parser.sent | {"key": new_id()}


@pytest.mark.parametrize(
    ("asked", "found", "left_out"),
    [
        ("?text=配偶姓名", MARRIAGE, POPULATION),
        ("?share=1", COMPANY, POPULATION),
        ("?class=1&sort=-name", POPULATION, "没有这样的数据资源"),
        ("?state=suspended", "没有这样的数据资源", POPULATION),
        ("?late=1", "没有这样的数据资源", POPULATION),
    ],
)
def test_the_list_narrows(officer: Officer, asked: str, found: str, left_out: str) -> None:
    _, police = officer("ga")
    page = police.get(LIST + asked).text
    assert found in page
    assert left_out not in page


def test_the_list_exports_what_it_shows(officer: Officer) -> None:
    _, police = officer("ga")
    exported = b"".join(police.get(f"{LIST}?format=csv&share=1").streaming_content).decode()
    assert "企业登记信息" in exported
    assert POPULATION not in exported


def test_an_entry_is_changed_and_compared_with_what_it_was(officer: Officer) -> None:
    _, police = officer("ga")
    sent = form_of(police.get(f"{PAGE}edit/"))
    assert police.post(f"{PAGE}edit/", sent | {"abstract": "新的摘要"}).status_code == 422, "no reason"
    sent |= {"abstract": "新的摘要", "cycle": "3", "reason": "按新规修订"}
    assert police.post(f"{PAGE}edit/", sent).status_code == 302
    changed, before = (one.resource for one in exchange.resource_versions(POPULATION))
    assert (changed.version, changed.abstract.zh, changed.items) == (2, "新的摘要", before.items)
    shown = police.get(PAGE).text
    assert "按新规修订" in shown
    assert "不予共享的依据" not in shown, "what has no value is left out"
    compared = police.get(f"{PAGE}versions/").text
    assert all(part in compared for part in ("新的摘要", before.abstract.zh, "每日", "每周", "更新周期"))
    assert "共享条件" not in compared, "what did not change is not shown"


def test_a_form_sent_as_it_stands_changes_nothing(officer: Officer) -> None:
    _, police = officer("ga")
    sent = form_of(police.get(f"{PAGE}edit/")) | {"reason": "无"}
    assert police.post(f"{PAGE}edit/", sent).status_code == 302
    assert exchange.resource(POPULATION).version == 1


def test_a_departments_own_service_is_entered(officer: Officer) -> None:
    _, police = officer("ga")
    sent = form_of(police.get(f"{LIST}new/")) | {
        "code": "ga-persons-live",
        "name": "人口核验",
        "abstract": "向公安系统实时核验",
        "catalogue_code": "101010100009",
        "classes": "基础信息资源 | Basic resources\n人口",
        "items": "name, 姓名, Name, text, 50, 3, 是\nstatus, 状态, , code, 0, 2, 否",
        "sensitivity": "3",
        "condition": "限于办理事项",
        "url": "https://ga.example/api",
        "endpoints": "GET /persons/{id}",
    }
    made = police.post(f"{LIST}new/", sent)
    assert made.status_code == 302, made.text
    entry = exchange.resource("ga-persons-live")
    assert entry.upstream is not None
    assert (entry.upstream.url, entry.upstream.endpoints[0].path) == ("https://ga.example/api", "/persons/{id}")
    assert [(item.name, item.length, item.personal) for item in entry.items] == [
        ("name", 50, True),
        ("status", 0, False),
    ]
    _, civil = officer("mz")
    assert "ga.example" in police.get(f"{LIST}ga-persons-live/").text
    assert "ga.example" not in civil.get(f"{LIST}ga-persons-live/").text, "its address is its department's"
    assert police.post(f"{LIST}new/", sent | {"key": new_id()}).status_code == 422, "the code is taken"


def test_a_new_entry_begins_with_the_datasets_columns(officer: Officer) -> None:
    _, bureau = officer("sj", Role.DATA_BUREAU)
    assert "先选择数据集" in bureau.get(f"{LIST}new/").text
    page = bureau.get(f"{LIST}new/?dataset=marriage").text
    assert "spouse_name, 配偶姓名" in page


@pytest.mark.parametrize(
    ("changes", "entry"),
    [
        ({"items": "name, 姓名"}, "items"),
        ({"items": "nothing, 无, , text, 0, 1, 否"}, "items"),
        ({"classes": ""}, "classes"),
        ({"catalogue_code": "12"}, "catalogue_code"),
        ({"dataset": ""}, "dataset"),
        ({"url": "http://ga.example", "dataset": "", "endpoints": "GET /"}, "url"),
        ({"url": "https://ga.example", "dataset": "", "endpoints": "GET", "parallel": "x"}, "parallel"),
        ({"share_type": "3"}, "basis"),
    ],
)
def test_what_is_wrong_is_said_at_its_entry(officer: Officer, changes: dict[str, str], entry: str) -> None:
    _, police = officer("ga")
    sent = form_of(police.get(f"{PAGE}edit/")) | {"reason": "改"} | changes
    answer = police.post(f"{PAGE}edit/", sent)
    assert answer.status_code == 422
    assert f'id="f-{entry}-error"' in answer.text


def test_its_provider_suspends_it_and_others_only_look(officer: Officer) -> None:
    _, police = officer("ga")
    _, civil = officer("mz")
    send = {"state": "suspended", "reason": "系统升级", "key": new_id()}
    assert "变更状态" not in civil.get(PAGE).text
    assert civil.post(PAGE, send).status_code == 403
    assert civil.get(f"{PAGE}edit/").status_code == 403
    assert police.post(PAGE, send | {"reason": ""}).status_code == 422
    assert police.post(PAGE, send).status_code == 302
    assert exchange.resource(POPULATION).state is ResourceState.SUSPENDED
    assert "系统升级" in civil.get(PAGE).text
    assert POPULATION not in civil.get(LIST).text

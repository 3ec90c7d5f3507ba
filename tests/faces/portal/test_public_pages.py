"""What everybody can read without signing in."""

from __future__ import annotations

import pytest
from django.test import Client

from shudao.contexts.cases.contracts import CaseNotFound
from shudao.kernel.ids import new_id
from tests.contexts.matters.places import GUANGAN
from tests.support.cases import World

PUBLIC = (
    "/",
    "/personal/",
    "/business/",
    "/search/",
    "/search/?q=落户&audience=person&theme=01&kind=mz&page=99",
    "/search/suggest/?q=落户",
    "/themes/01/",
    "/events/marriage/",
    "/departments/",
    "/place/",
    "/track/",
    "/verify/",
    "/sign-in/",
    "/help/",
    "/accessibility/",
)


@pytest.mark.parametrize("address", PUBLIC)
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_everybody_can_read_it_in_both_languages(visitor: Client, address: str, language: str) -> None:
    visitor.cookies["django_language"] = language
    page = visitor.get(address)
    assert page.status_code == 200
    if "<html" in page.text:
        assert ('<html lang="en"' in page.text) is (language == "en")


def test_search_finds_a_matter_and_exports_the_same_list(visitor: Client) -> None:
    assert "新生儿落户" in visitor.get("/search/?q=落户").text
    table = visitor.get("/search/?q=落户&format=csv")
    assert table.headers["Content-Type"].startswith("text/csv")
    assert "新生儿落户" in b"".join(table.streaming_content).decode("utf-8-sig")


def test_nothing_found_says_what_to_do_next(visitor: Client) -> None:
    assert "换一个说法试试" in visitor.get("/search/?q=qqqqq").text


def test_search_words_are_shown_and_never_run(visitor: Client) -> None:
    page = visitor.get("/search/", {"q": "<script>alert(1)</script>"})
    assert "<script>alert(1)" not in page.text
    assert "&lt;script&gt;alert(1)" in page.text


def test_the_guide_says_which_papers_need_not_be_brought(visitor: Client, world: World) -> None:
    page = visitor.get(f"/matters/{world.task()}/").text
    assert "无需提交：系统调取已签发的电子证照《出生医学证明》" in page
    assert "的“人口基本信息”共享获取" in page or "由“人口基本信息”共享获取" in page
    assert "由您提交：目前没有部门数据或电子证照可以代替" in page
    assert f"/apply/{world.task()}/" in page


def test_the_guide_of_a_window_matter_offers_no_application(visitor: Client, world: World) -> None:
    page = visitor.get(f"/matters/{world.task('at-window')}/").text
    assert "到窗口办理" in page
    assert "/apply/" not in page


def test_the_place_chosen_is_remembered_and_a_false_one_refused(visitor: Client) -> None:
    answer = visitor.post("/place/", {"code": GUANGAN, "next": "/personal/"})
    assert answer.headers["Location"] == "/personal/"
    assert "广安区" in visitor.get("/").text
    assert visitor.post("/place/", {"code": "999999999999"}).status_code == 404


@pytest.mark.parametrize("wanted", ["https://elsewhere.example/", "//elsewhere.example/", "javascript:alert(1)"])
def test_no_address_of_another_site_is_followed(visitor: Client, wanted: str) -> None:
    assert visitor.post("/language/", {"language": "en", "next": wanted}).headers["Location"] == "/"


def test_an_absent_matter_theme_and_licence_are_refused_in_words(visitor: Client) -> None:
    assert visitor.get("/matters/1234567890123456789012345678901/").status_code == 404
    assert "没有找到您要的内容" in visitor.get("/themes/zz/").text
    page = visitor.get("/verify/1.2.3")
    assert "证照无效" in page.text


def test_a_wrong_secret_and_a_wrong_number_look_alike(visitor: Client, world: World) -> None:
    number = world.submitted("birth").number
    wrong = visitor.post("/track/", {"number": number, "secret": "000000000000"})
    absent = visitor.post("/track/", {"number": "9" * 43, "secret": "000000000000"})
    assert wrong.status_code == absent.status_code == 422
    assert CaseNotFound.says in wrong.text
    assert CaseNotFound.says in absent.text


def test_number_and_secret_show_progress_without_names(visitor: Client, world: World) -> None:
    opened = world.submitted("birth")
    page = visitor.post("/track/", {"number": opened.number, "secret": opened.secret.lower()})
    assert page.status_code == 200
    assert "等待受理" in page.text
    assert "李" not in page.text


def test_whoever_has_the_secret_can_rate_once(visitor: Client, world: World) -> None:
    opened = world.submitted("birth")
    world.decide(_accept(world, opened.number))
    sent = {"secret": opened.secret, "level": "5", "comment": "很快", "key": new_id()}
    assert visitor.post(f"/rate/{opened.number}/", {"secret": opened.secret}).status_code == 200
    assert visitor.post(f"/rate/{opened.number}/", {**sent, "level": ""}).status_code == 422
    assert "谢谢，评价已收到" in visitor.post(f"/rate/{opened.number}/", sent).text
    assert "已经评价过" in visitor.post(f"/rate/{opened.number}/", {**sent, "key": new_id()}).text


def _accept(world: World, number: str) -> str:
    from shudao.contexts.cases import api as cases

    cases.accept(case=number, acting=world.clerk, now=world.now, key=new_id())
    return number

"""Words and components of the templates."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.template import Context, Engine
from django.test import RequestFactory
from django.utils import translation

from shudao.faces.design.addresses import back
from shudao.faces.design.paging import page_number
from shudao.kernel.money import Fen
from shudao.kernel.paging import Page
from shudao.kernel.texts import Text


def shown(template: str, language: str = "zh-hans", address: str = "/", **context: Any) -> str:
    context["request"] = RequestFactory().get(address)
    with translation.override(language):
        return Engine.get_default().from_string(template).render(Context(context)).strip()


NIGHT = datetime(2026, 11, 23, 16, 30, tzinfo=UTC)  # already the 24th in Chengdu


@pytest.mark.parametrize(
    ("template", "chinese", "english"),
    [
        ("{{ x|said }}", "办结", "Done"),
        ("{{ at|day }}", "2026年11月24日", "24 November 2026"),
        ("{{ at|moment }}", "2026年11月24日 00:30", "24 November 2026 00:30"),
        ("{{ on|day }}", "2026年2月3日", "3 February 2026"),
        ("{{ price|yuan }}", "1,234.50 元", "CNY 1,234.50"),
        ("{{ nothing|yuan }}", "不收费", "Free of charge"),
        ("{{ share|percent }}", "95.1%", "95.1%"),
        ("{{ none|percent }}", "—", "—"),
    ],
)
def test_values_are_said_in_the_readers_language(template: str, chinese: str, english: str) -> None:
    values = {
        "x": Text("办结", "Done"),
        "at": NIGHT,
        "on": date(2026, 2, 3),
        "price": Fen(123450),
        "nothing": Fen(0),
        "share": 0.9512,
        "none": None,
    }
    assert shown(template, **values) == chinese
    assert shown(template, "en", **values) == english


def test_a_pager_keeps_the_filters_and_leaves_out_far_pages() -> None:
    page: Page[int] = Page(items=(1,), number=10, size=20, total=400)
    links = shown("{% pager page %}", address="/list/?q=a&page=10", page=page)
    assert 'href="?q=a&amp;page=9" rel="prev"' in links
    assert 'href="?q=a&amp;page=11" rel="next"' in links
    assert 'aria-current="page"' in links
    assert "page=5" not in links
    assert "…" in links


def test_one_page_needs_no_pager() -> None:
    assert "<nav" not in shown("{% pager page %}", page=Page(items=(1,), number=1, size=20, total=1))


def test_a_column_sorts_up_then_down_and_starts_at_the_first_page() -> None:
    assert 'href="?sort=due"' in shown('{% sort_header "due" "到期日" %}', address="/?page=3")
    up = shown('{% sort_header "due" "到期日" %}', address="/?sort=due&page=3")
    assert 'aria-sort="ascending"' in up
    assert 'href="?sort=-due"' in up
    assert 'aria-sort="descending"' in shown('{% sort_header "due" "到期日" %}', address="/?sort=-due")


def test_the_export_link_keeps_the_filters() -> None:
    assert 'href="?q=a&amp;format=csv"' in shown("{% export_link %}", address="/?q=a&page=2")


def test_two_forms_never_carry_the_same_key() -> None:
    assert shown("{% idempotency_key %}") != shown("{% idempotency_key %}")


def test_states_are_named_and_an_unknown_one_is_shown_as_it_is() -> None:
    assert "govuk-tag--green" in shown('{% status_tag "10" %}')
    assert "Completed" in shown('{% status_tag "10" %}', "en")
    assert ">99<" in shown('{% status_tag "99" %}')


def test_a_field_described_in_a_template_is_drawn() -> None:
    drawn = shown(
        """{% entry "state" "状态" kind="select" value="b" choices=pairs %}""",
        pairs=[("a", "甲"), ("b", Text("乙", "B"))],
    )
    assert '<option value="b" selected>乙</option>' in drawn


@pytest.mark.parametrize(
    ("text", "number"), [("", 1), ("3", 3), ("0", 1), ("-2", 1), ("x", 1), ("９", 1), ("9" * 30, 1)]
)
def test_whatever_is_no_page_number_is_the_first_page(text: str, number: int) -> None:
    assert page_number(RequestFactory().get("/", {"page": text})) == number


@pytest.mark.parametrize(
    ("wanted", "followed"),
    [
        ("/my/?a=1", "/my/?a=1"),
        ("//evil.example", "/"),
        ("https://evil.example", "/"),
        ("/\\evil.example", "/"),
        ("", "/"),
    ],
)
def test_only_this_sites_own_addresses_are_followed(wanted: str, followed: str) -> None:
    assert back(RequestFactory().get("/", {"next": wanted})) == followed


def test_addresses_of_the_office_in_plain_text_are_links_and_nothing_else_is() -> None:
    text = '到期：/office/resources/a-b/ask/?renews=01M8。<a href="/office/">x</a> https://evil.example/ /portal/'
    drawn = shown("{{ x|linked }}", x=text)
    assert '<a class="govuk-link" href="/office/resources/a-b/ask/?renews=01M8">' in drawn
    assert drawn.count("<a ") == 1
    assert "&lt;a href=&quot;" in drawn
    assert 'href="https' not in drawn

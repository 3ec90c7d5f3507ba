"""The real content: what issue texts promise of it is counted here, not believed."""

from __future__ import annotations

from dataclasses import replace

from shudao.contexts.matters import api
from shudao.contexts.matters.contracts import Loaded
from shudao.contexts.matters.rules import inherit
from shudao.contexts.matters.rules.consistency import check
from tests.contexts.matters.places import GUANGAN

MATTERS, DEPARTMENTS, FORMS = 220, 25, 60
PAGE = 100


def test_the_library_is_as_large_as_promised_and_whole(library: Loaded) -> None:
    counts = api.counts()
    assert counts["matters"] >= MATTERS
    assert counts["departments"] >= DEPARTMENTS
    assert counts["forms"] >= FORMS
    for item in api.basic_items():
        assert check(item) == []
        assert set(api.articles(item.cited)) == item.cited
        assert api.form(item.form_code).version == item.form_version


def test_every_matter_can_be_opened_in_a_county_with_all_national_fields(library: Loaded) -> None:
    total = api.counts()["matters"]
    pages = range(1, total // PAGE + 2)
    found = [row for page in pages for row in api.find(division=GUANGAN, below=True, page=page, size=PAGE).items]
    assert len({row.catalog_code for row in found}) == total
    for row in found:
        task_code = row.task_code or api.choices(row.catalog_code, GUANGAN).items[0].task_code
        matter = api.implementation(task_code)
        national = api.national_fields(matter)
        assert national["implementation"]["task_name"] == matter.name.zh
        assert national["implementation"]["by_law"]
        same = inherit.apply(replace(api.basic_item(matter.catalog_code)), matter.overrides)
        assert {name: getattr(matter, name) for name in same} | {"power_source": ""} == same | {"power_source": ""}


def test_every_matter_is_found_first_by_its_own_title_in_both_languages(library: Loaded) -> None:
    for item in api.basic_items():
        for title in (item.name.zh, item.name.en):
            first = api.find(text=title, division=GUANGAN, below=True).items[0]
            assert first.code == item.code, title


def test_no_two_matters_say_the_same(library: Loaded) -> None:
    said: dict[object, str] = {}
    for item in api.basic_items():
        for words in (item.name, item.conditions, *item.questions):
            assert said.setdefault(words, item.code) == item.code, words

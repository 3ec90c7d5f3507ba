from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

from shudao.contexts.matters.contracts import Article
from shudao.contexts.matters.rules import fields as table
from shudao.contexts.matters.rules import inherit, national
from shudao.kernel.texts import Text
from tests.contexts.matters.makers import item
from tests.contexts.matters.rules.test_inherit import STANDING

ARTICLE = Article(
    code="tst:1",
    document_code="tst",
    document=Text("测试条例", "Test Regulation"),
    document_number="第1号",
    kind="regulation",
    number="1",
    title=Text("登记", "Registration"),
    says=Text("应当登记。", "Register."),
    verified=True,
)
MATTER = inherit.resolve(item(version=1), STANDING)
FIELDS = national.fields(MATTER, {"tst:1": ARTICLE})


def test_all_120_fields_are_there_in_national_order() -> None:
    table = Path(national.__file__).parents[1] / "data" / "matter_fields.csv"
    with table.open(encoding="utf-8", newline="") as file:
        wanted = [(row["group"], row["field"]) for row in csv.DictReader(file)]
    single = [
        (group, name)
        for group in ("catalog", "implementation", "extension")
        for name in FIELDS[group]  # type: ignore[literal-required]
    ]
    rows = [(group, name) for group in ("material", "fee", "question") for name in national.names(group)]
    assert single + rows == wanted
    assert len(wanted) == 120
    assert list(FIELDS["material"][0]) == list(national.names("material"))


def test_what_the_matter_says_is_what_the_exchange_gets() -> None:
    main = FIELDS["implementation"]
    assert (main["anticipate_day"], main["promise_day"], main["limit_scene_num"]) == (20, 5, 0)
    assert main["by_law"] == "《测试条例》第1条 登记"
    assert main["handle_flow"] == "1. 受理（1个工作日）\n2. 办结"
    assert FIELDS["extension"]["is_express"] is True
    assert FIELDS["material"][0]["share_resource_code"] == "sjzy-population-basic"


def test_sets_stay_sets_until_export() -> None:
    depth = FIELDS["extension"]["online_handle_depth"]
    assert depth == ("1", "2", "3", "4", "5", "6")
    assert table.write(table.field("extension", "online_handle_depth"), depth) == "1^2^3^4^5^6"


def test_fields_without_a_place_of_their_own_are_told_in_their_own_types() -> None:
    more = {"local_catalog_code": "511A0138000000", "plan_effective_date": "2026-12-01", "is_schedule": True}
    fields = national.fields(inherit.resolve(item(version=1, more=more), STANDING), {"tst:1": ARTICLE}, ("6", "4"))
    assert fields["catalog"]["local_catalog_code"] == "511A0138000000"
    assert fields["catalog"]["use_level"] == ("6", "4")
    assert fields["implementation"]["plan_effective_date"] == date(2026, 12, 1)
    assert fields["implementation"]["plan_cancel_date"] is None
    assert fields["extension"]["is_schedule"] is True


def test_personal_themes_are_not_told_as_companies() -> None:
    assert FIELDS["extension"]["user_topic_type"] == ("01",)
    assert FIELDS["extension"]["corp_topic_type"] == ()

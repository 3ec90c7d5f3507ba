from __future__ import annotations

from typing import Any

import pytest
import yaml

from shudao.contexts.matters import api
from shudao.contexts.matters.contracts import ContentRefused, MatterNotFound, MatterNotOffered
from shudao.contexts.matters.rules.codes import parse_task_code
from shudao.contexts.matters.services.read_content import read
from shudao.foundation.audit import api as audit
from shudao.kernel.texts import Text
from tests.contexts.matters.conftest import Load
from tests.contexts.matters.makers import ITEM, raw
from tests.contexts.matters.places import GUANGAN, WUHOU

SLOWER: dict[str, Any] = {
    "item": "test-registration",
    "within": ["5116"],
    "levels": ["4"],
    "set": {"promised": {"days": 9, "unit": "1"}},
    "reason": "路途远",
    "reason_en": "Far away",
}
HERE = str(ITEM["catalog_code"])


def test_each_division_of_the_level_gets_its_own_body(load: Load) -> None:
    loaded = load()
    assert (loaded.items, loaded.new) == (1, 2 + 8)
    matter = api.implementation_at("test-registration", GUANGAN)
    assert parse_task_code(matter.task_code).body == matter.department
    assert (matter.use_level, matter.body_kind, matter.department_name.zh) == ("4", "mz", "广安区民政局")
    assert matter.place_name.zh
    assert matter.complaint_phone == "0826-12345"


def test_a_village_acts_for_the_county_department(load: Load) -> None:
    load()
    village = api.choices(HERE, GUANGAN).items[-1]
    matter = api.implementation(village.task_code)
    assert (matter.use_level, matter.body_kind, matter.power_source) == ("6", "cun", "5")
    assert matter.entrusted_by.zh == "广安区民政局"


def test_loading_the_same_again_changes_nothing(load: Load) -> None:
    load(overrides=[SLOWER])
    before = api.implementation_at(HERE, GUANGAN)
    again = load(overrides=[SLOWER])
    assert (again.new_item_versions, again.new, again.changed, again.cancelled) == (0, 0, 0, 0)
    assert again.unchanged == 10
    assert api.implementation_at(HERE, GUANGAN) == before


def test_places_differ_only_where_an_override_says_so_and_why(load: Load) -> None:
    load(overrides=[SLOWER])
    slow, plain = api.implementation_at(HERE, GUANGAN), api.implementation_at(HERE, WUHOU)
    assert (slow.promised.amount, plain.promised.amount) == (9, 5)
    assert [(one.field, one.reason) for one in slow.overrides] == [("promised", Text("路途远", "Far away"))]
    assert plain.overrides == ()
    assert api.rows([slow.task_code])[slow.task_code].promised.amount == 9
    assert api.implementation(api.choices(HERE, GUANGAN).items[-1].task_code).promised.amount == 5


def test_changed_content_makes_a_version_and_the_former_one_stays_readable(load: Load) -> None:
    load()
    first = api.implementation_at(HERE, GUANGAN)
    loaded = load([raw(levels=[4, 6], promised={"days": 3, "unit": "1"})])
    assert (loaded.new_item_versions, loaded.changed, loaded.new) == (1, 10, 0)
    second = api.implementation(first.task_code)
    assert (second.version, second.item_version, second.promised.amount) == (2, 2, 3)
    former = api.implementation(first.task_code, version=1)
    assert former == first
    with pytest.raises(MatterNotFound):
        api.implementation(first.task_code, version=3)


def test_a_place_that_changes_alone_gets_its_own_new_version(load: Load) -> None:
    load()
    loaded = load(overrides=[SLOWER])
    assert (loaded.new_item_versions, loaded.changed, loaded.unchanged) == (0, 1, 9)
    assert api.implementation_at(HERE, GUANGAN).version == 2
    assert api.implementation_at(HERE, WUHOU).version == 1


def test_what_leaves_the_content_is_cancelled_not_lost(load: Load) -> None:
    load()
    task_code = api.implementation_at(HERE, GUANGAN).task_code
    loaded = load([raw(code="other", catalog_code="510702901000")])
    assert (loaded.new, loaded.cancelled) == (2, 10)
    with pytest.raises(MatterNotOffered):
        api.implementation_at(HERE, GUANGAN)
    assert api.implementation(task_code).state == "3"
    assert api.implementation(task_code, version=1).state == "1"
    assert load([raw(code="other", catalog_code="510702901000")]).cancelled == 0


def test_only_the_chosen_divisions_and_those_above_are_implemented(load: Load) -> None:
    loaded = load([raw(levels=[2, 3, 4, 6])], divisions=("511602",))
    assert loaded.new == 1 + 1 + 1 + 4
    assert api.choices(HERE, WUHOU).total == 0


def test_a_bulk_act_is_one_entry_and_one_event(load: Load, monkeypatch: pytest.MonkeyPatch) -> None:
    sent = []
    monkeypatch.setattr("shudao.foundation.outbox.api.emit", lambda event, *, now: sent.append(event))
    load()
    entries = audit.entries(target="library")
    assert [entry.action for entry in entries] == ["matters.load"]
    assert [(event.items, event.new, event.changed) for event in sent] == [((HERE,), 10, 0)]


@pytest.mark.parametrize(
    ("changes", "rule", "where"),
    [
        ({"by_law": ["tst:3"]}, "law", "by_law"),
        ({"form": "no-form"}, "form", "form"),
        ({"result_fields": {"name": "form.nonsense"}}, "form", "result_fields"),
        ({"promised": {"days": 30, "unit": "1"}}, "11", "promised"),
        ({"name": ""}, "0", "name"),
        ({"tier": "high"}, "0", "tier"),
        ({"no_such_field": 1}, "0", "no_such_field"),
        ({"materials": [{"code": "x"}]}, "0", "materials"),
    ],
)
def test_content_that_breaks_a_rule_is_refused_with_file_and_line(
    load: Load, changes: dict[str, Any], rule: str, where: str
) -> None:
    broken = raw(**changes)
    with pytest.raises(ContentRefused) as refused:
        load([broken])
    line = 1 + next(number for number, text in enumerate(_yaml(broken).splitlines()) if text.startswith(f"{where}:"))
    places = [finding.where.rpartition(":") for finding in refused.value.findings if finding.rule == rule]
    assert [name for name, _, _ in places] == ["mz/test-registration.yaml"]
    assert int(places[0][2]) in range(line, line + 3)
    assert api.counts()["matters"] == api.counts()["articles"] == 0


def test_broken_overrides_are_refused_alone_and_together(load: Load) -> None:
    for entry in (
        {**SLOWER, "item": "nothing"},
        {**SLOWER, "within": ["511"]},
        {**SLOWER, "reason": ""},
        {**SLOWER, "set": {"legal": {"days": 1, "unit": "1"}}},
        {**SLOWER, "set": {"visits": 1}},
    ):
        with pytest.raises(ContentRefused) as refused:
            load(overrides=[entry])
        assert refused.value.findings[0].where.startswith("overrides/all.yaml:")
    lower = {**SLOWER, "set": {"tier": 3, "visits": 1, "visits_reason": "须面签", "visits_reason_en": "Sign"}}
    higher = {**SLOWER, "set": {"tier": 4}}
    with pytest.raises(ContentRefused):
        load(overrides=[lower, higher])


def test_unreadable_files_are_named(load: Load, tmp_path: Any) -> None:
    load()
    (tmp_path / "items" / "mz" / "broken.yaml").write_text("code: a\nname: [}", encoding="utf-8")
    (tmp_path / "forms" / "broken.json").write_text('{"type": "strin"}', encoding="utf-8")
    assert {finding.where for finding in read(tmp_path).findings} == {"mz/broken.yaml:2", "broken.json:1"}


def test_a_level_without_bodies_is_refused_instead_of_left_out(load: Load) -> None:
    with pytest.raises(ContentRefused):
        load([raw(department_kind="gjj", catalog_code="510707900000", levels=[4])])


def _yaml(data: dict[str, Any]) -> str:
    return str(yaml.safe_dump(data, allow_unicode=True, sort_keys=False))

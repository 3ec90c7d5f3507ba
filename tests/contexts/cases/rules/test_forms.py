"""A filled form in words."""

from __future__ import annotations

from shudao.contexts.cases.rules.forms import Field, masked, words

FIELDS = (
    Field("name", "text", {}),
    Field("id", "resident-id", {}),
    Field("sex", "choice", {"1": "男", "2": "女"}),
    Field("kinds", "choices", {"a": "视力", "b": "听力"}),
    Field("agreed", "yes-no", {}),
    Field("children", "list", {}, (Field("id", "resident-id", {}), Field("name", "text", {}))),
)
DATA = {
    "name": "王",
    "id": "519901199003070015",
    "sex": "2",
    "kinds": ["a", "b"],
    "agreed": True,
    "children": [{"id": "519901202001010012", "name": "小"}],
}


def stars(_value: str) -> str:
    return "***"


def test_choices_are_said_by_their_labels_and_ids_masked() -> None:
    assert words(FIELDS, DATA, stars) == {"name": "王", "id": "***", "sex": "女", "kinds": "视力、听力", "agreed": "是"}


def test_no_resident_id_is_shown_not_even_in_a_list() -> None:
    shown = masked(FIELDS, DATA, stars)
    assert "519901" not in str(shown)
    assert shown["children"] == [{"id": "***", "name": "小"}]
    assert DATA["id"] == "519901199003070015"

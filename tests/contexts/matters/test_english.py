from __future__ import annotations

import json
from pathlib import Path

import shudao
from shudao.config.catalogues import merged
from shudao.contexts.matters import contracts
from shudao.contexts.matters.rules import complaints, values
from shudao.kernel.errors import ShudaoError

PACKAGE = Path(shudao.__file__).parent
LISTS_PEOPLE_SEE = [
    "task_type",
    "use_level",
    "project_type",
    "matter_theme",
    "life_event",
    "material_need",
    "online_tier",
]


def test_every_sentence_of_this_room_has_its_english() -> None:
    said = {*complaints._BY_FORMAT.values(), *complaints._BY_KEYWORD.values(), *complaints._BY_TYPE.values()}
    said.add(complaints.OTHERWISE)
    for one in vars(contracts).values():
        if isinstance(one, type) and issubclass(one, ShudaoError) and one.__module__.startswith(contracts.__name__):
            said |= {one.says, one.advice}
    assert said <= {message.id for message in merged(PACKAGE / "locale" / "en")}


def test_every_value_that_people_see_has_its_english() -> None:
    for name in LISTS_PEOPLE_SEE:
        assert [choice.value for choice in values.choices(name) if not choice.label.en] == []


def test_english_is_written_for_codes_that_exist() -> None:
    data = PACKAGE / "contexts" / "matters" / "data" / "code_lists_en.json"
    for name, english in json.loads(data.read_text(encoding="utf-8")).items():
        assert set(english) == values.codes(name), name

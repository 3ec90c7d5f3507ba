"""An issuing department and a licence."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from shudao.contexts.licences import api
from shudao.contexts.licences.contracts import Licence
from shudao.foundation.audit.contracts import SYSTEM
from shudao.foundation.identity import api as identity
from shudao.foundation.regions import api as regions
from shudao.kernel.ids import new_id
from tests.contexts.matters.places import WUHOU, two_counties

FIELDS = {"name": "李小宝", "relation": "子女", "address": "四川省成都市武侯区幸福路1号"}


@pytest.fixture
def bureau(settings: Any, tmp_path: Path, db: None) -> Iterator[str]:
    """The credit code of the county's police."""
    settings.KEYS_ROOT = tmp_path / "keys"
    regions.forget()
    regions.load(two_counties(tmp_path / "places"))
    identity.load_departments()
    yield identity.department_code("ga", WUHOU)
    regions.forget()


@pytest.fixture
def issue(bureau: str, noon: datetime) -> Callable[..., Licence]:
    """Issue a household page of 李秀兰's, some particulars otherwise."""

    def do(**changes: Any) -> Licence:
        given: dict[str, Any] = {
            "type_code": "resident-household-page",
            "holder_kind": "person",
            "holder": "a" * 32,
            "holder_name": "李秀兰",
            "case": "9" * 43,
            "task_code": "9" * 31,
            "fields": FIELDS,
            "division": WUHOU,
            "department": bureau,
            "valid_from": date(2026, 11, 24),
            "valid_to": None,
            "acting": SYSTEM,
            "now": noon,
            "key": new_id(),
        }
        return api.issue(**(given | changes))

    return do

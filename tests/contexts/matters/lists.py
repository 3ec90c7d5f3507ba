"""A province's list for tests: right rows, some made otherwise."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from pathlib import Path

BODY = "12510000MB1A00003W"
HEADER = ["department", "main_item", "name", "item_code", "task_type", "task_type_name", "area_code", "dept_code"]


def row(number: int = 1, **changes: str) -> dict[str, str]:
    """A right row."""
    right = {
        "department": "区民政局",
        "main_item": "登记",
        "name": "测试登记",
        "item_code": f"511F{number:08d}-511602000000-000-{BODY}-1-00",
        "task_type": "07",
        "task_type_name": "行政确认",
        "area_code": "511602000000",
        "dept_code": BODY,
    }
    return right | changes


def written(
    path: Path, rows: Iterable[dict[str, str]], encoding: str = "utf-8", header: Sequence[str] = HEADER
) -> Path:
    """The rows as a CSV file."""
    text = io.StringIO()
    writer = csv.DictWriter(text, header)
    writer.writeheader()
    writer.writerows(rows)
    path.write_bytes(text.getvalue().encode(encoding))
    return path

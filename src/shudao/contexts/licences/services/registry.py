"""The registry of licence types, from `data/types.yaml`."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from shudao.contexts.licences.contracts import LicenceField, LicenceType, UnknownLicenceType
from shudao.kernel.texts import Text

_FILE = Path(__file__).resolve().parents[1] / "data" / "types.yaml"


def types() -> tuple[LicenceType, ...]:
    """Return every type in the file's order."""
    return tuple(_read().values())


def licence_type(code: str) -> LicenceType:
    """Return one type."""
    try:
        return _read()[code]
    except KeyError:
        raise UnknownLicenceType(type_code=code) from None


@lru_cache(maxsize=1)
def _read() -> dict[str, LicenceType]:
    rows = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return {row["code"]: _type(row) for row in rows}


def _type(row: dict[str, Any]) -> LicenceType:
    return LicenceType(
        code=row["code"],
        serial=row["serial"],
        name=Text(row["name"], row["name_en"]),
        holder_kind=row["holder"],
        department_kind=row["department"],
        valid_years=row["years"],
        fields=tuple(_field(one) for one in row["fields"]),
    )


def _field(row: dict[str, Any]) -> LicenceField:
    return LicenceField(
        name=row["name"],
        label=Text(row["label"], row["label_en"]),
        mask=row.get("mask", ""),
        required=row.get("required", False),
    )

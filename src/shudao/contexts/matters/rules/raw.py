"""Reading values out of a content mapping, each refusal naming the field."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from shudao.kernel.texts import Text


class NotAsAgreed(Exception):
    """A content file that has not the agreed form: `field` as a dotted path, `says` why (Chinese)."""

    def __init__(self, field: str, says: str) -> None:
        super().__init__(f"{field}: {says}")
        self.field = field
        self.says = says


@dataclass(frozen=True, slots=True)
class Raw:
    """A mapping and where it stands in its file ("materials.2."); empty for the file itself."""

    raw: Mapping[str, Any]
    at: str

    def string(self, name: str, needed: bool = True) -> str:
        """Return a string; numbers are taken as written. Raises NotAsAgreed when needed and empty."""
        value = self.raw.get(name)
        if isinstance(value, dict | list):
            raise NotAsAgreed(self.at + name, "应为文字。")
        said = "" if value is None else str(value).strip()
        if needed and not said:
            raise NotAsAgreed(self.at + name, "不能为空。")
        return said

    def text(self, name: str, needed: bool = True) -> Text:
        """Return `name` and `name_en`. Raises NotAsAgreed when needed and either is empty, or with Chinese alone."""
        zh = self.string(name, needed)
        return Text(zh, self.string(f"{name}_en", needed or bool(zh)))

    def day(self, name: str) -> date | None:
        """Return a day written year-month-day, None where it is not said. Raises NotAsAgreed."""
        said = self.string(name, needed=False)
        try:
            return date.fromisoformat(said) if said else None
        except ValueError:
            raise NotAsAgreed(self.at + name, "日期应写成“年-月-日”。") from None

    def number(self, name: str, default: int | None = None) -> int:
        """Return a whole number. Raises NotAsAgreed."""
        value = self.raw.get(name, default)
        if isinstance(value, bool) or not isinstance(value, int):
            raise NotAsAgreed(self.at + name, "应为整数。")
        return value

    def yes(self, name: str) -> bool:
        """Return a yes/no, no where it is not said. Raises NotAsAgreed."""
        value = self.raw.get(name, False)
        if not isinstance(value, bool):
            raise NotAsAgreed(self.at + name, "应为 true 或 false。")
        return value

    def strings(self, name: str) -> tuple[str, ...]:
        """Return a list of strings, empty where it is not said. Raises NotAsAgreed."""
        value = self.raw.get(name) or []
        if not isinstance(value, list) or any(isinstance(one, dict | list) for one in value):
            raise NotAsAgreed(self.at + name, "应为文字的列表。")
        return tuple(str(one) for one in value)

    def part(self, name: str) -> Raw:
        """Return an inner mapping. Raises NotAsAgreed."""
        value = self.raw.get(name)
        if not isinstance(value, dict):
            raise NotAsAgreed(self.at + name, "应为一组字段。")
        return Raw(value, f"{self.at}{name}.")

    def parts(self, name: str) -> Iterator[Raw]:
        """Yield the mappings of a list, none where it is not said. Raises NotAsAgreed."""
        value = self.raw.get(name) or []
        if not isinstance(value, list):
            raise NotAsAgreed(self.at + name, "应为列表。")
        for number, one in enumerate(value):
            if not isinstance(one, dict):
                raise NotAsAgreed(f"{self.at}{name}.{number}", "应为一组字段。")
            yield Raw(one, f"{self.at}{name}.{number}.")

"""jsonschema-rs: the only place that knows the validator's library. Its own text is never shown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import jsonschema_rs

from shudao.contexts.matters.rules.formats import FORMATS


@dataclass(frozen=True, slots=True)
class Fault:
    """One broken keyword: where in the data, where in the schema, and the names that are missing or unknown."""

    keyword: str
    instance_path: tuple[str | int, ...]
    schema_path: tuple[str | int, ...]
    names: tuple[str, ...]
    instance: Any


class Checker:
    """A compiled schema."""

    def __init__(self, schema: Mapping[str, Any]) -> None:
        """Compile; raises ValueError where it is no valid JSON Schema 2020-12."""
        try:
            self._validator = jsonschema_rs.Draft202012Validator(
                dict(schema), validate_formats=True, ignore_unknown_formats=False, formats=dict(FORMATS)
            )
        except (ValueError, jsonschema_rs.ReferencingError) as error:
            raise ValueError(str(error).splitlines()[0]) from None

    def faults(self, data: Mapping[str, Any]) -> Iterator[Fault]:
        """Yield what the data breaks."""
        for error in self._validator.iter_errors(dict(data)):
            kind = error.kind.as_dict()
            missing = kind.get("property")
            yield Fault(
                keyword=error.kind.name,
                instance_path=tuple(error.instance_path),
                schema_path=tuple(error.schema_path),
                names=(str(missing),) if missing else tuple(map(str, kind.get("unexpected", ()))),
                instance=error.instance,
            )

"""The indicator tree, read from data: a figure's name, what it says, and which way is better."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from shudao.contexts.assessment.contracts import Indicator
from shudao.kernel.texts import Text


def parse(document: list[Mapping[str, Any]]) -> dict[str, Indicator]:
    """
    Return the indicators of a parsed `data/indicators.yaml`, by code, in the file's order.

    Raises:
        ValueError: a code twice, or a kind or direction that does not exist.
    """
    found: dict[str, Indicator] = {}
    for item in document:
        indicator = Indicator(
            code=item["code"],
            name=Text(item["name"], item["name_en"]),
            explains=Text(item["explains"], item["explains_en"]),
            kind=item["kind"],
            better=item["better"],
        )
        if (
            indicator.code in found
            or indicator.kind not in {"share", "mean"}
            or indicator.better not in {"higher", "lower"}
        ):
            raise ValueError(f"indicator {indicator.code!r} is not well formed")
        found[indicator.code] = indicator
    return found

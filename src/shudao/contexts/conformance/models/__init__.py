"""The tables of conformance."""

from __future__ import annotations

from shudao.contexts.conformance.models.checks import (
    BodyCount,
    CheckRun,
)
from shudao.contexts.conformance.models.findings import (
    Exemption,
    Finding,
)

__all__ = [
    "BodyCount",
    "CheckRun",
    "Exemption",
    "Finding",
]

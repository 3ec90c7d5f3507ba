"""
The rows that figures are computed from, as lines of JSON: what is exported, digested and handed to anybody who checks.

A line is one fact with a `row` member naming its kind; members are sorted, so equal facts give equal bytes.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict

from shudao.contexts.assessment.contracts import CaseFact, MatterFact, RatingFact, Score

Fact = MatterFact | CaseFact | RatingFact

_KINDS: dict[type, str] = {MatterFact: "matter", CaseFact: "case", RatingFact: "rating"}


def line(fact: Fact) -> str:
    """Return `fact` as one line of JSON without its line end; days are ISO dates."""
    return json.dumps(
        {"row": _KINDS[type(fact)], **asdict(fact)},
        ensure_ascii=False,
        sort_keys=True,
        separators=(",", ":"),
        default=str,
    )


def score_line(score: Score) -> str:
    """Return a published score as one line of JSON."""
    body = {
        "row": "score",
        "indicator": score.indicator,
        "division": score.unit.division,
        "department_kind": score.unit.department_kind,
        "numerator": score.numerator,
        "denominator": score.denominator,
        "value": score.value,
    }
    return json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


class Digest:
    """SHA-256 over the lines of the facts as they pass, in their order."""

    def __init__(self) -> None:
        self._total = hashlib.sha256()

    def passing(self, facts: Iterable[Fact]) -> Iterator[Fact]:
        """Yield the facts unchanged and take each into the digest."""
        for fact in facts:
            self._total.update(line(fact).encode() + b"\n")
            yield fact

    def hexdigest(self) -> str:
        """Return the digest of what has passed."""
        return self._total.hexdigest()

"""The door of assessment: figures computed from facts, published together, recomputable by anybody."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import cache
from pathlib import Path

import yaml

from shudao.contexts.assessment.contracts import Indicator, ListedBarrier, Publication, Score
from shudao.contexts.assessment.queries import barriers as listed
from shudao.contexts.assessment.queries import scores
from shudao.contexts.assessment.rules import indicators as tree
from shudao.contexts.assessment.services import barriers as keeping
from shudao.contexts.assessment.services import compute as computing
from shudao.contexts.assessment.services import export as exporting
from shudao.contexts.exchange.contracts.barriers import BarrierKind
from shudao.foundation.audit.contracts import Actor
from shudao.kernel.paging import Page

_INDICATORS = Path(__file__).parent / "data" / "indicators.yaml"


@cache
def indicators() -> dict[str, Indicator]:
    """Return the indicator tree by code, in the order in which pages show it."""
    return tree.parse(yaml.safe_load(_INDICATORS.read_text(encoding="utf-8")))


def compute(*, acting: Actor, now: datetime) -> Publication:
    """
    Compute every score of every unit from the facts as they are now, and publish them together.

    Units are the province, its prefectures and counties, each with all departments and with each line of departments.

    Args:
        acting: Who publishes; it stands in the audit log.
        now: Aware, UTC. The publication's day is its local date.

    Returns:
        The publication with the digest of the rows.

    Source:
        MISSION M17; proved by tests/contexts/assessment/test_scores.py
    """
    return computing.compute(acting=acting, now=now)


def export(path: Path) -> int:
    """
    Write the rows behind the latest publication and its scores to `path` as lines of JSON.

    The file appears whole or not at all. `verify/scores.py` recomputes the scores from it alone.

    Returns:
        The number of lines.

    Raises:
        NothingPublished: nothing has been computed.
        ScoresDiffer: facts have changed since; compute first.
    """
    return exporting.export(path)


def latest() -> Publication:
    """Return the latest publication. Raises NothingPublished."""
    return scores.latest()


def of_divisions(divisions: Iterable[str], *, department_kind: str = "") -> dict[str, dict[str, Score]]:
    """
    Return indicator code → division code → score of the latest publication, in one query after the publication's.

    Divisions without a fact are absent. Raises NothingPublished.
    """
    return scores.of_divisions(scores.latest().number, divisions, department_kind=department_kind)


def of_departments(division: str) -> dict[str, dict[str, Score]]:
    """Return department kind → indicator code → score in `division`; "" is all of them. Raises NothingPublished."""
    return scores.of_departments(scores.latest().number, division)


def barriers(
    *,
    kind: BarrierKind | None = None,
    owner: str = "",
    gone: bool | None = False,
    text: str = "",
    sort: str = "since",
    page: int = 1,
    size: int = 20,
) -> Page[ListedBarrier]:
    """
    Return one page of the list of data barriers.

    Args:
        kind: One kind, None for all.
        owner: Credit code of the department that has to act, "" for all.
        gone: False for those that stand, True for the history, None for both.
        text: Part of what the data or the paper are called; or a resource code, request or grant, whole.
        sort: since, kind, matters, cases or label; with "-" before it the other way round. Oldest first by default.
        page, size: From 1; 1–200.

    Raises:
        Invalid: a page that cannot be.
    """
    return listed.listing(kind=kind, owner=owner, gone=gone, text=text, sort=sort, page=page, size=size)


def barrier_counts() -> dict[BarrierKind, int]:
    """Return how many barriers of each kind stand; kinds without one are left out."""
    return listed.counts()


def barrier(number: str) -> ListedBarrier:
    """Return one barrier, also one that is gone. Raises BarrierUnknown."""
    return listed.one(number)


def keep_barrier(number: str) -> None:
    """Enter a barrier of the exchange into the list as it is now; again changes nothing. Raises NotFound."""
    keeping.keep(number)


def count_waiting_cases(*, now: datetime) -> int:
    """
    Count for every standing barrier the applications whose applicants had to bring papers meanwhile. Runs every day.

    Returns:
        How many barriers were counted.
    """
    return keeping.count(now=now)

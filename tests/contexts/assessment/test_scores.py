"""Scores come from what happened; whoever has the exported rows gets the same digits, and a changed row is found."""

from __future__ import annotations

import subprocess
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from shudao.contexts.assessment import api as assessment
from shudao.contexts.assessment.contracts import NothingPublished, ScoresDiffer
from shudao.contexts.participation import api as participation
from shudao.foundation.audit.contracts import SYSTEM
from shudao.foundation.identity import api as identity
from shudao.foundation.outbox import api as outbox
from shudao.kernel.ids import new_id
from tests.contexts.matters.places import WUHOU
from tests.support.cases import World, build

pytestmark = pytest.mark.django_db
VERIFY = Path(__file__).resolve().parents[3] / "verify/scores.py"


@pytest.fixture
def world(tmp_path: Path, settings: Any, noon: datetime) -> World:
    settings.KEYS_ROOT, settings.FILES_ROOT = tmp_path / "keys", tmp_path / "files"
    return build(tmp_path, noon)


def recompute(path: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, str(VERIFY), str(path)], capture_output=True, text=True)


def test_nothing_is_shown_before_anything_is_computed(world: World) -> None:
    with pytest.raises(NothingPublished):
        assessment.latest()


def test_a_finished_and_rated_case_moves_the_figures(world: World, noon: datetime) -> None:
    done = world.decided("birth")
    outbox.drain()
    participation.rate(case=done.number, level=4, acting=world.li, now=noon, key=new_id())
    assessment.compute(acting=SYSTEM, now=noon)
    county = {code: found[WUHOU] for code, found in assessment.of_divisions([WUHOU]).items()}
    assert county["exercised_online_rate"].value == "1.0000"
    assert county["visits_per_case"].value == "0.0000"
    assert county["on_time_rate"].value == "1.0000"
    assert county["mean_rating"].value == "4.0000"
    assert county["declared_online_rate"].denominator > 0
    own = assessment.of_departments(WUHOU)
    assert own[identity.department(world.department).kind]["exercised_online_rate"].denominator == 1


def test_anybody_recomputes_the_same_digits_from_the_export(world: World, noon: datetime, tmp_path: Path) -> None:
    world.decided("birth")
    assessment.compute(acting=SYSTEM, now=noon)
    rows = tmp_path / "scores.jsonl"
    assessment.export(rows)
    done = recompute(rows)
    assert done.returncode == 0, done.stdout
    assert " 0 differences" in done.stdout


def test_a_changed_row_or_score_is_found(world: World, noon: datetime, tmp_path: Path) -> None:
    world.decided("birth")
    assessment.compute(acting=SYSTEM, now=noon)
    rows = tmp_path / "scores.jsonl"
    assessment.export(rows)
    text = rows.read_text(encoding="utf-8")
    rows.write_text(text.replace('"visits":0', '"visits":1', 1), encoding="utf-8")
    assert "the rows are not those that were published" in recompute(rows).stdout
    rows.write_text(text.replace('"value":"1.0000"', '"value":"0.9999"', 1), encoding="utf-8")
    assert recompute(rows).returncode == 1


def test_facts_that_moved_on_are_not_exported_as_the_published_ones(
    world: World, noon: datetime, tmp_path: Path
) -> None:
    assessment.compute(acting=SYSTEM, now=noon)
    world.decided("birth")
    with pytest.raises(ScoresDiffer):
        assessment.export(tmp_path / "scores.jsonl")
    assert not list(tmp_path.glob("scores*"))


def test_old_publications_make_room(world: World, noon: datetime) -> None:
    for _ in range(14):
        last = assessment.compute(acting=SYSTEM, now=noon)
    assert assessment.latest().number == last.number
    from shudao.contexts.assessment.models import Publication

    assert Publication.objects.count() == 12

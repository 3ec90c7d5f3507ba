"""Write the facts and the published scores to one file that anybody can recompute from."""

from __future__ import annotations

import itertools
import json
import os
from pathlib import Path

from shudao.contexts.assessment.contracts import ScoresDiffer
from shudao.contexts.assessment.queries import scores as published
from shudao.contexts.assessment.rules import rows
from shudao.contexts.assessment.services import facts


def export(path: Path) -> int:
    """Write header, facts and scores as JSON lines; the facts must be those that were published. Return the lines."""
    last = published.latest()
    header = {
        "row": "header",
        "publication": last.number,
        "day": str(last.day),
        "digest": last.digest,
        "rounding": "half up, 4",
    }
    digest = rows.Digest()
    stream = digest.passing(itertools.chain(facts.matter_facts(), facts.case_facts(), facts.rating_facts()))
    partial = path.with_name(path.name + ".part")
    count = 1
    with partial.open("w", encoding="utf-8") as file:
        file.write(json.dumps(header, ensure_ascii=False, sort_keys=True) + "\n")
        for fact in stream:
            file.write(rows.line(fact) + "\n")
            count += 1
        for score in published.every_score(last.number):
            file.write(rows.score_line(score) + "\n")
            count += 1
        file.flush()
        os.fsync(file.fileno())
    if digest.hexdigest() != last.digest:
        partial.unlink()
        raise ScoresDiffer()
    partial.replace(path)
    return count

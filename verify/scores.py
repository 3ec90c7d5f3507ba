"""
Recompute published scores from an export, alone.

    python verify/scores.py scores.jsonl

Needs Python's standard library and the file. Imports nothing of the system it checks. Counts are whole numbers; the one
division is rounded half up to four decimals in integers. Exit status 0: every digit agrees; 1: something differs.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

Key = tuple[str, str, str]


def rounded(top: int, bottom: int) -> str | None:
    """Divide in integers: four decimals, half up."""
    if bottom == 0:
        return None
    scaled = (2 * top * 10_000 + bottom) // (2 * bottom)
    return f"{scaled // 10_000}.{scaled % 10_000:04d}"


def units(row: dict[str, object]) -> Iterator[tuple[str, str]]:
    """Province, prefecture, county: each with all departments and with the row's own line."""
    division, kind = str(row["division"]), str(row["department_kind"])
    for code in dict.fromkeys((division[:2] + "0" * 10, division[:4] + "0" * 8, division[:6] + "0" * 6)):
        yield code, ""
        yield code, kind


def parts(row: dict[str, object]) -> Iterator[tuple[str, int, int]]:
    """What one fact adds to which figure: numerator and denominator."""
    if row["row"] == "matter":
        yield "declared_online_rate", int(row["tier"] in (3, 4)), 1
        yield "declared_one_visit_rate", int(row["visits"] in (0, 1)), 1
    elif row["row"] == "case":
        yield "exercised_online_rate", int(row["visits"] == 0), 1
        yield "visits_per_case", int(str(row["visits"])), 1
        yield "fetched_material_share", int(str(row["fetched"])), int(str(row["fetched"])) + int(str(row["asked"]))
        if row["due_on"] is not None:
            yield "on_time_rate", int(str(row["completed_on"]) <= str(row["due_on"])), 1
    elif row["row"] == "rating":
        yield "mean_rating", int(str(row["level"])), 1


def recompute(path: Path) -> tuple[dict[Key, str | None], dict[Key, str | None], list[str]]:
    """Return the recomputed and the published scores, and what is wrong with the file itself."""
    tops: Counter[Key] = Counter()
    bottoms: Counter[Key] = Counter()
    published: dict[Key, str | None] = {}
    digest, header = hashlib.sha256(), {}
    for text in path.open(encoding="utf-8"):
        row = json.loads(text)
        if row["row"] == "header":
            header = row
        elif row["row"] == "score":
            published[row["indicator"], row["division"], row["department_kind"]] = row["value"]
        else:
            digest.update(text.encode())
            for code, top, bottom in parts(row):
                for division, kind in units(row):
                    tops[code, division, kind] += top
                    bottoms[code, division, kind] += bottom
    problems = (
        [] if header.get("digest") == digest.hexdigest() else ["the rows are not those that were published (digest)"]
    )
    return {key: rounded(tops[key], bottom) for key, bottom in bottoms.items()}, published, problems


def main(arguments: list[str]) -> int:
    """Compare and report."""
    if len(arguments) != 1 or not Path(arguments[0]).is_file():
        print(__doc__)
        return 2
    computed, published, problems = recompute(Path(arguments[0]))
    for key in sorted(computed.keys() | published.keys()):
        if computed.get(key) != published.get(key) or (key in computed) != (key in published):
            problems.append(f"{' '.join(key)}: published {published.get(key)}, recomputed {computed.get(key)}")
    for problem in problems[:20]:
        print(problem)
    print(f"{len(published)} scores published, {len(computed)} recomputed, {len(problems)} differences")
    return 1 if problems or not published else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

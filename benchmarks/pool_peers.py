"""
What the pool's comparisons with other rule engines share: the same file, our own figures, an environment for the peer.

The peer runs in a virtual environment of its own, made once below `--environments`; nothing of it is in our locks.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.machine import machine
from shudao.contexts.pool.management.bench import environments
from shudao.contexts.pool.management.bench.planted import agree
from shudao.contexts.pool.management.bench.social_insurance import DATASET, SocialInsurance
from shudao.contexts.pool.management.bench.talking import Child

HERE = Path(__file__).resolve().parent


def main(name: str, program: str, requirements: Sequence[str], ways: Sequence[str]) -> None:
    """
    Write the rows, let both judge them, compare the verdicts and print one JSON object.

    Args:
        name: The peer's name.
        program: The file beside this one that runs in the peer's environment: it takes the Parquet file's path and one
            of `ways`, and prints {"broken": {rule: rows}, "cpu": seconds, "wall": seconds, "peak_mb": MiB, …}.
        requirements: What is installed there, pinned.
        ways: In which ways it is measured, each in a process of its own.
    """
    options = _options(name)
    python = environments.python_of(name, requirements, parent=options.environments)
    with tempfile.TemporaryDirectory(prefix="shudao-bench-", dir=options.folder) as folder:
        file = Path(folder) / "social-insurance.parquet"
        truth = SocialInsurance(options.rows, options.seed).write(file)
        ours = own(file, Path(folder))
        agree("our verdicts", ours["broken"], truth.broken)
        figures = {"pool": ours}
        for way in ways:
            print(f"{name}, {way}", file=sys.stderr)
            peer = figures[way] = _run([str(python), str(HERE / program), str(file), way])
            agree(f"the verdicts of {name}", peer["broken"], truth.broken)
            peer["times_cpu"] = round(peer["cpu"] / ours["cpu"], 1)
            peer["times_wall"] = round(peer["wall"] / ours["wall"], 1)
    told = {"benchmark": f"pool_{name}", "rows": options.rows, "seed": options.seed, "rules": len(truth.broken)}
    print(json.dumps({**told, "machine": machine(), "figures": figures}, indent=1))


def _options(name: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=f"The pool's ten rules beside {name}'s")
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--folder", type=Path, help="Where the scratch folder is made")
    parser.add_argument(
        "--environments",
        type=Path,
        default=environments.PARENT,
        help="Where the peer's environment is made, and found again",
    )
    return parser.parse_args()


def own(file: Path, home: Path) -> dict[str, Any]:
    """Judge the file by the same ten rules in a process of our own: verdicts, processor and wall seconds."""
    with Child("scanning", home) as scanner:
        rules = scanner.ask("rules", dataset=DATASET, files=[str(file)], kept=False)
        unique = scanner.ask("unique", dataset=DATASET, files=[str(file)], kept=False)
    repeated = {"key.unique": unique["repeated"]} if unique["repeated"] else {}
    return {
        "broken": rules["broken"] | repeated,
        "cpu": round(rules["cpu"] + unique["cpu"], 3),
        "wall": round(rules["wall"] + unique["wall"], 3),
        "peak_mb": round(unique["peak_mb"], 1),
    }


def _run(command: Sequence[str]) -> dict[str, Any]:
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found

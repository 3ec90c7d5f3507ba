"""
Ledger: durable entries a second, inclusion proofs, full verification. `python -m benchmarks.ledger_append [seconds]`

Writers are processes as the gateway's workers are; each keeps 256 entries waiting, as a loaded worker does.
"""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.machine import machine
from shudao.kernel import signing
from shudao.plane.ledger import checkpoints, entry, proofs
from shudao.plane.ledger.commit import GroupCommit
from shudao.plane.ledger.segment import Segment
from shudao.plane.ledger.sequencer import Sequencer
from shudao.plane.ledger.verify import verify

_WAITING = 256
_SECRET = bytes(range(32))


def _signer() -> signing.Signer:
    return signing.scheme().signer("ledger-1", _SECRET)


def _sample(number: int) -> entry.Entry:
    return entry.Entry(
        version=1,
        instant=1_790_000_000_000_000 + number,
        call=f"01K{number:023}",
        request=f"{number:036}",
        client="SHUDAO/GOV/11519900MB00000001/one-window",
        user="CN/clerk-17",
        service="SHUDAO/GOV/11519900MB00000002/pool/sjzy-population-basic",
        grant="grant-2026-000017",
        purpose="handling",
        case=f"5199012026{number:033}",
        subject=f"{number:032x}",
        fields=("name", "sex", "birth_date"),
        outcome="answered",
        snapshot=12,
        age=3,
        request_hash="A" * 88,
        response_hash="B" * 44,
        key="session/gateway-session-01k/window-1/1790000000/ABCDEFGH",
        nonce=f"{number:026}",
        created=1_790_000_000,
    )


async def _keep_writing(folder: Path, seconds: float) -> int:
    commit, done, end = GroupCommit(Segment(folder, _signer())), 0, time.monotonic() + seconds

    async def caller(number: int) -> None:
        nonlocal done
        while time.monotonic() < end:
            await commit.append(entry.encode(_sample(number)))
            number += _WAITING
            done += 1

    await asyncio.gather(*(caller(number) for number in range(_WAITING)))
    commit.close()
    return done


def _worker(folder: str, seconds: float, out: multiprocessing.Queue[tuple[int, float]]) -> None:
    count = asyncio.run(_keep_writing(Path(folder), seconds))
    out.put((count, time.process_time()))


def _append(folder: Path, workers: int, seconds: float) -> dict[str, object]:
    out: multiprocessing.Queue[tuple[int, float]] = multiprocessing.Queue()
    started = time.monotonic()
    processes = [multiprocessing.Process(target=_worker, args=(str(folder), seconds, out)) for _ in range(workers)]
    for process in processes:
        process.start()
    results = [out.get() for _ in processes]
    for process in processes:
        process.join()
    wall = time.monotonic() - started
    count, cpu = sum(result[0] for result in results), sum(result[1] for result in results)
    return {
        "workers": workers,
        "entries": count,
        "entries_per_second": round(count / wall),
        "entries_per_cpu_second": round(count / cpu),
        "bytes_per_entry": round(sum(file.stat().st_size for file in folder.rglob("*.seg")) / count),
    }


def _proofs(folder: Path) -> dict[str, object]:
    started = time.process_time()
    with Sequencer(folder, _signer) as sequencer:
        taken = sequencer.tick()
        sequencer.checkpoint()
    sequenced = time.process_time() - started
    segment, first, count = checkpoints.read(folder)[-1].ranges[-1]
    started = time.monotonic()
    for number in range(100):
        proofs.inclusion(folder, segment, first + number * (count - 1) // 99)
    proof = (time.monotonic() - started) / 100
    verifier = {"ledger-1": signing.scheme().verifier("ledger-1", signing.scheme().public_of(_SECRET))}
    started = time.process_time()
    report = verify(folder, verifier)
    checked = time.process_time() - started
    assert report.ok, report.problems
    return {
        "sequenced_per_cpu_second": round(taken / sequenced),
        "inclusion_proof_ms": round(proof * 1000, 3),
        "verified_per_cpu_second": round(report.entries / checked),
        "stand_alone_verified_per_second": _stand_alone(folder, report.entries),
    }


def _stand_alone(folder: Path, entries: int) -> int:
    pem = folder / "key.pem"
    pem.write_bytes(signing.scheme().public_pem(signing.scheme().public_of(_SECRET)))
    program = Path(__file__).parents[1] / "verify" / "ledger.py"
    started = time.monotonic()
    subprocess.run(
        [sys.executable, str(program), str(folder), "--public-key", str(pem)], check=True, stdout=subprocess.DEVNULL
    )
    return round(entries / (time.monotonic() - started))


def main() -> None:
    """Measure with one and two writers, then prove and verify what the two wrote."""
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 4.0
    parent = os.environ.get("SHUDAO_HOME") or None
    figures: list[object] = []
    with tempfile.TemporaryDirectory(dir=parent) as one, tempfile.TemporaryDirectory(dir=parent) as two:
        figures.append(_append(Path(one), 1, seconds))
        figures.append(_append(Path(two), 2, seconds))
        figures.append(_proofs(Path(two)))
    print(json.dumps({"benchmark": "ledger_append", "machine": machine(), "figures": figures}, indent=1))


if __name__ == "__main__":
    main()

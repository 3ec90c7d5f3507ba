"""What works on a ledger, each a process of its own: two workers under load, the sequencer, a witness."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from random import Random

import msgspec

from shudao.faces.gateway.worker import die_with_parent
from shudao.kernel import signing
from shudao.kernel.ids import new_id
from shudao.plane.ledger import checkpoints, entry
from shudao.plane.ledger.commit import GroupCommit
from shudao.plane.ledger.segment import LedgerUnavailable, Segment
from shudao.plane.ledger.sequencer import Sequencer
from shudao.plane.ledger.sources import FolderSource, Unreachable
from shudao.plane.ledger.witness import Witness
from tests.plane import ledgers

SECRET = bytes(range(32, 64))
WITNESS = signing.scheme().signer("witness-1", SECRET)
WITNESSES = {"witness-1": signing.scheme().verifier("witness-1", signing.scheme().public_of(SECRET))}
CALLERS = 8
STOPPED = 5  # the status of a process that its disk stopped
Say = Callable[[str], None]
Part = Callable[[Path, Say, int, float], None]


def saying(place: Path) -> Say:
    """Return what tells the player a line: one write each, so that it comes whole or not at all."""
    descriptor = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def say(line: str) -> None:
        os.write(descriptor, f"{line}\n".encode())

    return say


def worker(folder: Path, say: Say, seed: int, seconds: float) -> None:
    """Let several callers append; tell each entry that was acknowledged, and how often it was refused."""
    asyncio.run(_under_load(folder, say, Random(seed), time.monotonic() + seconds))


async def _under_load(folder: Path, say: Say, chance: Random, end: float) -> None:
    commit = GroupCommit(Segment(folder, ledgers.SIGNER))

    async def call() -> None:
        while time.monotonic() < end:
            named = new_id()
            body = entry.encode(msgspec.structs.replace(ledgers.sample(0), call=named))
            try:
                place = await commit.append(body)
                say(f"entry {place.segment} {place.sequence} {named} {place.receipt}")
            except LedgerUnavailable:
                say("refused")
                await asyncio.sleep(0.01)
            await asyncio.sleep(chance.random() / 200)

    await asyncio.gather(*(call() for _ in range(CALLERS)))
    commit.close()


def sequencer(folder: Path, say: Say, seed: int, seconds: float) -> None:
    """Take what is new into the tree and sign it, many times a second; tell each checkpoint."""
    chance, end = Random(seed), time.monotonic() + seconds
    with Sequencer(folder, lambda: ledgers.SIGNER) as at_work:
        while time.monotonic() < end:
            at_work.tick()
            if chance.random() < 0.5 and at_work.checkpoint() is not None:
                say(f"checkpoint {len(checkpoints.lines(folder))}")
            time.sleep(chance.random() / 100)


def witness(folder: Path, say: Say, seed: int, seconds: float) -> None:
    """Cosign what is new; an alarm ends the process."""
    end, own = time.monotonic() + seconds, folder.with_name("witness")
    own.mkdir(exist_ok=True)
    watching = Witness(own, FolderSource(folder), WITNESS, list(ledgers.VERIFIERS.values()))
    while time.monotonic() < end:
        with suppress(Unreachable):  # it looks again
            if watching.look():
                say("cosigned")
        time.sleep(0.01)


PARTS: dict[str, Part] = {"worker": worker, "other worker": worker, "sequencer": sequencer, "witness": witness}


def stopped_by_its_disk(part: Part) -> Part:
    """End with a status of its own where an OSError came up: what starts parts starts this one again."""

    def do(folder: Path, say: Say, seed: int, seconds: float) -> None:
        die_with_parent(signal.SIGKILL)
        try:
            part(folder, say, seed, seconds)
        except OSError as error:
            print(f"{part.__name__}: {error}", flush=True)
            os._exit(STOPPED)

    return do

"""
`python -m shudao.plane.ledger sequence|verify --ledger DIR --keys DIR`: run the sequencer, or check the ledger.

`python -m shudao.plane.ledger publish --ledger DIR --address HOST:PORT --witness-key PEM`: for witnesses.
"""

from __future__ import annotations

import argparse
import signal
import sys
from pathlib import Path
from threading import Event, Thread

from shudao.kernel.keys import KeyRing
from shudao.kernel.signing import Signer
from shudao.plane.ledger.publishing import Publisher
from shudao.plane.ledger.sequencer import Sequencer, SequencerBusy, TreeLost
from shudao.plane.ledger.verify import verify
from shudao.plane.ledger.witness import public_keys

PURPOSE = "ledger"


def main() -> int:
    """Do what the arguments say; return the process's status."""
    parser = argparse.ArgumentParser(prog="shudao.plane.ledger")
    parser.add_argument("action", choices=["sequence", "verify", "publish"])
    parser.add_argument("--ledger", type=Path, required=True)
    parser.add_argument("--keys", type=Path)
    parser.add_argument("--address", default="127.0.0.1:8110")
    parser.add_argument("--witness-key", type=Path, action="append", default=[])
    given = parser.parse_args()
    if given.action == "publish":
        return _publish(given.ledger, given.address, given.witness_key)
    if given.keys is None:
        parser.error("--keys is needed")
    ring = KeyRing.load(given.keys)
    return _sequence(given.ledger, ring) if given.action == "sequence" else _verify(given.ledger, ring)


def _sequence(folder: Path, ring: KeyRing) -> int:
    stopping = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())

    def signer() -> Signer:
        return ring.signer(PURPOSE)

    try:
        with Sequencer(folder, signer) as sequencer:
            sequencer.run(stopping.is_set)
    except SequencerBusy:
        print(f"another sequencer works on {folder}", file=sys.stderr)
        return 3
    except TreeLost as error:
        print(f"no checkpoint is signed: {error}; check the ledger", file=sys.stderr)
        return 4
    return 0


def _publish(folder: Path, address: str, witness_keys: list[Path]) -> int:
    host, _, port = address.rpartition(":")
    keys = {key.key_id: key for key in public_keys(witness_keys)}
    publisher = Publisher((host, int(port)), folder, keys)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: Thread(target=publisher.shutdown).start())
    publisher.serve_forever()
    publisher.server_close()
    return 0


def _verify(folder: Path, ring: KeyRing) -> int:
    report = verify(folder, ring.verifiers(PURPOSE, past=True))
    print(f"{report.entries} entries; root of the newest checkpoint: {report.root}")
    for line in [*report.notes, *(f"PROBLEM: {problem}" for problem in report.problems)]:
        print(line)
    return 0 if report.ok else 1


if __name__ == "__main__":
    sys.exit(main())

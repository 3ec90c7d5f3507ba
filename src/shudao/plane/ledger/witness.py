"""
A witness: another party, on another machine, that cosigns a ledger's checkpoints as long as each continues the last.

`python -m shudao.plane.ledger.witness --folder MINE --source LEDGER|http://… --public-key ledger.pem [--once]`
`python -m shudao.plane.ledger.witness --folder MINE --public-key ledger.pem --compare THEIRS/seen.jsonl`

It keeps every checkpoint line that it saw (`seen.jsonl`), durable before it cosigns. Shown anything else than the
continuation of that, it writes `alarm.json`, says so on standard error and cosigns nothing more: status 4. The alarm
stays until a person has looked into it and takes the file away.
"""

from __future__ import annotations

import argparse
import signal
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from typing import NoReturn

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from shudao.kernel import merkle, signing
from shudao.kernel.folders import write_whole
from shudao.kernel.keys import KeyRing
from shudao.kernel.signing import Signer, Verifier
from shudao.kernel.time import now
from shudao.plane.ledger import checkpoints, cosigning
from shudao.plane.ledger.checkpoints import Checkpoint
from shudao.plane.ledger.sources import Source, Unreachable, source_of

PURPOSE = "witness"
SEEN, ALARM, PUBLIC = "seen.jsonl", "alarm.json", "public.pem"
ALARMED = 4


class Alarm(Exception):
    """The ledger was rolled back, rewritten, or shows two views; the sentence says what was seen."""


@dataclass(frozen=True, slots=True)
class Seen:
    """The last checkpoint that this witness saw: its line, and where the line begins in the ledger's file."""

    text: bytes
    offset: int


class Witness:
    """Looks at a ledger again and again; `look` cosigns what is new."""

    def __init__(self, folder: Path, source: Source, signer: Signer, ledger_keys: Sequence[Verifier]) -> None:
        self._folder, self._source, self._signer, self._keys = Path(folder), source, signer, ledger_keys
        lines = cosigning.whole_lines(self._folder / SEEN)
        self._last = Seen(lines[-1], sum(len(line) + 1 for line in lines[:-1])) if lines else None
        # What the ledger may not have got yet; the newest speaks for those before it, and twice does no harm.
        self._owed = cosigning.whole_lines(self._folder / cosigning.FILE)[-1:]
        if self._last is not None and not self._is_cosigned(self._last.text):
            self._cosign(self._last.text, checkpoints.parse(self._last.text)[0])  # killed between seeing and cosigning

    def trust(self, ledger_keys: Sequence[Verifier]) -> None:
        """Believe these keys of the ledger from now on: it may have got a new one."""
        self._keys = ledger_keys

    def look(self) -> int:
        """
        Check and cosign every new checkpoint; return how many.

        Raises:
            Alarm: what is shown does not continue what was seen; nothing is cosigned, now or later.
            Unreachable: try again later.
        """
        self.check_quiet()
        lines = self._source.lines(self._last.offset if self._last else 0)
        if self._last is not None:
            if not lines or lines[0] != self._last.text:
                self._shout(
                    "the last checkpoint that was seen is no longer where it was: rolled back or rewritten",
                    lines[0] if lines else b"",
                )
            lines = lines[1:]
        for text in lines:
            self._take(text)
        while self._owed:
            self._source.give(self._owed[0])
            del self._owed[0]
        return len(lines)

    def check_quiet(self) -> None:
        """Raise the alarm again where one was raised before."""
        if why := alarm(self._folder):
            raise Alarm(why)

    def _take(self, text: bytes) -> None:
        made = self._checked(text)
        offset = self._last.offset + len(self._last.text) + 1 if self._last else 0
        cosigning.append_line(self._folder / SEEN, text)
        self._last = Seen(text, offset)
        self._cosign(text, made)

    def _cosign(self, text: bytes, made: Checkpoint) -> None:
        given = cosigning.encode(cosigning.give(text, made, now().isoformat(), self._signer))
        cosigning.append_line(self._folder / cosigning.FILE, given)
        self._owed.append(given)

    def _is_cosigned(self, text: bytes) -> bool:
        return any(cosigning.parse(given).line == checkpoints.line_hash(text) for given in self._owed)

    def _checked(self, text: bytes) -> Checkpoint:
        made = signed_by(text, self._keys)
        if made is None:
            self._shout("a checkpoint bears no signature of the ledger's key", text)
        before, size, root = "", 0, merkle.EMPTY_ROOT
        if self._last is not None:
            old = checkpoints.parse(self._last.text)[0]
            before, size, root = checkpoints.line_hash(self._last.text), old.size, bytes.fromhex(old.root)
        if made.previous != before or made.size < size:
            self._shout(f"the checkpoint of {made.size} entries does not follow the one of {size} that was seen", text)
        proof = self._source.consistency(size, made.size)
        if not merkle.verify_consistency(size, root, made.size, bytes.fromhex(made.root), proof):
            self._shout(
                f"no proof shows that the tree of {made.size} entries continues that of {size}: rewritten", text
            )
        return made

    def _shout(self, why: str, shown: bytes) -> NoReturn:
        told = {"why": why, "at": now().isoformat(), "shown": shown.decode("utf-8", "replace")}
        told["seen"] = self._last.text.decode("utf-8", "replace") if self._last else ""
        write_whole(self._folder / ALARM, msgspec.json.encode(told))
        raise Alarm(why)


def alarm(folder: Path) -> str:
    """Return why the witness of this folder refused to go on, "" where it did not."""
    try:
        text = (Path(folder) / ALARM).read_bytes()
    except FileNotFoundError:
        return ""
    try:
        return msgspec.json.decode(text, type=dict[str, str])["why"]
    except (msgspec.MsgspecError, KeyError):
        return f"{ALARM} is there, and cannot be read"


def signed_by(text: bytes, keys: Sequence[Verifier]) -> Checkpoint | None:
    """Return the checkpoint of a line that one of the keys signed, None for any other line."""
    try:
        made, signed, signature = checkpoints.parse(text)
        bytes.fromhex(made.root)
    except (msgspec.MsgspecError, ValueError):
        return None
    return made if any(key.verify(signed, signature) for key in keys) else None


def compare(mine: Sequence[bytes], theirs: Sequence[bytes], keys: Sequence[Verifier]) -> str:
    """
    Compare what two witnesses saw of one ledger.

    Returns:
        "" where they agree; else a sentence naming the first size for which the ledger signed two different lines, or
        that one witness saw between two that the other saw as neighbours. Lines that no ledger key signed count not.
    """
    views: list[dict[int, bytes]] = []
    for lines in (mine, theirs):
        signed = ((signed_by(line, keys), line) for line in lines)
        views.append({made.size: line for made, line in signed if made is not None})
    if not all(views):
        return ""
    # Each witness saw every checkpoint from its first to its last, so in what both span they must have the same ones.
    low, high = max(min(view) for view in views), min(max(view) for view in views)
    for size in sorted(size for size in views[0].keys() | views[1].keys() if low <= size <= high):
        if views[0].get(size) != views[1].get(size):
            return f"two views: the two witnesses were shown different checkpoints at {size} entries"
    return ""


def public_keys(files: Sequence[Path]) -> list[Verifier]:
    """Return verifiers of PEM files. Raises ValueError, OSError."""
    keys: list[Verifier] = []
    for file in files:
        key = load_pem_public_key(file.read_bytes())
        if not isinstance(key, Ed25519PublicKey):
            raise ValueError(f"{file.name}: not an Ed25519 public key")
        keys.append(signing.scheme().verifier(file.stem, key.public_bytes_raw()))
    return keys


def main() -> int:
    """Watch, or compare, as the arguments say; return the process's status."""
    given = _arguments()
    given.folder.mkdir(parents=True, exist_ok=True)
    keys = _ledger_keys(given)
    if given.compare:
        views = (cosigning.whole_lines(given.folder / SEEN), cosigning.whole_lines(given.compare))
        told = compare(*views, keys)
        print(told or "both witnesses were shown the same")
        return ALARMED if told else 0
    ring = KeyRing.load(given.folder / "keys")
    own = ring.ensure(PURPOSE)
    write_whole(given.folder / PUBLIC, ring.public_pem(own.id))
    return _watch(Witness(given.folder, source_of(given.source), ring.signer(PURPOSE), keys), given)


def _watch(witness: Witness, given: argparse.Namespace) -> int:
    stopping = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    while True:
        try:
            witness.trust(_ledger_keys(given))
            done = witness.look()
            print(f"{done} checkpoints cosigned", flush=True) if done else None
        except Unreachable as error:
            print(f"cannot be reached: {error}", file=sys.stderr, flush=True)
        except Alarm as raised:
            print(f"ALARM: {raised}. Nothing more is cosigned; see {given.folder / ALARM}", file=sys.stderr, flush=True)
            return ALARMED
        if given.once or stopping.wait(given.seconds):
            return 0


def _ledger_keys(given: argparse.Namespace) -> list[Verifier]:
    keys = public_keys(given.public_key)
    if given.ledger_keys:
        keys += KeyRing.load(given.ledger_keys).verifiers("ledger", past=True).values()
    return keys


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="shudao.plane.ledger.witness", description="Cosign a ledger's checkpoints.")
    parser.add_argument("--folder", type=Path, required=True, help="the witness's own: its key and what it saw")
    parser.add_argument("--source", default="", help="the ledger's folder, or the address of its publisher")
    parser.add_argument("--public-key", type=Path, action="append", default=[], help="of the ledger; PEM")
    parser.add_argument("--ledger-keys", type=Path, help="on the ledger's own machine: its folder of keys, instead")
    parser.add_argument("--seconds", type=float, default=10.0, help="between two looks")
    parser.add_argument("--once", action="store_true", help="look once and end")
    parser.add_argument("--compare", type=Path, help="another witness's seen.jsonl")
    given = parser.parse_args()
    if not given.compare and not given.source:
        parser.error("--source is needed")
    if not given.public_key and not given.ledger_keys:
        parser.error("--public-key is needed")
    return given


if __name__ == "__main__":
    sys.exit(main())

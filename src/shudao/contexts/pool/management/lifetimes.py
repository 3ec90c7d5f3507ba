"""`shudao pool compact|snapshot|erase|rotate|upkeep`: the actions' words, what they do and what they print."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from datetime import time as time_of_day
from getpass import getpass
from typing import Any

from shudao.contexts.pool import api
from shudao.contexts.pool.contracts.deliveries import SnapshotRow
from shudao.foundation.audit.contracts import SYSTEM
from shudao.kernel.ids import new_id
from shudao.kernel.time import LOCAL, now

Told = tuple[object, str]

ABOUT = {
    "compact": "Merge what deliveries piled up into new files",
    "snapshot": "List a dataset's snapshots, say which stood on a day, keep one or drop it",
    "erase": "Let somebody leave: the identifier is read from standard input",
    "rotate": "Give files, vault or index a new key",
    "upkeep": "Do what is due: erasures, new keys, old snapshots, merging, removing what nothing names",
}


def words(name: str, parser: ArgumentParser) -> None:
    """Take what an action needs."""
    if name in ("compact", "snapshot"):
        parser.add_argument("dataset")
    if name == "snapshot":
        what = parser.add_mutually_exclusive_group()
        what.add_argument("--at", type=_day, help="The snapshot that stood at the end of a day, YYYY-MM-DD")
        what.add_argument("--keep", type=int, metavar="NUMBER", help="Keep this one whatever its age")
        what.add_argument("--release", type=int, metavar="NUMBER", help="Keep it no longer than others")
        what.add_argument("--drop", type=int, metavar="NUMBER", help="Drop it now")
        parser.add_argument("--reason", default="", help="Why it is dropped, for the audit trail; no personal data")
    if name == "erase":
        parser.add_argument("--dataset", action="append", default=[], help="Of this one only; may be repeated")
        parser.add_argument("--reason", required=True, help="For the audit trail; no personal data")
    if name == "rotate":
        parser.add_argument("what", choices=["files", "vault", "index", "subject"])


def run(options: dict[str, Any]) -> Told:
    """Run the action; return the value for --json and the sentence for people."""
    acts: dict[str, Callable[[dict[str, Any]], Told]] = {
        "compact": _compact,
        "snapshot": _snapshot,
        "erase": _erase,
        "rotate": _rotate,
        "upkeep": _upkeep,
    }
    return acts[options["action"]](options)


def identifier() -> str:
    """Read it where neither the process list nor the shell's history shows it."""
    return getpass("Identifier: ") if sys.stdin.isatty() else sys.stdin.readline()


def _day(text: str) -> datetime:
    """The last instant of a local day."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError("a day as YYYY-MM-DD") from None
    return datetime.combine(day + timedelta(days=1), time_of_day(), LOCAL).astimezone(UTC) - timedelta(microseconds=1)


def _compact(options: dict[str, Any]) -> Told:
    number = api.compact(options["dataset"], acting=SYSTEM, now=now())
    return {"snapshot": number}, f"snapshot {number} shows the merged files"


def _snapshot(options: dict[str, Any]) -> Told:
    dataset = options["dataset"]
    if options["at"] is not None:
        found = api.snapshot_at(dataset, options["at"])
        return found, _line(found) if found else "none is kept of that day"
    for word, keep in (("keep", True), ("release", False)):
        if options[word] is not None:
            api.pin_snapshot(dataset, options[word], keep=keep, acting=SYSTEM, now=now())
            return {"snapshot": options[word], "pinned": keep}, f"snapshot {options[word]}: pinned {keep}"
    if options["drop"] is not None:
        reason = options["reason"]
        gone = api.drop_snapshot(dataset, options["drop"], reason=reason, acting=SYSTEM, now=now())
        return {"snapshot": options["drop"], "files": gone}, f"snapshot {options['drop']} and {gone} files are gone"
    rows = api.snapshots(dataset)
    return rows, "\n".join(map(_line, rows)) or "none yet"


def _line(one: SnapshotRow) -> str:
    marks = "".join(f" {mark}" for mark, there in (("current", one.current), ("pinned", one.pinned)) if there)
    when = f"{one.as_of.astimezone(LOCAL):%Y-%m-%d %H:%M}"
    return f"snapshot {one.number} ({one.kind}) as of {when}: {one.rows} rows, {one.subjects} subjects{marks}"


def _erase(options: dict[str, Any]) -> Told:
    done = api.erase(
        identifier(),
        reason=options["reason"],
        acting=SYSTEM,
        now=now(),
        key=new_id(),
        datasets=options["dataset"],
    )
    waits = f"; waiting for {', '.join(done.waiting)}" if done.waiting else ""
    return done, f"{done.rows} rows, {done.mentions} mentions and {done.quarantined} rows set aside left{waits}"


def _rotate(options: dict[str, Any]) -> Told:
    done = api.rotate(options["what"], acting=SYSTEM, now=now(), key=new_id())
    waits = f"; waiting for {', '.join(done.waiting)}" if done.waiting else "; the old one has ended"
    return done, f"{done.key} is the key now{waits}"


def _upkeep(options: dict[str, Any]) -> Told:
    done = api.keep_up(now=now())
    return done, "\n".join(done) or "nothing is due"

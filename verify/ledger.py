"""
Check a ledger of calls from its files alone: python verify/ledger.py FOLDER --public-key ledger.pem
Check one call's evidence:                   python verify/ledger.py EVIDENCE.zip --public-key ledger.pem

Needs Python 3.11 and the package `cryptography`; uses nothing of the platform that wrote the ledger. Copy the folder
`verify` as a whole: the other ledger_*.py belong to this file.

What lies in FOLDER
  segments/<id>.seg     frames: length (u32 LE), CRC-32 (u32 LE), payload. First byte of a payload is its kind:
                        0 header, 1 entry (16 bytes of salt, JSON), 2 erased entry (32 bytes of commitment, zeros),
                        3 receipt "<segment>:<entries>:<head>:<instant>:<key>:<signature>"
  checkpoints.jsonl     {"checkpoint": {...}, "signature": base64}; signed: "shudao checkpoint\\n" + the member's bytes
  erasures.jsonl        signed records of what was erased
  cosignatures.jsonl    what witnesses said of checkpoints; checked with --witness-key
  stamps.jsonl          RFC 3161 time stamps of checkpoint lines; checked with --stamp-root
commitment = SHA-256(salt + JSON); leaf = SHA-256(0x00 + commitment); the tree is that of RFC 9162.
head(0) = SHA-256("shudao segment " + id); head(n) = SHA-256(head(n-1) + commitment).

Ends with status 0 where nothing is wrong, 1 otherwise, 2 where it could not check.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509

sys.path.insert(0, str(Path(__file__).resolve().parent))
import ledger_marks as marks
import ledger_proof
from ledger_files import Segment, block_peaks, fold, read_segment, receipt_message, sha

Keys = marks.Keys
BLOCK = 1 << 15  # leaves hashed at a time: a complete subtree


def root_at(leaves: bytes, sizes: set[int], each: Callable) -> dict[int, bytes]:
    """The tree's root at each of the sizes that it reaches, its blocks hashed by as many processes as there are."""
    ordered = sorted(sizes)

    def blocks() -> Iterator[tuple[bytes, list[int]]]:
        for start in range(0, len(leaves) // 32, BLOCK):
            inside = [size - start for size in ordered if start < size < start + BLOCK]
            yield leaves[start * 32 : (start + BLOCK) * 32], inside

    found, complete = {0: sha(b"")}, []
    for number, answered in enumerate(each(block_peaks, blocks())):
        for count, own in answered.items():
            total = grown(complete, number, own[0]) if count == BLOCK else [*complete, *own]
            found[number * BLOCK + count] = fold(total)
            if count == BLOCK:
                complete = total
    return found


def grown(complete: list[bytes], blocks: int, root: bytes) -> list[bytes]:
    """The peaks over one more complete block."""
    complete = list(complete)
    while blocks & 1:
        root, blocks = sha(b"\x01" + complete.pop() + root), blocks >> 1
    return [*complete, root]


def check_last_receipt(segment: Segment, keys: Keys, say: list[str]) -> None:
    """One signature speaks for all entries before it, so the last one is enough."""
    if segment.last:
        _, _, _, message, signature = receipt_message(segment.last)
        if not keys.signed(message, signature):
            say.append(f"{segment.file}: its last receipt bears no signature of a trusted key")


def read_checkpoints(path: Path, content: bytes, keys: Keys, say: list[str]) -> list[dict]:
    """The checkpoints in order; whatever is wrong with one of them is said."""
    found: list[dict] = []
    previous = ""
    for number, line in enumerate(content.split(b"\n")[:-1]):
        where = f"{path.name}: checkpoint {number}"
        try:
            signature = json.loads(line)["signature"]
            body = line[len(b'{"checkpoint":') : line.rindex(b',"signature":')]
            checkpoint = json.loads(body)
            size, ranges = checkpoint["size"], checkpoint["ranges"]
            counted = size == (found[-1]["size"] if found else 0) + sum(count for _, _, count in ranges)
            follows, _ = checkpoint["previous"] == previous, checkpoint["root"]
            if line != b'{"checkpoint":%s,"signature":"%s"}' % (body, signature.encode()):
                raise ValueError("written otherwise than it was signed")
        except (ValueError, KeyError, TypeError, AttributeError):
            say.append(f"{where} is unreadable")
            break
        if not keys.signed(b"shudao checkpoint\n" + body, signature):
            say.append(f"{where} bears no signature of a trusted key")
        if not follows:
            say.append(f"{where} does not follow the one before it (removed or changed)")
        if not counted:
            say.append(f"{where}: its size and its ranges disagree")
        found.append(checkpoint)
        previous = hashlib.sha256(line).hexdigest()
    if b'"}' in content.rpartition(b"\n")[2][:-1]:  # a torn write ends before that
        say.append(f"{path.name}: the end of its last line was changed")
    return found


def held_checkpoint(line: bytes, keys: Keys) -> dict:
    """The checkpoint that somebody kept. Raises ValueError for one that nobody trusted signed: it accuses nobody."""
    held = json.loads(line)
    body = line[len(b'{"checkpoint":') : line.rindex(b',"signature":')]
    if not keys.signed(b"shudao checkpoint\n" + body, held["signature"]) or json.loads(body) != held["checkpoint"]:
        raise ValueError("the checkpoint given bears no signature of a trusted key")
    return held["checkpoint"]


def leaves_in_order(checkpoints: list[dict], segments: dict[str, Segment], say: list[str]) -> bytes:
    """The leaves as the checkpoints order them, 32 bytes each."""
    leaves: list[bytes] = []
    for number, checkpoint in enumerate(checkpoints):
        for name, first, count in checkpoint["ranges"]:
            segment = segments.get(name)
            found = segment.leaves[first * 32 : (first + count) * 32] if segment else b""
            if len(found) < count * 32:
                say.append(
                    f"{name}.seg: checkpoint {number} has its entries {first} to {first + count - 1}, "
                    f"the file ends before entry {first + len(found) // 32}" + ("" if segment else " (file missing)")
                )
            leaves.append(found)
    return b"".join(leaves)


def check_receipts_reach(checkpoints: list[dict], segments: dict[str, Segment], say: list[str]) -> None:
    """A checkpoint takes entries only together with the receipt that follows them."""
    needed: dict[str, int] = {}
    for checkpoint in checkpoints:
        needed |= {name: first + count for name, first, count in checkpoint["ranges"]}
    for name, entries in needed.items():
        segment = segments.get(name)
        if segment and segment.covered < entries:
            say.append(f"{segment.file}: the receipt that followed entry {entries - 1} is gone or was changed")


def check_tree(
    folder: Path, checkpoints: list[dict], leaves: bytes, older: dict | None, each: Callable, say: list[str]
) -> str:
    """Compare the recomputed roots with the signed ones and with an older checkpoint; return the newest root."""
    sizes = {checkpoint["size"] for checkpoint in checkpoints} | ({older["size"]} if older else set())
    roots = root_at(leaves, sizes, each)
    for number, checkpoint in enumerate(checkpoints):
        root = roots.get(checkpoint["size"])
        if root is None or root.hex() != checkpoint["root"]:
            low = checkpoints[number - 1]["size"] if number else 0
            say.append(
                f"checkpoints.jsonl: checkpoint {number}: entries {low} to {checkpoint['size'] - 1} of the tree do not "
                f"give its root{named(folder, leaves, low, checkpoint)}"
            )
            break
    if older and older["size"] > len(leaves) // 32:
        have = len(leaves) // 32
        say.append(f"rolled back: {have} entries under checkpoints, the older checkpoint had {older['size']}")
    elif older and roots[older["size"]].hex() != older["root"]:
        say.append(f"rewritten: the first {older['size']} entries do not give the root of the older checkpoint")
    return roots[checkpoints[-1]["size"]].hex() if checkpoints and checkpoints[-1]["size"] in roots else ""


def named(folder: Path, leaves: bytes, low: int, checkpoint: dict) -> str:
    """Name the first entry that differs from the sequencer's own list of leaves, if that list is there."""
    path = folder / "tree" / "level-00"
    stored = path.read_bytes() if path.exists() else b""
    place = low * 32
    for name, first, count in checkpoint["ranges"]:
        for number in range(first, first + count):
            kept, found = stored[place : place + 32], leaves[place : place + 32]
            if len(found) == len(kept) == 32 and kept != found:
                return f"; the first that differs is entry {number} of {name}.seg"
            place += 32
    return ""


def check_held_receipt(text: str, segments: dict[str, Segment], keys: Keys, say: list[str]) -> None:
    """Compare a party's receipt with the files."""
    name, entries, head, message, signature = receipt_message(text)
    if not keys.signed(message, signature):
        say.append("the receipt given bears no signature of a trusted key")
        return
    segment = segments.get(name)
    if segment is None or segment.covered < entries:  # entries without a receipt behind them count as never given
        have = segment.covered if segment else 0
        say.append(f"{name}.seg: tail cut: the receipt given is for {entries} entries, {have} are there")
    elif segment.held.hex() != head:
        say.append(f"{name}.seg: its first {entries} entries are not those of the receipt given")


def check_erasures(folder: Path, segments: dict[str, Segment], keys: Keys, say: list[str]) -> None:
    """Every erased entry needs a signed record."""
    path, recorded = folder / "erasures.jsonl", set()
    for line in path.read_bytes().splitlines() if path.exists() else []:
        record = json.loads(line)
        message = "\n".join(
            ["shudao erasure", record["segment"], str(record["sequence"]), record["instant"], record["reason"]]
        )
        if keys.signed(message.encode(), record["signature"]):
            recorded.add((record["segment"], record["sequence"]))
    for segment in segments.values():
        for number in segment.erased:
            if (segment.name, number) not in recorded:
                say.append(f"{segment.file}: entry {number} was erased without a signed record")


@dataclass(frozen=True)
class Outside:
    """What the examiner has from others than the operator: kept checkpoint and receipt, witnesses' keys, roots."""

    older: dict | None = None
    receipt: str | None = None
    witnesses: Keys | None = None
    roots: tuple[x509.Certificate, ...] = ()


def check(
    folder: Path, keys: Keys, outside: Outside, each: Callable = map, note: list[str] | None = None
) -> tuple[int, str, list[str]]:
    """Check everything; return the number of entries, the newest root, the problems."""
    say: list[str] = []
    path = folder / "checkpoints.jsonl"
    content = path.read_bytes() if path.exists() else b""
    checkpoints = read_checkpoints(path, content, keys, say)
    wanted = receipt_message(outside.receipt) if outside.receipt else ("", 0)
    files = [
        Segment(path, wanted[1] if path.stem == wanted[0] else 0)
        for path in sorted((folder / "segments").glob("*.seg"))
    ]
    segments = {segment.name: segment for segment in each(read_segment, files)}
    for segment in segments.values():
        say += segment.say
        check_last_receipt(segment, keys, say)
    leaves = leaves_in_order(checkpoints, segments, say)
    check_receipts_reach(checkpoints, segments, say)
    root = check_tree(folder, checkpoints, leaves, outside.older, each, say)
    if outside.receipt is not None:
        check_held_receipt(outside.receipt, segments, keys, say)
    check_erasures(folder, segments, keys, say)
    lines, notes = content.split(b"\n")[: len(checkpoints)], note if note is not None else []
    marks.check_cosignatures(folder / "cosignatures.jsonl", lines, outside.witnesses, say, notes)
    marks.check_stamps(folder / "stamps.jsonl", lines, list(outside.roots), say, notes)
    return sum(segment.covered for segment in segments.values()), root, say


def arguments() -> argparse.Namespace:
    """What the examiner gives."""
    parser = argparse.ArgumentParser(description="Check a ledger of calls, or one call's evidence, from files alone.")
    parser.add_argument("what", type=Path, help="the ledger's folder, or an evidence ZIP")
    parser.add_argument("--public-key", type=Path, action="append", required=True, help="PEM; may be repeated")
    parser.add_argument("--checkpoint", type=Path, help="a checkpoint kept from before (its line)")
    parser.add_argument("--receipt", type=Path, help="a receipt that a party kept (the header's value)")
    parser.add_argument("--witness-key", type=Path, action="append", help="public key of a witness; PEM")
    parser.add_argument("--stamp-root", type=Path, action="append", default=[], help="roots of time stamps; PEM")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1, help="how many share the work")
    return parser.parse_args()


def run(given: argparse.Namespace) -> int:
    """Check what was given, print what was found."""
    keys, note = Keys(given.public_key), []
    witnesses = Keys(given.witness_key) if given.witness_key else None
    roots = tuple(root for file in given.stamp_root for root in x509.load_pem_x509_certificates(file.read_bytes()))
    if given.what.is_file():
        entry, problems, note = ledger_proof.check(given.what, keys, witnesses, list(roots))
        print(f"entry {entry['sequence']} of {entry['segment']}:\n{entry['body']}")
        good, bad = "the entry is proved", "the entry is NOT proved"
    else:
        if not (given.what / "segments").is_dir():
            raise ValueError(f"{given.what} holds no ledger")
        older = held_checkpoint(given.checkpoint.read_bytes().splitlines()[-1], keys) if given.checkpoint else None
        outside = Outside(older, given.receipt.read_text() if given.receipt else None, witnesses, roots)
        with ProcessPoolExecutor(given.processes) as pool:
            each = pool.map if given.processes > 1 else map
            entries, root, problems = check(given.what, keys, outside, each, note)
        print(f"{entries} entries; root of the newest checkpoint: {root or 'none'}")
        good, bad = "nothing wrong was found", "the ledger is not as it was written"
    for line in [*note, *(f"PROBLEM: {problem}" for problem in problems)]:
        print(line)
    print(bad if problems else good)
    return 1 if problems else 0


def main() -> int:
    """Read the arguments, check, print."""
    try:
        return run(arguments())
    except (OSError, ValueError) as error:
        print(f"could not check: {error}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())

"""
Check a ledger of calls from its files alone: python verify/ledger.py FOLDER --public-key ledger.pem

Needs Python 3.11 and the package `cryptography`; uses nothing of the platform that wrote the ledger.

What lies in FOLDER
  segments/<id>.seg     frames: length (u32 LE), CRC-32 (u32 LE), payload. First byte of a payload is its kind:
                        0 header, 1 entry (16 bytes of salt, JSON), 2 erased entry (32 bytes of commitment, zeros),
                        3 receipt "<segment>:<entries>:<head>:<instant>:<key>:<signature>"
  checkpoints.jsonl     {"checkpoint": {...}, "signature": base64}; signed: "shudao checkpoint\\n" + the member's bytes
  erasures.jsonl        signed records of what was erased
commitment = SHA-256(salt + JSON); leaf = SHA-256(0x00 + commitment); the tree is that of RFC 9162.
head(0) = SHA-256("shudao segment " + id); head(n) = SHA-256(head(n-1) + commitment).

Ends with status 0 where nothing is wrong, 1 otherwise, 2 where it could not check.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import struct
import sys
import zlib
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key


def sha(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


class Keys:
    """The public keys that the examiner trusts."""

    def __init__(self, files: list[Path]) -> None:
        self.keys = [load_pem_public_key(file.read_bytes()) for file in files]
        if not all(isinstance(key, Ed25519PublicKey) for key in self.keys):
            raise ValueError("only Ed25519 public keys are known here")

    def signed(self, message: bytes, signature: str) -> bool:
        """Whether one of the keys made the base64 signature."""
        for key in self.keys:
            try:
                key.verify(base64.b64decode(signature, validate=True), message)
            except (InvalidSignature, ValueError):
                continue
            return True
        return False


class SegmentFile:
    """One segment, read as a whole: commitments by number, receipts by the number of entries before them."""

    def __init__(self, path: Path, say: list[str]) -> None:
        self.name, self.file = path.stem, path.name
        self.commitments: list[bytes] = []
        self.erased: list[int] = []
        self.receipts: list[tuple[int, str]] = []
        content, place = path.read_bytes(), 0
        while place + 8 <= len(content):
            length, crc = struct.unpack_from("<II", content, place)
            payload = content[place + 8 : place + 8 + length]
            if length == 0 and not any(content[place:]):
                break
            if length == 0 or length > 1 << 20:
                say.append(f"{self.file}: byte {place}: no frame can be read after entry {len(self.commitments) - 1}")
                break
            if len(payload) < length:
                break
            if zlib.crc32(payload) != crc:
                say.append(f"{self.file}: entry {len(self.commitments)} (byte {place}): changed, its checksum is wrong")
            self.take(payload)
            place += 8 + length

    def take(self, payload: bytes) -> None:
        """File one frame's payload by its kind."""
        if payload[0] == 1:
            self.commitments.append(sha(payload[1:]))
        elif payload[0] == 2:
            self.erased.append(len(self.commitments))
            self.commitments.append(payload[1:33])
        elif payload[0] == 3:
            self.receipts.append((len(self.commitments), payload[1:].decode("ascii", "replace")))

    def heads(self) -> list[bytes]:
        """The running hash before the first entry and after each."""
        found = [sha(b"shudao segment " + self.name.encode())]
        for commitment in self.commitments:
            found.append(sha(found[-1] + commitment))
        return found


def receipt_message(receipt: str) -> tuple[str, int, str, bytes, str]:
    """Segment, entries, head, the signed bytes, the signature of a receipt's text."""
    segment, entries, head, instant, _key, signature = receipt.strip().split(":")
    message = f"shudao receipt\n{segment}\n{entries}\n{head}\n{instant}".encode()
    return segment, int(entries), head, message, signature


def root_at(leaves: list[bytes], sizes: set[int]) -> dict[int, bytes]:
    """The tree's root at each of the sizes (RFC 9162), in one pass."""
    stack: list[tuple[int, bytes]] = []
    found = {0: sha(b"")}
    for number, leaf in enumerate(leaves, 1):
        height, value = 0, leaf
        while stack and stack[-1][0] == height:
            value = sha(b"\x01" + stack.pop()[1] + value)
            height += 1
        stack.append((height, value))
        if number in sizes:
            total = stack[-1][1]
            for _, left in reversed(stack[:-1]):
                total = sha(b"\x01" + left + total)
            found[number] = total
    return found


def check_receipts(segment: SegmentFile, keys: Keys, say: list[str]) -> int:
    """Compare every receipt with the entries before it; return how many entries are under receipts."""
    heads, done = segment.heads(), 0
    for number, (entries, text) in enumerate(segment.receipts):
        try:
            name, count, head, message, signature = receipt_message(text)
        except ValueError:
            say.append(f"{segment.file}: the receipt after entry {entries - 1} is unreadable")
            continue
        if name != segment.name or count != entries or head != heads[entries].hex():
            say.append(
                f"{segment.file}: entries {done} to {entries - 1} differ from what their receipt covers "
                "(edited, inserted, deleted or swapped)"
            )
            return max(e for e, _ in segment.receipts)
        # One signature speaks for all entries before it, so the last one is enough.
        if number == len(segment.receipts) - 1 and not keys.signed(message, signature):
            say.append(f"{segment.file}: its last receipt bears no signature of a trusted key")
        done = entries
    return done


def read_checkpoints(path: Path, keys: Keys, say: list[str]) -> list[dict]:
    """The checkpoints in order; whatever is wrong with one of them is said."""
    found: list[dict] = []
    previous = ""
    content = path.read_bytes() if path.exists() else b""
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


def leaves_in_order(checkpoints: list[dict], segments: dict[str, SegmentFile], say: list[str]) -> list[bytes]:
    """The leaves as the checkpoints order them."""
    leaves: list[bytes] = []
    for number, checkpoint in enumerate(checkpoints):
        for name, first, count in checkpoint["ranges"]:
            segment = segments.get(name)
            commitments = segment.commitments[first : first + count] if segment else []
            if len(commitments) < count:
                say.append(
                    f"{name}.seg: checkpoint {number} has its entries {first} to {first + count - 1}, "
                    f"the file ends before entry {first + len(commitments)}" + ("" if segment else " (file missing)")
                )
            leaves += [sha(b"\x00" + commitment) for commitment in commitments]
    return leaves


def check_receipts_reach(checkpoints: list[dict], segments: dict[str, SegmentFile], say: list[str]) -> None:
    """A checkpoint takes entries only together with the receipt that follows them."""
    needed: dict[str, int] = {}
    for checkpoint in checkpoints:
        needed |= {name: first + count for name, first, count in checkpoint["ranges"]}
    for name, entries in needed.items():
        segment = segments.get(name)
        if segment and max((reached for reached, _ in segment.receipts), default=0) < entries:
            say.append(f"{segment.file}: the receipt that followed entry {entries - 1} is gone or was changed")


def check_tree(folder: Path, checkpoints: list[dict], leaves: list[bytes], older: dict | None, say: list[str]) -> str:
    """Compare the recomputed roots with the signed ones and with an older checkpoint; return the newest root."""
    sizes = {checkpoint["size"] for checkpoint in checkpoints} | ({older["size"]} if older else set())
    roots = root_at(leaves, sizes)
    for number, checkpoint in enumerate(checkpoints):
        root = roots.get(checkpoint["size"])
        if root is None or root.hex() != checkpoint["root"]:
            low = checkpoints[number - 1]["size"] if number else 0
            say.append(
                f"checkpoints.jsonl: checkpoint {number}: entries {low} to {checkpoint['size'] - 1} of the tree do not "
                f"give its root{named(folder, leaves, low, checkpoint)}"
            )
            break
    if older and older["size"] > len(leaves):
        say.append(f"rolled back: {len(leaves)} entries under checkpoints, the older checkpoint had {older['size']}")
    elif older and roots[older["size"]].hex() != older["root"]:
        say.append(f"rewritten: the first {older['size']} entries do not give the root of the older checkpoint")
    return roots[checkpoints[-1]["size"]].hex() if checkpoints and checkpoints[-1]["size"] in roots else ""


def named(folder: Path, leaves: list[bytes], low: int, checkpoint: dict) -> str:
    """Name the first entry that differs from the sequencer's own list of leaves, if that list is there."""
    path = folder / "tree" / "level-00"
    stored = path.read_bytes() if path.exists() else b""
    place = low
    for name, first, count in checkpoint["ranges"]:
        for number in range(first, first + count):
            kept = stored[place * 32 : place * 32 + 32]
            if place < len(leaves) and len(kept) == 32 and kept != leaves[place]:
                return f"; the first that differs is entry {number} of {name}.seg"
            place += 1
    return ""


def check_held_receipt(text: str, segments: dict[str, SegmentFile], keys: Keys, say: list[str]) -> None:
    """Compare a party's receipt with the files."""
    name, entries, head, message, signature = receipt_message(text)
    if not keys.signed(message, signature):
        say.append("the receipt given bears no signature of a trusted key")
        return
    segment = segments.get(name)
    have = len(segment.commitments) if segment else 0
    if segment is None or have < entries:
        say.append(f"{name}.seg: tail cut: the receipt given is for {entries} entries, {have} are there")
    elif segment.heads()[entries].hex() != head:
        say.append(f"{name}.seg: its first {entries} entries are not those of the receipt given")


def check_erasures(folder: Path, segments: dict[str, SegmentFile], keys: Keys, say: list[str]) -> None:
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


def check(folder: Path, keys: Keys, older: dict | None, receipt: str | None) -> tuple[int, str, list[str]]:
    """Check everything; return the number of entries, the newest root, the problems."""
    say: list[str] = []
    checkpoints = read_checkpoints(folder / "checkpoints.jsonl", keys, say)
    files = sorted((folder / "segments").glob("*.seg"))
    segments = {path.stem: SegmentFile(path, say) for path in files}
    entries = sum(check_receipts(segment, keys, say) for segment in segments.values())
    leaves = leaves_in_order(checkpoints, segments, say)
    check_receipts_reach(checkpoints, segments, say)
    root = check_tree(folder, checkpoints, leaves, older, say)
    if receipt is not None:
        check_held_receipt(receipt, segments, keys, say)
    check_erasures(folder, segments, keys, say)
    return entries, root, say


def main() -> int:
    """Read the arguments, check, print."""
    parser = argparse.ArgumentParser(description="Check a ledger of calls from its files alone.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--public-key", type=Path, action="append", required=True, help="PEM; may be repeated")
    parser.add_argument("--checkpoint", type=Path, help="a checkpoint kept from before (its line)")
    parser.add_argument("--receipt", type=Path, help="a receipt that a party kept (the header's value)")
    given = parser.parse_args()
    try:
        keys = Keys(given.public_key)
        older = json.loads(given.checkpoint.read_text().splitlines()[-1])["checkpoint"] if given.checkpoint else None
        receipt = given.receipt.read_text() if given.receipt else None
        if not (given.folder / "segments").is_dir():
            raise ValueError(f"{given.folder} holds no ledger")
        entries, root, problems = check(given.folder, keys, older, receipt)
    except (OSError, ValueError) as error:
        print(f"could not check: {error}", file=sys.stderr)
        return 2
    print(f"{entries} entries; root of the newest checkpoint: {root or 'none'}")
    for problem in problems:
        print(f"PROBLEM: {problem}")
    print("the ledger is not as it was written" if problems else "nothing wrong was found")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())

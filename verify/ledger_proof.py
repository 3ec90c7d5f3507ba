"""
Check one call's evidence, a ZIP from the evidence browser, without the ledger it came from. Part of verify/ledger.py.

What lies in it
  entry.json         {"segment", "sequence", "salt": hex, "body": the entry's exact text}
  proof.json         {"index", "path": [hex, leaf upwards]}: RFC 9162 §2.1.3
  checkpoints.jsonl  one line: the signed checkpoint under which the entry is proved
  cosignatures.jsonl stamps.jsonl  what witnesses and time-stamp authorities said of exactly this line, where they did
"""

from __future__ import annotations

import hashlib
import json
import sys
import tempfile
import zipfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
import ledger_marks as marks

LARGEST = 8 << 20
NAMES = ("entry.json", "proof.json", "checkpoints.jsonl", "cosignatures.jsonl", "stamps.jsonl")


def root_from(leaf: bytes, index: int, size: int, path: list[bytes]) -> bytes | None:
    """The root that the path leads to (RFC 9162 §2.1.3.2); None where it is too long or too short."""
    if not 0 <= index < size:
        return None
    last, value = size - 1, leaf
    for sibling in path:
        if last == 0:
            return None
        if index & 1 or index == last:
            value = hashlib.sha256(b"\x01" + sibling + value).digest()
            while not index & 1 and index:
                index, last = index >> 1, last >> 1
        else:
            value = hashlib.sha256(b"\x01" + value + sibling).digest()
        index, last = index >> 1, last >> 1
    return value if last == 0 else None


def unpack(archive: Path, folder: Path) -> None:
    """Put the known files into the folder; nothing else of the archive is touched."""
    with zipfile.ZipFile(archive) as content:
        for info in content.infolist():
            if info.filename in NAMES:
                if info.file_size > LARGEST:
                    raise ValueError(f"{info.filename} is larger than evidence can be")
                (folder / info.filename).write_bytes(content.read(info))


def check(
    archive: Path, keys: marks.Keys, witnesses: marks.Keys | None, roots: list
) -> tuple[dict, list[str], list[str]]:
    """Check the evidence; return the entry's place and text, the problems, the notes."""
    say: list[str] = []
    note: list[str] = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        try:
            unpack(archive, folder)
            entry = json.loads((folder / "entry.json").read_bytes())
            proof = json.loads((folder / "proof.json").read_bytes())
            line = (folder / "checkpoints.jsonl").read_bytes().split(b"\n")[0]
            signature = json.loads(line)["signature"]
            body = line[len(b'{"checkpoint":') : line.rindex(b',"signature":')]
            if line != b'{"checkpoint":%s,"signature":"%s"}' % (body, signature.encode()):
                raise ValueError("the checkpoint is written otherwise than it was signed")
            checkpoint = json.loads(body)
            commitment = hashlib.sha256(bytes.fromhex(entry["salt"]) + entry["body"].encode()).digest()
            leaf = hashlib.sha256(b"\x00" + commitment).digest()
            path = [bytes.fromhex(value) for value in proof["path"]]
            found = root_from(leaf, proof["index"], checkpoint["size"], path)
        except (KeyError, TypeError, AttributeError, zipfile.BadZipFile) as error:
            raise ValueError(f"{archive.name} is no evidence of this kind: {error}") from error
        if not keys.signed(b"shudao checkpoint\n" + body, signature):
            say.append("the checkpoint bears no signature of a trusted key")
        if found is None or found.hex() != checkpoint["root"]:
            say.append("the entry is not under the checkpoint's root: entry, proof or checkpoint were changed")
        marks.check_cosignatures(folder / "cosignatures.jsonl", [line], witnesses, say, note)
        marks.check_stamps(folder / "stamps.jsonl", [line], roots, say, note)
    size, key, instant = (checkpoint[name] for name in ("size", "key", "instant"))
    note.append(f"under the checkpoint of {size} entries, signed by {key} at {instant}")
    return entry, say, note

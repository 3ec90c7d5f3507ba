"""One call's evidence, gathered so that it stands without the ledger: `verify/ledger.py` reads the archive offline."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import msgspec

from shudao.kernel import merkle
from shudao.kernel.errors import NotFound
from shudao.plane.ledger import checkpoints, cosigning, entry, frames, proofs, stamping
from shudao.plane.ledger.cosigning import Cosignature
from shudao.plane.ledger.proofs import Inclusion
from shudao.plane.ledger.register import Register
from shudao.plane.ledger.segment import FOLDER, SUFFIX
from shudao.plane.ledger.stamping import Stamp

_README = """一次数据调用的证据 / Evidence of one call for data

entry.json          记录原文和盐值 / the entry's exact text and its salt
proof.json          RFC 9162 包含证明 / the RFC 9162 inclusion proof
checkpoints.jsonl   已签名的检查点 / the signed checkpoint above it
cosignatures.jsonl  见证方的联署（如有）/ witnesses' cosignatures, where there are any
stamps.jsonl        RFC 3161 时间戳（如有）/ RFC 3161 time stamps, where there are any
keys/               台账公钥；请与省数据局公布的公钥核对 / the ledger's public keys; compare them with those published

离线验证 / To check it offline (Python 3.11, package cryptography, the folder `verify` of the platform's source):
    python verify/ledger.py evidence.zip --public-key ledger.pem [--witness-key witness.pem] [--stamp-root root.pem]
"""


@dataclass(frozen=True, slots=True)
class Gathered:
    """
    An entry with everything that speaks for it.

    `line` is the checkpoint line under which `proof` proves it: the newest stamped one, else the newest cosigned one,
    else the newest. All of these are empty where no checkpoint covers the entry yet.
    """

    segment: str
    sequence: int
    salt: bytes
    body: bytes
    proof: Inclusion | None
    line: bytes
    cosignatures: tuple[Cosignature, ...]
    stamps: tuple[Stamp, ...]

    @property
    def holds(self) -> bool:
        """Whether the proof leads from this very entry to the checkpoint's root."""
        if self.proof is None:
            return False
        path = [bytes.fromhex(value) for value in self.proof.path]
        leaf, made = entry.leaf(entry.commitment(self.salt, self.body)), self.proof.checkpoint
        return merkle.verify_inclusion(leaf, self.proof.index, made.size, path, bytes.fromhex(made.root))

    @property
    def entry(self) -> entry.Entry:
        """The entry itself."""
        return entry.decode(self.body)


def gather(folder: Path, segment: str, sequence: int) -> Gathered:
    """Return the evidence of an acknowledged entry. Raises NotFound: absent, or erased."""
    frame = _frame(Path(folder), segment, sequence)
    salt, body = frame.payload[1 : 1 + entry.SALT_SIZE], frame.body
    lines = checkpoints.lines(folder)
    try:
        _, first = proofs.locate(lines, segment, sequence)
    except proofs.EntryNotSequenced:
        return Gathered(segment, sequence, salt, body, None, b"", (), ())
    cosigned = _by_line(cosigning.read(folder))
    stamped = _by_line(stamping.read(folder))
    line = _best(lines[first:], stamped, cosigned)
    name = checkpoints.line_hash(line)
    proof = proofs.inclusion(folder, segment, sequence, under=line)
    return Gathered(
        *(segment, sequence, salt, body, proof, line),
        cosignatures=tuple(one for one in cosigned.get(name, ()) if isinstance(one, Cosignature)),
        stamps=tuple(one for one in stamped.get(name, ()) if isinstance(one, Stamp)),
    )


def archive(gathered: Gathered, keys: Mapping[str, bytes]) -> bytes:
    """
    Return the ZIP that the stand-alone verifier reads.

    Args:
        keys: File name → PEM of the ledger's public keys.

    Raises:
        EntryNotSequenced: no checkpoint covers the entry yet.
    """
    if gathered.proof is None:
        raise proofs.EntryNotSequenced
    place = {"segment": gathered.segment, "sequence": gathered.sequence}
    body = gathered.body.decode()
    files = {
        "README.txt": _README.encode(),
        "entry.json": _json(place | {"salt": gathered.salt.hex(), "body": body}),
        "proof.json": _json({"index": gathered.proof.index, "path": gathered.proof.path, "leaf": gathered.proof.leaf}),
        "checkpoints.jsonl": gathered.line + b"\n",
        "cosignatures.jsonl": b"".join(cosigning.encode(one) + b"\n" for one in gathered.cosignatures),
        "stamps.jsonl": b"".join(msgspec.json.encode(one) + b"\n" for one in gathered.stamps),
        **{f"keys/{name}.pem": pem for name, pem in keys.items()},
    }
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in files.items():
            if data:
                packed.writestr(zipfile.ZipInfo(name, (2020, 1, 1, 0, 0, 0)), data, zipfile.ZIP_DEFLATED)
    return content.getvalue()


def _frame(folder: Path, segment: str, sequence: int) -> frames.Frame:
    offset = Register(folder).offset(segment, sequence)
    path = folder / FOLDER / f"{segment}{SUFFIX}"
    if offset is None:
        raise NotFound
    frame = frames.read_one(path, offset=offset, number=sequence)
    if frame.kind != frames.ENTRY:
        raise NotFound
    return frame


def _by_line(found: list[Cosignature] | list[Stamp]) -> dict[str, list[Cosignature | Stamp]]:
    kept: dict[str, list[Cosignature | Stamp]] = {}
    for one in found:
        kept.setdefault(one.line, []).append(one)
    return kept


def _best(lines: list[bytes], *marked: Mapping[str, object]) -> bytes:
    for names in marked:
        found = next((line for line in reversed(lines) if names and checkpoints.line_hash(line) in names), None)
        if found is not None:
            return found
    return lines[-1]


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()

"""
RFC 3161 time stamps of checkpoint lines, one JSON line each: another party's word on when the ledger looked so.

A stamp of the newest checkpoint speaks for every one before it, because each names its predecessor.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec
from cryptography import x509
from rfc3161_client import (
    HashAlgorithm,
    TimestampRequestBuilder,
    TimeStampResponse,
    VerificationError,
    Verifier,
    VerifierBuilder,
    decode_timestamp_response,
)

from shudao.kernel.errors import ShudaoError
from shudao.plane.ledger import certificates, checkpoints, cosigning
from shudao.plane.ledger.cosigning import Told

FILE = "stamps.jsonl"
Authority = Callable[[bytes], bytes]
"""Takes a TimeStampReq, returns a TimeStampResp, both DER. Raises OSError, or ValueError for what is no answer."""


class StampRefused(ShudaoError):
    """The time-stamp authority gave none, or none that holds; `why` says which."""

    code = "plane.stamp_refused"
    status = 503
    says = "没有取得可用的时间戳：{why}。"
    advice = "台账照常运行，取得下一枚时间戳后自动补齐；请检查时间戳服务的地址和根证书。"


class Stamp(msgspec.Struct, frozen=True):
    """The checkpoint of `size` whose line has SHA-256 `line` (hex) was stamped at `instant`; `response` is base64."""

    size: int
    line: str
    instant: str
    response: str


def roots_of(pem: bytes) -> list[x509.Certificate]:
    """Return the certificates of a PEM file. Raises ValueError."""
    return x509.load_pem_x509_certificates(pem)


def obtain(text: bytes, authority: Authority, trusted: Sequence[x509.Certificate]) -> Stamp:
    """Return a stamp of checkpoint line `text` that was checked with the `trusted` roots. Raises StampRefused."""
    request = TimestampRequestBuilder().data(text).hash_algorithm(HashAlgorithm.SHA256).build()
    try:
        content = certificates.in_order(authority(request.as_bytes()))
        answer = decode_timestamp_response(content)
        _verifier(trusted, request.nonce).verify_message(answer, text)
    except VerificationError as error:
        raise StampRefused(why=str(error)) from error
    except (OSError, ValueError) as error:
        raise StampRefused(why=str(error) or type(error).__name__) from error
    return Stamp(
        size=checkpoints.parse(text)[0].size,
        line=checkpoints.line_hash(text),
        instant=answer.tst_info.gen_time.isoformat(),
        response=base64.b64encode(content).decode(),
    )


def append(folder: Path, stamp: Stamp) -> None:
    """Add a stamp durably beside the checkpoints."""
    cosigning.append_line(Path(folder) / FILE, msgspec.json.encode(stamp))


def read(folder: Path) -> list[Stamp]:
    """Return the stamps, oldest first, unchecked; lines that are none are left out."""
    found: list[Stamp] = []
    for text in cosigning.whole_lines(Path(folder) / FILE):
        try:
            found.append(msgspec.json.decode(text, type=Stamp))
        except msgspec.MsgspecError:
            continue
    return found


def holds(stamp: Stamp, trusted: Sequence[x509.Certificate]) -> bool:
    """Return whether an authority under one of the `trusted` roots stamped this line at this instant."""
    try:
        answer = decode_timestamp_response(base64.b64decode(stamp.response, validate=True))
        _verifier(trusted, None).verify(answer, bytes.fromhex(stamp.line))
    except (VerificationError, ValueError):
        return False
    return _is_sha256(answer) and answer.tst_info.gen_time.isoformat() == stamp.instant


def check(lines: Sequence[bytes], stamps: Sequence[Stamp], trusted: Sequence[x509.Certificate]) -> Told:
    """
    Compare checkpoint lines with their stamps; read `stamps` before `lines` where the ledger is in use.

    Returns:
        Problems and notes, plain sentences.
    """
    here = {hashlib.sha256(text).hexdigest() for text in lines}
    problems, newest = [], None
    for number, stamp in enumerate(stamps):
        if not holds(stamp, trusted):
            problems.append(f"{FILE}: stamp {number} is not a trusted authority's")
        elif stamp.line not in here:
            problems.append(f"{FILE}: stamp {number} is of a checkpoint of {stamp.size} entries that is not here")
        else:
            newest = stamp
    if newest is None:
        return problems, ["no checkpoint is stamped by an authority given"]
    return problems, [f"stamped as far as {newest.size} entries, at {newest.instant}"]


def _verifier(trusted: Sequence[x509.Certificate], nonce: int | None) -> Verifier:
    return VerifierBuilder(roots=list(trusted), nonce=nonce).build()


def _is_sha256(answer: TimeStampResponse) -> bool:
    return answer.tst_info.message_imprint.hash_algorithm.dotted_string == "2.16.840.1.101.3.4.2.1"

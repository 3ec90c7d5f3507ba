"""
The certificates that a time stamp embeds, put in the order that DER asks of a set.

Authorities that embed more than the signer's own send them leaf first, as `openssl ts` does; a strict reader refuses
that. No signature covers the order, so it can be mended before reading.
"""

from __future__ import annotations

from collections.abc import Iterator

_CERTIFICATES = 0xA0
Span = tuple[int, int, int, int]  # tag, where the value begins, where its content does, where it ends


def in_order(response: bytes) -> bytes:
    """Return a TimeStampResp with its embedded certificates in DER's order; unchanged what is no such thing."""
    try:
        _, token = _inside(response, _one(response, 0))
        _, content = _inside(response, token)
        (signed,) = _inside(response, content)
        (certificates,) = (part for part in _inside(response, signed) if part[0] == _CERTIFICATES)
        each = [response[begins:ends] for _, begins, _, ends in _inside(response, certificates)]
    except (ValueError, IndexError):
        return response
    return response[: certificates[2]] + b"".join(sorted(each)) + response[certificates[3] :]


def _one(content: bytes, at: int) -> Span:
    length, begins = content[at + 1], at + 2
    if length & 0x80:
        size = length & 0x7F
        length, begins = int.from_bytes(content[begins : begins + size], "big"), begins + size
    if begins + length > len(content):
        raise ValueError("cut off")
    return content[at], at, begins, begins + length


def _inside(content: bytes, outer: Span) -> list[Span]:
    return list(_parts(content, outer))


def _parts(content: bytes, outer: Span) -> Iterator[Span]:
    at = outer[2]
    while at < outer[3]:
        part = _one(content, at)
        yield part
        at = part[3]

"""Verification for machines: public, by number or by signed twin."""

from __future__ import annotations

from django.http import HttpRequest
from ninja import Field, Router, Schema

from shudao.contexts.licences import api, contracts

router = Router(tags=["licences"])


class TextOut(Schema):
    """Chinese and English."""

    zh: str
    en: str


class LineOut(Schema):
    """One line of the licence, masked."""

    label: TextOut
    value: TextOut


class VerdictOut(Schema):
    """Whether the licence counts, and why not."""

    valid: bool
    code: str
    says: TextOut
    number: str
    shown: list[LineOut]


class TwinIn(Schema):
    """A signed twin as the QR code holds it."""

    twin: str = Field(max_length=8_000)


@router.get("/verify/{number}", response=VerdictOut, url_name="licence-verify", auth=None)
def verify_number(request: HttpRequest, number: str) -> contracts.Verdict:
    """Say whether the licence of this number counts."""
    return api.verify_number(number)


@router.post("/verify", response=VerdictOut, url_name="licence-verify-twin", auth=None)
def verify_twin(request: HttpRequest, body: TwinIn) -> contracts.Verdict:
    """Say whether this signed twin is unaltered and counts."""
    return api.verify_twin(body.twin)

"""Progress for machines: by case number and secret, without signing in."""

from __future__ import annotations

from datetime import date, datetime

from django.http import HttpRequest
from ninja import Field, Router, Schema

from shudao.contexts.cases import api, contracts

router = Router(tags=["cases"])


class ProgressIn(Schema):
    """What the receipt shows."""

    number: str = Field(max_length=60)
    secret: str = Field(max_length=40)


class TextOut(Schema):
    """Chinese and English."""

    zh: str
    en: str


class StepOut(Schema):
    """One step of the case."""

    name: TextOut
    at: datetime


class ProgressOut(Schema):
    """How the case stands: no name, no form data."""

    number: str
    matter: TextOut
    department_name: TextOut
    state: str
    state_name: TextOut
    decision: str
    paused: bool
    received_at: datetime
    accepted_at: datetime | None
    decided_at: datetime | None
    delivered_at: datetime | None
    due_promised: date | None
    due_legal: date | None
    asked: list[TextOut]
    visits: int
    licence: str
    steps: list[StepOut]


@router.post("/progress", response=ProgressOut, url_name="case-progress", auth=None)
def progress(request: HttpRequest, body: ProgressIn) -> contracts.Progress:
    """Say how a case stands. The secret travels in the body, never in an address that logs keep."""
    return api.track(body.number, body.secret)

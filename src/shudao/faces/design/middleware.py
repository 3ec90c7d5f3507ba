"""The outer manners of every answer: refusals people understand, a trace id, no body read that is too large."""

from __future__ import annotations

import logging
from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from shudao.faces.design import refusals
from shudao.kernel.errors import ShudaoError
from shudao.kernel.ids import new_id

MOST_MEGABYTES = 25  # a 20 MiB file with its form around it
MOST_BYTES = MOST_MEGABYTES * 1024 * 1024
log = logging.getLogger("shudao.web")


class RefusalMiddleware:
    """
    Turn whatever is refused or fails into a page or problem+json, and give each request its trace id.

    A page that shows its own errors (a form to be filled in again) answers 422 and is left alone; any other HTML error
    that the house has not formed itself is replaced.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.trace = new_id()  # type: ignore[attr-defined]
        response = self._answer(request)
        response.headers.setdefault("X-Request-Id", request.trace)  # type: ignore[attr-defined]
        return response

    def _answer(self, request: HttpRequest) -> HttpResponse:
        if _announced(request) > MOST_BYTES:
            # The body stays unread: reading 10 GB in order to refuse it would be the attack itself.
            return refusals.refuse(request, refusals.TooLarge(limit=MOST_MEGABYTES))
        if "chunked" in request.headers.get("Transfer-Encoding", "").lower():
            return refusals.refuse(request, refusals.LengthUnknown())
        response = self.get_response(request)
        if response.status_code in refusals.STATUSES and _is_bare(response):
            return refusals.refuse(request, refusals.by_status(response.status_code, limit=MOST_MEGABYTES))
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, ShudaoError):
            return refusals.refuse(request, exception)
        if isinstance(exception, Http404):
            return None  # no fault of ours: answered as any absent page
        log.error("%s %s failed, trace %s", request.method, request.path, getattr(request, "trace", ""))
        return None


def _announced(request: HttpRequest) -> int:
    try:
        return int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return 0


def _is_bare(response: HttpResponseBase) -> bool:
    if response.streaming or refusals.is_ours(response):  # type: ignore[arg-type]
        return False
    return response.headers.get("Content-Type", "").startswith("text/html")

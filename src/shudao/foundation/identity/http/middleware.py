"""Says on every request who is acting."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from shudao.foundation.audit.contracts import NOBODY
from shudao.foundation.identity import api


class ActorMiddleware:
    """Sets `request.actor`. A request without a session cookie costs no query and stays cacheable."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        signed = settings.SESSION_COOKIE_NAME in request.COOKIES
        request.actor = api.actor_of_user(request.user) if signed else NOBODY  # type: ignore[attr-defined]
        return self.get_response(request)

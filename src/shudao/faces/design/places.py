"""The place a visitor does business in: chosen once, remembered in a cookie, the whole province until then."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponseBase

from shudao.foundation.regions import api as regions
from shudao.foundation.regions.contracts import Division
from shudao.kernel.errors import ShudaoError

COOKIE = "shudao_place"
NOWHERE = "000000000000"
_YEAR = 365 * 24 * 3600


def chosen(request: HttpRequest) -> Division | None:
    """Return the division the visitor chose, else the province; None where no division has been loaded."""
    found: Division | None
    if hasattr(request, "_place"):
        found = request._place
        return found
    found = _known(request.COOKIES.get(COOKIE, "")) or next(iter(regions.roots()), None)
    request._place = found  # type: ignore[attr-defined]
    return found


def code(request: HttpRequest) -> str:
    """Return the chosen place's code; the province's digits where no division has been loaded."""
    place = chosen(request)
    return place.code if place else NOWHERE


def remember(response: HttpResponseBase, code: str) -> None:
    """Keep `code` as the visitor's place for a year."""
    response.set_cookie(COOKIE, code, max_age=_YEAR, httponly=True, samesite="Lax")


def _known(code: str) -> Division | None:
    if not (len(code) == 12 and code.isascii() and code.isdigit()):
        return None
    try:
        return regions.get(code)
    except ShudaoError:
        return None

"""What a list's address says about its page."""

from __future__ import annotations

from django.http import HttpRequest

_LAST = 100_000


def page_number(request: HttpRequest) -> int:
    """Return `?page=` as a number from 1; whatever cannot be one is the first page."""
    text = request.GET.get("page", "")
    return min(max(int(text), 1), _LAST) if text.isascii() and text.isdigit() and len(text) < 10 else 1

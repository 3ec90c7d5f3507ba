"""Messages to whoever is signed in: their own, and those of the departments they work for."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from shudao.faces.design.access import actor_of, allow
from shudao.faces.design.paging import page_number
from shudao.foundation.messages import api as messages
from shudao.kernel import time


@allow(signed_in=True)
def inbox(request: HttpRequest) -> HttpResponse:
    """POST marks one message (`message`) or all as read."""
    boxes = messages.mailboxes(actor_of(request))
    if request.method == "POST":
        messages.mark_read(boxes, message=request.POST.get("message") or None, now=time.now())
        return redirect("portal:messages")
    context = {"found": messages.inbox(boxes, page=page_number(request)), "unread": messages.unread(boxes)}
    return render(request, "portal/messages.html", context)

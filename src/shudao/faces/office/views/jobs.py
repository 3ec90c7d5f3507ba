"""Background work: what waits, what failed for good, and doing it again."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from shudao.faces.design.access import allow
from shudao.faces.office.views import lists
from shudao.faces.office.views.start import doors
from shudao.foundation.audit import api as trail
from shudao.foundation.identity.contracts import Role
from shudao.foundation.outbox import api as outbox
from shudao.kernel.time import now


@allow(Role.SYSTEM_ADMIN)
def jobs(request: HttpRequest) -> HttpResponseBase:
    """Show the queue's state and the jobs that were given up."""
    context = {"lag": outbox.lag(now=now()), "page": lists.page_of(outbox.failed(limit=500), request)}
    return render(request, "office/jobs.html", context | doors(request))


@allow(Role.SYSTEM_ADMIN)
@require_POST
def replay(request: HttpRequest, job: str) -> HttpResponseBase:
    """Put one failed job back into the queue."""
    moment = now()
    with outbox.unit_of_work():
        outbox.replay(job, now=moment)
        trail.record(acting=request.actor, action="outbox.replay", target=f"job:{job}", now=moment)  # type: ignore[attr-defined]
    messages.success(request, gettext("任务已重新排队。"))
    return redirect("office:jobs")

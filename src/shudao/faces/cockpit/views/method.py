"""How the figures come about, and how anybody computes them again."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render

from shudao.contexts.assessment import api as assessment
from shudao.faces.cockpit.access import VIEWERS
from shudao.faces.design.access import allow


@allow(*VIEWERS)
def method(request: HttpRequest) -> HttpResponseBase:
    """Explain every indicator."""
    page = {"indicators": assessment.indicators().values(), "publication": assessment.latest()}
    return render(request, "cockpit/method.html", page)

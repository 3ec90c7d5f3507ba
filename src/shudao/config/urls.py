"""Every address of the web process: the faces at their prefixes, the JSON API below /api/v1/."""

from __future__ import annotations

from importlib.util import find_spec

from django.urls import include, path

from shudao.config.api import api

_FACES = {"window/": "window", "office/": "office", "cockpit/": "cockpit", "": "portal"}

# Django's own looks for a form's token in the body, which fails where the body is no form at all.
handler404 = "shudao.faces.design.refusals.absent"
urlpatterns = [
    path("api/v1/", api.urls),
    *[
        path(prefix, include(f"shudao.faces.{face}.urls"))
        for prefix, face in _FACES.items()
        if find_spec(f"shudao.faces.{face}") and find_spec(f"shudao.faces.{face}.urls")
    ],
]

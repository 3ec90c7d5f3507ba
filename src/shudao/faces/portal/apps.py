from __future__ import annotations

from django.apps import AppConfig


class PortalConfig(AppConfig):
    """What applicants meet."""

    name = "shudao.faces.portal"
    label = "portal"

from __future__ import annotations

from django.apps import AppConfig


class DesignConfig(AppConfig):
    """Base templates, components and the manners that all faces share."""

    name = "shudao.faces.design"
    label = "design"

from __future__ import annotations

from django.apps import AppConfig


class ConformanceConfig(AppConfig):
    name = "shudao.contexts.conformance"
    label = "conformance"

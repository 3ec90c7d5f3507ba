"""The Django app of divisions, zones and service points."""

from __future__ import annotations

from django.apps import AppConfig


class RegionsConfig(AppConfig):
    """Label `regions`."""

    name = "shudao.foundation.regions"
    label = "regions"
    verbose_name = "行政区划"

"""The Django app of people, organisations, departments and rights."""

from __future__ import annotations

from django.apps import AppConfig


class IdentityConfig(AppConfig):
    """Label `identity`."""

    name = "shudao.foundation.identity"
    label = "identity"
    verbose_name = "身份与权限"

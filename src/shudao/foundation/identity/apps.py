"""The Django app of people, organisations, departments and rights."""

from __future__ import annotations

from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in


class IdentityConfig(AppConfig):
    """Label `identity`."""

    name = "shudao.foundation.identity"
    label = "identity"
    verbose_name = "身份与权限"

    def ready(self) -> None:
        # Django would note the sign-in by its own clock; services.sign_in does by the kernel's.
        user_logged_in.disconnect(dispatch_uid="update_last_login")

"""What keeps sessions, passwords and pages safe. The demo relaxes only what a plain-HTTP loopback cannot have."""

from __future__ import annotations

import secrets

from shudao.config.settings.registry import home, value

PRODUCTION = value("SHUDAO_MODE") == "production"
DEBUG = False
ALLOWED_HOSTS = [host.strip() for host in value("SHUDAO_HOSTS").split(",") if host.strip()]


def _secret_key() -> str:
    given = value("SHUDAO_SECRET_KEY")
    if given:
        return given
    path = home() / "keys" / "web-secret"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(48), encoding="ascii")
    return path.read_text(encoding="ascii")


SECRET_KEY = _secret_key()
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = PRODUCTION
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 8 * 3600
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "shudao.faces.design.refusals.csrf_failure"
SECURE_REFERRER_POLICY = "same-origin"
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
# Uploads stay in memory, never in plain on a disk; the house refuses larger bodies unread.
FILE_UPLOAD_MAX_MEMORY_SIZE = 26 * 1024 * 1024

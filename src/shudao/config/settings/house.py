"""The rooms of the house that are Django apps, bottom first, and what wraps a request."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parents[2]

FOUNDATION = ["outbox", "audit", "regions", "identity", "clocks", "files", "messages", "duties"]
CONTEXTS = ["matters", "pool", "exchange", "licences", "conformance", "cases", "participation", "assessment"]
FACES = ["design", "portal", "window", "office", "cockpit"]


def _present(layer: str, names: list[str]) -> list[str]:
    return [f"shudao.{layer}.{name}" for name in names if (_PACKAGE / layer / name / "__init__.py").exists()]


INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    *_present("foundation", FOUNDATION),
    *_present("contexts", CONTEXTS),
    *_present("faces", FACES),
    "shudao.config",
]
AUTH_USER_MODEL = "identity.Account"
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "shudao.foundation.identity.http.middleware.ActorMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "shudao.faces.design.middleware.RefusalMiddleware",
]
ROOT_URLCONF = "shudao.config.urls"
WSGI_APPLICATION = "shudao.config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.messages.context_processors.messages",
                "shudao.faces.design.context.shell",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "shudao.faces.design.templatetags.design",
            ],
        },
    }
]
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "中文"), ("en", "English")]
LOCALE_PATHS = [_PACKAGE / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"
STATIC_URL = "/static/"
# Collected by run.py after the front end is built: named by content, compressed once, cached for ever.
STATIC_ROOT = _PACKAGE / "faces" / "design" / "collected"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
TASKS = {"default": {"BACKEND": "shudao.foundation.outbox.adapters.tasks_backend.OutboxBackend"}}

"""Importing this makes Django ready with a home of its own: for measurements that speak to a system as its users do."""

from __future__ import annotations

import os
import tempfile

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shudao.config.settings.main")
os.environ.setdefault("SHUDAO_HOME", tempfile.mkdtemp(prefix="shudao-benchmark-"))
django.setup()

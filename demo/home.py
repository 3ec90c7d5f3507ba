"""Where a demo lives and listens: decided before any setting of the system is read."""

from __future__ import annotations

import os
import socket
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def prepare(*, smoke: bool) -> Path:
    """Set the environment of this process and its children; return the home folder."""
    if smoke and "SHUDAO_HOME" not in os.environ:
        os.environ["SHUDAO_HOME"] = tempfile.mkdtemp(prefix="shudao-demo-")
    home = Path(os.environ.setdefault("SHUDAO_HOME", str(ROOT / "var" / "demo"))).resolve()
    home.mkdir(parents=True, exist_ok=True)
    if smoke:
        os.environ.setdefault("SHUDAO_WEB_ADDRESS", f"127.0.0.1:{free_port()}")
        os.environ.setdefault("SHUDAO_GATEWAY_ADDRESS", f"127.0.0.1:{free_port()}")
    os.environ.setdefault("SHUDAO_UPSTREAM_NETWORKS", "127.0.0.0/8")
    os.environ.setdefault("SHUDAO_MAIL_DOMAIN", "demo.invalid")
    os.environ["DJANGO_SETTINGS_MODULE"] = "shudao.config.settings.main"
    return home


def free_port() -> int:
    """A port of the loopback that nobody listens on at this moment."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def taken(address: str) -> bool:
    """Whether somebody listens on `host:port` already."""
    host, port = address.rsplit(":", 1)
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((host, int(port))) == 0

"""What the register takes as the address of a department's own service; the gateway looks again when it calls."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator
from urllib.parse import SplitResult, urlsplit

from shudao.contexts.exchange.contracts.registry import Upstream

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
MOST_ENDPOINTS = 50
LONGEST = 300
_TIMEOUTS = range(100, 60_001)
_BODIES = range(1, 64 * 1_048_576 + 1)
_PARALLEL = range(1, 257)
# Parts of a path: nothing that has to be decoded, no dots alone, and `{name}` for any one part.
_PART = re.compile(r"(?!\.{1,2}$)[A-Za-z0-9._~-]+|\{[A-Za-z][A-Za-z0-9_]*\}")
_HOST = re.compile(r"(?!-)[A-Za-z0-9-]{1,63}(?<!-)(\.(?!-)[A-Za-z0-9-]{1,63}(?<!-))*")


def problems(upstream: Upstream) -> Iterator[tuple[str, str]]:
    """Yield (field, sentence) for everything that is wrong with an upstream."""
    if not is_address(upstream.url):
        yield "upstream", "服务地址须为 https 地址（本机可用 http），不能含用户名、参数或特殊路径。"
    if not 1 <= len(upstream.endpoints) <= MOST_ENDPOINTS:
        yield "endpoints", "请填写 1 至 50 个接口。"
    elif len(set(upstream.endpoints)) != len(upstream.endpoints):
        yield "endpoints", "接口不能重复。"
    elif not all(one.method in METHODS and is_path(one.path) for one in upstream.endpoints):
        yield "endpoints", "每个接口须为方法和路径，例如 GET /persons/{id}。"
    if upstream.timeout_ms not in _TIMEOUTS:
        yield "timeout_ms", "超时须为 100 至 60000 毫秒。"
    if upstream.max_body not in _BODIES:
        yield "max_body", "报文上限须为 1 字节至 64 MiB。"
    if upstream.parallel not in _PARALLEL:
        yield "parallel", "并发上限须为 1 至 256。"


def is_address(url: str) -> bool:
    """Whether `url` is https, or http to a loopback address, and nothing but origin and plain path."""
    if len(url) > LONGEST or not url.isascii() or not url.isprintable() or any(sign in url for sign in " \\?#@"):
        return False
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return False
    path = parts.path.rstrip("/")
    return _origin_holds(parts) and port != 0 and (not path or (is_path(path) and "{" not in path))


def is_path(path: str) -> bool:
    """Whether `path` begins with a slash and has plain parts only: no escapes, no dots alone, no empty part."""
    if path == "/":
        return True
    return len(path) <= LONGEST and path.startswith("/") and all(_PART.fullmatch(one) for one in path[1:].split("/"))


def _origin_holds(parts: SplitResult) -> bool:
    host = parts.hostname or ""
    address = _ip(host)
    if address is None and not _HOST.fullmatch(host):
        return False
    if parts.scheme == "https":
        return address is None or not (address.is_unspecified or address.is_multicast)
    return parts.scheme == "http" and address is not None and address.is_loopback


def _ip(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None

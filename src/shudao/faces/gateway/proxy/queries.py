"""What may stand behind the question mark of a call that is passed on. Pure."""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import unquote_to_bytes

from shudao.faces.gateway.masking import holds_identifier

_QUERY = re.compile(r"(?:[A-Za-z0-9\-._~!$&'()*+,;=:@/?]|%[0-9A-Fa-f]{2}){0,2048}")
_SHORTEST = 6  # characters of a subject that are looked for: shorter ones would be found by chance


def is_plain(query: str) -> bool:
    """Return whether a query is well formed: escapes whole, UTF-8, no control characters in any layer of escapes."""
    if _QUERY.fullmatch(query) is None:
        return False
    layers = _layers(query)
    return layers is not None and not any(unicodedata.category(sign) == "Cc" for text in layers for sign in text)


def names_subject(path: str, query: str, subject: str) -> bool:
    """Return whether a person stands in path or query, which end up in logs: an identifier, or the call's subject."""
    texts = [unicodedata.normalize("NFKC", text) for text in (path, *(_layers(query) or ()))]
    wanted = unicodedata.normalize("NFKC", subject).strip().upper()
    if len(wanted) >= _SHORTEST and any(wanted in text.upper() for text in texts):
        return True
    return any(map(holds_identifier, texts))


def _layers(query: str) -> list[str] | None:
    """Return the query as it stands and decoded until nothing changes; None where it never ends or is no UTF-8."""
    layers = [query.replace("+", " ")]
    for _ in range(4):
        try:
            decoded = unquote_to_bytes(layers[-1]).decode()
        except UnicodeDecodeError:
            return None
        if decoded == layers[-1]:
            return layers
        layers.append(decoded)
    return None

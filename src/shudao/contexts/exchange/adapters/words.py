"""rjieba: the words that somebody looks for in the catalogue."""

from __future__ import annotations

import re

import rjieba

_WORD = re.compile(r"[^\W_]+([._-][^\W_]+)*\Z")
# Words around what is looked for; dropped unless nothing else is left.
_FILLERS = {"的", "和", "与", "及", "或", "等", "数据", "信息", "资源", "data", "of", "and", "or", "the", "information"}
MOST = 12


def asked(text: str) -> list[str]:
    """Return the words of a question, lower case, each once, at most twelve; codes with hyphens stay whole."""
    found: list[str] = []
    for part in text.casefold().split():
        found += [part] if part.isascii() else [word.strip() for word in rjieba.cut(part)]
    kept = list(dict.fromkeys(word for word in found if _WORD.match(word)))
    return ([word for word in kept if word not in _FILLERS] or kept)[:MOST]

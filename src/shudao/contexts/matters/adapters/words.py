"""rjieba: the words of a text, the same for what is indexed and what is asked, whatever the database."""

from __future__ import annotations

import re

import rjieba

_WORD = re.compile(r"[^\W_]+\Z")
_SIGNS = re.compile(r"[\W_]+")
# What people type around the thing they look for; dropped unless nothing else is left.
_FILLERS = frozenset(
    "怎么 怎么办 如何 怎样 我 我要 我想 要 想 办 办理 申请 的 了 在 去 哪 哪里 哪儿 吗 需要 什么 一个 "  # noqa: SIM905
    "how to do i a an the for of my get apply where".split()
)
_ENDINGS = ("ations", "ation", "ings", "ing", "ies", "es", "ed", "s", "e", "y")


def words(text: str) -> list[str]:
    """Return the words in order, compounds with their parts (结婚登记: 结婚, 登记, 结婚登记), English by stem."""
    found = (word.strip() for word in rjieba.cut_for_search(text.casefold()))
    return [_stem(word) for word in found if _WORD.match(word)]


def asked(text: str) -> list[str]:
    """Return the words that a question is about, without repetition: shortest parts only, fillers left out."""
    found = [_stem(word) for word in map(str.strip, rjieba.cut(text.casefold())) if _WORD.match(word)]
    wanted = [word for word in found if word not in _FILLERS]
    return list(dict.fromkeys(wanted or found))


def plain(text: str) -> str:
    """Return the text without signs and case: what makes two titles the same."""
    return _SIGNS.sub("", text.casefold())


def _stem(word: str) -> str:
    if not word.isascii() or len(word) < 5:
        return word
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            return word[: -len(ending)]
    return word

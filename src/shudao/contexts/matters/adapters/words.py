"""rjieba: the words of a text, the same for what is indexed and what is asked, whatever the database."""

from __future__ import annotations

import re
from collections.abc import Iterator

import rjieba

from shudao.contexts.matters.rules import pinyin
from shudao.contexts.matters.rules.ranking import Part

_WORD = re.compile(r"[^\W_]+\Z")
_SIGNS = re.compile(r"[\W_]+")
_LATIN = re.compile(r"[a-z]+\Z")
# What people type around the thing they look for; dropped unless nothing else is left.
_FILLERS = frozenset(
    "怎么 怎么办 如何 怎样 我 我要 我想 要 想 办 办理 申请 的 了 在 去 哪 哪里 哪儿 吗 呢 吧 需要 什么 一个 "  # noqa: SIM905
    "能 能不能 可以 可不可以 多少 多久 几天 流程 手续 材料 条件 给 帮 帮忙 请问 有没有 有 是 不 和 到 从 把 被 用 自己 "
    "how to do i a an the for of my get apply where what is need in on and".split()
)
_ENDINGS = ("ations", "ation", "ings", "ing", "ies", "es", "ed", "s", "e", "y")
# Sounds are tokens beside words: a digit before them keeps them apart.
_SYLLABLES, _INITIALS = "1", "2"
_WHOLE, _PAIR, _CHARACTER = 1.0, 0.4, 0.15
_BY_SYLLABLES, _BY_INITIALS = 0.9, 0.8


def words(text: str) -> list[str]:
    """Return the words in order, compounds with their parts (结婚登记: 结婚, 登记, 结婚登记), English by stem."""
    found = (word.strip() for word in rjieba.cut_for_search(text.casefold()))
    return [_stem(word) for word in found if _WORD.match(word)]


def pieces(text: str) -> list[str]:
    """Return single characters and neighbouring pairs of the Chinese text: what is left of a word that was mistyped."""
    found = []
    for run in _chinese(text):
        found += [run[at : at + 2] for at in range(len(run) - 1)]
        found += run
    return found


def sounds(text: str) -> list[str]:
    """Return the tokens by which the text is found when it is typed in Latin letters."""
    spoken = plain(text)
    tokens = [_SYLLABLES + one for one in pinyin.syllables(spoken)]
    return list(dict.fromkeys(tokens + [_INITIALS + one for one in pinyin.initials(spoken) if len(one) > 1]))


def asked(text: str) -> list[Part]:
    """Return the parts of a question: its words, fillers left out, and with less weight what they are made of."""
    found = [word for word in map(str.strip, rjieba.cut(text.casefold())) if _WORD.match(word)]
    wanted = list(dict.fromkeys([word for word in found if word not in _FILLERS] or found))
    parts = [_part(word, last=word == wanted[-1]) for word in wanted]
    latin = [word for word in wanted if _LATIN.match(word)]
    if len(latin) > 1 and len(latin) == len(wanted):
        parts.append(Part((_syllables("".join(latin)),)))
    small = dict.fromkeys(piece for piece in pieces(" ".join(wanted)) if piece not in wanted)
    return parts + [Part(((piece, 1.0),), _PAIR if len(piece) > 1 else _CHARACTER) for piece in small]


def plain(text: str) -> str:
    """Return the text without signs and case: what makes two titles the same."""
    return _SIGNS.sub("", text.casefold())


def _part(word: str, *, last: bool) -> Part:
    stem = _stem(word)
    tokens = [(f"{stem}*" if last else stem, 1.0)]
    if _LATIN.match(word) and len(word) > 1:
        tokens += [_syllables(word), (f"{_INITIALS}{word}*", _BY_INITIALS)]
    return Part(tuple(tokens), _WHOLE)


def _syllables(word: str) -> tuple[str, float]:
    return f"{_SYLLABLES}{pinyin.alike(word)}*", _BY_SYLLABLES


def _chinese(text: str) -> Iterator[str]:
    yield from (run for run in re.findall(r"[\u4e00-\u9fff]+", text))


def _stem(word: str) -> str:
    if not word.isascii() or len(word) < 5:
        return word
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            return word[: -len(ending)]
    return word

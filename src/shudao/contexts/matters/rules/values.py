"""The national value lists (`data/code_lists.json`), with our English (`data/code_lists_en.json`)."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from shudao.contexts.matters.contracts import Choice
from shudao.kernel.texts import Text

_DATA = Path(__file__).resolve().parents[1] / "data"


@cache
def _lists() -> dict[str, dict[str, Text]]:
    chinese: dict[str, Any] = json.loads((_DATA / "code_lists.json").read_text(encoding="utf-8"))
    english: dict[str, dict[str, str]] = json.loads((_DATA / "code_lists_en.json").read_text(encoding="utf-8"))
    own: dict[str, Any] = json.loads((_DATA / "own_lists.json").read_text(encoding="utf-8"))
    lists: dict[str, dict[str, Text]] = {}
    for name, entry in {**chinese, **own}.items():
        if isinstance(entry, dict) and isinstance(entry.get("values"), dict):
            en = english.get(name, {})
            lists[name] = {code: Text(str(zh), en.get(code, "")) for code, zh in entry["values"].items()}
    return lists


def codes(list_name: str) -> frozenset[str]:
    """Return the codes of a list. Raises KeyError for an unknown list."""
    return frozenset(_lists()[list_name])


def label(list_name: str, code: str) -> Text:
    """Return what `code` is called; the code itself where the list does not know it."""
    return _lists()[list_name].get(code, Text(code))


def choices(list_name: str) -> tuple[Choice, ...]:
    """Return a list's values in their order."""
    return tuple(Choice(code, text) for code, text in _lists()[list_name].items())


def in_library_words(text: str) -> str:
    """Return the text with what people say replaced by what the library calls it (list "synonym")."""
    for said, word in _synonyms():
        if said in text and word.zh not in text:
            text = text.replace(said, word.zh)
    return text


def also_called(text: str) -> list[str]:
    """Return what people say for what the text holds (list "synonym"), the longest first."""
    return [said for said, word in _synonyms() if word.zh in text]


@cache
def _synonyms() -> list[tuple[str, Text]]:
    """The longest first: "社保卡" is not "社保" with a card."""
    return sorted(_lists()["synonym"].items(), key=lambda pair: -len(pair[0]))

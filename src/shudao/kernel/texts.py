"""A piece of data that people read, in Chinese and English. (Sentences of the programme itself are in `locale/`.)"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Text:
    """Chinese first; English falls back to Chinese where nobody has written it."""

    zh: str
    en: str = ""

    def said(self, language: str) -> str:
        """Return the text in `language` ("zh-hans", "en"): Chinese for every language that is not kept."""
        return self.en if self.en and language.startswith("en") else self.zh

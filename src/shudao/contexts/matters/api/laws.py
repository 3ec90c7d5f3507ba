"""The door to the law."""

from __future__ import annotations

from collections.abc import Iterable

from shudao.contexts.matters.contracts import Article
from shudao.contexts.matters.queries import laws


def articles(codes: Iterable[str]) -> dict[str, Article]:
    """Return the articles by code in one query; unknown codes are absent."""
    return laws.articles(codes)


def article(code: str) -> Article:
    """Return one article. Raises MatterNotFound."""
    return laws.article(code)

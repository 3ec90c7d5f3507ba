"""What a load finds and does."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule that content breaks: the rule's number, where (file:line), and what is wrong (Chinese)."""

    rule: str
    where: str
    says: str


@dataclass(frozen=True, slots=True)
class Loaded:
    """
    What a load did. `unchanged` implementations kept their version.

    `kept`: codes of the articles and items that the office changed and the content says otherwise of: left alone.
    """

    documents: int
    articles: int
    forms: int
    items: int
    new_item_versions: int
    implementations: int
    new: int
    changed: int
    unchanged: int
    cancelled: int
    kept: tuple[str, ...] = ()

"""Articles of law."""

from __future__ import annotations

from dataclasses import dataclass

from shudao.kernel.texts import Text


@dataclass(frozen=True, slots=True)
class Article:
    """One article of a legal document. `verified`: read in a source; else from memory, and pages say so."""

    code: str
    document_code: str
    document: Text
    document_number: str
    kind: str
    number: str
    title: Text
    says: Text
    verified: bool

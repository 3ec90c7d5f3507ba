"""Text that a database can keep and a page can show. Pure."""

from __future__ import annotations


def is_line(text: str) -> bool:
    """Return whether `text` is one line without control characters, lone surrogates or private signs."""
    return text.isprintable()


def is_prose(text: str) -> bool:
    """Return whether `text` is lines of such text: line ends and tabs are allowed."""
    return all(is_line(line) for line in text.replace("\t", " ").splitlines())

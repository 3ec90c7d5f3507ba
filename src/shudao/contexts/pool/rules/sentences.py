"""Sentences with a gap: a string as Chinese says it, that remembers its key and what fills it, for other languages."""

from __future__ import annotations


class Sentence(str):
    """
    What is wrong, filled in; `key` is the catalogue's sentence with `{name}` gaps, `filled` what stands in them.

    Source:
        tests/contexts/pool/rules/test_contract.py
    """

    __slots__ = ("filled", "key")

    key: str
    filled: dict[str, str]

    def __new__(cls, key: str, **filled: object) -> Sentence:
        """Return the sentence with its gaps filled."""
        words = {name: str(value) for name, value in filled.items()}
        made = super().__new__(cls, key.format_map(words))
        made.key, made.filled = key, words
        return made

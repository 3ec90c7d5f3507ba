"""Callers write identifiers where they should not (X-Road user ids are personal codes): the ledger keeps hashes."""

from __future__ import annotations

import re
from collections.abc import Callable

# A resident identifier: region, birth date, serial, check; as a run of its own, since case numbers are longer runs.
_IDENTIFIER = re.compile(r"(?<!\d)[1-9]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx](?!\d)")


def without_identifiers(text: str, hashed: Callable[[str], bytes]) -> str:
    """Return `text` with every resident identifier replaced by its keyed hash, as subjects are."""
    return _IDENTIFIER.sub(lambda found: "#" + hashed(found[0]).hex(), text)


def holds_identifier(text: str) -> bool:
    """Return whether there is anything to replace."""
    return _IDENTIFIER.search(text) is not None

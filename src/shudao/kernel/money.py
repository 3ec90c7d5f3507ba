"""Money is an integer of fen (1/100 yuan); nothing in the house holds a price as a float."""

from __future__ import annotations

from typing import NewType

Fen = NewType("Fen", int)


def yuan(fen: Fen) -> str:
    """Return the amount as people write it: `yuan(Fen(123450)) == "1,234.50"`. Negative amounts keep their sign."""
    sign = "-" if fen < 0 else ""
    whole, part = divmod(abs(fen), 100)
    return f"{sign}{whole:,}.{part:02d}"


def parse_yuan(text: str) -> Fen:
    """
    Return the fen of an amount in yuan: digits, optional thousands commas, at most two decimals.

    Raises:
        ValueError: anything else, fractions of a fen included; nothing is rounded.
    """
    sign, digits = (-1, text[1:]) if text.startswith("-") else (1, text)
    whole, _, part = digits.replace(",", "").partition(".")
    if not (whole.isascii() and whole.isdigit()) or len(part) > 2 or (part and not part.isdigit()):
        raise ValueError(f"not an amount in yuan: {text!r}")
    return Fen(sign * (int(whole) * 100 + int(part.ljust(2, "0"))))

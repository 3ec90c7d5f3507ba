"""
Unified social credit codes (GB 32100): check and generate. Pure.

Layout: registrar 1 · kind of body 1 · region 6 · organisation code 9 (its own check character, GB 11714) · check 1.
"""

from __future__ import annotations

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
TEST_REGION = "5199"
_VALUE = {character: position for position, character in enumerate(ALPHABET)}
_WEIGHTS = tuple(pow(3, position, 31) for position in range(17))
_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)


def normalise(text: str) -> str:
    """Return the one written form of a code: surrounding space gone, letters capital."""
    return text.strip().upper()


def is_valid(code: str) -> bool:
    """
    Return whether `code`, in normal form, has 18 characters of the alphabet and the right check character.

    The check character of the organisation code inside is not asked for: older bodies carry wrong ones.

    Source:
        GB 32100; proved by tests/foundation/identity/rules/test_credit_codes.py
    """
    if len(code) != 18 or any(character not in _VALUE for character in code):
        return False
    return code[2:8].isdigit() and code[17] == check_character(code[:17])


def check_character(first17: str) -> str:
    """Return the 18th character that belongs to the first 17."""
    total = sum(_VALUE[character] * weight for character, weight in zip(first17, _WEIGHTS, strict=True))
    return ALPHABET[-total % 31]


def organisation_check(first8: str) -> str:
    """Return the check character of an organisation code: 0–9 or X (GB 11714)."""
    total = sum(int(character, 36) * weight for character, weight in zip(first8, _ORGANISATION_WEIGHTS, strict=True))
    return "0123456789X0"[11 - total % 11]


def generate(*, prefix: str, region: str, serial: int) -> str:
    """
    Return the code of a made-up body: the same serial gives the same code, another serial another one.

    Args:
        prefix: Registrar and kind of body, two characters ("11" government body, "91" company).
        region: Six digits; generated bodies take the unallocated 5199xx.
        serial: 0 ≤ serial < 31⁸.

    Raises:
        ValueError: serial out of range.
    """
    body, rest = "", serial
    for _ in range(8):
        rest, digit = divmod(rest, 31)
        body = ALPHABET[digit] + body
    if rest or serial < 0:
        raise ValueError(f"serial {serial} does not fit eight characters")
    first17 = prefix + region + body + organisation_check(body)
    return first17 + check_character(first17)

"""
Valid-looking numbers that belong to nobody: the county prefix 5199xx was never allocated.

Check digits by GB 11643 (resident id), GB 11714 (organisation) and GB 32100 (credit code).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"
_CREDIT = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_CREDIT_VALUE = {character: value for value, character in enumerate(_CREDIT)}
_CREDIT_WEIGHTS = tuple(pow(3, place, 31) for place in range(17))
_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)


def _share(digits: str, start: int) -> int:
    return sum(int(digit) * _WEIGHTS[start + place] for place, digit in enumerate(digits))


_SERIALS = tuple((f"{serial:03d}", _share(f"{serial:03d}", 14)) for serial in range(1000))


def resident_ids() -> Callable[[int, date, bool], str]:
    """Return a maker of resident ids: (county 1–99, birth date, female) → the next unused id of that county and day."""
    counties = {number: (f"5199{number:02d}", _share(f"5199{number:02d}", 0)) for number in range(1, 100)}
    days: dict[date, tuple[str, int]] = {}
    used: dict[tuple[int, date, bool], int] = {}

    def make(county: int, born: date, female: bool) -> str:
        day = days.get(born)
        if day is None:
            text = born.strftime("%Y%m%d")
            day = days[born] = (text, _share(text, 6))
        place = (county, born, female)
        count = used.get(place, 0)
        used[place] = count + 1
        serial, share = _SERIALS[count * 2 + (2 if female else 1)]
        prefix, prefix_share = counties[county]
        return prefix + day[0] + serial + _CHECKS[(prefix_share + day[1] + share) % 11]

    return make


def wrong_check(resident_id: str) -> str:
    """Return the id with another last character."""
    return resident_id[:17] + _CHECKS[(_CHECKS.index(resident_id[17]) + 4) % 11]


def credit_code(number: int) -> str:
    """Return the `number`-th company's credit code, region 5199xx, both check characters right."""
    body = "MA"
    for place in range(5, -1, -1):
        body += _CREDIT[number // 31**place % 31]
    total = sum(
        (int(character) if character.isdigit() else ord(character) - 55) * weight
        for character, weight in zip(body, _ORGANISATION_WEIGHTS, strict=True)
    )
    organisation = "0123456789X0"[(11 - total % 11)] if total % 11 else "0"
    code = f"915199{number % 99 + 1:02d}{body}{organisation}"
    total = sum(_CREDIT_VALUE[character] * weight for character, weight in zip(code, _CREDIT_WEIGHTS, strict=True))
    return code + _CREDIT[(31 - total % 31) % 31]

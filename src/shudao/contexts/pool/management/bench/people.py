"""
Invented people as columns: the n-th person's identifier, employer and pay, reckoned from n and a seed alone.

Nothing is kept a person, so a hundred million of them cost no memory; the same n is the same person in every month.
Identifiers carry the county prefix 5199xx, which was never allocated, and right check characters (GB 11643, GB 32100).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

Index = NDArray[np.uint32]
Letters = NDArray[np.uint8]

_BORN_FROM, _BORN_TO = date(1950, 1, 1), date(2010, 12, 31)
_DAYS = (_BORN_TO - _BORN_FROM).days + 1
_COUNTIES = 99
_STEP = 1_000_003  # a prime that divides no number of identifiers: every index another identifier
_WEIGHTS = np.array([7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2], np.uint16)
_CHECKS = np.frombuffer(b"10X98765432", np.uint8)
_CREDIT = np.frombuffer(b"0123456789ABCDEFGHJKLMNPQRTUWXY", np.uint8)
_ORGANISATION_WEIGHTS = np.array([3, 7, 9, 10, 5, 8, 4, 2], np.int64)
_PER_EMPLOYER = 40
DIVISIONS = tuple(f"51{1 + place // 20:02d}{1 + place % 20:02d}" for place in range(183))


@dataclass(frozen=True, slots=True)
class Facts:
    """What is so of some people in one month, a column each; money in fen."""

    employer: NDArray[np.int32]
    division: NDArray[np.int16]
    insurance: NDArray[np.int8]
    kind: NDArray[np.int8]
    status: NDArray[np.int8]
    base: NDArray[np.int64]
    personal: NDArray[np.int64]
    employer_paid: NDArray[np.int64]
    day: NDArray[np.int32]
    months: NDArray[np.int64]


class People:
    """
    `count` people and their employers, one employer for about forty.

    Args:
        count: How many, at most 2.2 billion.
        seed: Another seed, other people.
    """

    def __init__(self, count: int, seed: int) -> None:
        self.count, self._seed = count, seed
        self.employers = max(count // _PER_EMPLOYER, 1)
        self._serials = 100 if count <= _COUNTIES * _DAYS * 100 else 1000
        self._space = _COUNTIES * _DAYS * self._serials
        self._first = seed * 7_919 % self._space
        self._counties, self._county_share = _digits([f"5199{number:02d}" for number in range(1, 100)], 0)
        days = [(_BORN_FROM + timedelta(days=day)).strftime("%Y%m%d") for day in range(_DAYS)]
        self._days, self._day_share = _digits(days, 6)
        self._texts, self._text_share = _digits([f"{number:03d}" for number in range(self._serials)], 14)

    def resident_ids(self, index: Index) -> Letters:
        """Return the people's identifiers, 18 letters a row."""
        place = (index.astype(np.uint64) * _STEP + self._first) % self._space
        rest, serial = np.divmod(place.astype(np.uint32), np.uint32(self._serials))
        county, day = np.divmod(rest, np.uint32(_DAYS))
        found = np.empty((len(index), 18), np.uint8)
        found[:, :6] = self._counties[county]
        found[:, 6:14] = self._days[day]
        found[:, 14:17] = self._texts[serial]
        found[:, 17] = _CHECKS[(self._county_share[county] + self._day_share[day] + self._text_share[serial]) % 11]
        return found

    def credit_codes(self, employer: NDArray[np.int64]) -> Letters:
        """Return employers' credit codes, 18 letters a row, both check characters right."""
        found = np.empty((len(employer), 18), np.uint8)
        found[:, :6] = np.frombuffer(b"915199", np.uint8)
        found[:, 6:8] = self._counties[employer % _COUNTIES, 4:]
        found[:, 8:10] = np.frombuffer(b"MA", np.uint8)
        rest = employer.copy()
        for place in range(15, 9, -1):
            rest, digit = np.divmod(rest, 31)
            found[:, place] = _CREDIT[digit]
        worth = np.where(found[:, 8:16] > 57, found[:, 8:16] - 55, found[:, 8:16] - 48).astype(np.int64)
        found[:, 16] = np.frombuffer(b"0X987654321", np.uint8)[worth @ _ORGANISATION_WEIGHTS % 11]
        values = np.zeros(256, np.int64)
        values[_CREDIT] = np.arange(31)
        powers = np.array([pow(3, place, 31) for place in range(17)], np.int64)
        found[:, 17] = _CREDIT[-(values[found[:, :17]] @ powers) % 31]
        return found

    def facts(self, index: Index, month: int, *, rise: int = 0) -> Facts:
        """
        Return what is so of the people in a month (1 to 10).

        Args:
            index: Who.
            month: Two in a hundred people change employer, division and pay in one of the months.
            rise: Fen added to everybody's base: what a correction delivers.
        """
        own = _mixed(index.astype(np.uint64) + np.uint64(self._seed << 32))
        job = own.copy()
        changed = np.flatnonzero((own & np.uint64(0xFF)) < 5)
        changed = changed[(own[changed] >> np.uint64(8)) % np.uint64(9) + np.uint64(2) <= month]
        job[changed] = _mixed(own[changed])
        share = (job >> np.uint64(40)).astype(np.float32) * np.float32(2**-24)
        employer = np.minimum((share**3 * np.float32(self.employers)).astype(np.int32), self.employers - 1)
        pay = ((job >> np.uint64(16)) & np.uint64(0xFFFF)).astype(np.float32) * np.float32(2**-16)
        base = 430_000 + 10_000 * (200 * pay * pay * pay).astype(np.int64) + rise
        insurance = _INSURANCES[(own >> np.uint64(9)) & np.uint64(15)]
        monthly = (own >> np.uint64(13 + month)) & np.uint64(0x7F)
        return Facts(
            employer=employer,
            division=(employer % len(DIVISIONS)).astype(np.int16),
            insurance=insurance,
            kind=((own >> np.uint64(32)) & np.uint64(15) == 0).astype(np.int8),
            status=(monthly < 3).astype(np.int8) + (monthly < 1).astype(np.int8),
            base=base,
            personal=base * _OWN[insurance] // 1000,
            employer_paid=base * _EMPLOYERS[insurance] // 1000,
            day=employer * 7 % 20 + 5,
            months=((own >> np.uint64(24)) % np.uint64(400)).astype(np.int64) + month,
        )


_INSURANCES = np.array([0] * 12 + [1, 1, 2, 2], np.int8)
# In thousandths of the base: old age, unemployment, work injury.
_OWN, _EMPLOYERS = np.array([80, 4, 0], np.int64), np.array([160, 6, 4], np.int64)


def _digits(texts: list[str], start: int) -> tuple[Letters, NDArray[np.uint16]]:
    """Return the texts as letters, and what each adds to the check sum when it stands at `start`."""
    letters = np.frombuffer("".join(texts).encode(), np.uint8).reshape(len(texts), -1)
    weights = _WEIGHTS[start : start + letters.shape[1]]
    return letters, ((letters - 48).astype(np.uint16) @ weights).astype(np.uint16)


def _mixed(values: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Return 64 well-mixed bits for each value (the finish of SplitMix64)."""
    found = values + np.uint64(0x9E3779B97F4A7C15)
    found = (found ^ (found >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    found = (found ^ (found >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return found ^ (found >> np.uint64(31))

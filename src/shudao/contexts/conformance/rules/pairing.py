"""
Find the pairs of one matter among very many entries.

Three things keep it quick: entries that read alike are compared once, whatever the number of places; only what shares
rare enough pairs of characters is compared; and a pair counts only where both entries serve the same people: the same
division or one above it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from shudao.contexts.conformance.contracts.duplicates import Entry, Found, Judged, Likeness, Pair, Reason
from shudao.contexts.conformance.rules.duplicates import judge
from shudao.contexts.conformance.rules.naming import parts

# A pair of characters that more readings have tells little; the least share of the shorter name's to have in common.
_COMMON, _SHARED = 400, 0.4
# Where the digits of a division code end at each level above it: province, prefecture, county, township.
_LEVELS = (2, 4, 6, 9)
_SAME = Judged(Likeness.DUPLICATE, 1.0, Reason.SAME_NAME)


@dataclass(slots=True)
class Place:
    """What of a reading stands in one division: how many entries, the codes of the first and the last."""

    count: int
    first: str
    last: str


@dataclass(slots=True)
class Reading:
    """Entries that read alike: one of them, and where they stand by division."""

    entry: Entry
    places: dict[str, Place] = field(default_factory=dict)

    def add(self, entry: Entry) -> None:
        """Note one more."""
        place = self.places.get(entry.division)
        if place is None:
            self.places[entry.division] = Place(1, entry.code, entry.code)
        else:
            place.count, place.last = place.count + 1, entry.code


def find(entries: Iterable[Entry]) -> Found:
    """Return the pairs that are probably one matter: one pass over the entries, then over what reads differently."""
    readings: dict[object, Reading] = {}
    seen = 0
    for entry in entries:
        seen += 1
        key = (entry.name, entry.group, entry.result, entry.basis, entry.materials, entry.targets)
        if (reading := readings.get(key)) is None:
            reading = readings[key] = Reading(entry)
        reading.add(entry)
    kept = list(readings.values())
    pairs = [pair for reading in kept if (pair := _within(reading))]
    for one, other in candidates([reading.entry for reading in kept]):
        judged = judge(kept[one].entry, kept[other].entry)
        if judged.likeness is Likeness.DUPLICATE and (pair := _between(kept[one], kept[other], judged)):
            pairs.append(pair)
    pairs.sort(key=lambda pair: (-pair.judged.score, -pair.places, pair.left, pair.right))
    return Found(seen, len(kept), tuple(pairs))


def candidates(entries: Sequence[Entry]) -> Iterator[tuple[int, int]]:
    """Yield positions of entries that share enough to be worth comparing, each pair once; never two of one group."""
    grams = [_grams(entry.name) for entry in entries]
    having: dict[str, list[int]] = defaultdict(list)
    same: dict[str, list[int]] = defaultdict(list)
    frequent = Counter(gram for one in grams for gram in one)
    for position, own in enumerate(grams):
        rare = [gram for gram in own if frequent[gram] <= _COMMON]
        shared = Counter(other for gram in rare for other in having[gram])
        near = {other for other, common in shared.items() if common >= _SHARED * min(len(own), len(grams[other]))}
        near.update(same[ordered := _ordered(entries[position].name)])
        yield from ((other, position) for other in sorted(near) if not _one_group(entries[position], entries[other]))
        same[ordered].append(position)
        for gram in rare:
            having[gram].append(position)


def _grams(name: str) -> frozenset[str]:
    """Neighbouring pairs of characters of the thing."""
    core = parts(name).core
    return frozenset(core[at : at + 2] for at in range(len(core) - 1)) or frozenset((core,))


def _ordered(name: str) -> str:
    """All its characters in one order: what is the same in another order of words, or short and of common words."""
    return "".join(sorted(parts(name).core))


def _one_group(one: Entry, other: Entry) -> bool:
    return bool(one.group) and one.group == other.group


def _within(reading: Reading) -> Pair | None:
    """The same name listed twice for the same people; what inherits from one basic item is meant to."""
    if reading.entry.group:
        return None
    twice = [(place, place) for place in reading.places.values() if place.count > 1]
    both_levels = list(_meeting(reading.places, reading.places))
    places = sum(one.count * (one.count - 1) // 2 for one, _ in twice) + sum(a.count * b.count for a, b in both_levels)
    if not places:
        return None
    one, other = (twice or both_levels)[0]
    return Pair(one.first, other.last, _SAME, places)


def _between(one: Reading, other: Reading, judged: Judged) -> Pair | None:
    """The pair, if any of both serve the same people, with two codes that do."""
    met = [(here, other.places[at]) for at, here in one.places.items() if at in other.places]
    met += _meeting(one.places, other.places)
    met += [(above, below) for below, above in _meeting(other.places, one.places)]
    if not met:
        return None
    return Pair(met[0][0].first, met[0][1].first, judged, sum(a.count * b.count for a, b in met))


def _meeting(below: Mapping[str, Place], above: Mapping[str, Place]) -> Iterator[tuple[Place, Place]]:
    """Yield each place together with every place of the other that stands above it."""
    for division, place in below.items():
        for digits in _LEVELS:
            higher = division[:digits].ljust(12, "0")
            if higher != division and higher in above and division:
                yield place, above[higher]

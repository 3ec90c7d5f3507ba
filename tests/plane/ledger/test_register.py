"""The finding aid gives what a walk through all segments gives, whatever is asked, and forgets what was erased."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from shudao.plane.ledger import entry, erasing, frames, reader
from shudao.plane.ledger.register import Counts, Register, Tail, Wanted, department_of
from shudao.plane.ledger.segment import Segment
from tests.plane import ledgers

ALL = range(60)


def one(number: int) -> entry.Entry:
    return msgspec.structs.replace(
        ledgers.sample(number),
        client=f"SHUDAO/GOV/A{number % 3}/one",
        service=f"SHUDAO/GOV/B{number % 2}/pool/{'xyz'[number % 3]}",
        case=f"case-{number % 7}",
        subject=f"{number % 5:032x}",
    )


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    first, second = Segment(tmp_path, ledgers.SIGNER), Segment(tmp_path, ledgers.SIGNER)
    for number in ALL:
        (first if number % 4 else second).write([entry.encode(one(number))])
    return tmp_path


@pytest.fixture
def register(ledger: Path) -> Iterator[Register]:
    made = Register(ledger)
    assert made.catch_up() == 0
    return made


START = one(0).instant
ASKED = [
    Wanted(),
    Wanted(case="case-3"),
    Wanted(subject=f"{4:032x}"),
    Wanted(client="SHUDAO/GOV/A1/one"),
    Wanted(resource="y"),
    Wanted(resource="y", department="B1"),
    Wanted(department="A2"),
    Wanted(department="B0", client="SHUDAO/GOV/A1/one"),
    Wanted(department="A2", client="SHUDAO/GOV/A1/one"),
    Wanted(since=START + 10, until=START + 20),
    Wanted(case="case-3", since=START + 10, department="A0"),
    Wanted(department="nobody"),
    Wanted(resource="nothing"),
]


def fits(found: entry.Entry, wanted: Wanted) -> bool:
    sides = {department_of(found.client), department_of(found.service)}
    return (
        (not wanted.department or wanted.department in sides)
        and (not wanted.client or wanted.client == found.client)
        and (not wanted.resource or wanted.resource == found.service.rpartition("/")[2])
        and (not wanted.case or wanted.case == found.case)
        and (not wanted.subject or wanted.subject == found.subject)
        and wanted.since <= found.instant
        and (not wanted.until or found.instant < wanted.until)
    )


@pytest.mark.parametrize("wanted", ASKED)
def test_it_finds_what_a_walk_finds_newest_first(ledger: Path, register: Register, wanted: Wanted) -> None:
    walked = [found.entry for found in reader.entries(ledger) if found.entry and fits(found.entry, wanted)]
    expected = sorted(walked, key=lambda found: -found.instant)
    places, count = register.find(wanted, limit=100)
    assert ([place.entry for place in places], count) == (expected, len(expected))
    assert [place.entry for place in register.find(wanted, start=2, limit=3)[0]] == expected[2:5]


def test_it_goes_on_where_it_was_and_takes_only_what_is_acknowledged(ledger: Path, register: Register) -> None:
    segment = Segment(ledger, ledgers.SIGNER)
    segment.write([entry.encode(one(70))])
    whole = (ledger / "segments" / f"{segment.id}.seg").read_bytes()
    segment.write([entry.encode(one(71))])
    path = ledger / "segments" / f"{segment.id}.seg"
    torn = path.read_bytes()[: len(whole) + 300]
    path.write_bytes(torn)
    assert register.catch_up() == 300
    assert register.find(Wanted())[1] == 61
    assert register.catch_up() == 300
    assert register.find(Wanted())[1] == 61


def test_a_bounded_step_says_how_much_is_ahead(ledger: Path) -> None:
    register = Register(ledger)
    assert register.behind() > register.catch_up(most=1) > 0
    assert register.catch_up() == 0


def test_what_is_erased_is_forgotten(ledger: Path, register: Register) -> None:
    place = register.find(Wanted(case="case-3"))[0][0]
    assert register.offset(place.segment, place.sequence) is not None
    erasing.erase(ledger, place.segment, place.sequence, reason="ground", signer=ledgers.SIGNER)
    assert register.offset(place.segment, place.sequence) is None
    assert place not in register.find(Wanted(case="case-3"))[0]


def test_no_case_or_subject_lies_in_it_in_plain(ledger: Path, register: Register) -> None:
    content = b"".join(path.read_bytes() for path in (ledger / "index").iterdir())
    assert b"case-3" not in content
    assert b"0" * 31 not in content


class TestWhatItHasNotTakenIn:
    """A finding aid that is behind says where it ends, so that nothing is missed and nothing counted twice."""

    @pytest.mark.parametrize("taken", [False, True])
    def test_answers_and_counts_are_those_of_the_segments(self, ledger: Path, taken: bool) -> None:
        register = Register(ledger)
        if taken:
            register.catch_up()
            Segment(ledger, ledgers.SIGNER).write([entry.encode(one(number)) for number in range(100, 104)])
        places, tails = register.answered(f"{2:032x}", limit=100)
        behind = [found for tail in tails for found in read(tail)]
        about = [found for found in behind if found.subject == f"{2:032x}"]
        everything = [found.entry for found in reader.entries(ledger) if found.entry]
        wanted = [found for found in everything if found.subject == f"{2:032x}"]
        assert len(places) + len(about) == len(wanted)
        assert [place.entry.instant for place in places] == sorted((p.entry.instant for p in places), reverse=True)
        counts, _ = register.counts(0, START + 10**9)
        assert sum(one.calls for one in counts.values()) + len(behind) == len(everything)
        assert (len(places) > 0, len(behind)) == (taken, 4 if taken else 60)

    def test_what_was_refused_is_no_answer(self, tmp_path: Path) -> None:
        refused = msgspec.structs.replace(one(1), outcome="no_grant")
        unknown = msgspec.structs.replace(one(1), outcome="no_record")
        Segment(tmp_path, ledgers.SIGNER).write([entry.encode(each) for each in (one(1), refused, unknown)])
        register = Register(tmp_path)
        register.catch_up()
        assert len(register.answered(one(1).subject, limit=9)[0]) == 1
        assert register.counts(0, START + 10**9)[0] == {(one(1).client, one(1).service): Counts(3, 2, 1)}


def read(tail: Tail) -> list[entry.Entry]:
    found = frames.read(tail.path, offset=tail.offset, number=tail.entries)
    return [entry.decode(frame.body) for frame in found if frame.kind == frames.ENTRY]

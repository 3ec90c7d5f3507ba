"""Stamps of checkpoints by an authority of its own: taken only when they hold, and never for another line or root."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from cryptography.x509 import Certificate

from shudao.plane.ledger import checkpoints, stamping
from shudao.plane.ledger.stamping import StampRefused
from shudao.plane.ledger.verify import verify
from tests.plane import ledgers
from tests.support.stamps import TimeStamper, time_stamper


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> TimeStamper:
    return time_stamper(tmp_path_factory.mktemp("tsa") / "one")


@pytest.fixture(scope="module")
def other(tmp_path_factory: pytest.TempPathFactory) -> TimeStamper:
    return time_stamper(tmp_path_factory.mktemp("tsa") / "two")


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    ledgers.make(tmp_path / "ledger")
    return tmp_path / "ledger"


def roots(authority: TimeStamper) -> list[Certificate]:
    return stamping.roots_of(authority.root.read_bytes())


def test_a_stamp_is_taken_checked_and_told(ledger: Path, authority: TimeStamper) -> None:
    stamp = stamping.obtain(checkpoints.lines(ledger)[-1], authority, roots(authority))
    stamping.append(ledger, stamp)
    assert stamping.holds(stamp, roots(authority))
    report = verify(ledger, ledgers.VERIFIERS, stamp_roots=roots(authority))
    assert report.ok
    assert f"stamped as far as 42 entries, at {stamp.instant}" in report.notes


def test_an_authority_nobody_trusts_is_refused(ledger: Path, authority: TimeStamper, other: TimeStamper) -> None:
    with pytest.raises(StampRefused):
        stamping.obtain(checkpoints.lines(ledger)[-1], authority, roots(other))


@pytest.mark.parametrize("number", range(3))
def test_a_stamp_that_embeds_the_authoritys_chain_is_taken(ledger: Path, tmp_path: Path, number: int) -> None:
    """In whichever order the certificates stand: which comes first is chance."""
    chained = time_stamper(tmp_path / "tsa", chain=True)
    stamp = stamping.obtain(checkpoints.lines(ledger)[-1], chained, roots(chained))
    stamping.append(ledger, stamp)
    report = verify(ledger, ledgers.VERIFIERS, stamp_roots=roots(chained))
    assert report.problems == []
    assert f"stamped as far as 42 entries, at {stamp.instant}" in report.notes


@pytest.mark.parametrize("answer", [b"", b"<html>", b"\x30\x03\x02\x01\x02", b"\x30\x84"])
def test_what_is_no_stamp_is_refused(ledger: Path, authority: TimeStamper, answer: bytes) -> None:
    with pytest.raises(StampRefused):
        stamping.obtain(checkpoints.lines(ledger)[-1], lambda _: answer, roots(authority))


def test_an_old_answer_is_no_answer_to_a_new_question(ledger: Path, authority: TimeStamper) -> None:
    kept: list[bytes] = []

    def remembering(request: bytes) -> bytes:
        kept.append(authority(request))
        return kept[0]

    text = checkpoints.lines(ledger)[-1]
    stamping.obtain(text, remembering, roots(authority))
    with pytest.raises(StampRefused, match="Nonce"):
        stamping.obtain(text, remembering, roots(authority))


def test_a_changed_stamp_or_one_of_another_line_is_a_problem(ledger: Path, authority: TimeStamper) -> None:
    good = stamping.obtain(checkpoints.lines(ledger)[1], authority, roots(authority))
    for wrong in (
        msgspec.structs.replace(good, line="0" * 64),
        msgspec.structs.replace(good, instant="2020-01-01T00:00:00+00:00"),
        msgspec.structs.replace(good, response=good.response[:-8] + "AAAAAAA="),
    ):
        (ledger / stamping.FILE).unlink(missing_ok=True)
        stamping.append(ledger, wrong)
        problems = verify(ledger, ledgers.VERIFIERS, stamp_roots=roots(authority)).problems
        assert any("stamp 0" in each for each in problems), wrong


def test_a_rewritten_ledger_is_found_by_its_stamp(ledger: Path, authority: TimeStamper) -> None:
    stamp = stamping.obtain(checkpoints.lines(ledger)[1], authority, roots(authority))
    ledgers.rehash_everything(ledger)
    stamping.append(ledger, stamp)
    assert verify(ledger, ledgers.VERIFIERS).ok
    problems = verify(ledger, ledgers.VERIFIERS, stamp_roots=roots(authority)).problems
    assert any("28 entries that is not here" in each for each in problems)

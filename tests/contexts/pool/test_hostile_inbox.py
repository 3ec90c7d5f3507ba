"""Things in the inbox that are no deliveries neither block it nor lead out of it, whatever they are called."""

from __future__ import annotations

import os
import socket
import stat
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from shudao.contexts.pool import api as pool
from tests.contexts.pool.test_inbox import inbox, leave, take

__all__ = ["inbox", "leave"]
pytestmark = pytest.mark.django_db
PREFIXES = ["", ".taking.", ".again.", ".taken."]


def _pipe(path: Path, secret: Path) -> None:
    os.mkfifo(path)


def _link(path: Path, secret: Path) -> None:
    path.symlink_to(secret)


def _folder(path: Path, secret: Path) -> None:
    path.mkdir()
    (path / "x.csv").write_text("resident_id\n")


def _socket(path: Path, secret: Path) -> None:
    with socket.socket(socket.AF_UNIX) as made:
        here = os.getcwd()
        os.chdir(path.parent)  # the name of a socket may not be long
        try:
            made.bind(path.name)
        finally:
            os.chdir(here)


def _device(path: Path, secret: Path) -> None:
    try:
        os.mknod(path, stat.S_IFCHR | 0o666, os.makedev(1, 5))  # zeros without an end
    except PermissionError:
        pytest.skip("devices are made by root alone")


def _hard_link(path: Path, secret: Path) -> None:
    path.hardlink_to(secret)


THINGS = {"pipe": _pipe, "link": _link, "folder": _folder, "socket": _socket, "device": _device, "twin": _hard_link}


@pytest.mark.parametrize("thing", THINGS)
def test_nothing_blocks_or_leads_out(
    leave: Callable[..., Path], inbox: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, thing: str
) -> None:
    secret = tmp_path / "secret.csv"
    secret.write_text("resident_id\n")
    for prefix in PREFIXES:
        THINGS[thing](inbox / f"{prefix}x{len(prefix)}.csv", secret)
    leave()
    states = [one.state for one in take(after=400)]
    assert states.count("taken") == 1, "the good one beside them"
    assert set(states) == {"taken", "refused"}
    assert secret.read_text() == "resident_id\n"
    assert take(after=400) == []
    assert not pool.anything_in_inbox(now=datetime.now(UTC)), "nobody is called again and again for what stays"


@pytest.mark.parametrize(
    "name", [".taking.", ".again.", ".taken.", ".taking..again.", ".taking..taking.x", ".taken..x"]
)
def test_a_name_that_is_all_prefix_is_hidden_or_taken_once(leave: Callable[..., Path], inbox: Path, name: str) -> None:
    (inbox / name).write_text("resident_id\n")
    leave()
    for _ in range(3):
        take(after=400)
    assert not pool.anything_in_inbox(now=datetime.now(UTC))
    aside = inbox / "refused"
    assert len(list(aside.iterdir()) if aside.exists() else []) <= 2


@pytest.mark.parametrize("name", ["x%2f..%2fx.csv", "x;rm -rf .csv", "$(id).csv", "-rf", "x.csv.txt", "'; DROP--.csv"])
def test_a_strange_name_is_a_name(leave: Callable[..., Path], inbox: Path, name: str) -> None:
    leave(name)
    assert [one.state for one in take()] == ["taken"]
    assert list(inbox.iterdir()) == []

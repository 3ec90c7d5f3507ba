"""A file left in the inbox becomes one batch and leaves nothing behind; what is no delivery is put aside, with why."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from django.core.management import CommandError, call_command

from demo import people, populations
from shudao.contexts.pool import api as pool
from shudao.contexts.pool import tasks
from shudao.contexts.pool.adapters import inbox as folders
from shudao.contexts.pool.adapters import locks
from shudao.contexts.pool.contracts.arrivals import Arrival
from shudao.contexts.pool.contracts.refusals import InboxMissing, PoolFull
from shudao.contexts.pool.services import ingesting
from shudao.foundation.audit import api as audit
from shudao.foundation.audit.contracts import SYSTEM

pytestmark = pytest.mark.django_db


@pytest.fixture
def inbox(settings: Any, tmp_path: Path, delivery: populations.Written, noon: datetime) -> Path:
    """The folder of whole registers of `population`, which is registered."""
    settings.POOL_INBOX = str(tmp_path / "left")
    pool.create(contract="population", acting=SYSTEM, now=noon, key="create")
    folder = tmp_path / "left" / "population" / "full"
    folder.mkdir(parents=True)
    return folder


@pytest.fixture
def leave(inbox: Path, delivery: populations.Written) -> Callable[..., Path]:
    """Leave the register there."""

    def do(name: str = "register.parquet") -> Path:
        return Path(shutil.copyfile(delivery.files["population"], inbox / name))

    return do


def take(*, after: float = 60.0) -> list[Arrival]:
    """Look into the inbox so many seconds from now."""
    return pool.take_inbox(now=datetime.now(UTC) + timedelta(seconds=after))


def test_a_file_becomes_a_batch_and_nothing_of_it_stays(
    leave: Callable[..., Path], inbox: Path, world: people.World
) -> None:
    path = leave()
    before = os.open(path, os.O_RDONLY)
    [arrival] = take()
    assert (arrival.state, arrival.dataset, arrival.mode) == ("taken", "population", "full")
    assert pool.batch(arrival.batch).rows == 600
    assert pool.lookup("population", world.people[0].resident_id) is not None
    assert list(inbox.iterdir()) == []
    size = os.fstat(before).st_size
    assert os.pread(before, size, 0) == bytes(size), "whoever still holds it reads nothing"
    os.close(before)
    assert take() == []


def test_what_is_still_being_written_waits(leave: Callable[..., Path], inbox: Path) -> None:
    path = leave("register.parquet.part")
    leave(".hidden.parquet")
    assert take() == []
    path.rename(inbox / "register.parquet")
    assert take(after=1.0) == []
    assert [one.state for one in take()] == ["taken"]
    assert sorted(one.name for one in inbox.iterdir()) == [".hidden.parquet"]


def test_a_file_that_changes_while_it_is_read_is_not_kept(
    leave: Callable[..., Path], inbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    leave()
    ingest = ingesting.ingest

    def slow(*, source: Path, progress: Any, **rest: Any) -> Any:
        def tell(step: str, share: float) -> None:
            if step == "publish":
                with next(inbox.glob(".*")).open("ab") as file:
                    file.write(b"more")
            progress(step, share)

        return ingest(source=source, progress=tell, **rest)

    monkeypatch.setattr(ingesting, "ingest", slow)
    assert [(one.state, one.refusal) for one in take()] == [("waiting", "")]
    assert pool.batches("population") == []
    monkeypatch.undo()
    assert [one.state for one in take()] == ["refused"], "cut by the other writer"


def test_a_file_taken_twice_gives_one_batch(
    leave: Callable[..., Path], inbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    leave()

    def killed(folder: folders.Folder, name: str) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(folders.Folder, "wipe", killed)
        with pytest.raises(KeyboardInterrupt):
            take()
    assert [one.name for one in inbox.iterdir()] == [".taking.register.parquet"]
    leave()
    states = [one.state for one in take()] + [one.state for one in take()]
    assert states == ["taken", "taken"]
    assert len(pool.batches("population")) == 1
    assert list(inbox.iterdir()) == []


def test_what_was_taken_in_is_wiped_after_a_kill(leave: Callable[..., Path], inbox: Path) -> None:
    leave().rename(inbox / ".taken.register.parquet")
    assert pool.anything_in_inbox(now=datetime.now(UTC))
    assert take() == []
    assert list(inbox.iterdir()) == []
    assert pool.batches("population") == []


def test_a_refused_file_lies_aside_with_its_reason_in_both_languages(
    inbox: Path, world: people.World, tmp_path: Path
) -> None:
    one = world.people[0]
    (inbox / "list.csv").write_text(f"{one.resident_id},{one.name}\n1,2\n", encoding="utf-8")
    (inbox / "names.csv").write_text(
        ",".join([*populations.POPULATION, one.resident_id, one.name]) + "\n", encoding="utf-8"
    )
    assert [arrival.refusal for arrival in take()] == ["pool.source_unreadable"] * 2
    aside = inbox / "refused"
    told = (aside / "list.csv.txt").read_text(encoding="utf-8")
    assert "缺少列：resident_id" in told
    assert "does not fit the contract" in told
    foreign = (aside / "names.csv.txt").read_text(encoding="utf-8")
    assert "#11, #12" in foreign
    assert not any(value in told + foreign for value in (one.resident_id, one.name))
    assert (aside / "list.csv").read_text(encoding="utf-8").startswith(one.resident_id)
    entries = [entry for entry in audit.entries(target="population") if entry.action == "pool.inbox_refuse"]
    assert [entry.after for entry in entries] == [{"mode": "full", "refusal": "pool.source_unreadable"}] * 2
    (inbox / "list.csv").write_text("again", encoding="utf-8")
    take()
    assert sorted(path.name for path in aside.glob("list*")) == [
        "list.csv",
        "list.csv.2",
        "list.csv.2.txt",
        "list.csv.txt",
    ]


@pytest.mark.parametrize("hostile", ["link", "dangling", "hard link", "pipe", "folder", "control", "bytes", "long"])
def test_what_is_no_plain_file_is_refused_and_left_whole(inbox: Path, tmp_path: Path, hostile: str) -> None:
    secret = tmp_path / "secret.csv"
    secret.write_text("resident_id\n", encoding="utf-8")
    name = {"control": "a\x1b[31m\n.csv", "bytes": os.fsdecode(b"\xff\xfe.csv"), "long": "长" * 80}.get(
        hostile, "x.csv"
    )
    path = inbox / name
    if hostile in ("link", "dangling"):
        path.symlink_to(secret if hostile == "link" else tmp_path / "nowhere")
    elif hostile == "hard link":
        path.hardlink_to(secret)
    elif hostile == "pipe":
        os.mkfifo(path)
    elif hostile == "folder":
        path.mkdir()
    else:
        path.write_text("resident_id\n", encoding="utf-8")
    assert [(one.state, one.refusal) for one in take()] == [("refused", "pool.inbox_refused")]
    assert secret.read_text(encoding="utf-8") == "resident_id\n"
    assert len(list((inbox / "refused").iterdir())) == 2
    assert all(one.name.isprintable() for one in (inbox / "refused").iterdir())
    assert take() == []


def test_the_folder_says_what_a_file_is(
    leave: Callable[..., Path], delivery: populations.Written, world: people.World, tmp_path: Path
) -> None:
    leave()
    [first] = take()
    one = world.people[5].resident_id
    changed = tmp_path / "left" / "population" / "upsert"
    changed.mkdir()
    known = pq.read_table(delivery.files["population"]).to_pylist()
    row = next(row for row in known if row["resident_id"] == one) | {"name": "王小明"}
    (changed / "changes.csv").write_text(f"{','.join(row)}\n{','.join(row.values())}\n", encoding="utf-8")
    assert [(arrival.mode, arrival.state) for arrival in take()] == [("upsert", "taken")]
    found = pool.lookup("population", one)
    assert found is not None
    assert [row["name"] for row in found.rows] == ["王小明"]
    assert pool.counts()["population"] == pool.batch(first.batch).good


def test_a_file_may_be_called_as_the_folder_of_refused_ones(leave: Callable[..., Path], inbox: Path) -> None:
    leave("refused")
    assert [one.state for one in take()] == ["taken"]
    assert list(inbox.iterdir()) == []


def test_linked_folders_are_not_followed(leave: Callable[..., Path], inbox: Path, tmp_path: Path) -> None:
    leave()
    inbox.rename(tmp_path / "elsewhere")
    inbox.symlink_to(tmp_path / "elsewhere")
    (tmp_path / "left" / "linked").symlink_to(tmp_path)
    assert take() == []
    assert (tmp_path / "elsewhere" / "register.parquet").exists()


def test_unknown_folders_refuse_what_lies_in_them(inbox: Path, tmp_path: Path) -> None:
    for folder in ("nobody/full", "population/often"):
        (tmp_path / "left" / folder).mkdir(parents=True)
        (tmp_path / "left" / folder / "x.csv").write_text("resident_id\n", encoding="utf-8")
    assert {(one.dataset, one.refusal) for one in take()} == {
        ("nobody", "pool.dataset_unknown"),
        ("population", "pool.inbox_refused"),
    }


def test_a_busy_dataset_and_a_fault_leave_the_file_where_it_lies(
    leave: Callable[..., Path], inbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    leave("a.parquet")
    with locks.only_writer("population"):
        assert [(one.state, one.refusal) for one in take()] == [("waiting", "pool.dataset_busy")]
    with monkeypatch.context() as patched:
        patched.setattr(ingesting, "ingest", lambda **rest: 1 / 0)
        leave("b.parquet")
        assert [one.refusal for one in take()] == ["ZeroDivisionError"] * 2
        assert take() == [], "what failed waits longer"
        patched.setattr(folders, "AGAIN_SECONDS", 0.0)
        with pytest.raises(CommandError, match="could not be handled"):
            call_command("pool", "inbox", "--once")
    with locks.only_writer(".inbox"):
        assert take() == []
    assert [one.state for one in take(after=400)] == ["taken", "taken"]
    assert list(inbox.iterdir()) == []


def test_a_full_disk_makes_a_file_wait(
    leave: Callable[..., Path], inbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    leave()

    def full(**rest: Any) -> None:
        raise PoolFull

    with monkeypatch.context() as patched:
        patched.setattr(ingesting, "ingest", full)
        assert [(one.state, one.refusal) for one in take()] == [("waiting", "pool.full")]
    assert take() == []
    leave()
    assert [one.state for one in take(after=400)] == ["taken"], "the older one of a name first"
    assert [one.state for one in take()] == ["taken"]
    assert len(pool.batches("population")) == 1


def test_a_file_that_kills_its_process_twice_has_to_wait(
    leave: Callable[..., Path], inbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    leave()

    def killed(**rest: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(ingesting, "ingest", killed)
        for _ in range(2):
            with pytest.raises(KeyboardInterrupt):
                take()
        assert take() == []
    assert [one.state for one in take(after=400)] == ["taken"]


def test_the_command_and_the_schedule(
    leave: Callable[..., Path], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], settings: Any
) -> None:
    started: list[int] = []
    monkeypatch.setattr(tasks._Taker, "start", lambda taker: started.append(1))
    tasks.inbox()
    assert started == []
    leave()
    monkeypatch.setattr(folders, "QUIET_SECONDS", 0.0)
    tasks.inbox()
    assert started == [1]
    call_command("pool", "inbox", "--once")
    assert "population/full: taken" in capsys.readouterr().out
    tasks.inbox()
    assert started == [1]
    settings.POOL_INBOX = ""
    assert not pool.anything_in_inbox(now=datetime.now(UTC))
    with pytest.raises(InboxMissing):
        take()
    with pytest.raises(CommandError, match=r"pool\.inbox_missing"):
        call_command("pool", "inbox", "--once")

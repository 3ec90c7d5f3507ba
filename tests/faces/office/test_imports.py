"""A matter manager takes in a list: looked at first, let begin, read with its findings; nobody else does."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from shudao.contexts.matters import api as matters
from shudao.foundation.identity.contracts import Role
from shudao.foundation.outbox import api as outbox
from tests.contexts.matters.lists import row, written
from tests.faces.portal.conftest import SignedIn
from tests.support.cases import World, staff

PAGE = "/office/imports/"


@pytest.fixture
def manager(signed_in: SignedIn, world: World) -> Client:
    return signed_in(staff("manager", Role.MATTER_MANAGER, now=world.now))


@pytest.fixture
def sent(tmp_path: Path) -> SimpleUploadedFile:
    """A list of three rows, two with something to say of."""
    rows = [row(1, name="结婚登记"), row(2, name="=1+1", main_item=""), row(3, name="从未听说的审查", task_type="7")]
    return SimpleUploadedFile("清单.csv", written(tmp_path / "list.csv", rows, "gb18030").read_bytes())


def looked_at(client: Client, sent: SimpleUploadedFile) -> str:
    answer = client.post(PAGE, {"file": sent, "key": "one"})
    assert answer.status_code == 302
    return str(answer.headers["Location"])


def test_a_list_is_looked_at_before_anything_is_written(manager: Client, sent: SimpleUploadedFile) -> None:
    address = looked_at(manager, sent)
    page = manager.get(address).content.decode()
    assert "这是预览" in page
    assert "缺少前导零" in page
    (kept,) = matters.imports().items
    assert (kept.rows, kept.position) == (3, 0)
    assert matters.listed_entries(kept.number).total == 0


def test_it_is_taken_in_by_a_job_and_read_row_by_row(manager: Client, sent: SimpleUploadedFile) -> None:
    address = looked_at(manager, sent)
    assert manager.post(address, {"key": "begin"}).status_code == 302
    assert 'hx-trigger="every 5s"' in manager.get(address).content.decode()
    outbox.drain()
    page = manager.get(address).content.decode()
    assert "从未听说的审查" in page
    assert 'hx-trigger="every 5s"' not in page
    only = manager.get(address, {"rule": "formula"}).content.decode()
    assert "=1+1" in only
    assert "从未听说的审查" not in only
    (kept,) = matters.imports().items
    assert (kept.imported, kept.matched + kept.unmatched, kept.new) == (3, 3, 3)


@pytest.mark.parametrize("begun", [False, True])
def test_every_rows_findings_go_out_as_a_file_that_runs_nothing(
    manager: Client, sent: SimpleUploadedFile, begun: bool
) -> None:
    address = looked_at(manager, sent)
    if begun:
        manager.post(address, {"key": "begin"})
        outbox.drain()
    lines = b"".join(manager.get(address, {"format": "csv"}).streaming_content).decode("utf-8-sig").splitlines()  # type: ignore[attr-defined]
    assert len(lines) == 4
    assert ",'=1+1," in lines[2]
    assert "没有主项" in lines[2]


@pytest.mark.parametrize("content", [b"", b"a,b\n1,2\n", b"PK\x03\x04" + bytes(50), b"\xff\xfe\x00\x01" * 9])
def test_what_is_no_list_is_refused_beside_the_entry(manager: Client, content: bytes) -> None:
    answer = manager.post(PAGE, {"file": SimpleUploadedFile("x.xlsx", content), "key": "one"})
    assert answer.status_code == 422
    assert "govuk-error-summary" in answer.content.decode()
    assert matters.imports().total == 0


@pytest.mark.parametrize("role", [Role.LEADER, Role.REVIEWER, Role.DATA_OFFICER])
def test_nobody_else_takes_lists_in(signed_in: SignedIn, world: World, role: Role) -> None:
    client = signed_in(staff("other", role, now=world.now))
    assert client.get(PAGE).status_code == 403
    assert client.post(PAGE).status_code == 403


def test_an_import_that_is_not_there_is_told_so(manager: Client) -> None:
    assert manager.get(f"{PAGE}nothing/").status_code == 404
    assert manager.post(f"{PAGE}nothing/", {"key": "x"}).status_code == 404

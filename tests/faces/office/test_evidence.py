"""The evidence browser: each officer's own calls, a person found for a reason; a call with its proof."""

from __future__ import annotations

import io
import zipfile
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from shudao.contexts.exchange import api as exchange
from shudao.foundation.identity import api as identity
from shudao.foundation.identity.contracts import Role
from tests.contexts.exchange.test_evidence import PERSON, Book
from tests.faces.office.conftest import Officer

LIST = "/office/ledger/"


@pytest.fixture
def book(catalogue: None, noon: datetime, settings: Any) -> Book:
    return Book(Path(settings.LEDGER_ROOT), noon)


@pytest.fixture
def auditor(officer: Officer) -> Client:
    return officer("sj", Role.AUDIT_ADMIN)[1]


def test_each_sees_their_departments_calls(book: Book, officer: Officer, auditor: Client) -> None:
    book.note(1, source="ga")
    book.note(2, source="mz")
    assert {"C-1", "C-2"} <= set(auditor.get(LIST).text.replace("<", " ").replace(">", " ").split())
    _, police = officer("ga")
    page = police.get(LIST).text
    assert "C-1" in page
    assert "C-2" not in page
    assert "验证全部台账" not in page
    assert police.post("/office/ledger/verify/").status_code == 403
    assert "C-1" not in police.get(f"{LIST}?case=C-9").text
    assert "C-1" in police.get(f"{LIST}?since=2026-11-24&until=2026-11-24&client={exchange.one_window_client()}").text
    assert "C-1" in b"".join(police.get(f"{LIST}?format=csv").streaming_content).decode()


def test_a_person_is_found_for_a_reason_and_the_id_stands_nowhere(book: Book, auditor: Client) -> None:
    book.note(1, subject=identity.person_key(PERSON))
    book.note(2)
    page = auditor.post(f"{LIST}person/", {"resident_id": PERSON, "reason": "核查投诉"})
    assert page.status_code == 200
    assert "C-1" in page.text
    assert "C-2" not in page.text
    assert PERSON not in page.text
    wrong = auditor.post(f"{LIST}person/", {"resident_id": PERSON, "reason": ""})
    assert wrong.status_code == 422
    assert 'id="f-reason-error"' in wrong.text
    assert PERSON not in wrong.text


def test_a_call_shows_its_proof_and_gives_its_evidence(
    book: Book, officer: Officer, auditor: Client, noon: datetime
) -> None:
    name = book.note(1, source="ga")
    assert "请稍后再看" in auditor.get(f"{LIST}{name}/").text
    exchange.ledger_checkpoint(now=noon)
    page = auditor.get(f"{LIST}{name}/").text
    assert "已核对" in page
    assert exchange.ledger_proof(name).root in page
    taken = auditor.post(f"{LIST}{name}/evidence/")
    assert taken.headers["Content-Type"] == "application/zip"
    assert "proof.json" in zipfile.ZipFile(io.BytesIO(taken.content)).namelist()
    assert auditor.get(f"{LIST}{name}/evidence/").status_code == 405
    _, civil = officer("mz")
    assert civil.get(f"{LIST}{name}/").status_code == 404
    assert civil.post(f"{LIST}{name}/evidence/").status_code == 404


def test_a_refused_call_is_shown_with_the_purpose_that_it_named(book: Book, auditor: Client) -> None:
    name = book.note(1, purpose="marketing", outcome="other_purpose")
    page = auditor.get(f"{LIST}{name}/")
    assert page.status_code == 200
    assert "marketing" in page.text


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_pages_open_in_both_languages(book: Book, auditor: Client, noon: datetime, language: str) -> None:
    name = book.note(1)
    exchange.ledger_checkpoint(now=noon)
    auditor.cookies["django_language"] = language
    for address in (LIST, f"{LIST}{name}/"):
        assert auditor.get(address).status_code == 200, address
    assert ("Proof of calls for data" in auditor.get("/proof/").text) is (language == "en")

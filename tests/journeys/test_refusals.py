"""What is wrong is refused over HTTP with a sentence, nothing typed is lost, and nothing half-written stays behind."""

from __future__ import annotations

import contextlib
import os
import random
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from demo.accounts import COUNTY
from tests.access.test_pages import ABSENT_CASE, filled
from tests.support import matrix, raw, rows
from tests.support.browserless import Answer, Caller, hidden
from tests.support.installation import Installation
from tests.support.submitter import Submitter

pytestmark = pytest.mark.xdist_group("installation")
MEGABYTE = 1 << 20
GUANGAN = "511602000000"
# What the worker counts of earlier calls whenever its hour comes.
COUNTED = ("exchange_useofday", "pool_use")


@contextlib.contextmanager
def untouched(installation: Installation, *but: str) -> Iterator[None]:
    """Hold every table's number of rows, and that of the stored files, against what it was; `but` may grow."""
    before = rows.counts(installation)
    yield
    after = rows.counts(installation)
    assert {
        name: (before[name], after[name])
        for name in before
        if before[name] != after[name] and name not in (*COUNTED, *but)
    } == {}


@pytest.fixture(scope="module")
def clerk(installation: Installation) -> Caller:
    made = Caller(installation.web)
    made.sign_in("clerk", installation.password, then="/window/")
    return made


@pytest.fixture(scope="module")
def mother(installation: Installation) -> Submitter:
    made = Submitter(installation)
    made.caller.sign_in("wang", installation.password)
    return made


def task_of(installation: Installation, code: str, division: str) -> str:
    """The implementation of a matter in a division."""
    asked = f"SELECT task_code FROM matters_implementation WHERE code = '{code}' AND division = '{division}'"  # noqa: S608
    return str(rows.query(installation, asked)[0][0])


def test_a_wrong_check_digit_at_the_window(installation: Installation, clerk: Caller, mother: Submitter) -> None:
    right = mother.mother.resident_id
    wrong = right[:17] + ("1" if right[17] != "1" else "2")
    address = f"/window/intake/{task_of(installation, 'household-newborn', COUNTY)}/"
    key = hidden(clerk.get(address).text, "key")
    with untouched(installation):
        page = clerk.post(address, {"resident_id": wrong, "name": "王秀兰", "phone": "19900000000", "key": key})
    assert page.status == 422
    assert "校验位" in page.text
    assert 'value="王秀兰"' in page.text, "what was typed is still there"


def test_a_matter_not_offered_in_that_county(installation: Installation, clerk: Caller, mother: Submitter) -> None:
    elsewhere, sent = task_of(installation, "household-newborn", GUANGAN), mother.mother
    told = {"resident_id": sent.resident_id, "name": sent.name, "phone": sent.phone}
    with untouched(installation):
        key = hidden(clerk.get(f"/window/intake/{elsewhere}/").text, "key")
        page = clerk.post(f"/window/intake/{elsewhere}/", {**told, "key": key})
        assert page.status in (404, 409), page.told
        assert "matters.not_offered" in page.text, page.told
        nowhere = mother.caller.post(f"/apply/{'1' * 31}/", {"key": "none-such", "delivery": "online"})
        assert (nowhere.status, "matters.not_found" in nowhere.text) == (404, True), nowhere.told


def test_a_form_that_breaks_its_schema(installation: Installation, mother: Submitter) -> None:
    draft = mother.draft(task_of(installation, "household-newborn", COUNTY))
    typed = {name: value for name, value in mother.form.items() if isinstance(value, str)}
    required = re.findall(r'name="([\w-]+)"[^>]*required', mother.caller.get(draft).text)
    wrong = {name: "不是日期" for name, value in typed.items() if re.fullmatch(r"\d{4}-\d\d-\d\d", value)}
    wrong |= {name: "123" for name, value in typed.items() if re.fullmatch(r"5199\d{13}[\dX]", value)}
    assert len(wrong) >= 2, (typed, required)
    with untouched(installation, "audit_auditentry"):
        page = mother.materials(draft, **wrong)
    assert page.status == 422, page.told
    for name in wrong:
        assert re.search(rf'id="f-{name}[\w-]*-error"', page.text), f"{name} has its sentence"
    kept = [value for name, value in typed.items() if name not in wrong]
    assert [value for value in kept if value not in page.text] == [], "nothing typed is lost"


@pytest.mark.parametrize("page", ["/my/cases/{}/", "/my/cases/{}/supplement/", "/window/cases/{}/", "/rate/{}/"])
def test_somebody_elses_case_looks_absent(installation: Installation, page: str) -> None:
    stranger = Caller(installation.web)
    if page.startswith("/window/"):
        stranger.sign_in("clerk-guangan", installation.password, then="/window/")
    else:
        stranger.sign_in("chen", installation.password)
    with untouched(installation):
        real, absent = (stranger.get(page.format(one)) for one in (installation.story_case, ABSENT_CASE))
    assert real.status == absent.status
    assert real.status in (403, 404)
    assert alike(real, installation.story_case) == alike(absent, ABSENT_CASE)


def alike(answer: Answer, number: str) -> str:
    """The page without case number, tokens and trace ids."""
    text = re.sub(r'name="(csrfmiddlewaretoken|key)" value="[^"]*"', "", answer.text.replace(number, "N"))
    return re.sub(r"\b[0-9A-HJKMNP-TV-Z]{26}\b", "T", text)


PLACES = {
    "page": ("web", "/apply/drafts/00000000000000000000000000/materials/", 413),
    "window": ("web", "/window/intake/", 413),
    "api": ("web", "/api/v1/licences/verify", 413),
    "session": ("gateway", "/session", 401),
    "call": ("gateway", "/r1/SHUDAO/GOV/1/pool/x", 400),
}


@pytest.mark.parametrize("where", PLACES)
def test_ten_gigabytes_announced_are_refused_unread(installation: Installation, mother: Submitter, where: str) -> None:
    side, path, status = PLACES[where]
    with untouched(installation):
        reply = raw.announce(getattr(installation, side), path, 10 * 1024 * MEGABYTE, raw.cookies(mother.caller))
    assert reply.status == status
    assert reply.seconds < 5, "nothing is waited for"
    if where == "api":
        assert reply.kind == "application/problem+json"


@pytest.mark.parametrize("where", PLACES)
def test_sixty_megabytes_streamed_without_a_length_take_no_memory(
    installation: Installation, mother: Submitter, where: str
) -> None:
    side, path, status = PLACES[where]
    before = memory(installation)
    with untouched(installation):
        reply = raw.stream(
            getattr(installation, side), path, (b"a" * MEGABYTE for _ in range(60)), raw.cookies(mother.caller)
        )
    grown = {pid: memory(installation)[pid] - before[pid] for pid in before}
    assert reply.status == (411 if side == "web" else status)
    assert max(grown.values()) < 20 * MEGABYTE


def memory(installation: Installation) -> dict[int, int]:
    """The most bytes that each process of the installation ever held."""
    from tests.faults.test_kill import family

    found = {}
    for pid, _ in family(installation.process.pid):
        peak = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
        found[pid] = int(peak[1]) * 1024 if peak else 0
    return found


KINDS = {
    "bytes": ("application/octet-stream", b""),
    "form": ("application/x-www-form-urlencoded", b""),
    "multipart": ("multipart/form-data; boundary=x", b'--x\r\nContent-Disposition: form-data; name="key"\r\n\r\n'),
    "no boundary": ("multipart/form-data", b""),
    "json": ("application/json", b'{"number": '),
    "deep json": ("application/json", b"[" * 100_000),
    "null bytes": ("application/x-www-form-urlencoded", b"key=%00&name=%00%ff%fe&delivery=%ED%A0%80&" + b"a=1&" * 2000),
}
ACTORS = ("wang", "clerk", "reviewer-police", "manager", "data-police", "bureau", "system")


def kinds_of(username: str) -> list[str]:
    """Three kinds of garbage for each visitor: all seven visitors together send every kind to every page."""
    kinds, first = list(KINDS), ACTORS.index(username)
    return list(KINDS) if os.environ.get("SHUDAO_JOURNEYS") == "all" else [kinds[(first + n) % 7] for n in (0, 2, 4)]


@pytest.mark.parametrize("username", ACTORS)
def test_garbage_is_refused_by_every_page_without_a_fault(installation: Installation, username: str) -> None:
    if not os.environ.get("DATABASE_URL") and username not in ("wang", "bureau"):
        pytest.skip("all of them in the suite on PostgreSQL, which takes less than SQLite does")
    visitor = Caller(installation.web)
    visitor.sign_in(username, installation.password, then="/help/")
    chance, wrong = random.Random(username), []
    with untouched(installation, "audit_auditentry", "cases_trackthrottle"):
        for row in matrix.decided().values():
            if row.surface != "page" or row.address == "/sign-out/":
                continue
            for address in {filled(row.address), filled(row.address).replace(ABSENT_CASE, installation.story_case)}:
                for name in kinds_of(username):
                    kind, start = KINDS[name]
                    body = start + (b"" if name == "null bytes" else chance.randbytes(300))
                    headers = raw.cookies(visitor) | {"Content-Type": kind}
                    reply = raw.send(installation.web, address, body, headers)
                    if reply.status >= 500:
                        wrong.append(f"{address} {name}: {reply.status}")
    assert not wrong


@pytest.mark.parametrize("kind", KINDS)
def test_garbage_is_refused_by_api_and_gateway_without_a_fault(installation: Installation, kind: str) -> None:
    chance = random.Random(kind)
    media, start = KINDS[kind]
    with untouched(installation):
        for path in ("/api/v1/licences/verify", "/api/v1/cases/progress"):
            reply = raw.send(installation.web, path, start + chance.randbytes(300), {"Content-Type": media})
            assert 400 <= reply.status < 500, (path, reply)
            assert reply.kind == "application/problem+json", (path, reply)
        for path in ("/session", "/r1/a/b/c/d/e", "/r1/%00/../x", "/nowhere"):
            headers = {"Content-Type": media, "X-Road-Client": "SHUDAO/GOV/1/x", "Signature-Input": "sig=();x"}
            reply = raw.send(installation.gateway, path, start + chance.randbytes(300), headers)
            assert 400 <= reply.status < 500, (path, reply)
            assert "json" in reply.kind, (path, reply)

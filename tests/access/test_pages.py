"""
Every page × every role on a running system: who is let in, who is sent to sign in, who is refused.

And every page that shows somebody's case, draft or licence × own, same department, other department, other division,
nobody: what is foreign looks exactly like what is absent.
"""

from __future__ import annotations

import re
from functools import cache

import pytest

from demo.accounts import PASSWORD, STAFF
from tests.support import matrix
from tests.support.browserless import Answer, Caller
from tests.support.installation import Installation

pytestmark = pytest.mark.xdist_group("installation")

ROLE_OF = {username: role.value for username, _, role, _, _ in STAFF}
ABSENT_CASE = "0" * 43
# Parameters of addresses, filled with something that is well formed and absent.
FILLERS = {
    "number": ABSENT_CASE,
    "task_code": "1" * 31,
    "draft": "0" * 26,
    "draft_id": "0" * 26,
    "code": "510000000000",
    "catalog_code": "510000000000",
    "job": "0" * 26,
    "account": "0" * 26,
    "act": "accept",
    "place": "0",
    "entry": "0:0",
    "client": "SHUDAO/GOV/0/none",
    "document": "none",
}
WHO = ["", "wang", *ROLE_OF]


def filled(address: str) -> str:
    """The address with its parameters filled."""
    return re.sub(r"<(\w+):(\w+)>", lambda match: "0" if match[1] == "int" else FILLERS[match[2]], address)


@cache
def caller(web: str, username: str) -> Caller:
    """Somebody signed in, or nobody for ""."""
    made = Caller(web)
    if username:
        made.get("/sign-in/")
        made.post("/sign-in/", {"username": username, "password": PASSWORD, "next": "/help/"})
    return made


@pytest.mark.parametrize("username", WHO, ids=lambda who: who or "nobody")
def test_pages_open_to_those_the_matrix_names(installation: Installation, username: str) -> None:
    visitor = caller(installation.web, username)
    wrong = []
    for row in matrix.decided().values():
        if row.surface == "page":
            answer = visitor.get(filled(row.address))
            if (verdict := judged(answer)) != expected(row, username):
                wrong.append(f"{row.address}: {verdict} ({answer.status})")
    assert not wrong


def expected(row: matrix.Row, username: str) -> str:
    """What the matrix says happens."""
    if row.who == "everybody":
        return "open"
    if not username:
        return "sign in"
    if row.who == "signed in":
        return "open"
    if row.who == "applicant":
        return "refused" if username in ROLE_OF else "open"
    return "open" if ROLE_OF.get(username) in row.who.split() else "refused"


def judged(answer: Answer) -> str:
    """What happened: absent objects and pages that want a POST count as let in."""
    if answer.address.startswith("/sign-in/?next="):
        return "sign in"
    return "refused" if answer.status == 403 else "open"


CASE_PAGES = {
    "/my/cases/{case}/": {"wang"},
    "/rate/{case}/": {"wang"},
    "/window/cases/{case}/": {"clerk", "reviewer-police"},
}
RELATIONS = {
    "wang": "own",
    "clerk": "same division's window",
    "reviewer-police": "same department",
    "reviewer-health": "other department",
    "reviewer-guangan": "same line, other division",
    "clerk-guangan": "other division",
    "chen": "nobody to it",
}


@pytest.mark.parametrize("username", RELATIONS, ids=lambda who: f"{who} ({RELATIONS[who]})")
def test_a_foreign_case_looks_like_an_absent_one(installation: Installation, username: str) -> None:
    visitor = caller(installation.web, username)
    for page, seers in CASE_PAGES.items():
        real = visitor.get(page.format(case=installation.story_case))
        if username in seers:
            assert real.status == 200, page
            continue
        absent = visitor.get(page.format(case=ABSENT_CASE))
        assert real.status == absent.status, page
        assert real.status in {403, 404}, page
        assert plain(real, installation.story_case) == plain(absent, ABSENT_CASE), page


def plain(answer: Answer, number: str) -> str:
    """The page without what differs from request to request: its own address, tokens, trace ids."""
    text = answer.text.replace(number, "N")
    text = re.sub(r'name="(csrfmiddlewaretoken|key)" value="[^"]*"', "", text)
    return re.sub(r"\b[0-9A-HJKMNP-TV-Z]{26}\b", "T", text)

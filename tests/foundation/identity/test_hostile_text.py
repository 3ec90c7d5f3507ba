"""Codes and keys come from addresses and forms: whatever they hold, the answer is "not found"."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest

from shudao.foundation.audit.contracts import SYSTEM
from shudao.foundation.identity import api as identity
from shudao.foundation.identity.contracts import Person
from shudao.foundation.regions import api as regions
from shudao.kernel.errors import Invalid, NotFound, ShudaoError

pytestmark = pytest.mark.django_db
HOSTILE = ["\x00", "\ud800", "a\x00b", "' OR 1=1 --", "../../etc/passwd", "x" * 10_000, "{0}", "%s"]


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize(
    "ask",
    [identity.department, identity.person, identity.company, identity.actor, regions.get, regions.service_point],
)
def test_a_hostile_code_finds_nothing(ask: Callable[[str], object], text: str) -> None:
    with pytest.raises((NotFound, Invalid)):
        ask(text)


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_code_among_many_is_left_out(text: str) -> None:
    for find in (identity.find_departments, identity.find_persons, identity.find_companies, regions.find):
        assert find([text]) == {}
    assert identity.person_by_id(text) is None
    assert identity.accounts(acting=SYSTEM, text=text).items == ()


@pytest.mark.parametrize("text", ["\x00", "\ud800", "a\x00b", "line\nline"])
def test_a_hostile_name_is_refused_with_the_field_that_holds_it(text: str, wang: Person, noon: datetime) -> None:
    code = identity.generated_credit_code(prefix="91", serial=1)
    with pytest.raises(Invalid, match="invalid"):
        identity.register_company(code=code, name=text, representative=text, acting=SYSTEM, now=noon, key="k")
    with pytest.raises(Invalid) as refused:
        identity.create_account(username=text, password=None, name=text, acting=SYSTEM, now=noon)
    assert set(refused.value.fields) == {"username", "name"}


@pytest.mark.parametrize("text", ["reason\x00", "reason\ud800"])
def test_a_hostile_reason_is_refused(text: str, wang: Person, noon: datetime) -> None:
    with pytest.raises(ShudaoError):
        identity.reveal_id(wang.key, acting=SYSTEM, reason=text, now=noon)

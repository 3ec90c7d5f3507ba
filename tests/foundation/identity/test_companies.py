"""Companies, and who acts for them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from shudao.foundation.audit.contracts import NOBODY, SYSTEM, Actor
from shudao.foundation.identity import api as identity
from shudao.foundation.identity import models
from shudao.foundation.identity.contracts import Company, CompanyNotFound, Person, PersonNotFound
from shudao.kernel.errors import Forbidden, Invalid
from tests.foundation.identity.conftest import resident_id

pytestmark = pytest.mark.django_db
CODE = identity.generated_credit_code(prefix="91", serial=7)


@pytest.fixture
def bakery(wang: Person, noon: datetime) -> Company:
    return identity.register_company(
        code=CODE, name="山城面包店", representative="王小明", person=wang.key, acting=SYSTEM, now=noon, key="bakery"
    )


def test_a_company_shows_its_representative_masked_and_keeps_the_name_sealed(bakery: Company, wang: Person) -> None:
    assert bakery == Company(CODE, "山城面包店", "王**")
    assert identity.company(f" {CODE.lower()} ") == bakery
    assert identity.companies_of(wang.key) == [bakery]
    assert identity.find_companies([CODE, "x"]) == {CODE: bakery}
    assert "王小明".encode() not in bytes(models.Company.objects.get().sealed_representative)


def test_the_representative_acts_for_it_and_nobody_else(
    bakery: Company, wang: Person, account: Callable[..., Actor], noon: datetime
) -> None:
    mine = account("wang", wang.key)
    assert identity.acting_for(mine, CODE).company == CODE
    other = identity.register_person(
        resident_id=resident_id(2), name="李四", phone="13900000002", acting=SYSTEM, now=noon, key="li"
    )
    li = account("li", other.key)
    for company in (CODE, "915199010000000000"):
        with pytest.raises(CompanyNotFound):
            identity.acting_for(li, company)
    identity.link_company(code=CODE, person=other.key, position="agent", acting=mine, now=noon)
    assert identity.acting_for(li, CODE).company == CODE
    with pytest.raises(CompanyNotFound):
        # An agent names no further agents.
        identity.link_company(code=CODE, person=wang.key, position="agent", acting=li, now=noon)


def test_an_applicant_registers_no_company_and_makes_nobody_its_representative(
    bakery: Company, wang: Person, account: Callable[..., Actor], noon: datetime
) -> None:
    mine = account("wang", wang.key)
    for acting in (mine, NOBODY):
        with pytest.raises(Forbidden):
            identity.register_company(code=CODE, name="x", representative="y", acting=acting, now=noon, key="k")
    with pytest.raises(Forbidden):
        identity.link_company(code=CODE, person=wang.key, position="legal_representative", acting=mine, now=noon)


@pytest.mark.parametrize(
    ("changed", "field"),
    [({"code": CODE[:-1] + "?"}, "code"), ({"name": " "}, "name"), ({"representative": ""}, "representative")],
)
def test_what_is_wrong_is_said(changed: dict[str, Any], field: str, noon: datetime) -> None:
    given = {"code": CODE, "name": "山城面包店", "representative": "王小明"} | changed
    with pytest.raises(Invalid) as refused:
        identity.register_company(**given, acting=SYSTEM, now=noon, key="k")
    assert set(refused.value.fields) == {field}


def test_a_representative_who_is_not_registered_leaves_nothing_behind(noon: datetime) -> None:
    with pytest.raises(PersonNotFound):
        identity.register_company(
            code=CODE, name="店", representative="王", person="0" * 32, acting=SYSTEM, now=noon, key="k"
        )
    with pytest.raises(CompanyNotFound):
        identity.company(CODE)


def test_registering_again_brings_it_up_to_date(bakery: Company, noon: datetime) -> None:
    identity.register_company(code=CODE, name="山城糕点店", representative="李四", acting=SYSTEM, now=noon, key="new")
    assert identity.company(CODE) == Company(CODE, "山城糕点店", "李*")

"""A company's case, filed by somebody who may act for it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from shudao.contexts.cases import api as cases
from shudao.contexts.cases.contracts import CaseNotFound
from shudao.foundation.audit.contracts import SYSTEM
from shudao.foundation.identity import api as identity
from shudao.kernel.errors import Invalid
from tests.support.cases import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def company(world: World) -> str:
    """A company that Li represents."""
    code = identity.generated_credit_code(prefix="91", serial=7)
    identity.register_company(
        code=code,
        name="成都幸福商贸有限公司",
        representative="李秀兰",
        person=world.li.person,
        acting=SYSTEM,
        now=world.now,
        key="company",
    )
    return code


def test_the_case_is_the_companys_whoever_of_it_looks(world: World, company: str) -> None:
    opened = world.submitted("of-companies", company=company)
    for_company = replace(world.li, company=company)
    (row,) = cases.my_cases(for_company).items
    assert (row.number, row.company_name) == (opened.number, "成都幸福商贸有限公司")
    assert cases.my_cases(world.li).items == (), "among the personal ones it would mislead"
    colleague = replace(world.zhao, company=company)
    assert cases.case(opened.number, acting=colleague).company == company
    with pytest.raises(CaseNotFound):
        cases.case(opened.number, acting=world.zhao)


def test_nobody_applies_for_a_company_that_is_not_theirs(world: World, company: str) -> None:
    with pytest.raises(Invalid) as caught:
        world.draft("of-companies", by=world.zhao, company=company)
    assert "company" in caught.value.fields


def test_a_personal_matter_takes_no_company(world: World, company: str) -> None:
    with pytest.raises(Invalid) as caught:
        world.draft("birth", company=company)
    assert "company" in caught.value.fields

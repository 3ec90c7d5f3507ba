"""The catalogue is public and holds no data."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.contexts.exchange.conftest import MARRIAGE, POPULATION

pytestmark = pytest.mark.django_db
ROOT = "/api/v1/exchange/resources"


def test_anybody_can_list_what_departments_share(catalogue: None, client: Client) -> None:
    told = client.get(ROOT).json()
    assert (told["total"], told["page"]) == (3, 1)
    assert POPULATION in {one["code"] for one in told["items"]}


def test_a_resource_says_its_items_and_terms(catalogue: None, client: Client) -> None:
    told = client.get(f"{ROOT}/{MARRIAGE}").json()
    assert told["share_type"] == "2"
    assert told["condition"]["zh"]
    assert {
        "name": "spouse_name",
        "title": {"zh": "配偶姓名", "en": "Spouse's name"},
        "kind": "text",
        "length": 0,
        "sensitivity": 3,
        "personal": True,
    } in (told["items"])


def test_pages_and_unknown_codes_answer_problem_json(catalogue: None, client: Client) -> None:
    assert len(client.get(f"{ROOT}?size=2&page=2").json()["items"]) == 1
    for address, status in ((f"{ROOT}/nothing", 404), (f"{ROOT}?page=0", 422), (f"{ROOT}?size=100000", 422)):
        refused = client.get(address)
        assert refused.status_code == status
        assert refused.headers["content-type"] == "application/problem+json"

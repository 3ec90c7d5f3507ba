"""A delivery that nobody described gets a contract proposed; accepted, it judges the next delivery."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
import yaml

from demo import people, populations
from shudao.contexts.pool import api as pool
from shudao.contexts.pool.contracts.deliveries import (
    Batch,
)
from shudao.contexts.pool.contracts.quality import (
    Proposal,
)
from shudao.contexts.pool.contracts.refusals import (
    ContractBroken,
    SourceUnreadable,
)
from shudao.foundation.audit.contracts import SYSTEM

pytestmark = pytest.mark.django_db
Deliver = Callable[..., Batch]


@pytest.fixture
def proposed(delivery: populations.Written, noon: datetime) -> Proposal:
    return pool.profile(dataset="people", source=delivery.files["population"], acting=SYSTEM, now=noon)


def test_types_identifiers_codes_keys_and_what_hangs_together_are_seen(proposed: Proposal) -> None:
    made = yaml.safe_load(proposed.contract)
    columns = {column["name"]: column for column in made["columns"]}
    assert columns["resident_id"] | {"title": 0} == {
        "name": "resident_id",
        "title": 0,
        "identifier": "resident",
        "sensitivity": 4,
        "check": "resident",
        "required": True,
    }
    assert columns["birth_date"]["kind"] == "date"
    assert columns["birth_date"]["range"][1] == "today"
    assert set(columns["sex"]["values"]) == {"男", "女"}
    assert "未知族" not in columns["ethnicity"].get("values", [])
    assert columns["household_no"]["pattern"] == "[0-9]{14}"
    assert columns["name"]["identifying"] is True
    assert columns["hukou_address"]["identifying"] is True
    assert (made["subject"], made["key"]) == ("resident_id", ["resident_id"])
    kinds = {(rule["kind"], *rule["columns"]) for rule in made["rules"]}
    assert ("derived", "birth_date", "resident_id") in kinds
    assert ("derived", "sex", "resident_id") in kinds


def test_every_proposal_comes_with_figures_and_without_a_person(proposed: Proposal, world: people.World) -> None:
    assert {str(one["code"]) for one in proposed.evidence} >= {"resident_id.check_digit", "sex.code_list"}
    assert all(0.9 <= float(str(one["share"])) <= 1 and one["says"] for one in proposed.evidence)
    said = proposed.contract + str(proposed.evidence)
    for person in world.people:
        assert person.resident_id not in said
        assert person.name not in said
        assert person.address not in said


def test_an_accepted_proposal_judges_the_next_delivery(
    proposed: Proposal, delivery: populations.Written, deliver: Deliver, noon: datetime
) -> None:
    edited = proposed.contract.replace("kind: sj", "kind: ga")
    made = pool.accept(proposed.number, contract=edited, acting=SYSTEM, now=noon, key="accept")
    assert (made.owner_kind, made.version) == ("ga", 1)
    assert pool.proposal(proposed.number).accepted == 1
    batch = deliver("people", source=delivery.files["population"])
    # Codes seen less than five times are left to people to judge: the rare ones among them are set aside as well.
    rare = batch.reasons["ethnicity.code_list"]
    assert delivery.planted["population"] <= batch.quarantined <= delivery.planted["population"] + rare
    assert set(batch.reasons) <= {"name.required", "ethnicity.code_list", "resident_id.check_digit"}
    again = pool.profile(dataset="people", source=delivery.files["population"], acting=SYSTEM, now=noon)
    assert yaml.safe_load(again.contract)["version"] == 2
    assert [one.number for one in pool.proposals("people")] == [again.number, proposed.number]


def test_a_contract_is_edited_as_text_and_every_version_stays(sichuan: None, noon: datetime) -> None:
    pool.create(contract="marriage", acting=SYSTEM, now=noon, key="one")
    [(number, _, text)] = pool.contract_versions("marriage")
    assert number == 1
    made = pool.write_contract(text.replace("version: 1", "version: 2"), acting=SYSTEM, now=noon, key="two")
    assert made.version == 2
    assert [number for number, _, _ in pool.contract_versions("marriage")] == [2, 1]
    for wrong in ("- a", "a: [", "x" * 300_000, "!!python/object/apply:os.system ['true']"):
        with pytest.raises(ContractBroken):
            pool.write_contract(wrong, acting=SYSTEM, now=noon, key="wrong")


def test_a_column_name_or_code_that_cannot_be_used_says_so(sichuan: None, tmp_path: Path, noon: datetime) -> None:
    (tmp_path / "x.csv").write_text("姓名,b\n1,2\n")
    with pytest.raises(ContractBroken):
        pool.profile(dataset="x1", source=tmp_path / "x.csv", acting=SYSTEM, now=noon)
    with pytest.raises(ContractBroken):
        pool.profile(dataset="X 1", source=tmp_path / "x.csv", acting=SYSTEM, now=noon)


def test_a_new_column_is_added_sealed_where_the_contract_lets_it_and_refused_where_not(
    deliver: Deliver, world: people.World, tmp_path: Path, noon: datetime
) -> None:
    deliver("marriage")
    text = pool.contract_versions("marriage")[0][2].replace("version: 1", "version: 2")
    plain = populations.write(world, tmp_path / "csv", kind="csv").files["marriage"]
    lines = plain.read_text("utf-8").splitlines()
    wider = tmp_path / "wider.csv"
    wider.write_text("\n".join([lines[0] + ",witness", *(line + ",某人" for line in lines[1:])]), encoding="utf-8")
    with pytest.raises(SourceUnreadable, match="witness"):
        deliver("marriage", source=wider, key="refused")
    pool.write_contract(text + "evolve: add\n", acting=SYSTEM, now=noon, key="evolve")
    deliver("marriage", source=wider, key="added")
    contract = pool.contract("marriage")
    assert (contract.version, contract.column("witness").identifying) == (3, True)
    found = pool.lookup("marriage", world.people[0].resident_id)
    assert found is not None
    assert found.rows[0]["witness"] == "某人"

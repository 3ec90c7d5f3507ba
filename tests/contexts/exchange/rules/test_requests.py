"""What a request must satisfy, and what people are told when there is no data."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shudao.contexts.exchange.contracts.answers import UnavailableReason
from shudao.contexts.exchange.contracts.rights import Grant, Purpose
from shudao.contexts.exchange.rules import asking, rights, sentences, snapshots
from shudao.foundation.audit.contracts import Actor, RoleGrant
from shudao.kernel.texts import Text
from shudao.plane.decision import Refusal

CODE = "115199000000000000"


@pytest.mark.parametrize(
    ("client", "well"),
    [
        (f"SHUDAO/GOV/{CODE}/one-window", True),
        (f"SHUDAO/GOV/{CODE}/a'()+,-.=?9", True),
        (f"SC/GOV/{CODE}/one-window", False),
        (f"SHUDAO/COM/{CODE}/one-window", False),
        ("SHUDAO/GOV/115199000000000001/one-window", False),
        (f"SHUDAO/GOV/{CODE}", False),
        (f"SHUDAO/GOV/{CODE}/", False),
        (f"SHUDAO/GOV/{CODE}/a/b", False),
        (f"SHUDAO/GOV/{CODE}/一窗", False),
        (f"SHUDAO/GOV/{CODE}/x\n", False),
        ("", False),
    ],
)
def test_a_client_id_has_four_parts_of_x_roads_characters(client: str, well: bool) -> None:
    assert asking.is_client_of(client, CODE) is well


def test_every_refusal_of_the_gateway_has_a_sentence_in_both_languages() -> None:
    told = [sentences.refused(code.value) for code in Refusal]
    assert all(sentence.zh and sentence.en for _, sentence in told)
    unforeseen = sentences.refused("something new")
    assert unforeseen[0] is UnavailableReason.REFUSED
    assert unforeseen not in told


@pytest.mark.parametrize("code", [Refusal.NO_GRANT, Refusal.EXPIRED, Refusal.NOT_YET, Refusal.PURPOSE, Refusal.FIELDS])
def test_what_a_new_grant_would_cure_is_told_as_a_missing_grant(code: Refusal) -> None:
    assert sentences.refused(code)[0] is UnavailableReason.NO_GRANT


@pytest.mark.parametrize("code", ["ledger_unavailable", "no_snapshot", "store_unavailable", "index_damaged"])
def test_what_only_the_operator_can_cure_is_told_as_a_gateway_that_is_down(code: str) -> None:
    assert sentences.refused(code)[0] is UnavailableReason.GATEWAY_DOWN


ROLES = st.lists(st.tuples(st.sampled_from(["data_officer", "clerk"]), st.sampled_from(["asker", "source", None])))


@settings(deadline=None)
@given(account=st.sampled_from(["one", "two"]), roles=ROLES)
def test_whoever_asked_or_works_where_was_asked_never_decides(
    account: str, roles: list[tuple[str, str | None]]
) -> None:
    acting = Actor(account, "staff", roles=tuple(RoleGrant(role, department, None) for role, department in roles))
    own = rights.decides_own(acting, requested_by="one", department="asker")
    assert own is (account == "one" or any(department == "asker" for _, department in roles))


@settings(deadline=None)
@given(start=st.dates(date(2025, 1, 1), date(2027, 1, 1)), days=st.integers(0, 900), at=st.integers(-3, 905))
def test_a_grant_holds_for_the_gateway_on_exactly_its_local_days(start: date, days: int, at: int) -> None:
    grant = Grant(
        number="g",
        system="s",
        resource="r",
        fields=("name",),
        purpose=Purpose.HANDLING,
        legal_basis=Text("依据"),
        matters=("510107009006", "510107009007"),
        row_scope="510107000000",
        quota=3,
        valid_from=start,
        valid_to=start + timedelta(days=days),
        request="q",
    )
    made = snapshots.plane_grant(grant, row_field="hukou_division", scope_level=3)
    # noon in Chengdu, and the last second of the same local day
    for instant in (datetime(start.year, start.month, start.day, 4, tzinfo=UTC), None):
        moment = (instant or snapshots.midnight(start + timedelta(days=1)) - timedelta(seconds=1)) + timedelta(days=at)
        assert (made.valid_from <= moment < made.valid_to) is (0 <= at <= days)
    assert made.scope is not None
    assert (made.scope.field, made.scope.prefixes) == ("hukou_division", ("510107",))
    assert made.matter == "510107009006^510107009007"

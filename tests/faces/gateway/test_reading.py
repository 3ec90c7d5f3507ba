"""Only the fields that a call needs are read from the index, and the answer is the one that all of them give."""

from __future__ import annotations

import itertools
from pathlib import Path

from shudao.plane.decision import needed, shown
from shudao.plane.grants import RowScope
from shudao.plane.lookup.current import publish
from shudao.plane.lookup.reader import IndexReader
from tests.faces.gateway.process import FIELDS, Place, person
from tests.plane import layers, makers

NAMES = tuple(field.name for field in FIELDS)
SCOPES = (None, RowScope("hukou_division", ("5199",)), RowScope("hukou_division", ("51",)), RowScope("name", ("乙",)))


def built(place: Place) -> IndexReader:
    """An index of two layers: the newer one takes a row's place and adds another."""
    key, folder = place.ring.secret("pool-index"), place.root / "pool" / "population"
    old = [
        {"name": "甲", "sex": "1", "hukou_division": "519901"},
        {"name": "乙", "sex": "2", "hukou_division": "510104"},
    ]
    new = [
        {"name": "甲", "sex": "2", "hukou_division": "510105"},
        {"name": "丙", "sex": "1", "hukou_division": "519902"},
    ]
    made = [layers.write(folder, key, "population", {place.hashed(person(1)): rows}, FIELDS) for rows in (old, new)]
    publish(folder, key.secret, key.id, "population", snapshot=7, as_of="2026-11-20T00:00:00+00:00", layers=made)
    return IndexReader(folder, {key.id: key.secret})


def test_every_choice_of_fields_and_scope_gives_the_same_answer(tmp_path: Path) -> None:
    place = Place(tmp_path)
    reader, subject = built(place), place.hashed(person(1))
    whole = reader.lookup(subject)
    assert whole is not None
    assert len(whole.rows) == 3
    choices = [fields for many in range(1, 5) for fields in itertools.permutations(NAMES, many)]
    for fields, scope in itertools.product(choices, SCOPES):
        grant = makers.grant(fields=fields, scope=scope)
        found = reader.lookup(subject, needed(fields, grant))
        assert found is not None
        assert set(found.rows[0]) == set(needed(fields, grant)), "nothing else is decoded"
        assert shown(found.rows, fields, grant) == shown(whole.rows, fields, grant), (fields, scope)
    reader.close()


def test_a_scope_by_a_field_that_is_not_asked_for_still_chooses(own: Place) -> None:
    ask = {"subject": person(1), "fields": ("name",), "purpose": "household-registration", "case": "510000-1"}
    for prefix, found in (("5199", True), ("5101", False)):
        own.publish(grants=(own.grant(scope=RowScope("hukou_division", (prefix,))),))
        if own.process is None:
            own.start()
        else:
            own.await_version()
        answer = own.client().call(makers.SERVICE, **ask)
        assert (answer.found, answer.data) == (found, {"name": "试验人1"} if found else {})


def test_a_snapshot_without_a_score_says_that_there_is_none(own: Place) -> None:
    own.publish(resources=(makers.resource(scores=((6, 0.5),)),))
    own.start()
    answer = own.client().call(makers.SERVICE, person(1), ("name",), "household-registration", case="510000-1")
    assert (answer.found, answer.snapshot, answer.score) == (True, 7, None)

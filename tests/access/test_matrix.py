"""Every address has its row in the access matrix, and every page's own declaration agrees with it (GOALS safety 5)."""

from __future__ import annotations

from tests.support import matrix, routes


def test_every_address_has_its_row() -> None:
    assert matrix.missing() == [], "decide who may open it and add the row to docs/access-matrix.csv"


def test_no_row_speaks_of_an_address_that_is_gone() -> None:
    there = {(route.surface, route.address) for route in routes.every()}
    assert [key for key in matrix.decided() if key not in there] == []


def test_pages_declare_what_the_matrix_decided() -> None:
    decided = matrix.decided()
    differing = [
        (route.address, route.who, decided[route.surface, route.address].who)
        for route in routes.pages()
        if decided[route.surface, route.address].who != route.who
    ]
    assert not differing

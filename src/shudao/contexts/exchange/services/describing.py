"""Write the catalogue for other catalogues: DCAT-AP 3."""

from __future__ import annotations

from shudao.contexts.exchange.adapters import keys
from shudao.contexts.exchange.contracts.registry import CatalogueFormat
from shudao.contexts.exchange.queries import catalogue
from shudao.foundation.identity import api as identity
from shudao.foundation.regions import api as regions


def described(form: CatalogueFormat, *, site: str) -> bytes:
    # rdflib takes a quarter of a second to import: only those who write the catalogue pay for it.
    from shudao.contexts.exchange.adapters import dcat

    entries = [dcat.Described(one, at) for one, at in catalogue.offered()]
    publisher = identity.department(keys.bureau())
    bodies = identity.find_departments({publisher.code, *(one.resource.provider for one in entries)})
    place = regions.get(publisher.division)
    graph = dcat.graph(
        entries,
        site=site,
        publisher=publisher.code,
        bodies={code: body.name for code, body in bodies.items()},
        place=(place.code, place.name),
    )
    return dcat.written(graph, form)

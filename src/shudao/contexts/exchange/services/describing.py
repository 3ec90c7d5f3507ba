"""
Write the catalogue for other catalogues: DCAT-AP 3.

Writing a thousand entries takes two seconds, and anybody may ask: what was written is kept in this process until an
entry, a department's name or the address changes, and is written by one thread while others wait for it.
"""

from __future__ import annotations

from threading import Lock

from shudao.contexts.exchange.adapters import keys
from shudao.contexts.exchange.contracts.registry import CatalogueFormat
from shudao.contexts.exchange.queries import catalogue
from shudao.foundation.identity import api as identity
from shudao.foundation.regions import api as regions

# A process is asked under one address, or a few; more of them than this are not kept.
_MOST = 8
_lock = Lock()
_kept: dict[tuple[CatalogueFormat, str], tuple[object, bytes]] = {}


def described(form: CatalogueFormat, *, site: str) -> bytes:
    # rdflib takes a quarter of a second to import: only those who write the catalogue pay for it.
    from shudao.contexts.exchange.adapters import dcat

    entries = [dcat.Described(one, at) for one, at in catalogue.offered()]
    publisher = identity.department(keys.bureau())
    found = identity.find_departments({publisher.code, *(one.resource.provider for one in entries)})
    bodies = {code: body.name for code, body in found.items()}
    division = regions.get(publisher.division)
    place = (division.code, division.name)
    state = (entries, publisher.code, bodies, place)
    with _lock:
        known, written = _kept.get((form, site), (None, b""))
        if known != state:
            graph = dcat.graph(entries, site=site, publisher=publisher.code, bodies=bodies, place=place)
            written = dcat.written(graph, form)
            if len(_kept) >= _MOST:
                _kept.clear()
            _kept[form, site] = (state, written)
    return written

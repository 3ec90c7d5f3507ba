"""A resource comes from a dataset or from the department's own service; the service's address is looked at."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from demo import exchange as seeding
from shudao.contexts.exchange import api as exchange
from shudao.contexts.exchange.adapters import keys
from shudao.contexts.exchange.contracts.refusals import RequestInvalid
from shudao.contexts.exchange.contracts.registry import Endpoint, Resource, Upstream
from shudao.contexts.exchange.rules import upstreams
from shudao.foundation.audit.contracts import SYSTEM
from shudao.kernel.time import local_date
from shudao.plane import grants as plane
from shudao.plane import snapshot as snapshots

PERSONS = Endpoint("GET", "/persons/{id}")


def proxied(noon: datetime, **changes: Any) -> Resource:
    """The company register, asked of the department's own service."""
    upstream = Upstream(**({"url": "https://data.example:8443/api", "endpoints": (PERSONS,)} | changes))
    found = seeding.resources(local_date(noon))[2]
    return replace(found, code="sjzy-company-live", dataset="", upstream=upstream)


@pytest.mark.django_db
def test_a_departments_own_service_is_kept_as_it_was_registered(catalogue: None, noon: datetime) -> None:
    entry = proxied(noon)
    exchange.register_resource(resource=entry, acting=SYSTEM, now=noon, key="live")
    assert exchange.resource(entry.code).upstream == entry.upstream


@pytest.mark.django_db
def test_the_gateway_is_told_where_to_ask(catalogue: None, noon: datetime, settings: Any) -> None:
    entry = proxied(noon, timeout_ms=900, parallel=4)
    named = tuple(replace(item, personal=item.name == "legal_representative") for item in entry.items)
    exchange.register_resource(resource=replace(entry, items=named), acting=SYSTEM, now=noon, key="live")
    exchange.publish_snapshot(now=noon)
    published = snapshots.read(Path(settings.SNAPSHOT_ROOT), keys.snapshot_verifiers())
    told = next(one for one in published.resources if one.code == entry.code)
    endpoints = (plane.Endpoint("GET", "/persons/{id}"),)
    assert told.upstream == plane.Upstream("https://data.example:8443/api", endpoints, timeout_ms=900, parallel=4)
    assert (told.dataset, told.index, told.identifying) == ("", "", ("legal_representative",))


@pytest.mark.django_db
@pytest.mark.parametrize("both", [True, False])
def test_exactly_one_source_answers(catalogue: None, noon: datetime, both: bool) -> None:
    entry = proxied(noon)
    broken = replace(entry, dataset="company-licences") if both else replace(entry, upstream=None)
    with pytest.raises(RequestInvalid) as refused:
        exchange.register_resource(resource=broken, acting=SYSTEM, now=noon, key="live")
    assert "dataset" in refused.value.fields


@pytest.mark.parametrize(
    "address",
    ["https://data.example", "https://data.example:8443/api/v1", "http://127.0.0.1:9000", "http://[::1]:9000/api"],
)
def test_plain_addresses_are_taken(address: str) -> None:
    assert upstreams.is_address(address)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "http://data.example",
        "http://localhost:9000",
        "http://10.0.0.1",
        "https://user:secret@data.example",
        "https://data.example?x=1",
        "https://data.example#x",
        "https://data.example/a/../b",
        "https://data.example/a//b",
        "https://data.example/%2e%2e",
        "https://data.example/{id}",
        "https://data.example:0",
        "https://data.example:99999",
        "https://0.0.0.0",
        "https://-x.example",
        "https://data.example\\@evil.example",
        "https://数据.example",
        "ftp://data.example",
        "file:///etc/passwd",
        "https://data.example/" + "a" * 300,
    ],
)
def test_anything_else_is_refused(address: str) -> None:
    assert not upstreams.is_address(address)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"endpoints": ()}, "endpoints"),
        ({"endpoints": tuple(Endpoint("GET", f"/p{one}") for one in range(51))}, "endpoints"),
        ({"endpoints": (PERSONS, PERSONS)}, "endpoints"),
        ({"endpoints": (Endpoint("TRACE", "/persons"),)}, "endpoints"),
        ({"endpoints": (Endpoint("GET", "persons"),)}, "endpoints"),
        ({"endpoints": (Endpoint("GET", "/persons/../x"),)}, "endpoints"),
        ({"timeout_ms": 0}, "timeout_ms"),
        ({"max_body": 0}, "max_body"),
        ({"parallel": 0}, "parallel"),
    ],
)
def test_its_bounds_are_looked_at(changes: dict[str, Any], field: str) -> None:
    upstream = replace(Upstream("https://data.example", (PERSONS,)), **changes)
    assert [name for name, _ in upstreams.problems(upstream)] == [field]

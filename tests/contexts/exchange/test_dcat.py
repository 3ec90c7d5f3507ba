"""The catalogue in DCAT-AP 3: it satisfies the profile's shapes, and says what the entries say."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from functools import cache
from hashlib import sha256
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import Client
from pyshacl import validate
from rdflib import DCAT, DCTERMS, FOAF, RDF, SH, XSD, Graph, Literal, URIRef
from rdflib.compare import isomorphic

from demo import exchange as seeding
from shudao.contexts.exchange import api as exchange
from shudao.contexts.exchange.adapters import dcat
from shudao.contexts.exchange.contracts.registry import CatalogueFormat, ShareType
from shudao.foundation.audit.contracts import SYSTEM
from shudao.kernel.texts import Text
from shudao.kernel.time import local_date
from tests.contexts.exchange.conftest import MARRIAGE, POPULATION
from tests.contexts.exchange.test_registry_upstreams import proxied

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning"),  # rdflib's own reader
]
SHAPES = Path(__file__).with_name("data") / "dcat-ap-3.0.0.jsonld"
IN_SERIES = URIRef("http://www.w3.org/ns/dcat#inSeries")
SITE = "https://data.example"
ROOT = f"{SITE}/api/v1/exchange"


@pytest.fixture
def full(catalogue: None, noon: datetime) -> Graph:
    """The catalogue with an entry of every share type, a department's own service, and links to others."""
    refused = replace(
        seeding.resources(local_date(noon))[1],
        code="sjzy-marriage-refused",
        share_type=ShareType.REFUSED,
        condition=Text(""),
        basis=Text("个人信息保护法第二十八条"),
        related=(MARRIAGE,),
        matters=("510101001000",),
        classes=(Text("基础信息资源"), Text("人口"), Text("婚姻"), Text("登记")),
    )
    for one in (proxied(noon), refused):
        exchange.register_resource(resource=one, acting=SYSTEM, now=noon, key=one.code)
    return read("ttl")


def read(form: str) -> Graph:
    written = exchange.dcat(CatalogueFormat(form), site=SITE)
    return Graph().parse(data=written, format={"ttl": "turtle", "jsonld": "json-ld"}[form])


@cache
def shapes() -> Graph:
    """The published shapes."""
    return Graph().parse(SHAPES, format="json-ld")


def faults(graph: Graph) -> set[URIRef]:
    """The properties at fault, as pyshacl finds them; nothing is inferred, nothing fetched."""
    conforms, told, _ = validate(graph, shacl_graph=shapes())
    assert isinstance(told, Graph)
    found = {path for path in told.objects(predicate=SH.resultPath) if isinstance(path, URIRef)}
    assert conforms is not bool(found)
    return found


def test_the_shapes_are_the_published_ones() -> None:
    notice = SHAPES.with_name("NOTICE.md").read_text(encoding="utf-8")
    assert sha256(SHAPES.read_bytes()).hexdigest() in notice
    assert len(set(shapes().subjects(RDF.type, SH.NodeShape))) == 42
    assert len(set(shapes().objects(None, SH.property))) == 300


def test_it_satisfies_the_profile(full: Graph) -> None:
    assert not faults(full)


def test_an_empty_catalogue_does_too(sichuan: None) -> None:
    assert not faults(read("ttl"))


@pytest.mark.parametrize(
    ("kind", "path"),
    [
        (DCAT.Catalog, DCTERMS.publisher),
        (DCAT.Dataset, DCTERMS.title),
        (DCAT.Dataset, DCTERMS.description),
        (DCAT.Distribution, DCAT.accessURL),
        (DCAT.DataService, DCAT.endpointURL),
        (FOAF.Agent, FOAF.name),
    ],
)
def test_the_shapes_find_what_is_missing(full: Graph, kind: URIRef, path: URIRef) -> None:
    node = next(full.subjects(RDF.type, kind))
    full.remove((node, path, None))
    assert faults(full) == {path}


def test_a_second_value_is_found_where_one_is_allowed(full: Graph) -> None:
    full.add((URIRef(f"{ROOT}/resources/{POPULATION}"), DCTERMS.issued, Literal("2020-01-01", datatype=XSD.date)))
    assert faults(full) == {DCTERMS.issued}


def test_what_the_shapes_leave_open_holds_too(full: Graph) -> None:
    """The kind of a date, and a series for every dataset: see data/NOTICE.md."""
    for what, kind in ((DCTERMS.issued, XSD.date), (DCTERMS.modified, XSD.dateTime)):
        assert {one.datatype for one in full.objects(None, what) if isinstance(one, Literal)} <= {kind}
    assert all((one, IN_SERIES, None) in full for one in full.subjects(RDF.type, DCAT.Dataset))


def test_an_entry_says_what_it_is_and_on_which_terms(full: Graph) -> None:
    node = URIRef(f"{ROOT}/resources/{POPULATION}")
    assert Literal("人口基本信息", lang="zh") in set(full.objects(node, DCTERMS.title))
    assert Literal("姓名", lang="zh") in set(full.objects(node, DCAT.keyword))
    rights = {one: str(full.value(URIRef(f"{ROOT}/resources/{one}"), DCTERMS.accessRights)) for one in codes(full)}
    assert {code: address.rpartition("/")[2] for code, address in rights.items()} == {
        POPULATION: "RESTRICTED",
        MARRIAGE: "RESTRICTED",
        "sjzy-company-licence": "RESTRICTED",
        "sjzy-company-live": "RESTRICTED",
        "sjzy-marriage-refused": "NON_PUBLIC",
    }
    (given,) = full.objects(node, DCAT.distribution)
    provider = exchange.resource(POPULATION).provider
    assert str(full.value(given, DCAT.accessURL)) == f"{SITE}/r1/SHUDAO/GOV/{provider}/pool/{POPULATION}"


def codes(graph: Graph) -> set[str]:
    return {str(graph.value(node, DCTERMS.identifier)) for node in graph.subjects(RDF.type, DCAT.Dataset)}


def test_the_address_of_a_departments_own_service_is_not_told(full: Graph) -> None:
    assert b"data.example:8443" not in exchange.dcat(CatalogueFormat.TURTLE, site=SITE)


def test_it_is_written_again_when_an_entry_changes_and_only_then(
    catalogue: None, noon: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[int] = []
    real = dcat.written
    monkeypatch.setattr(dcat, "written", lambda graph, form: written.append(len(graph)) or real(graph, form))
    address = f"{SITE}/once"
    first = exchange.dcat(CatalogueFormat.TURTLE, site=address)
    assert exchange.dcat(CatalogueFormat.TURTLE, site=address) == first
    assert len(written) == 1
    changed = replace(exchange.resource(POPULATION), abstract=Text("另一段摘要"))
    exchange.register_resource(resource=changed, acting=SYSTEM, now=noon, key="changed")
    assert "另一段摘要" in exchange.dcat(CatalogueFormat.TURTLE, site=address).decode()
    assert len(written) == 2


def test_both_forms_say_the_same(full: Graph) -> None:
    assert isomorphic(full, read("jsonld"))


@pytest.mark.parametrize(("form", "kind"), [("ttl", "text/turtle; charset=utf-8"), ("jsonld", "application/ld+json")])
def test_anybody_can_fetch_it(catalogue: None, client: Client, form: str, kind: str) -> None:
    told = client.get(f"/api/v1/exchange/catalogue.{form}")
    assert (told.status_code, told.headers["content-type"]) == (200, kind)
    assert b"/api/v1/exchange/resources/" + POPULATION.encode() in told.content


def test_the_command_prints_it(catalogue: None) -> None:
    said = StringIO()
    call_command("exchange", "dcat", "--format", "ttl", "--site", SITE + "/", stdout=said)
    assert isomorphic(Graph().parse(data=said.getvalue(), format="turtle"), read("ttl"))

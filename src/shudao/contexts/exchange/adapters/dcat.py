"""The catalogue in the words of DCAT-AP 3 (rdflib): Turtle for people, JSON-LD for programs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import quote

from rdflib import DCTERMS, FOAF, RDF, RDFS, SKOS, XSD, Graph, Literal, Namespace, URIRef
from rdflib.term import Node

from shudao.contexts.exchange.contracts.registry import CatalogueFormat, Cycle, Resource, ShareType
from shudao.contexts.exchange.rules.asking import service_id
from shudao.contexts.exchange.rules.classes import path_codes
from shudao.kernel import turtle
from shudao.kernel.texts import Text

# rdflib's own DCAT is the second version's: it knows no series.
DCAT = Namespace("http://www.w3.org/ns/dcat#")
ADMS = Namespace("http://www.w3.org/ns/adms#")
VCARD = Namespace("http://www.w3.org/2006/vcard/ns#")
# The Publications Office's lists, which DCAT-AP asks for.
_AUTHORITY = "http://publications.europa.eu/resource/authority"
_LANGUAGES = {"zh": URIRef(f"{_AUTHORITY}/language/ZHO"), "en": URIRef(f"{_AUTHORITY}/language/ENG")}
_FREQUENCIES = {
    Cycle.REAL_TIME: "UPDATE_CONT",
    Cycle.DAY: "DAILY",
    Cycle.WEEK: "WEEKLY",
    Cycle.MONTH: "MONTHLY",
    Cycle.QUARTER: "QUARTERLY",
    Cycle.YEAR: "ANNUAL",
    Cycle.ON_DEMAND: "IRREG",
}
_JSON = URIRef("http://www.iana.org/assignments/media-types/application/json")
_SCHEME = URIRef("urn:shudao:classes")
_TITLE = Text("政务数据资源目录", "Catalogue of government data")
_ABSTRACT = Text(
    "各部门可共享的数据资源：内容、共享类型、更新周期和提供部门。",
    "What departments share: its content, on which terms, how often it is updated, and by whom.",
)
_SERVICE = Text("政务数据共享网关", "Gateway of the data exchange")
_CLASSES = Text("政务信息资源分类", "Classes of government information")


@dataclass(frozen=True, slots=True)
class Described:
    """A catalogue entry, and when it was last changed; None where it never was since it was entered."""

    resource: Resource
    changed_at: datetime | None


def written(graph: Graph, form: CatalogueFormat) -> bytes:
    """Return the graph as UTF-8 bytes; the same graph gives the same Turtle."""
    if form is CatalogueFormat.TURTLE:
        return turtle.written(graph)
    return graph.serialize(format="json-ld", encoding="utf-8", auto_compact=True, indent=1)


def graph(
    entries: Sequence[Described], *, site: str, publisher: str, bodies: Mapping[str, Text], place: tuple[str, Text]
) -> Graph:
    """
    Return the whole catalogue.

    Args:
        entries: What is offered.
        site: The public address, without a slash at its end; the gateway answers below it.
        publisher: Credit code of the body that keeps the catalogue.
        bodies: Credit code → name, of the publisher and of every provider.
        place: Division code and name of the area it covers.
    """
    book = _Book(site, bodies)
    book.catalogue(publisher, place, entries)
    for entry in entries:
        book.entry(entry)
    return book.graph


class _Book:
    """The graph while it is written."""

    def __init__(self, site: str, bodies: Mapping[str, Text]) -> None:
        self.graph = Graph()
        for prefix, space in (("adms", ADMS), ("vcard", VCARD), ("dcat", DCAT), ("dct", DCTERMS), ("foaf", FOAF)):
            self.graph.bind(prefix, space)
        self._bodies = bodies
        self._root = f"{site}/api/v1/exchange"
        self._gateway = f"{site}/r1"
        self._catalogue = URIRef(f"{self._root}/catalogue")
        self._service = URIRef(f"{self._root}/catalogue#gateway")

    def catalogue(self, publisher: str, place: tuple[str, Text], entries: Sequence[Described]) -> None:
        self._about(self._catalogue, DCAT.Catalog, _TITLE, _ABSTRACT)
        self._add(self._catalogue, DCTERMS.publisher, self._agent(publisher))
        for language in _LANGUAGES.values():
            self._add(self._catalogue, DCTERMS.language, self._typed(language, DCTERMS.LinguisticSystem))
        code, name = place
        area = self._typed(URIRef(f"urn:shudao:division:{code}"), DCTERMS.Location)
        self._texts(area, SKOS.prefLabel, name)
        self._add(self._catalogue, DCTERMS.spatial, area)
        home = self._typed(URIRef(f"{self._root}/resources"), FOAF.Document)
        self._add(self._catalogue, FOAF.homepage, home)
        changes = [one.changed_at for one in entries if one.changed_at]
        if changes:
            self._add(self._catalogue, DCTERMS.modified, _time(max(changes)))
        self._typed(_SCHEME, SKOS.ConceptScheme)
        self._texts(_SCHEME, DCTERMS.title, _CLASSES)
        self._add(self._catalogue, DCAT.themeTaxonomy, _SCHEME)
        self._about(self._service, DCAT.DataService, _SERVICE)
        self._add(self._service, DCAT.endpointURL, self._typed(URIRef(self._gateway), RDFS.Resource))
        self._add(self._catalogue, DCAT.service, self._service)

    def entry(self, entry: Described) -> None:
        one = entry.resource
        node = URIRef(f"{self._root}/resources/{quote(one.code)}")
        self._about(node, DCAT.Dataset, one.name, one.abstract)
        self._add(self._catalogue, DCAT.dataset, node)
        self._add(self._service, DCAT.servesDataset, node)
        for value, what in ((one.code, DCTERMS.identifier), (str(one.version), DCAT.version)):
            self._add(node, what, Literal(value))
        other = self._typed(URIRef(f"{node}#catalogue-code"), ADMS.Identifier)
        self._add(other, SKOS.notation, Literal(one.catalogue_code))
        self._add(node, ADMS.identifier, other)
        self._add(node, DCTERMS.publisher, self._agent(one.provider))
        self._add(node, DCAT.contactPoint, self._contact(node, one.provider))
        for item in one.items:
            self._texts(node, DCAT.keyword, item.title)
        self._add(node, DCTERMS.issued, _day(one.published_on))
        if entry.changed_at:
            self._add(node, DCTERMS.modified, _time(entry.changed_at))
        self._add(node, DCTERMS.language, _LANGUAGES["zh"])
        self._terms(node, one)
        self._classes(node, one)
        for code in one.related:
            other = self._typed(URIRef(f"{self._root}/resources/{quote(code)}"), RDFS.Resource)
            self._add(node, DCTERMS.relation, other)
        for code in one.matters:
            matter = self._typed(URIRef(f"urn:shudao:matter:{quote(code)}"), RDFS.Resource)
            self._add(node, DCTERMS.isReferencedBy, matter)
        self._distribution(node, one)

    def _terms(self, node: URIRef, one: Resource) -> None:
        word = "PUBLIC" if one.opened else "NON_PUBLIC" if one.share_type is ShareType.REFUSED else "RESTRICTED"
        access = self._typed(URIRef(f"{_AUTHORITY}/access-right/{word}"), DCTERMS.RightsStatement)
        self._add(node, DCTERMS.accessRights, access)
        often = URIRef(f"{_AUTHORITY}/frequency/{_FREQUENCIES[one.cycle]}")
        self._add(node, DCTERMS.accrualPeriodicity, self._typed(often, DCTERMS.Frequency))

    def _classes(self, node: URIRef, one: Resource) -> None:
        """The class path as themes, each below the one before; the first is the series that the entry is part of."""
        above: URIRef | None = None
        for code, name in zip(path_codes(one.catalogue_code, one.classes), one.classes, strict=True):
            theme = URIRef(f"urn:shudao:class:{quote(code)}")
            if (theme, RDF.type, SKOS.Concept) not in self.graph:
                self._typed(theme, SKOS.Concept)
                self._texts(theme, SKOS.prefLabel, name)
                self._add(theme, SKOS.inScheme, _SCHEME)
                if above is not None:
                    self._add(theme, SKOS.broader, above)
            self._add(node, DCAT.theme, theme)
            if above is None:
                self._series(node, code, name)
            above = theme

    def _series(self, node: URIRef, code: str, name: Text) -> None:
        """An early state of the shapes wants every dataset in a series: here its class, published piece by piece."""
        series = URIRef(f"{self._catalogue}#series-{quote(code)}")
        if (series, RDF.type, DCAT.DatasetSeries) not in self.graph:
            self._about(series, DCAT.DatasetSeries, name, name)
        self._add(node, DCAT.inSeries, series)

    def _distribution(self, node: URIRef, one: Resource) -> None:
        given = URIRef(f"{node}#interface")
        self._about(given, DCAT.Distribution, one.name)
        address = URIRef(f"{self._gateway}/{quote(service_id(one.provider, one.code))}")
        self._add(given, DCAT.accessURL, self._typed(address, RDFS.Resource))
        self._add(given, DCAT.accessService, self._service)
        self._add(given, DCAT.mediaType, self._typed(_JSON, DCTERMS.MediaType))
        terms = one.condition if one.condition.zh else one.basis if one.basis.zh else one.open_condition
        if terms.zh:
            rights = self._typed(URIRef(f"{node}#terms"), DCTERMS.RightsStatement)
            self._texts(rights, RDFS.label, terms)
            self._add(given, DCTERMS.rights, rights)
        self._add(node, DCAT.distribution, given)

    def _agent(self, code: str) -> URIRef:
        agent = self._typed(URIRef(f"urn:shudao:department:{quote(code)}"), FOAF.Agent)
        self._texts(agent, FOAF.name, self._bodies.get(code, Text(code)))
        self._add(agent, DCTERMS.identifier, Literal(code))
        return agent

    def _contact(self, node: URIRef, code: str) -> URIRef:
        contact = self._typed(URIRef(f"{node}#contact"), VCARD.Kind, VCARD.Organization)
        self._texts(contact, VCARD.fn, self._bodies.get(code, Text(code)))
        return contact

    def _about(self, node: URIRef, kind: URIRef, title: Text, abstract: Text | None = None) -> None:
        self._typed(node, kind)
        self._texts(node, DCTERMS.title, title)
        if abstract is not None:
            self._texts(node, DCTERMS.description, abstract)

    def _typed(self, node: URIRef, *kinds: URIRef) -> URIRef:
        for kind in kinds:
            self._add(node, RDF.type, kind)
        return node

    def _texts(self, node: URIRef, what: URIRef, text: Text) -> None:
        for literal in _said(text):
            self._add(node, what, literal)

    def _add(self, node: URIRef, what: URIRef, value: Node) -> None:
        self.graph.add((node, what, value))


def _said(text: Text) -> Iterable[Literal]:
    yield Literal(text.zh, lang="zh")
    if text.en:
        yield Literal(text.en, lang="en")


def _day(value: date) -> Literal:
    return Literal(value.isoformat(), datatype=XSD.date)


def _time(value: datetime) -> Literal:
    return Literal(value.replace(microsecond=0).isoformat(), datatype=XSD.dateTime)

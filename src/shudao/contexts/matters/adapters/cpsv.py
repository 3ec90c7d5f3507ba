"""The catalogue in the words of CPSV-AP 3.2.0 (rdflib): a public service for each item, or each place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import quote

from rdflib import DCAT, DCTERMS, FOAF, RDF, SKOS, XSD, Graph, Literal, Namespace, URIRef
from rdflib.term import Node

from shudao.contexts.matters.contracts import Article, Fee, Material, MatterFields, TimeLimit
from shudao.contexts.matters.rules import values
from shudao.kernel import turtle
from shudao.kernel.texts import Text

CPSV = Namespace("http://purl.org/vocab/cpsv#")
CV = Namespace("http://data.europa.eu/m8g/")
ELI = Namespace("http://data.europa.eu/eli/ontology#")
ADMS = Namespace("http://www.w3.org/ns/adms#")
TIME = Namespace("http://www.w3.org/2006/time#")
# The shapes want a body's area to be of this type, though it names a list.
ATU = URIRef("http://data.europa.eu/88u/dataset/atu-type")
_AUTHORITY = "http://publications.europa.eu/resource/authority"
_LANGUAGES = {"zh": URIRef(f"{_AUTHORITY}/language/ZHO"), "en": URIRef(f"{_AUTHORITY}/language/ENG")}
_YUAN = URIRef(f"{_AUTHORITY}/currency/CNY")
_TITLE = Text("政务服务事项基本目录", "Basic catalogue of public services")
_ABSTRACT = Text(
    "全省政务服务事项：依据、办理主体、申请材料、时限、收费和办理渠道。",
    "What government does for people: by which law, who does it, with which papers, how fast, at what cost and where.",
)
# ISO 8601 counts no working days: they are told as days, and the text says which they are.
_UNITS = {"1": "P{}D", "2": "P{}D", "3": "P{}W", "4": "P{}M", "5": "P{}Y"}


@dataclass(frozen=True, slots=True)
class Body:
    """Who offers services: a department's credit code and name, the division that it covers and its name."""

    code: str
    name: Text
    division: str
    division_name: Text


@dataclass(frozen=True, slots=True)
class Service:
    """A matter as somebody offers it. `code`: its catalogue or implementation code; `bodies`: who answers for it."""

    code: str
    matter: MatterFields
    state: str
    bodies: tuple[Body, ...]


def written(graph: Graph, form: str) -> bytes:
    """Return the graph as UTF-8 bytes, `form` "turtle" or "jsonld"; the same graph gives the same Turtle."""
    if form == "turtle":
        return turtle.written(graph)
    return graph.serialize(format="json-ld", encoding="utf-8", auto_compact=True, indent=1)


def graph(services: Iterable[Service], *, publisher: Body, articles: Mapping[str, Article]) -> Graph:
    """
    Return the whole catalogue, typed so that the profile's shapes hold.

    Args:
        services: What is offered.
        publisher: Who keeps the catalogue.
        articles: Every article that a service cites, by code.
    """
    book = _Book(articles)
    book.catalogue(publisher)
    for service in services:
        book.service(service)
    return book.graph


class _Book:
    """The graph while it is written."""

    def __init__(self, articles: Mapping[str, Article]) -> None:
        self.graph = Graph()
        spaces = (("cpsv", CPSV), ("cv", CV), ("eli", ELI), ("adms", ADMS), ("time", TIME), ("dct", DCTERMS))
        for prefix, space in (*spaces, ("foaf", FOAF), ("dcat", DCAT), ("skos", SKOS), ("xsd", XSD)):
            self.graph.bind(prefix, space)
        self._articles = articles
        self._catalogue = URIRef("urn:shudao:catalogue")
        for language in _LANGUAGES.values():
            self._typed(language, DCTERMS.LinguisticSystem)

    def catalogue(self, publisher: Body) -> None:
        self._about(self._catalogue, DCAT.Dataset, "basic-catalogue", _TITLE, _ABSTRACT)
        agent = URIRef(f"urn:shudao:department:{quote(publisher.code)}#publisher")
        self._about(agent, FOAF.Agent, publisher.code, publisher.name)
        self._add(self._catalogue, DCTERMS.publisher, agent)

    def service(self, one: Service) -> None:
        matter = one.matter
        node = URIRef(f"urn:shudao:matter:{quote(one.code)}")
        self._about(node, CPSV.PublicService, one.code, matter.name, matter.conditions)
        self._add(node, DCTERMS.isPartOf, self._catalogue)
        self._add(self._catalogue, DCTERMS.hasPart, node)
        self._add(node, ADMS.status, self._concept("task_state", one.state))
        self._add(node, DCTERMS.type, self._concept("task_type", matter.task_type))
        for code in matter.themes:
            self._add(node, CV.thematicArea, self._concept("matter_theme", code))
        for code in matter.server_type:
            self._add(node, DCTERMS.audience, self._concept("server_type", code))
        for code in matter.events:
            self._add(node, CV.isGroupedBy, self._event(code, company=matter.audience == "company"))
        for language in _LANGUAGES.values():
            self._add(node, DCTERMS.language, language)
        self._duration(node, matter.promised)
        for body in one.bodies:
            self._add(node, CV.hasCompetentAuthority, self._body(body))
            self._add(node, DCTERMS.spatial, self._area(body))
        self._parts(node, one.code, matter)

    def _parts(self, node: URIRef, code: str, matter: MatterFields) -> None:
        for article in sorted(matter.cited):
            self._add(node, CV.hasLegalResource, self._law(article))
        for article in matter.by_law:
            self._add(node, CPSV.follows, self._rule(article))
        for material in matter.materials:
            self._paper(node, material)
        for number, fee in enumerate(matter.fees, start=1):
            self._add(node, CV.hasCost, self._cost(node, f"{code}-cost-{number}", fee))
        for way in matter.handle_type:
            self._channel(node, f"{code}-channel-{way}", way)
        if matter.result_name.zh:
            result = URIRef(f"{node}#result")
            self._about(result, CV.Output, f"{code}-result", matter.result_name)
            self._add(result, DCTERMS.type, self._concept("result_type", matter.result_type))
            self._add(node, CPSV.produces, result)

    def _duration(self, node: URIRef, limit: TimeLimit) -> None:
        said = _UNITS[limit.unit].format(limit.amount)
        self._add(node, CV.processingTime, Literal(said, datatype=XSD.duration, normalize=False))

    def _paper(self, service: URIRef, one: Material) -> None:
        """What has to be proved, by what kind of paper, and the paper itself."""
        node = URIRef(f"{service}#paper-{quote(one.code)}")
        code = str(service).rpartition(":")[2]
        self._about(node, CV.Evidence, f"{code}-{one.code}", one.name, one.fill_explain)
        self._add(node, DCTERMS.type, self._concept("material_type", one.material_type))
        kind = URIRef(f"urn:shudao:paper:{quote(one.licence_type or one.code)}")
        self._typed(kind, CV.EvidenceType)
        self._set(kind, DCTERMS.identifier, Literal(one.licence_type or one.code))
        self._add(kind, CV.evidenceTypeClassification, self._concept("material_source", one.source))
        need = URIRef(f"{service}#need-{quote(one.code)}")
        self._about(need, CV.Requirement, f"{code}-need-{one.code}", one.name)
        self._add(need, DCTERMS.type, self._concept("material_need", one.need))
        self._add(need, CV.hasSupportingEvidence, node)
        for article in one.by_law:
            self._add(need, CV.fulfils, self._rule(article))
        self._add(node, DCTERMS.conformsTo, kind)
        self._add(node, CV.supportsRequirement, need)
        self._add(service, CPSV.hasInput, node)
        self._add(service, CV.hasInputType, kind)
        self._add(service, CV.holdsRequirement, need)

    def _cost(self, service: URIRef, code: str, fee: Fee) -> URIRef:
        node = URIRef(f"{service}#{code.rpartition('-')[0].rpartition('-')[2]}-{code.rpartition('-')[2]}")
        self._typed(node, CV.Cost)
        self._add(node, DCTERMS.identifier, Literal(code))
        self._texts(node, DCTERMS.description, fee.standard)
        self._add(node, CV.hasValue, Literal(f"{fee.amount / 100:.2f}", datatype=XSD.double, normalize=False))
        self._add(node, CV.currency, self._typed(_YUAN, SKOS.Concept))
        return node

    def _channel(self, service: URIRef, code: str, way: str) -> None:
        node = URIRef(f"{service}#channel-{way}")
        self._typed(node, CV.Channel)
        self._add(node, DCTERMS.identifier, Literal(code))
        self._add(node, DCTERMS.type, self._concept("handle_type", way))
        self._texts(node, DCTERMS.description, values.label("handle_type", way))
        self._add(service, CV.hasChannel, node)

    def _event(self, code: str, *, company: bool) -> URIRef:
        node = URIRef(f"urn:shudao:event:{quote(code)}")
        kind = CV.BusinessEvent if company else CV.LifeEvent
        if (node, RDF.type, CV.Event) not in self.graph:
            self._about(node, CV.Event, code, values.label("life_event", code))
            self._add(node, DCTERMS.type, self._concept("life_event", code))
        return self._typed(node, kind)

    def _rule(self, article: str) -> URIRef:
        """What an article says, as a rule that services follow."""
        node = URIRef(f"urn:shudao:rule:{quote(article)}")
        found = self._articles[article]
        self._about(node, CPSV.Rule, article, found.title if found.title.zh else found.document, found.says)
        self._add(node, CPSV.implements, self._law(article))
        return node

    def _law(self, article: str) -> URIRef:
        node = self._typed(URIRef(f"urn:shudao:article:{quote(article)}"), ELI.LegalResource)
        found = self._articles[article]
        self._set(node, DCTERMS.identifier, Literal(article))
        said = Text(f"《{found.document.zh}》第{found.number}条", f"{found.document.en}, article {found.number}")
        self._texts(node, DCTERMS.title, said)
        return node

    def _body(self, body: Body) -> URIRef:
        node = self._typed(URIRef(f"urn:shudao:department:{quote(body.code)}"), CV.PublicOrganisation)
        self._set(node, DCTERMS.identifier, Literal(body.code))
        self._texts(node, SKOS.prefLabel, body.name)
        self._add(node, DCTERMS.spatial, self._area(body))
        return node

    def _area(self, body: Body) -> URIRef:
        node = self._typed(URIRef(f"urn:shudao:division:{quote(body.division)}"), DCTERMS.Location)
        self._texts(self._typed(node, ATU), SKOS.prefLabel, body.division_name)
        return node

    def _concept(self, list_name: str, code: str) -> URIRef:
        node = self._typed(URIRef(f"urn:shudao:code:{list_name}:{quote(code)}"), SKOS.Concept)
        self._set(node, SKOS.notation, Literal(code))
        self._texts(node, SKOS.prefLabel, values.label(list_name, code))
        return node

    def _about(self, node: URIRef, kind: URIRef, code: str, title: Text, says: Text | None = None) -> None:
        self._typed(node, kind)
        self._set(node, DCTERMS.identifier, Literal(code))
        self._texts(node, DCTERMS.title, title)
        if says is not None and says.zh:
            self._texts(node, DCTERMS.description, says)

    def _typed(self, node: URIRef, kind: URIRef) -> URIRef:
        self._add(node, RDF.type, kind)
        return node

    def _texts(self, node: URIRef, what: URIRef, text: Text) -> None:
        self._add(node, what, Literal(text.zh, lang="zh"))
        if text.en:
            self._add(node, what, Literal(text.en, lang="en"))

    def _set(self, node: URIRef, what: URIRef, value: Node) -> None:
        self.graph.set((node, what, value))

    def _add(self, node: URIRef, what: URIRef, value: Node) -> None:
        self.graph.add((node, what, value))

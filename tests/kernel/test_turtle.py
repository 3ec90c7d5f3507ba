"""What is written as Turtle reads back as what was meant, however odd its texts and addresses are."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rdflib import DCTERMS, RDF, XSD, Graph, Literal, URIRef
from rdflib.term import Node

from shudao.kernel import turtle

NODE = URIRef("https://data.example/one")


def back(*values: Node) -> set[Node]:
    """The values, as somebody else's reader finds them."""
    graph = Graph()
    for value in values:
        graph.add((NODE, DCTERMS.relation, value))
    return set(Graph().parse(data=turtle.written(graph), format="turtle").objects(NODE, DCTERMS.relation))


@given(st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=40))
def test_any_text(text: str) -> None:
    values = (Literal(text), Literal(text, lang="zh"), Literal(text, datatype=XSD.string))
    assert back(*values) == set(values)


@pytest.mark.parametrize(
    "value",
    [
        URIRef("http://purl.org/dc/terms/"),
        URIRef("http://purl.org/dc/terms/a.b"),
        URIRef("http://purl.org/dc/terms/1st"),
        URIRef("http://purl.org/dc/terms/a/b"),
        URIRef("http://www.w3.org/2001/XMLSchema#a%20b"),
        URIRef("urn:shudao:class:101"),
        RDF.type,
        Literal(date(2026, 11, 25)),
        Literal(3),
        Literal(False),
        Literal("1.50", datatype=XSD.decimal),
        Literal("x", datatype=URIRef("urn:shudao:kind")),
    ],
)
def test_any_address_and_kind(value: Node) -> None:
    assert back(value) == {value}


def test_the_same_graph_gives_the_same_bytes_and_only_the_prefixes_it_needs() -> None:
    values = [URIRef(f"https://data.example/{number}") for number in range(20)]
    written = []
    for order in (values, values[::-1]):
        graph = Graph()
        for value in order:
            graph.add((NODE, DCTERMS.relation, value))
        written.append(turtle.written(graph))
    assert written[0] == written[1]
    assert written[0].count(b"@prefix") == 1

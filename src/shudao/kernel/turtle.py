"""
Turtle in time that grows with the graph alone.

rdflib's own writer looks for the prefix of every address among all that it has met, because any of them could be one:
eight seconds of reckoning for a thousand catalogue entries. Here only the bound prefixes shorten an address.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

from rdflib import RDF, Graph, Literal, URIRef
from rdflib.term import Node

_LOCAL = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")


def written(graph: Graph) -> bytes:
    """Return the graph as UTF-8 bytes, subjects and what is said of them in order."""
    words = _Words(graph)
    said: defaultdict[str, defaultdict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for subject, predicate, value in graph:
        said[words.of(subject)]["a" if predicate == RDF.type else words.of(predicate)].append(words.of(value))
    body = [_statement(subject, said[subject]) for subject in sorted(said)]
    return "\n".join([*words.prefixes(), "", *body]).encode()


def _statement(subject: str, said: dict[str, list[str]]) -> str:
    lines = [f"    {predicate} " + ",\n        ".join(sorted(said[predicate])) for predicate in sorted(said)]
    return subject + "\n" + " ;\n".join(lines) + " .\n"


class _Words:
    """How each term is written; what was asked once is remembered, and which prefixes that took."""

    def __init__(self, graph: Graph) -> None:
        self._spaces = {str(space): prefix for prefix, space in graph.namespaces()}
        self._known: dict[Node, str] = {}
        self._used: set[str] = set()

    def of(self, term: Node) -> str:
        known = self._known.get(term)
        if known is None:
            known = self._known[term] = self._word(term)
        return known

    def prefixes(self) -> Iterator[str]:
        spaces = {prefix: space for space, prefix in self._spaces.items()}
        return (f"@prefix {prefix}: <{spaces[prefix]}> ." for prefix in sorted(self._used))

    def _word(self, term: Node) -> str:
        if isinstance(term, Literal) and term.datatype is not None:
            return f"{Literal(str(term)).n3()}^^{self.of(term.datatype)}"
        if not isinstance(term, URIRef):
            return term.n3()
        cut = max(term.rfind("#"), term.rfind("/")) + 1
        prefix = self._spaces.get(term[:cut])
        if prefix is None or not _LOCAL.fullmatch(term[cut:]):
            return term.n3()
        self._used.add(prefix)
        return f"{prefix}:{term[cut:]}"

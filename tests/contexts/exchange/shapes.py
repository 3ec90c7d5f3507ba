"""What DCAT-AP 3.0.0 demands, as SHACL shapes made from the table of its constraints (data/NOTICE.md)."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

TABLE = Path(__file__).with_name("data") / "dcat-ap-3.0.0.csv"
PREFIXES = {
    "adms": "http://www.w3.org/ns/adms#",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dcatap": "http://data.europa.eu/r5r/",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "locn": "http://www.w3.org/ns/locn#",
    "odrl": "http://www.w3.org/ns/odrl/2/",
    "prov": "http://www.w3.org/ns/prov#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "sh": "http://www.w3.org/ns/shacl#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "spdx": "http://spdx.org/rdf/terms#",
    "time": "http://www.w3.org/2006/time#",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
_KINDS = {"literal": "sh:Literal", "resource": "sh:BlankNodeOrIRI"}
_TEMPORAL = " ".join(f"[ sh:datatype xsd:{name} ]" for name in ("date", "dateTime", "gYear", "gYearMonth"))


def rows() -> list[dict[str, str]]:
    """The table's lines."""
    with TABLE.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def turtle() -> str:
    """The shapes: one a line."""
    heads = [f"@prefix {prefix}: <{address}> ." for prefix, address in PREFIXES.items()]
    shapes = [
        f"[] a sh:NodeShape ; sh:targetClass {row['class']} ; sh:property [ {_property(row)} ] ." for row in rows()
    ]
    return "\n".join(heads + shapes)


def _property(row: dict[str, str]) -> str:
    return " ; ".join([f"sh:path {row['path']}", *_limits(row)])


def _limits(row: dict[str, str]) -> Iterator[str]:
    if row["min"]:
        yield f"sh:minCount {row['min']}"
    if row["max"]:
        yield f"sh:maxCount {row['max']}"
    if row["kind"]:
        yield f"sh:nodeKind {_KINDS[row['kind']]}"
    if row["range"] == "temporal":
        yield f"sh:or ( {_TEMPORAL} )"
    elif row["range"]:
        yield f"{'sh:datatype' if row['kind'] == 'literal' else 'sh:class'} {row['range']}"

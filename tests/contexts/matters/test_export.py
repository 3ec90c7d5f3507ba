"""The catalogue for others: CPSV-AP that its shapes accept, and national tables that come back without a change."""

from __future__ import annotations

import json
import zipfile
from datetime import datetime
from functools import cache
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from pyshacl import validate
from rdflib import DCTERMS, RDF, SH, SKOS, Graph, Literal, URIRef
from rdflib.compare import isomorphic

from shudao.contexts.matters import api, models
from shudao.contexts.matters.adapters import sheets
from shudao.contexts.matters.adapters.cpsv import CPSV, CV
from shudao.contexts.matters.contracts import Loaded
from shudao.contexts.matters.rules import national_rows
from shudao.foundation.audit.contracts import SYSTEM
from tests.contexts.matters.conftest import Load
from tests.contexts.matters.makers import raw

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning"),  # rdflib's own reader
]
SHAPES = Path(__file__).with_name("data") / "cpsv-ap-3.2.0.ttl"
FEE = {
    "name": "工本费",
    "name_en": "Charge",
    "standard": "每证 10 元",
    "standard_en": "10 yuan each",
    "amount_fen": 1000,
    "by_law": ["tst:1"],
}


@cache
def shapes() -> Graph:
    """The published shapes."""
    return Graph().parse(SHAPES, format="turtle")


def faults(graph: Graph) -> set[URIRef]:
    """The properties at fault, as pyshacl finds them; nothing is inferred, nothing fetched."""
    conforms, told, _ = validate(graph, shacl_graph=shapes())
    assert isinstance(told, Graph)
    found = {path for path in told.objects(predicate=SH.resultPath) if isinstance(path, URIRef)}
    assert conforms is not bool(found)
    return found


@pytest.fixture
def full(load: Load) -> Graph:
    """One matter with a fee, a paper, a result and three ways to apply."""
    load(items=[raw(levels=[4, 6], fee=[FEE], handle_type=["1", "2", "3"], is_pay_online=True)])
    return Graph().parse(data=api.cpsv("turtle"), format="turtle")


def test_every_part_of_a_matter_satisfies_the_shapes(full: Graph) -> None:
    kinds = [CPSV.PublicService, CPSV.Rule, CV.Cost, CV.Evidence, CV.EvidenceType, CV.Requirement, CV.Output]
    kinds += [CV.Channel, CV.Event, CV.PublicOrganisation, DCTERMS.LinguisticSystem, SKOS.Concept]
    assert [kind for kind in kinds if not list(full.subjects(RDF.type, kind))] == []
    assert faults(full) == set()


@pytest.mark.parametrize(
    ("kind", "path"),
    [
        (CPSV.PublicService, DCTERMS.title),
        (CPSV.PublicService, DCTERMS.identifier),
        (CPSV.PublicService, CV.hasCompetentAuthority),
        (CPSV.Rule, DCTERMS.description),
        (CV.Evidence, DCTERMS.title),
        (CV.Requirement, DCTERMS.identifier),
        (CV.Cost, DCTERMS.identifier),
        (CV.Channel, DCTERMS.identifier),
        (CV.PublicOrganisation, DCTERMS.spatial),
        (CV.PublicOrganisation, SKOS.prefLabel),
    ],
)
def test_the_shapes_find_what_is_missing(full: Graph, kind: URIRef, path: URIRef) -> None:
    full.remove((next(full.subjects(RDF.type, kind)), path, None))
    assert faults(full) == {path}


def test_the_shapes_find_a_wrong_type(full: Graph) -> None:
    node = next(full.subjects(RDF.type, CPSV.PublicService))
    full.set((node, CV.processingTime, Literal("five days")))
    full.set((node, DCTERMS.audience, URIRef("urn:nobody")))
    assert faults(full) == {CV.processingTime, DCTERMS.audience}


def test_both_forms_say_the_same(full: Graph) -> None:
    assert isomorphic(full, Graph().parse(data=api.cpsv("jsonld"), format="json-ld"))


def test_the_whole_library_satisfies_the_shapes(library: Loaded, tmp_path: Path) -> None:
    out = tmp_path / "catalogue.ttl"
    said = StringIO()
    call_command("matters", "export", "--format", "cpsv-ap-turtle", str(out), "--json", stdout=said)
    assert json.loads(said.getvalue().splitlines()[-1])["matters"] == library.items
    graph = Graph().parse(out, format="turtle")
    assert len(set(graph.subjects(RDF.type, CPSV.PublicService))) == library.items
    assert faults(graph) == set()


def test_the_whole_library_comes_back_without_a_change(library: Loaded, tmp_path: Path, noon: datetime) -> None:
    out = tmp_path / "national.zip"
    assert api.export("national", out) == library.implementations
    before = set(models.Implementation.objects.values_list("task_code", "version"))
    looked, sample = api.preview_list(out, name="national.zip")
    assert [one for row in sample for one in row.findings] == []
    assert (looked.rows, looked.matched, dict(looked.findings)) == (
        library.implementations,
        library.implementations,
        {},
    )
    first = api.import_list(out, name="national.zip", acting=SYSTEM, now=noon)
    again = api.import_list(out, name="national.zip", acting=SYSTEM, now=noon)
    assert (first.imported, again.new, again.changed) == (library.implementations, 0, 0)
    assert set(models.Implementation.objects.values_list("task_code", "version")) == before


@pytest.mark.parametrize("member", ["catalog", "implementation", "extension"])
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_each_table_comes_back_alone(load: Load, tmp_path: Path, member: str, kind: str) -> None:
    load(items=[raw(levels=[4, 6], name="=1+1测试登记", conditions="-满足\n条件", link_addr="'x")])
    api.export("national", tmp_path / "n.zip")
    with zipfile.ZipFile(tmp_path / "n.zip") as packed:
        packed.extract(f"{member}.{kind}", tmp_path)
    done, sample = api.preview_list(tmp_path / f"{member}.{kind}", name="table")
    assert (done.refused, done.unmatched) == (0, 0)
    assert {one.rule for row in sample for one in row.findings} <= {"formula"}
    assert done.rows == (1 if member == "catalog" else models.Implementation.objects.count())


def test_nothing_in_the_tables_runs_in_a_spreadsheet(load: Load, tmp_path: Path) -> None:
    load(items=[raw(levels=[4], name="=1+1测试登记")])
    api.export("national", tmp_path / "n.zip")
    with zipfile.ZipFile(tmp_path / "n.zip") as packed:
        assert ",'=1+1测试登记," in packed.read("implementation.csv").decode("utf-8-sig")
        packed.extract("implementation.xlsx", tmp_path)
    with zipfile.ZipFile(tmp_path / "implementation.xlsx") as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
    assert 't="inlineStr"' in sheet


@pytest.mark.parametrize("text", ["=1", "-1", "'", "''=", "+x", "\t=", "plain", ""])
def test_what_is_made_inert_means_the_same(text: str) -> None:
    assert national_rows.meant(national_rows.inert(text)) == text
    assert not national_rows.inert(text).startswith(("=", "+", "-", "@"))


def test_a_long_table_goes_on_in_a_second_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "MOST_ROWS", 2)
    with sheets.Tables(tmp_path, "fee", ["a"]) as files:
        for number in range(5):
            files.row([str(number)])
    assert (tmp_path / "fee-3.csv").read_text("utf-8-sig").split() == ["a", "4"]
    assert {path.name for path in tmp_path.glob("*.xlsx")} == {"fee.xlsx", "fee-2.xlsx", "fee-3.xlsx"}


def test_a_file_that_is_there_is_replaced_whole_or_not_at_all(
    load: Load, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    load()
    out = tmp_path / "out.ttl"
    out.write_text("before")
    monkeypatch.setattr("os.fsync", lambda descriptor: (_ for _ in ()).throw(OSError("disk full")))
    with pytest.raises(OSError, match="disk full"):
        api.export("cpsv-ap-turtle", out)
    assert out.read_text() == "before"
    assert [path.name for path in tmp_path.iterdir() if path.is_file() and "part" in path.name] == []

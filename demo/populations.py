"""
The three registers of the demo as files, the way departments deliver them: identifiers in plain, a few rows wrong.

Write them outside the pool's folder and remove them after ingest.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from pathlib import Path
from random import Random

import pyarrow as pa
import pyarrow.parquet as pq

from demo.numbers import wrong_check
from demo.people import SEED, World

_BATCH = 50_000
Row = list[str]

_words = str.split
POPULATION = _words(
    "resident_id name sex birth_date ethnicity hukou_address hukou_division household_no marital_status status"
)
MARRIAGE = _words("certificate_no resident_id spouse_id spouse_name status registered_on registry_office")
COMPANY = _words(
    "company_code name legal_representative legal_representative_id kind capital_fen established_on status "
    "address scope"
)


@dataclass(frozen=True, slots=True)
class Written:
    """Dataset code → file, → rows in it, → rows with a planted error."""

    files: dict[str, Path]
    rows: dict[str, int]
    planted: dict[str, int]


class _Errors:
    """Plants a known share of errors: each takes a row and breaks it."""

    def __init__(self, seed: str, kinds: Sequence[tuple[float, Callable[[Row], None]]]) -> None:
        self._draw = Random(seed).random
        self._kinds = kinds
        self._share = sum(share for share, _ in kinds)
        self.planted = 0

    def maybe(self, row: Row) -> None:
        chance = self._draw()
        if chance >= self._share:
            return
        self.planted += 1
        for share, spoil in self._kinds:
            if chance < share:
                spoil(row)
                return
            chance -= share


def _set(place: int, value: str) -> Callable[[Row], None]:
    def spoil(row: Row) -> None:
        row[place] = value

    return spoil


def _check(place: int) -> Callable[[Row], None]:
    def spoil(row: Row) -> None:
        row[place] = wrong_check(row[place])

    return spoil


def _credit(row: Row) -> None:
    row[0] = row[0][:-1] + ("0" if row[0][-1] != "0" else "1")


def _population(world: World, errors: _Errors) -> Iterator[Row]:
    days: dict[date, str] = {}
    for person in world.people:
        born = days.get(person.born) or days.setdefault(person.born, person.born.isoformat())
        row = [
            person.resident_id,
            person.name,
            "女" if person.female else "男",
            born,
            person.ethnicity,
            person.address,
            person.place.code,
            person.household,
            person.marital,
            person.status,
        ]
        if not person.role:
            errors.maybe(row)
        yield row


def _marriage(world: World, errors: _Errors) -> Iterator[Row]:
    people = world.people
    for marriage in world.marriages:
        on = marriage.registered.isoformat()
        for own, other in ((marriage.one, marriage.other), (marriage.other, marriage.one)):
            row = [
                marriage.certificate,
                people[own].resident_id,
                people[other].resident_id,
                people[other].name,
                "已婚",
                on,
                marriage.office,
            ]
            if not people[own].role:
                errors.maybe(row)
            yield row


def _companies(world: World, errors: _Errors) -> Iterator[Row]:
    for company in world.companies:
        person = world.people[company.representative]
        row = [
            company.code,
            company.name,
            person.name,
            person.resident_id,
            company.kind,
            str(company.capital_fen),
            company.established.isoformat(),
            company.status,
            company.address,
            company.scope,
        ]
        if not person.role:
            errors.maybe(row)
        yield row


def _write_parquet(path: Path, header: Sequence[str], rows: Iterator[Row]) -> int:
    schema = pa.schema([(name, pa.string()) for name in header])
    count = 0
    with pq.ParquetWriter(path, schema, compression="zstd") as writer:
        while batch := list(islice(rows, _BATCH)):
            count += len(batch)
            columns = [pa.array(column, pa.string()) for column in zip(*batch, strict=True)]
            writer.write_batch(pa.record_batch(columns, schema))
    return count


def _write_csv(path: Path, header: Sequence[str], rows: Iterator[Row], encoding: str) -> int:
    count = 0
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        for row in rows:
            writer.writerow(row)
            count += 1
    return count


def write(world: World, folder: Path, *, kind: str = "parquet", seed: int = SEED) -> Written:
    """
    Write population, marriage and company-licences into `folder` as "parquet", "csv" (UTF-8) or "gb18030" (CSV).

    About 0.3 % of the rows get a wrong check digit, 0.1 % lose a required value, 0.1 % get a code nobody knows.
    """
    folder.mkdir(parents=True, exist_ok=True)
    parts = {
        "population": (POPULATION, _population, [(0.003, _check(0)), (0.001, _set(1, "")), (0.001, _set(4, "未知族"))]),
        "marriage": (MARRIAGE, _marriage, [(0.003, _check(2)), (0.001, _set(3, "")), (0.001, _set(4, "待定"))]),
        "company-licences": (COMPANY, _companies, [(0.003, _credit), (0.001, _set(1, "")), (0.001, _set(7, "不详"))]),
    }
    files: dict[str, Path] = {}
    counted: dict[str, int] = {}
    planted: dict[str, int] = {}
    for code, (header, make, kinds) in parts.items():
        errors = _Errors(f"{seed} {code}", kinds)
        rows = make(world, errors)
        path = files[code] = folder / f"{code}.{'parquet' if kind == 'parquet' else 'csv'}"
        if kind == "parquet":
            counted[code] = _write_parquet(path, header, rows)
        else:
            counted[code] = _write_csv(path, header, rows, "utf-8" if kind == "csv" else kind)
        planted[code] = errors.planted
    return Written(files, counted, planted)

"""Judge the rows of a list one after another: what each says, breaks, repeats, and for which matter it is taken."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext_lazy

from shudao.contexts.matters.adapters.tables import Row, Table
from shudao.contexts.matters.contracts.imports import (
    ImportUnreadable,
    JudgedRow,
    ListedMatter,
    Match,
    Outcome,
    RowFinding,
)
from shudao.contexts.matters.queries import offers
from shudao.contexts.matters.queries.present import Present
from shudao.contexts.matters.rules import local_lists, matching, national_rows
from shudao.contexts.matters.rules.national import NationalFields
from shudao.contexts.matters.rules.national_rows import Columns, Given
from shudao.foundation.identity import api as identity
from shudao.foundation.regions import api as regions


class Judge:
    """Holds what earlier rows of the file said, and the catalogue; asked in portions so that look-ups are few."""

    def __init__(
        self, table: Table, *, matcher: matching.Matcher | None = None, known_areas: set[str] | None = None
    ) -> None:
        """
        Tell what kind of list it is; the catalogue and the divisions are the platform's unless they are given.

        Raises:
            ImportUnreadable: columns that no list has.
        """
        self._columns: Columns | None = None
        self._local = set(table.names) >= local_lists.COLUMNS
        if not self._local and table.form != "json":
            self._columns = national_rows.columns(table.names)
            if self._columns is None:
                raise ImportUnreadable(why=gettext_lazy("表头既不是国家交换表，也不是省级事项清单。"))
        self._present = Present()
        self._matcher, self._areas = matcher, known_areas
        self._codes: dict[str, int] = {}
        self._names: set[tuple[str, str]] = set()

    @property
    def kind(self) -> str:
        """ "list" for a province's own list, "national" for the exchange's tables."""
        return "list" if self._local else "national"

    def skip(self, rows: Iterable[Row]) -> None:
        """Remember rows that were judged before, as far as later ones may repeat them."""
        for row in rows:
            listed, _, _ = self._read(row)
            if listed is not None:
                self._repeated(listed)

    def judge(self, rows: Sequence[Row]) -> list[JudgedRow]:
        """Return what becomes of each row; the portion as a whole is looked up at once."""
        read = [(row, *self._read(row)) for row in rows]
        known = self._known([listed for _, listed, _, _ in read if listed is not None])
        return [self._judged(row, listed, given, found, known) for row, listed, given, found in read]

    def _read(self, row: Row) -> tuple[ListedMatter | None, Given, list[RowFinding]]:
        if row.cells is None:
            return None, {}, [RowFinding("row-shape", "")]
        if self._local:
            cells = {name: str(value) for name, value in row.cells.items()}
            return local_lists.listed(row.line, cells), {}, local_lists.findings(cells)
        if self._columns is not None:
            given, found = national_rows.of_cells(row.cells, self._columns)
        else:
            given, found = national_rows.of_groups(row.cells)
        listed = national_rows.listed(row.line, given, row.cells)
        return listed, given, [*found, *national_rows.findings(given)]

    def _known(self, listed: list[ListedMatter]) -> _Known:
        present = None if self._local else self._present.under(one.code for one in listed if len(one.code) == 31)
        areas = {one.area for one in listed if len(one.area) == 12}
        bodies = identity.find_departments({one.body for one in listed}) if not self._local else {}
        return _Known(present, self._areas or set(regions.find(areas)), set(bodies))

    def _judged(
        self, row: Row, listed: ListedMatter | None, given: Given, found: list[RowFinding], known: _Known
    ) -> JudgedRow:
        if listed is None:
            return JudgedRow(_nameless(row), Outcome.REFUSED, None, tuple(found))
        listed, repeats = self._repeated(listed)
        found = [*found, *repeats, *known.unknown(listed)]
        match = self._match(listed)
        if not self._local:
            found += self._taken(listed, given, match, known)
        refused = self._refused(listed, found)
        outcome = Outcome.REFUSED if refused else Outcome.MATCHED if match else Outcome.UNMATCHED
        return JudgedRow(listed, outcome, None if refused else match, tuple(found))

    def _refused(self, listed: ListedMatter, found: list[RowFinding]) -> bool:
        if not (listed.code and listed.name) and (self._local or self._whole()):
            return True
        return not self._local and any(one.rule in national_rows.REFUSING for one in found)

    def _whole(self) -> bool:
        """Whether rows say by themselves what the matter is called."""
        return self._columns is None or self._columns.groups[0] != "extension"

    def _match(self, listed: ListedMatter) -> Match | None:
        return self._catalogue().best(name=listed.name, task_type=listed.task_type, catalog_code=listed.catalog_code)

    def _catalogue(self) -> matching.Matcher:
        if self._matcher is None:
            self._matcher = matching.Matcher(offers.basic_items())
        return self._matcher

    def _taken(self, listed: ListedMatter, given: Given, match: Match | None, known: _Known) -> Iterable[RowFinding]:
        """A code that the catalogue has for another matter; else what the row says otherwise than the platform."""
        if listed.name and match and match.reasons[0] == "code" and "name-same" not in match.reasons:
            name = self._catalogue().name_of(match.catalog_code)
            if not matching.alike(listed.name, name):
                yield RowFinding("code-taken", "catalog_code", listed.name[:200], name[:200])
                return
        fields = (known.present or {}).get(listed.code)
        if fields is not None:
            yield from national_rows.differences(given, fields)

    def _repeated(self, listed: ListedMatter) -> tuple[ListedMatter, list[RowFinding]]:
        found = []
        times = self._codes[listed.key] = self._codes.get(listed.key, 0) + 1
        if times > 1:
            found.append(RowFinding("duplicate-code", "code", listed.code))
            listed = replace(listed, key=f"{listed.key}#{times}")
        named = (listed.body_name, listed.name)
        if self._local and all(named) and named in self._names:
            found.append(RowFinding("duplicate-name", "name", listed.name[:200]))
        self._names.add(named)
        return listed, found


class _Known:
    """What the platform knows of a portion of rows."""

    def __init__(self, present: dict[str, NationalFields] | None, areas: set[str], bodies: set[str]) -> None:
        self.present, self._areas, self._bodies = present, areas, bodies

    def unknown(self, listed: ListedMatter) -> Iterable[RowFinding]:
        """The row's division and body where the platform does not have them."""
        if len(listed.area) == 12 and listed.area not in self._areas:
            yield RowFinding("area-unknown", "area", listed.area)
        if self.present is not None and listed.body and listed.body not in self._bodies:
            yield RowFinding("body-unknown", "implementation.dept_code", listed.body[:200])


def _nameless(row: Row) -> ListedMatter:
    values: Mapping[str, Any] = row.cells or {}
    return ListedMatter(row.line, "", "", "", "", "", "", "", "", "", values)

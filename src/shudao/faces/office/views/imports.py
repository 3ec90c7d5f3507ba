"""Lists of matters from elsewhere: uploaded, looked at, taken in by a job, read with what was found in each row."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext

from shudao.contexts.matters import api as matters
from shudao.contexts.matters.contracts.imports import ImportState, JudgedRow, ListedRow, RowFinding
from shudao.faces.design.access import actor_of, allow
from shudao.faces.design.exports import csv_response
from shudao.faces.design.fields import Choice
from shudao.faces.office import roles, sending
from shudao.faces.office.views import lists
from shudao.faces.office.views.start import doors
from shudao.foundation.files import api as files
from shudao.kernel.errors import ShudaoError
from shudao.kernel.time import now

_KINDS = ("xlsx", "txt")
_MOST = 25 << 20
# A page judges no more rows than these for its sample; the file of findings has all.
_LOOKED, _SHOWN = 2_000, 20


@allow(*roles.IMPORTERS)
def imports(request: HttpRequest) -> HttpResponseBase:
    """List what came in, and take the next file: it is looked at, nothing more."""
    errors: dict[str, str] = {}
    if request.method == "POST":
        try:
            return redirect("office:import", _looked_at(request))
        except sending.ELSEWHERE:
            raise
        except ShudaoError as error:
            errors = sending.told(error)
    page = matters.imports(page=lists.number(request))
    shown = [(one, matters.label("import_state", one.state)) for one in page.items]
    context = {"page": page, "shown": shown, "errors": errors}
    return render(request, "office/imports.html", context | doors(request), status=422 if errors else 200)


def _looked_at(request: HttpRequest) -> str:
    sent = sending.upload(request)
    kept = files.store(sent, name=sent.name or "", limit=_MOST, kinds=_KINDS, acting=actor_of(request), now=now())
    return matters.look_at_list(kept.digest, name=kept.name, acting=actor_of(request), now=now()).number


@allow(*roles.IMPORTERS)
def one(request: HttpRequest, number: str) -> HttpResponseBase:
    """Show an import: what would become of its rows, how far it is, or what became of them; let it begin."""
    if request.method == "POST":
        matters.begin_import(number, acting=actor_of(request), now=now(), key=request.POST.get("key", ""))
        messages.success(request, gettext("导入已开始，进度在这一页上。"))
        return redirect("office:import", number)
    found = matters.import_summary(number)
    chosen = {name: lists.word(request, name) for name in ("outcome", "rule", "text")}
    looked = found.state is ImportState.PREVIEWED
    if request.GET.get("format") == "csv":
        rows = map(_as_listed, matters.judged_rows(number)) if looked else matters.every_listed_entry(number, **chosen)
        return export(found.name, rows)
    context: dict[str, Any] = {"import": found, "looked": looked, "running": found.state is ImportState.RUNNING}
    context |= {"state": matters.label("import_state", found.state), "findings": _findings(found.findings), **chosen}
    if looked:
        context["shown"] = [told(row) for row in _sample(number)]
    else:
        sort = lists.word(request, "sort") or "line"
        page = matters.listed_entries(number, **chosen, sort=sort, page=lists.number(request))
        context |= {"page": page, "shown": [told(row) for row in page.items]}
    context["outcomes"] = [Choice(code, _words("import_outcome", code)) for code in ("matched", "unmatched", "refused")]
    return render(request, "office/import.html", context | doors(request))


def _sample(number: str) -> Iterator[ListedRow]:
    looked = islice(matters.judged_rows(number), _LOOKED)
    return islice((_as_listed(row) for row in looked if row.findings), _SHOWN)


def _as_listed(row: JudgedRow) -> ListedRow:
    """A judged row as the list shows one that was taken in."""
    listed, match = row.listed, row.match
    return ListedRow(
        line=listed.line,
        code=listed.code,
        name=listed.name,
        body_name=listed.body_name,
        area=listed.area,
        task_type=listed.task_type,
        outcome=row.outcome,
        catalog_code=match.catalog_code if match else "",
        score=match.score if match else 0.0,
        reasons=match.reasons if match else (),
        findings=row.findings,
    )


def told(row: ListedRow) -> dict[str, Any]:
    """A row with its codes in words."""
    return {
        "row": row,
        "outcome": _words("import_outcome", row.outcome),
        "reasons": [_words("match_reason", code) for code in row.reasons],
        "findings": [(_words("import_rule", one.rule), one) for one in row.findings],
    }


def _findings(counted: Any) -> list[tuple[str, str, int]]:
    """Rule, in words, how many; the most frequent first."""
    ordered = sorted(counted.items(), key=lambda pair: (-pair[1], pair[0]))
    return [(rule, _words("import_rule", rule), count) for rule, count in ordered]


def _words(list_name: str, code: str) -> str:
    return matters.label(list_name, code).said(get_language() or "zh-hans")


def export(name: str, rows: Iterator[ListedRow]) -> HttpResponseBase:
    """Every row with what became of it and what was found, as CSV."""
    titles = ("行", "编码", "事项名称", "部门", "结果", "基本编码", "匹配度", "匹配理由", "发现的问题")
    cells = (
        [
            row.line,
            row.code,
            row.name,
            row.body_name,
            _words("import_outcome", row.outcome),
            row.catalog_code,
            row.score,
            "；".join(_words("match_reason", code) for code in row.reasons),
            "；".join(_finding(one) for one in row.findings),
        ]
        for row in rows
    )
    return csv_response(name, [gettext(title) for title in titles], cells)


def _finding(one: RowFinding) -> str:
    values = "→".join(value for value in (one.given, one.known) if value)
    return f"{_words('import_rule', one.rule)}（{one.field} {values}）"

"""What a data officer does about rows that were set aside: look, unmask for a reason, correct, judge anew."""

from __future__ import annotations

from collections.abc import Mapping

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from shudao.contexts.pool import api as pool
from shudao.contexts.pool.contracts.datasets import DatasetContract
from shudao.contexts.pool.contracts.deliveries import Batch
from shudao.contexts.pool.contracts.refusals import DatasetBusy, NotStored
from shudao.contexts.pool.contracts.repairs import QuarantinedRow
from shudao.faces.design.access import actor_of, allow
from shudao.faces.design.fields import Field
from shudao.faces.design.paging import page_number
from shudao.faces.office import quality_words, roles
from shudao.faces.office.views.start import doors
from shudao.kernel.errors import Invalid, NotFound
from shudao.kernel.time import now

SIZE = 20
ENTRY = "v-"


@allow(*roles.DECIDERS)
def rows(request: HttpRequest, code: str, number: str) -> HttpResponseBase:
    """List what one delivery set aside, masked."""
    page = pool.quarantined(number, acting=actor_of(request), page=page_number(request), size=SIZE)
    contract = pool.contract(code)
    context = {
        "contract": contract,
        "batch": _batch(code, number),
        "page": page,
        "rows": [_shown(contract, row) for row in page.items],
        "repaired": pool.repaired(number),
        "is_open": pool.repairable(number),
    }
    return render(request, "office/quality_rows.html", context | doors(request))


@allow(*roles.DECIDERS)
@require_POST
def replay(request: HttpRequest, code: str, number: str) -> HttpResponseBase:
    """Judge all rows again by the current contract."""
    _batch(code, number)
    done = pool.replay(number, acting=actor_of(request), now=now(), key=request.POST.get("key", ""))
    said = gettext("重新检查 {tried} 条，入库 {good} 条，仍不合格 {bad} 条。")
    messages.success(request, said.format(tried=done.tried, good=done.good, bad=done.tried - done.good))
    return redirect("office:quality-rows", code, number)


@allow(*roles.DECIDERS)
@never_cache
def row(request: HttpRequest, code: str, number: str, place: int) -> HttpResponseBase:
    """Show one row masked; unmasked for a reason, to be corrected and sent in."""
    acting = actor_of(request)
    contract, delivered = pool.contract(code), _batch(code, number)
    found = pool.quarantined_row(number, place, acting=acting)
    errors: dict[str, str] = {}
    context: dict[str, object] = {"reason": request.POST.get("reason", "")[:200]}
    if request.method == "POST" and request.POST.get("act") == "unmask":
        try:
            opened = pool.unmask(number, place, acting=acting, reason=request.POST.get("reason", ""), now=now())
            context |= {"fields": _fields(contract, opened.values, {}), "text": opened.text}
        except Invalid as error:
            errors = {name: gettext(said) for name, said in error.fields.items()}
    elif request.method == "POST":
        typed: dict[str, str | None] = {
            name.removeprefix(ENTRY): value for name, value in request.POST.items() if name.startswith(ENTRY)
        }
        errors = _sent(request, number, place, contract, typed)
        if not errors:
            messages.success(request, gettext("这一行已经修复入库。"))
            return redirect("office:quality-rows", code, number)
        context["fields"] = _fields(contract, typed, errors)
    context |= {"contract": contract, "batch": delivered, "one": _shown(contract, found), "errors": errors}
    context["is_open"] = pool.repairable(number)
    return render(request, "office/quality_row.html", context | doors(request), status=422 if errors else 200)


def _sent(
    request: HttpRequest, number: str, place: int, contract: DatasetContract, typed: Mapping[str, str | None]
) -> dict[str, str]:
    """Send the corrected row in; return what is wrong with it by entry."""
    try:
        done = pool.repair(
            batch=number,
            place=place,
            values=typed,
            acting=actor_of(request),
            now=now(),
            key=request.POST.get("key", ""),
        )
    except Invalid as error:
        return {f"{ENTRY}{name}": gettext(said) for name, said in error.fields.items()}
    except (DatasetBusy, NotStored) as error:
        # What was typed stays: it can be sent again in a moment.
        return {f"{ENTRY}{contract.columns[0].name}": gettext(error.says).format(**error.details)}
    faults: dict[str, str] = {}
    for code in done.reasons:
        rule = next((one for one in contract.rules if one.code == code), None)
        entry = rule.columns[0] if rule and rule.columns else contract.columns[0].name
        said = quality_words.reason(contract, code, get_language() or "zh-hans")
        faults[f"{ENTRY}{entry}"] = "；".join(filter(None, (faults.get(f"{ENTRY}{entry}"), said)))
    return faults


def _batch(code: str, number: str) -> Batch:
    """The delivery, if it is one of this dataset."""
    found = pool.batch(number)
    if found.dataset != code:
        raise NotFound
    return found


def _shown(contract: DatasetContract, row: QuarantinedRow) -> dict[str, object]:
    """A row with its reasons in words and its columns as people call them."""
    language = get_language() or "zh-hans"
    titles = {column.name: column.title.said(language) for column in contract.columns}
    return {
        "row": row,
        "reasons": [quality_words.reason(contract, code, language) for code in row.reasons],
        "values": [(titles.get(name, name), value) for name, value in row.values.items()],
    }


def _fields(contract: DatasetContract, values: Mapping[str, str | None], errors: Mapping[str, str]) -> list[Field]:
    """An entry for each column."""
    language = get_language() or "zh-hans"
    return [
        Field(
            name=f"{ENTRY}{column.name}",
            label=column.title.said(language),
            value=values.get(column.name) or "",
            error=errors.get(f"{ENTRY}{column.name}", ""),
            autocomplete="off",
        )
        for column in contract.columns
    ]

"""One snapshot of a dataset: what it shows, some rows masked; kept for good, no longer, or dropped."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext

from shudao.contexts.pool import api as pool
from shudao.contexts.pool.contracts.datasets import DatasetContract
from shudao.contexts.pool.contracts.deliveries import SnapshotRow
from shudao.contexts.pool.contracts.refusals import DatasetBusy, SnapshotInUse
from shudao.faces.design.access import actor_of, allow
from shudao.faces.office import roles, sending
from shudao.faces.office.views.start import doors
from shudao.kernel.errors import Invalid, NotFound
from shudao.kernel.time import now

SAMPLE = 5


@allow(*roles.DATA)
def snapshot(request: HttpRequest, code: str, number: int) -> HttpResponseBase:
    """Show one snapshot; its owner keeps or drops it."""
    shown, errors = _one(code, number), dict[str, str]()
    if request.method == "POST":
        try:
            return _act(request, code, number)
        except (DatasetBusy, SnapshotInUse, Invalid) as error:
            errors = sending.told(error, "drop")
    contract = pool.contract(code)
    may_change = pool.may_change(actor_of(request), code)
    context = {
        "contract": contract,
        "one": shown,
        "errors": errors,
        "reason": request.POST.get("reason", "")[:200],
        "may_change": may_change,
        "sample": titled(contract, code, number) if may_change else [],
    }
    return render(request, "office/snapshot.html", context | doors(request), status=422 if errors else 200)


def _act(request: HttpRequest, code: str, number: int) -> HttpResponseBase:
    acting, act = actor_of(request), request.POST.get("act", "")
    if act == "drop":
        reason = request.POST.get("reason", "")
        files = pool.drop_snapshot(code, number, reason=reason, acting=acting, now=now())
        messages.success(
            request, gettext("快照 {number} 已删除，一并删除文件 {files} 个。").format(number=number, files=files)
        )
        return redirect("office:dataset", code)
    if act not in ("keep", "release"):
        raise NotFound
    pool.pin_snapshot(code, number, keep=act == "keep", acting=acting, now=now())
    kept = gettext("这个快照会一直保留。") if act == "keep" else gettext("这个快照按期限保留。")
    messages.success(request, kept)
    return redirect("office:snapshot", code, number)


def _one(code: str, number: int) -> SnapshotRow:
    found = next((one for one in pool.snapshots(code) if one.number == number), None)
    if found is None:
        raise NotFound
    return found


def titled(contract: DatasetContract, code: str, number: int) -> list[list[tuple[str, str]]]:
    """Some masked rows by the columns' titles; a column that the contract no longer has is called as it was."""
    language = get_language() or "zh-hans"
    titles = {column.name: column.title.said(language) for column in contract.columns}
    rows = pool.rows(code, snapshot=number, limit=SAMPLE)
    return [[(titles.get(name, name), value) for name, value in row.items()] for row in rows]

"""A data officer delivers a file of the own department: a whole register, additions, changes, removals."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext

from shudao.contexts.pool import api as pool
from shudao.contexts.pool.contracts.datasets import DatasetContract
from shudao.contexts.pool.contracts.deliveries import Batch, Mode
from shudao.contexts.pool.contracts.refusals import DatasetBusy
from shudao.faces.design.access import actor_of, allow
from shudao.faces.design.fields import Choice, Field
from shudao.faces.office import quality_words, roles, sending
from shudao.faces.office.views.start import doors
from shudao.kernel.errors import ShudaoError
from shudao.kernel.time import now


@allow(*roles.DECIDERS)
def deliver(request: HttpRequest, code: str) -> HttpResponseBase:
    """Take in a file as what it is; show the batch it became."""
    errors: dict[str, str] = {}
    key = ""
    if request.method == "POST":
        try:
            batch = _taken_in(request, code)
            messages.success(request, done(batch))
            return redirect("office:quality-batch", code, batch.number)
        except sending.ELSEWHERE:
            raise
        except ShudaoError as error:
            errors = sending.told(error)
            # The batch under way may be this very file, sent twice: the same key then finds it.
            key = request.POST.get("key", "")[:64] if isinstance(error, DatasetBusy) else ""
    contract = pool.contract(code)
    entry = modes(str(request.POST.get("mode", Mode.FULL)))
    context = {"contract": contract, "errors": errors, "mode": entry, "columns": columns(contract), "key": key}
    return render(request, "office/quality_deliver.html", context | doors(request), status=422 if errors else 200)


def _taken_in(request: HttpRequest, code: str) -> Batch:
    asked = request.POST.get("mode", Mode.FULL)
    with sending.held(sending.upload(request)) as path:
        return pool.ingest(
            dataset=code,
            source=path,
            acting=actor_of(request),
            now=now(),
            key=request.POST.get("key", ""),
            mode=Mode(asked) if asked in set(Mode) else Mode.FULL,
        )


def done(batch: Batch) -> str:
    """What became of it, in a sentence."""
    sentence = gettext("报送 {rows} 条，入库 {good} 条，隔离 {bad} 条。评分稍后可见。")
    if batch.mode is Mode.DELETE:
        sentence = gettext("报送 {rows} 条，移除 {good} 条，隔离 {bad} 条。")
    return sentence.format(rows=batch.rows, good=batch.good, bad=batch.quarantined)


def modes(chosen: str) -> Field:
    """The choice of what the file is, each with a sentence that says what it does."""
    choices = tuple(Choice(one, quality_words.mode(one), quality_words.mode_does(one)) for one in Mode)
    return Field("mode", gettext("这份文件是"), "radios", chosen, choices=choices)


def columns(contract: DatasetContract) -> list[tuple[str, str, bool]]:
    """The columns that a file needs: name in the header, title, and whether a deletion needs it too."""
    language = get_language() or "zh-hans"
    keys = {contract.subject, *contract.key}
    return [(one.name, one.title.said(language), one.name in keys) for one in contract.columns]

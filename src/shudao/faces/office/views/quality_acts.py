"""What a data officer does about quality: have rules proposed, accept and edit contracts, deliver."""

from __future__ import annotations

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext

from shudao.contexts.pool import api as pool
from shudao.contexts.pool.contracts.refusals import (
    DatasetBusy,
    SourceUnreadable,
)
from shudao.faces.design.access import actor_of, allow
from shudao.faces.office import quality_words, roles
from shudao.faces.office.views.start import doors
from shudao.kernel.errors import Invalid, ShudaoError
from shudao.kernel.time import now


def _upload(request: HttpRequest) -> UploadedFile:
    sent = request.FILES.get("file")
    if not isinstance(sent, UploadedFile) or not sent.size:
        raise Invalid(fields={"file": gettext("请选择要报送的文件。")})
    return sent


def _told(error: ShudaoError, name: str = "file") -> dict[str, str]:
    """A refusal as entries of the error summary, in the reader's language."""
    if isinstance(error, Invalid) and error.fields:
        return {field: said(sentence) for field, sentence in error.fields.items()}
    return {name: gettext(error.says).format(**error.details)}


def said(sentence: str) -> str:
    """A sentence in the reader's language, its gaps filled."""
    key, filled = getattr(sentence, "key", sentence), getattr(sentence, "filled", {})
    return gettext(key).format_map(filled) if filled else gettext(key)


@allow(*roles.DECIDERS)
def propose(request: HttpRequest) -> HttpResponseBase:
    """Look at a delivery of a dataset, new or known, and propose its contract."""
    errors: dict[str, str] = {}
    if request.method == "POST":
        try:
            made = pool.look_at(
                dataset=request.POST.get("code", "").strip()[:60],
                chunks=_upload(request).chunks(),
                acting=actor_of(request),
                now=now(),
            )
            return redirect("office:proposal", made.number)
        except ShudaoError as error:
            errors = _told(error)
    context = {"errors": errors, "sent": request.POST}
    return render(request, "office/quality_propose.html", context | doors(request), status=422 if errors else 200)


@allow(*roles.DECIDERS)
def proposal(request: HttpRequest, number: str) -> HttpResponseBase:
    """Show a proposal with its evidence; accept it, edited or not."""
    found, errors = pool.proposal(number), {}
    text = found.contract
    if request.method == "POST":
        text = request.POST.get("contract", "").replace("\r\n", "\n")
        try:
            made = pool.accept(
                number, contract=text, acting=actor_of(request), now=now(), key=request.POST.get("key", "")
            )
            messages.success(request, gettext("约定已登记。"))
            return redirect("office:quality-dataset", made.code)
        except Invalid as error:
            errors = _told(error, "contract")
    context = {
        "proposal": found,
        "evidence": [(one, quality_words.kind(str(one["kind"]))) for one in found.evidence],
        "text": text,
        "errors": errors,
    }
    return render(request, "office/quality_proposal.html", context | doors(request), status=422 if errors else 200)


@allow(*roles.DATA)
def contract(request: HttpRequest, code: str) -> HttpResponseBase:
    """Show a dataset's contract as text with its versions; its owner registers the next one."""
    versions, errors = pool.contract_versions(code), {}
    may_change = pool.may_change(actor_of(request), code)
    text = versions[0][2].replace(f"version: {versions[0][0]}\n", f"version: {versions[0][0] + 1}\n", 1)
    if request.method == "POST":
        text = request.POST.get("contract", "").replace("\r\n", "\n")
        try:
            made = pool.write_contract(text, acting=actor_of(request), now=now(), key=request.POST.get("key", ""))
            messages.success(request, gettext("约定已登记。"))
            return redirect("office:contract", made.code)
        except Invalid as error:
            errors = _told(error, "contract")
    context = {
        "contract": pool.contract(code),
        "versions": versions,
        "proposals": pool.proposals(code),
        "text": text,
        "errors": errors,
        "may_change": may_change,
    }
    return render(request, "office/quality_contract.html", context | doors(request), status=422 if errors else 200)


@allow(*roles.DECIDERS)
def deliver(request: HttpRequest, code: str) -> HttpResponseBase:
    """Deliver a file of a dataset that the officer's department owns."""
    errors: dict[str, str] = {}
    if request.method == "POST":
        try:
            batch = pool.receive(
                dataset=code,
                chunks=_upload(request).chunks(),
                acting=actor_of(request),
                now=now(),
                key=request.POST.get("key", ""),
            )
            said = gettext("报送 {rows} 条，入库 {good} 条，隔离 {bad} 条。评分稍后可见。")
            messages.success(request, said.format(rows=batch.rows, good=batch.good, bad=batch.quarantined))
            return redirect("office:quality-dataset", code)
        except (Invalid, SourceUnreadable, DatasetBusy) as error:
            errors = _told(error)
    context = {"contract": pool.contract(code), "errors": errors}
    return render(request, "office/quality_deliver.html", context | doors(request), status=422 if errors else 200)

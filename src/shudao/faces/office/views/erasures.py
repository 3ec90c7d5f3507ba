"""Somebody leaves the pool: an officer says whom, from which datasets and why, looks once more, and has it done."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext
from django.views.decorators.cache import never_cache

from shudao.contexts.pool import api as pool
from shudao.contexts.pool.contracts.datasets import DatasetRow
from shudao.contexts.pool.contracts.lifetimes import Erased
from shudao.faces.design.access import actor_of, allow
from shudao.faces.design.fields import Choice, Field, errors_of
from shudao.faces.office import roles, sending
from shudao.faces.office.views.start import doors
from shudao.foundation.identity import api as identity
from shudao.kernel.errors import Invalid
from shudao.kernel.time import now

_SHORTEST, _LONGEST = 8, 40
_SHORTEST_REASON, _LONGEST_REASON = 4, 200
_RESIDENT = 18
_KEPT = 1_000  # of what was typed, to be shown again


@dataclass(frozen=True, slots=True)
class Asked:
    """What the form says; `datasets` are codes that the officer may change."""

    identifier: str = ""
    reason: str = ""
    datasets: tuple[str, ...] = ()


@allow(*roles.DECIDERS)
@never_cache
def erasures(request: HttpRequest) -> HttpResponseBase:
    """Take the request, show it once more before anything is done, do it; list what was done before."""
    acting = actor_of(request)
    mine = [row for row in pool.datasets() if pool.may_change(acting, row.code)]
    asked, errors = Asked(datasets=tuple(row.code for row in mine)), dict[str, str]()
    if request.method == "POST":
        asked, act = _asked(request, mine), request.POST.get("act", "")
        errors = {} if act == "edit" else faults(asked)
        if not errors and act == "erase":
            try:
                for sentence in said(_erased(request, asked)):
                    messages.success(request, sentence)
                return redirect("office:erasures")
            except Invalid as error:
                errors = sending.told(error, "identifier")
        elif not errors and act == "check":
            return render(request, "office/erasure_confirm.html", _again(asked, mine) | doors(request))
    account = "" if roles.holds(acting, (roles.Role.DATA_BUREAU,)) else acting.account
    entries = fields(asked, mine, errors)
    context = {
        "fields": entries if mine else [],
        "errors": errors_of(entries),
        "rows": pool.erasures(account=account),
        "names": {row.code: row.title for row in pool.datasets()},
        "sees_all": not account,
    }
    return render(request, "office/erasures.html", context | doors(request), status=422 if errors else 200)


def _asked(request: HttpRequest, mine: list[DatasetRow]) -> Asked:
    known = {row.code for row in mine}
    return Asked(
        identifier=request.POST.get("identifier", "").strip()[:_KEPT],
        reason=request.POST.get("reason", "").strip()[:_KEPT],
        datasets=tuple(code for code in request.POST.getlist("datasets") if code in known),
    )


def faults(asked: Asked) -> dict[str, str]:
    """What is missing, before anything is asked of the pool: it checks again."""
    found = {}
    if not _SHORTEST <= len(asked.identifier) <= _LONGEST:
        found["identifier"] = gettext("请填写身份证号码或统一社会信用代码。")
    if not asked.datasets:
        found["datasets"] = gettext("请至少选择一个数据集。")
    if not _SHORTEST_REASON <= len(asked.reason) <= _LONGEST_REASON:
        found["reason"] = gettext("请写明删除的理由（4 到 200 个字）。")
    return found


def _erased(request: HttpRequest, asked: Asked) -> Erased:
    # All there are, by who may change all: the vault forgets the subject then without looking whether others hold it.
    everywhere = set(asked.datasets) == {row.code for row in pool.datasets()}
    return pool.erase(
        asked.identifier,
        reason=asked.reason,
        acting=actor_of(request),
        now=now(),
        key=request.POST.get("key", ""),
        datasets=() if everywhere else asked.datasets,
    )


def _again(asked: Asked, mine: list[DatasetRow]) -> dict[str, object]:
    return {
        "asked": asked,
        "titles": [row.title for row in mine if row.code in asked.datasets],
        "doubtful": doubtful(asked.identifier),
    }


def doubtful(identifier: str) -> bool:
    """Whether it looks like a mistyped resident ID. That stops nothing: rows may be wrong in the same way."""
    head, last = identifier[: _RESIDENT - 1], identifier[_RESIDENT - 1 :].upper()
    if len(identifier) != _RESIDENT or not (head.isascii() and head.isdigit()):
        return False
    return identity.resident_id_check_digit(head) != last


def said(done: Erased) -> list[str]:
    """What was done, and what is still to be done, in a sentence each."""
    if not (done.rows or done.mentions or done.quarantined or done.waiting):
        return [gettext("所选数据集里没有这个对象的数据；这次申请已记入审计。")]
    sentences = [
        gettext("已删除记录 {rows} 条，他人记录中提到的 {mentions} 处，隔离行 {quarantined} 条。").format(
            rows=done.rows, mentions=done.mentions, quarantined=done.quarantined
        )
    ]
    if done.waiting:
        waits = gettext("另有 {many} 个数据集正忙：已经查不到，文件由平台随后改写。")
        sentences.append(waits.format(many=len(done.waiting)))
    return sentences


def fields(asked: Asked, mine: list[DatasetRow], errors: dict[str, str]) -> list[Field]:
    """The form's entries."""
    language = get_language() or "zh-hans"
    return [
        Field(
            "identifier",
            gettext("身份证号码或统一社会信用代码"),
            value=asked.identifier,
            hint=gettext("删除完成前加密保存，之后不留；审计记录里只有它的密钥哈希。"),
            error=errors.get("identifier", ""),
            width="20",
            autocomplete="off",
            maxlength=_LONGEST,
        ),
        Field(
            "datasets",
            gettext("从哪些数据集删除"),
            "checkboxes",
            list(asked.datasets),
            error=errors.get("datasets", ""),
            choices=tuple(Choice(row.code, f"{row.title.said(language)} · {row.code}") for row in mine),
        ),
        Field(
            "reason",
            gettext("理由"),
            value=asked.reason,
            hint=gettext("会记入审计记录，例如“本人申请，受理单 12 号”。不要写姓名或号码。"),
            error=errors.get("reason", ""),
            autocomplete="off",
            maxlength=_LONGEST_REASON,
        ),
    ]

"""Enter a data resource, or change its entry: for the provider's data officer and the data bureau."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext
from django.views.decorators.cache import never_cache

from shudao.contexts.exchange import api as exchange
from shudao.contexts.exchange.contracts.registry import Resource, ResourceState
from shudao.contexts.pool import api as pool
from shudao.faces.design.access import actor_of, allow
from shudao.faces.design.fields import Field, errors_of
from shudao.faces.office import disputed, entry_form, roles
from shudao.faces.office.views import lists
from shudao.faces.office.views.resources import keeps_it
from shudao.faces.office.views.start import doors
from shudao.foundation.identity import api as identity
from shudao.foundation.identity.contracts import Role
from shudao.kernel.errors import Conflict, Forbidden, Invalid, NotFound, fill
from shudao.kernel.time import local_date, now


class CodeTaken(Conflict):
    """Another entry has this code."""

    code = "office.code_taken"
    says = "资源代码 {code} 已被使用。"
    advice = "请换一个代码，或修改原有的条目。"


@allow(*roles.DECIDERS)
@never_cache
def edit(request: HttpRequest, code: str) -> HttpResponseBase:
    """Change an entry."""
    former = exchange.resource(code)
    if not keeps_it(actor_of(request), former.provider):
        raise Forbidden
    if former.state is ResourceState.RETIRED:
        raise NotFound
    return _form(request, former)


@allow(*roles.DECIDERS)
@never_cache
def new(request: HttpRequest) -> HttpResponseBase:
    """Enter a resource of one of the own departments, beginning with a dataset where one is named."""
    own = identity.find_departments(roles.departments_of(actor_of(request), (Role.DATA_OFFICER,)))
    dataset = lists.word(request, "dataset")
    owner = next((one.owner for one in pool.datasets() if one.code == dataset), "")
    provider = owner or lists.word(request, "provider") or next(iter(own), "")
    if not provider:
        return _choose(request)
    if not keeps_it(actor_of(request), provider):
        raise Forbidden
    return _form(request, entry_form.blank(provider, dataset, local_date(now())))


def _choose(request: HttpRequest) -> HttpResponseBase:
    """Let the data bureau say whose dataset the entry is about."""
    language = get_language() or "zh-hans"
    datasets = [(one.code, one.title.said(language)) for one in pool.datasets()]
    return render(request, "office/resource_choose.html", {"datasets": datasets} | doors(request))


def _form(request: HttpRequest, former: Resource) -> HttpResponseBase:
    errors: dict[str, str] = {}
    if request.method == "POST":
        try:
            made = _save(request, former)
            messages.success(
                request, gettext("目录已更新，原来的条目保存为上一版。") if former.code else gettext("数据资源已编目。")
            )
            return redirect("office:resource", made.code)
        except Invalid as wrong:
            errors = disputed.faults(wrong)
        except Conflict as wrong:
            errors = {"code": fill(gettext(wrong.says), wrong.details)}
    values = request.POST.dict() if request.method == "POST" else entry_form.typed(former)
    entries: list[Field] = entry_form.fields(former, values, errors, entry_form.datasets_of(former.provider))
    if former.code:
        hint = gettext("写明为什么修改，记入版本。")
        reason = values.get("reason", "")
        entries.append(Field("reason", gettext("修改说明"), value=reason, hint=hint, error=errors.get("reason", "")))
    context = {
        "entry": former,
        "entries": entries,
        "faults": errors_of(entries),
        "provider": disputed.names_of({former.provider}).get(former.provider),
    }
    return render(request, "office/resource_edit.html", context | doors(request), status=422 if errors else 200)


def _save(request: HttpRequest, former: Resource) -> Resource:
    reason = request.POST.get("reason", "").strip()[:200]
    if former.code and not reason:
        raise Invalid(fields={"reason": gettext("请写明修改的理由。")})
    entry = entry_form.read(request.POST, former)
    if not former.code and exchange.find_resources([entry.code]):
        raise CodeTaken(code=entry.code)
    return exchange.register_resource(
        resource=entry, reason=reason, acting=actor_of(request), now=now(), key=request.POST.get("key", "")
    )

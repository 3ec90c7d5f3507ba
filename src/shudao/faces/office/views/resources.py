"""The catalogue of data resources: found, looked at, compared with what it was, suspended and retired."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import fields

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache

from shudao.contexts.exchange import api as exchange
from shudao.contexts.exchange.contracts.registry import CLASS_KINDS, Listed, Looked, Resource, ResourceState, ShareType
from shudao.contexts.matters import api as matters
from shudao.faces.design.access import actor_of, allow
from shudao.faces.design.exports import csv_response
from shudao.faces.design.templatetags.design import day, said
from shudao.faces.office import disputed, entry_words, roles
from shudao.faces.office.views import lists
from shudao.faces.office.views.start import doors
from shudao.foundation.audit.contracts import Actor
from shudao.foundation.identity import api as identity
from shudao.foundation.identity.contracts import Role
from shudao.kernel.errors import Conflict, Forbidden, Invalid, fill
from shudao.kernel.texts import Text
from shudao.kernel.time import now

# Said at the head of the page or in tables of their own.
_APART = {"name", "abstract", "items", "state", "state_why", "version", "provider", "matters", "related", "dataset"}


@allow(*roles.DATA)
def resources(request: HttpRequest) -> HttpResponseBase:
    """List what departments offer, found by words, provider, class, share type and state."""
    looked = looked_for(request)
    if request.GET.get("format") == "csv":
        names = ("资源名称", "资源代码", "目录代码", "数源部门", "共享类型", "更新周期", "数据更新", "状态", "版本")
        read = disputed.pages(lambda number, size: exchange.search_resources(looked, page=number, size=size))
        return csv_response(gettext("数据资源目录"), [gettext(one) for one in names], _rows(read))
    page = exchange.search_resources(looked, page=lists.number(request), size=lists.SIZE)
    names_of = disputed.names_of({one.resource.provider for one in page.items})
    actor = actor_of(request)
    context = {
        "page": page,
        "shown": [(one, names_of.get(one.resource.provider)) for one in page.items],
        "asks": roles.holds(actor, roles.ASKERS),
        "enters": roles.holds(actor, roles.DECIDERS),
        "looked": looked,
        "choices": choices(),
    }
    return render(request, "office/resources.html", context | doors(request))


def looked_for(request: HttpRequest) -> Looked:
    """What the address asks for; published entries unless it says another state."""
    words = {name: lists.word(request, name) for name in ("text", "provider", "class", "share", "state", "sort")}
    share = ShareType(words["share"]) if words["share"] in set(ShareType) else None
    state = ResourceState(words["state"]) if words["state"] in set(ResourceState) else ResourceState.PUBLISHED
    return Looked(
        text=words["text"],
        provider=words["provider"],
        class_code=words["class"] if words["class"].isdecimal() else "",
        share_type=share,
        state=None if words["state"] == "all" else state,
        late=bool(request.GET.get("late")),
        sort=words["sort"],
    )


def choices() -> dict[str, list[tuple[str, str]]]:
    """What can be chosen in the filters."""
    names = disputed.names_of(set(exchange.resource_providers()))
    return {
        "providers": sorted((code, said(name)) for code, name in names.items()),
        "classes": [(code, said(name)) for code, name in CLASS_KINDS.items()],
        "shares": [(one.value, gettext(name)) for one, name in entry_words.SHARES.items()],
        "states": [(one.value, gettext(name)) for one, name in entry_words.STATES.items()],
    }


def _rows(pages: Iterable[Sequence[Listed]]) -> Iterator[tuple[object, ...]]:
    for found in pages:
        names = disputed.names_of({one.resource.provider for one in found})
        yield from (_row(one, names) for one in found)


def _row(one: Listed, names: Mapping[str, Text]) -> tuple[object, ...]:
    entry = one.resource
    return (
        said(entry.name),
        entry.code,
        entry.catalogue_code,
        said(names.get(entry.provider, Text(entry.provider))),
        entry_words.told("share_type", entry.share_type),
        entry_words.told("cycle", entry.cycle),
        day(one.updated_at) if one.updated_at else "",
        entry_words.told("state", entry.state),
        entry.version,
    )


@allow(*roles.DATA)
@never_cache
def resource(request: HttpRequest, code: str) -> HttpResponseBase:
    """Show one entry with what it was; its provider suspends, publishes or retires it."""
    one = exchange.resource_entry(code)
    keeps = keeps_it(actor_of(request), one.resource.provider)
    errors: dict[str, str] = {}
    if request.method == "POST":
        if not keeps:
            raise Forbidden
        try:
            _set_state(request, code)
            messages.success(request, gettext("资源状态已变更，网关即刻生效。"))
            return redirect("office:resource", code)
        except Invalid as refused:
            errors = disputed.faults(refused)
        except Conflict as refused:
            errors = {"state": fill(gettext(refused.says), refused.details)}
    shown = context_of(one, keeps) | {"keeps": keeps, "errors": errors, "sent": request.POST}
    shown["asks"] = roles.holds(actor_of(request), roles.ASKERS)
    return render(request, "office/resource.html", doors(request) | shown, status=422 if errors else 200)


def context_of(one: Listed, keeps: bool) -> dict[str, object]:
    """What the page of an entry shows."""
    entry = one.resource
    linked = {item.catalog_code: item.name for item in matters.basic_items()} if entry.matters else {}
    return {
        "one": one,
        "entry": entry,
        "provider": disputed.names_of({entry.provider}).get(entry.provider),
        "parts": parts(entry, keeps),
        "items": [(item, gettext(entry_words.KINDS.get(item.kind, item.kind))) for item in entry.items],
        "matters": [(code, linked.get(code)) for code in entry.matters],
        "related": list(exchange.find_resources(entry.related).values()),
        "versions": exchange.resource_versions(entry.code),
    }


def parts(entry: Resource, keeps: bool) -> list[tuple[str, str]]:
    """Every part that has a value, as it is called and said; where a department's service is, those who keep it see."""
    apart = _APART if keeps else {*_APART, "upstream"}
    told = [(part.name, entry_words.told(part.name, getattr(entry, part.name))) for part in fields(Resource)]
    return [(entry_words.label(name), words) for name, words in told if name not in apart and words != "—"]


def keeps_it(actor: Actor, provider: str) -> bool:
    """Whether the actor changes this department's entries: its data officer, or the data bureau."""
    own = identity.has_role(actor, Role.DATA_OFFICER, department=provider)
    return own or identity.has_role(actor, Role.DATA_BUREAU)


def _set_state(request: HttpRequest, code: str) -> None:
    sent = disputed.sent(request, "state", "reason")
    if sent["state"] not in set(ResourceState):
        raise Invalid(fields={"state": "请选择状态。"})
    exchange.set_resource_state(
        code=code,
        state=ResourceState(sent["state"]),
        reason=sent["reason"],
        acting=actor_of(request),
        now=now(),
        key=request.POST.get("key", ""),
    )


@allow(*roles.DATA)
def versions(request: HttpRequest, code: str) -> HttpResponseBase:
    """Compare two versions of an entry: the newest with the one before unless the address says others."""
    found = exchange.resource_versions(code)
    newest = found[0].resource.version
    after = _number(request, "after", newest)
    before = _number(request, "before", max(1, after - 1))
    keeps = keeps_it(actor_of(request), found[0].resource.provider)
    differ = exchange.compare_versions(code, before, after)
    changes = [entry_words.changed(one) for one in differ if keeps or one.field != "upstream"]
    context = {
        "entry": found[0].resource,
        "versions": found,
        "numbers": [(one.resource.version, str(one.resource.version)) for one in found],
        "before": str(before),
        "after": str(after),
        "changes": changes,
    }
    return render(request, "office/resource_versions.html", context | doors(request))


def _number(request: HttpRequest, name: str, otherwise: int) -> int:
    text = lists.word(request, name)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else otherwise

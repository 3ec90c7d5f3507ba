"""The words and components that every template may use (a builtin library: no `load` needed)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime

from django import template
from django.template.context import Context
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext

from shudao.faces.design import icons, states, wording
from shudao.faces.design.fields import Choice, Field
from shudao.kernel import ids, time
from shudao.kernel.money import Fen
from shudao.kernel.money import yuan as written_yuan
from shudao.kernel.paging import Page
from shudao.kernel.texts import Text

register = template.Library()
# An address of the back office in plain text, after escaping.
_OFFICE = re.compile(r"/office/[A-Za-z0-9/?=_.-]*[A-Za-z0-9/=]")


@register.filter
def said(text: Text | str | None) -> str:
    """A kept text in the reader's language; a plain string as it is."""
    if isinstance(text, Text):
        return text.said(get_language() or "zh-hans")
    return "" if text is None else str(text)


@register.filter
def linked(text: str) -> SafeString:
    """Plain text in which addresses of the back office are links."""
    escaped = str(conditional_escape(text))
    return mark_safe(_OFFICE.sub(lambda found: f'<a class="govuk-link" href="{found[0]}">{found[0]}</a>', escaped))  # noqa: S308  escaped above


@register.filter
def day(value: date | datetime | str | None) -> str:
    """A local day: 2026年11月24日, 24 November 2026."""
    local = _local(value)
    if not isinstance(local, date):
        return "" if local is None else str(local)
    if _english():
        return f"{local.day} {local:%B %Y}"
    return f"{local.year}年{local.month}月{local.day}日"


@register.filter
def moment(value: datetime | str | None) -> str:
    """A local day and the time of day, to the minute."""
    local = _local(value)
    return f"{day(local)} {local:%H:%M}" if isinstance(local, datetime) else day(value)


@register.filter
def yuan(fen: Fen | None) -> str:
    """An amount of money; nothing to pay is said in words."""
    if not fen:
        return gettext("不收费")
    return f"CNY {written_yuan(fen)}" if _english() else f"{written_yuan(fen)} 元"


@register.filter
def percent(value: object) -> str:
    """A share (0–1) or None as a percentage with one decimal."""
    return "—" if value is None or value == "" else f"{float(str(value)) * 100:.1f}%"


@register.filter
def limit(value: object) -> str:
    """A time limit (anything with `amount` and `unit`) in words."""
    return wording.limit(int(value.amount), str(value.unit))  # type: ignore[attr-defined]


@register.filter
def visits(count: int) -> str:
    """How often one has to come, in words."""
    return wording.visits(int(count))


@register.filter
def item(mapping: object, key: object) -> object:
    """What `mapping` holds under `key`, or nothing."""
    return mapping.get(key, "") if isinstance(mapping, dict) else ""


@register.simple_tag
def icon(name: str) -> SafeString:
    return mark_safe(icons.svg(name))  # noqa: S308  drawings of our own


@register.simple_tag
def idempotency_key() -> SafeString:
    """A hidden field that makes sending a form twice have one effect."""
    return mark_safe(f'<input type="hidden" name="key" value="{ids.new_id()}">')  # noqa: S308  Crockford digits only


@register.inclusion_tag("design/parts/tag.html")
def status_tag(state: object) -> dict[str, str]:
    name, colour = states.named(state)
    return {"name": name, "colour": colour}


@register.inclusion_tag("design/parts/field.html")
def field(entry: Field) -> dict[str, object]:
    """Draw one entry of a form."""
    return {"f": entry, "yes": Choice("true", gettext("是")), "no": Choice("false", gettext("否"))}


@register.inclusion_tag("design/parts/field.html")
def entry(name: str, label: str, **options: object) -> dict[str, object]:
    """Draw an entry described in the template; `choices` is an iterable of (value, label)."""
    pairs: Iterable[tuple[object, object]] = options.pop("choices", ())  # type: ignore[assignment]
    choices = tuple(Choice(str(value), said(text)) for value, text in pairs)  # type: ignore[arg-type]
    return field(Field(name=name, label=str(label), choices=choices, **options))  # type: ignore[arg-type]


@register.inclusion_tag("design/parts/error_summary.html")
def error_summary(errors: Iterable[Field] | dict[str, str] | None) -> dict[str, object]:
    """List what is at fault with a link to each entry: fields with errors, or name → sentence."""
    if isinstance(errors, dict):
        return {"faults": [(Field(name, "").id, sentence) for name, sentence in errors.items()]}
    return {"faults": [(one.id, one.told) for one in errors or ()]}


@register.inclusion_tag("design/parts/pager.html", takes_context=True)
def pager(context: Context, page: Page[object]) -> dict[str, object]:
    """Links to the other pages of a list; the query keeps its filters and sorting."""
    near = {1, page.pages, *range(max(1, page.number - 2), min(page.pages, page.number + 2) + 1)}
    numbers: list[int | None] = []
    for number in sorted(near):
        if numbers and numbers[-1] is not None and number > numbers[-1] + 1:
            numbers.append(None)
        numbers.append(number)
    last = min(page.number * page.size, page.total)
    return {
        "page": page,
        "numbers": numbers,
        "last": last,
        "request": context["request"],
        "previous": page.number - 1,
        "next": page.number + 1 if page.number < page.pages else 0,
    }


@register.inclusion_tag("design/parts/sort_header.html", takes_context=True)
def sort_header(context: Context, key: str, title: str, numeric: bool = False) -> dict[str, object]:
    """A column's head that sorts the list by it: `?sort=key`, then `?sort=-key`."""
    now = context["request"].GET.get("sort", "")
    direction = {key: "ascending", f"-{key}": "descending"}.get(now, "")
    return {
        "request": context["request"],
        "title": title,
        "direction": direction,
        "numeric": numeric,
        "next": f"-{key}" if direction == "ascending" else key,
    }


@register.inclusion_tag("design/parts/export_link.html", takes_context=True)
def export_link(context: Context) -> dict[str, object]:
    """A link to the same list, filters and all, as CSV: the view answers `?format=csv`."""
    return {"request": context["request"]}


@register.inclusion_tag("design/parts/steps.html")
def steps(names: Iterable[object], current: int) -> dict[str, object]:
    """How far a task of several pages has come; `current` counts from 1."""
    shown = [{"name": said(name), "state": _step(at, current)} for at, name in enumerate(names, 1)]  # type: ignore[arg-type]
    return {"steps": shown}


@register.inclusion_tag("design/parts/empty.html")
def empty(title: str, text: str = "", address: str = "", link: str = "") -> dict[str, str]:
    """What a list says when there is nothing in it, and where to go next."""
    return {"title": title, "text": text, "address": address, "link": link}


@register.inclusion_tag("design/parts/notice.html")
def notice(text: str, title: str = "", kind: str = "") -> dict[str, str]:
    """A remark in a box; `kind`: "" for information, "warn", "good"."""
    return {"text": text, "title": title, "kind": kind}


@register.inclusion_tag("design/parts/chart.html")
def chart(kind: str, data: dict[str, object], name: str, boundaries: str = "") -> dict[str, object]:
    """A figure drawn by chart.js from `data` (its form is described there); the page shows the table beside it."""
    return {"kind": kind, "data": data, "name": name, "boundaries": boundaries}


def _step(at: int, current: int) -> str:
    return "done" if at < current else "now" if at == current else "later"


def _english() -> bool:
    return (get_language() or "").startswith("en")


def _local(value: object) -> object:
    if isinstance(value, datetime) and value.tzinfo is not None:
        return value.astimezone(time.LOCAL)
    return value

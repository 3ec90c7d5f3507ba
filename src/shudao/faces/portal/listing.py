"""A list of matters as the portal filters, shows and exports it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from django.utils.translation import gettext, gettext_lazy

from shudao.contexts.matters import api as matters
from shudao.contexts.matters.contracts import MatterRow
from shudao.faces.design.fields import Choice, Field
from shudao.faces.design.templatetags.design import said
from shudao.faces.design.wording import limit, visits
from shudao.faces.portal import kinds
from shudao.kernel.paging import Page

HEADER = (
    gettext_lazy("事项"),
    gettext_lazy("实施编码"),
    gettext_lazy("办理部门"),
    gettext_lazy("法定期限"),
    gettext_lazy("承诺期限"),
    gettext_lazy("到场次数"),
)


@dataclass(frozen=True)
class Search:
    """What somebody looks for at a place; empty means no restriction."""

    place: str
    q: str = ""
    audience: str = ""
    kind: str = ""
    theme: str = ""
    event: str = ""

    def page(self, number: int, size: int = 20) -> Page[MatterRow]:
        return matters.find(
            text=self.q,
            division=self.place,
            audience=self.audience if self.audience in ("person", "company") else None,
            department_kind=self.kind or None,
            theme=self.theme or None,
            event=self.event or None,
            below=True,
            page=number,
            size=size,
        )

    @cached_property
    def kinds(self) -> dict[str, int]:
        return matters.department_kinds(self.place)

    @property
    def filtered(self) -> bool:
        return bool(self.audience or self.kind or self.theme or self.event)


def filters(search: Search) -> list[Field]:
    """The selects above the results."""
    anyone = Choice("", gettext("全部"))
    audiences = (anyone, Choice("person", gettext("个人")), Choice("company", gettext("企业和组织")))
    lines_of_business = (anyone, *(Choice(code, kinds.name(code)) for code in search.kinds))
    themes = (anyone, *(Choice(one.value, said(one.label)) for one in matters.themes()))
    return [
        _select("audience", gettext("服务对象"), search.audience, audiences),
        _select("kind", gettext("部门"), search.kind, lines_of_business),
        _select("theme", gettext("主题"), search.theme, themes),
    ]


def lines(search: Search) -> Iterator[tuple[object, ...]]:
    """Every row of the list for a spreadsheet, page by page."""
    number = 1
    while True:
        found = search.page(number, size=200)
        for row in found.items:
            yield (
                said(row.name),
                row.task_code,
                said(row.department_name),
                limit(row.legal.amount, row.legal.unit),
                limit(row.promised.amount, row.promised.unit),
                visits(row.visits),
            )
        if number >= found.pages:
            return
        number += 1


def _select(name: str, label: str, value: str, choices: tuple[Choice, ...]) -> Field:
    return Field(name=name, label=label, kind="select", value=value, choices=choices)

"""What every page's shell shows: who is here, where, in which language, and which doors are open to them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language, gettext_lazy

from shudao.faces.design import places
from shudao.foundation.audit.contracts import NOBODY, Actor
from shudao.foundation.messages import api as messages
from shudao.foundation.regions import api as regions
from shudao.foundation.regions.contracts import Division

_WINDOW = {"clerk", "reviewer"}
_ADMINS = {"system_admin", "security_admin", "audit_admin"}
_OFFICE = {"matter_manager", "data_officer", "data_bureau", "integrator"} | _ADMINS
_COCKPIT = {"leader", "matter_manager", "data_officer", "data_bureau", "audit_admin"}


@dataclass(frozen=True, slots=True)
class Entrance:
    """One entry of the main navigation."""

    title: object
    address: str
    active: bool


class Shell:
    """Lazy: a page pays only for what its template reads."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request

    @cached_property
    def actor(self) -> Actor:
        actor: Actor = getattr(self._request, "actor", NOBODY)
        return actor

    @property
    def signed_in(self) -> bool:
        return self.actor.kind != "anonymous"

    @cached_property
    def unread(self) -> int:
        return messages.unread(messages.mailboxes(self.actor)) if self.signed_in else 0

    @cached_property
    def place(self) -> Division | None:
        return places.chosen(self._request)

    @cached_property
    def place_path(self) -> list[Division]:
        """The chosen place with what it lies in, below the province where it is not the province itself."""
        if self.place is None:
            return []
        above = regions.ancestors(self.place.code)
        return above[1:] or above

    @property
    def language(self) -> str:
        return get_language() or settings.LANGUAGE_CODE

    @property
    def html_language(self) -> str:
        return "en" if self.language.startswith("en") else "zh-CN"

    @property
    def trace(self) -> str:
        return getattr(self._request, "trace", "")

    @property
    def address(self) -> str:
        """Where to come back to after choosing a language or a place or signing in."""
        return self._request.get_full_path() if self._request.method == "GET" else self._request.path

    @property
    def demo(self) -> bool:
        return not getattr(settings, "PRODUCTION", False)

    @cached_property
    def entrances(self) -> list[Entrance]:
        roles = {grant.role for grant in self.actor.roles}
        doors = [
            (gettext_lazy("首页"), "/"),
            (gettext_lazy("个人办事"), "/personal/"),
            (gettext_lazy("企业办事"), "/business/"),
            (gettext_lazy("部门服务"), "/departments/"),
            (gettext_lazy("进度查询"), "/track/"),
            (gettext_lazy("我的空间"), "/my/"),
        ]
        if roles:
            doors = doors[:1]
            doors += [(gettext_lazy("综合窗口"), "/window/")] if roles & _WINDOW else []
            doors += [(gettext_lazy("管理后台"), "/office/")] if roles & _OFFICE else []
            doors += [(gettext_lazy("决策驾驶舱"), "/cockpit/")] if roles & _COCKPIT else []
        return [Entrance(title, address, self._at(address)) for title, address in doors]

    def _at(self, address: str) -> bool:
        path = self._request.path
        return path == "/" if address == "/" else path.startswith(address)


def shell(request: HttpRequest) -> dict[str, Shell]:
    """Give every template `shell`."""
    return {"shell": Shell(request)}

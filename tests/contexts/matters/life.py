"""People and steps that tests of a matter's life share."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime
from itertools import count
from typing import Any

from shudao.contexts.matters import api
from shudao.contexts.matters.contracts import BasicItem, Revision
from shudao.foundation.audit.contracts import Actor
from shudao.foundation.identity import api as identity
from shudao.foundation.identity.contracts import Role
from shudao.foundation.outbox import api as outbox
from tests.contexts.matters.makers import ITEM
from tests.support.cases import staff

HERE = str(ITEM["catalog_code"])
PROVINCE = "510000000000"


@dataclass
class Office:
    """The offices at work: `manager(name, kind, division)`, and the steps from a draft to publication."""

    now: datetime
    known: dict[str, Actor] = field(default_factory=dict)
    keys: Any = field(default_factory=count)

    def key(self) -> str:
        return f"k{next(self.keys)}"

    def manager(self, name: str = "author", kind: str = "mz", division: str = PROVINCE) -> Actor:
        if name not in self.known:
            body = identity.department_code(kind, division)
            self.known[name] = staff(name, Role.MATTER_MANAGER, department=body, division=division, now=self.now)
        return self.known[name]

    def drafted(self, **changes: Any) -> Revision:
        author = self.manager()
        made = api.begin_revision(catalog_code=HERE, acting=author, now=self.now, key=self.key())
        item = replace(made.item, **changes)
        return api.save_revision(
            number=made.number, item=item, note="按新要求修订", acting=author, now=self.now, key=self.key()
        )

    def submitted(self, **changes: Any) -> Revision:
        made = self.drafted(**changes)
        return api.submit_revision(number=made.number, acting=self.manager(), now=self.now, key=self.key())

    def published(self, on: date | None = None, **changes: Any) -> Revision:
        made = self.submitted(**changes)
        done = api.approve_revision(
            number=made.number, effective_on=on, acting=self.manager("reviewer"), now=self.now, key=self.key()
        )
        outbox.drain()
        return done

    def accepted(self) -> BasicItem:
        return api.basic_item(HERE)

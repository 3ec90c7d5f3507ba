"""
The door of the matters' room: the catalogue, its implementations, their forms and their law.

What `find` and `implementation_at` mean by "offered in a division": the body nearest to the people of that division —
the division's own, else that of the nearest division above.
"""

from __future__ import annotations

from shudao.contexts.matters.api.catalogue import (
    basic_item,
    basic_items,
    described_fields,
    events,
    label,
    load,
    national_fields,
    themes,
)
from shudao.contexts.matters.api.compared import (
    acting_bodies,
    acting_kind,
    acts,
    broken_phones,
    broken_rules,
    item_states,
    item_versions,
    listed,
    local_item,
    may_differ,
)
from shudao.contexts.matters.api.forms import (
    form,
    validate_form,
)
from shudao.contexts.matters.api.laws import (
    article,
    articles,
)
from shudao.contexts.matters.api.offers import (
    choices,
    counts,
    department_kinds,
    departments_offering,
    find,
    implementation,
    implementation_at,
    of_department,
    offered_here,
    online_rows,
    rows,
    suggest,
)

__all__ = [
    "acting_bodies",
    "acting_kind",
    "acts",
    "article",
    "articles",
    "basic_item",
    "basic_items",
    "broken_phones",
    "broken_rules",
    "choices",
    "counts",
    "department_kinds",
    "departments_offering",
    "described_fields",
    "events",
    "find",
    "form",
    "implementation",
    "implementation_at",
    "item_states",
    "item_versions",
    "label",
    "listed",
    "load",
    "local_item",
    "may_differ",
    "national_fields",
    "of_department",
    "offered_here",
    "online_rows",
    "rows",
    "suggest",
    "themes",
    "validate_form",
]

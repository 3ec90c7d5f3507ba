"""Write forms and the basic catalogue: new versions only where something changed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import msgspec

from shudao.contexts.matters.adapters import search
from shudao.contexts.matters.contracts import BasicItem
from shudao.contexts.matters.models import BasicItem as ItemRow
from shudao.contexts.matters.models import BasicItemVersion, Citation, Form, FormVersion
from shudao.contexts.matters.rules import citing, values
from shudao.foundation.identity import api as identity
from shudao.kernel.texts import Text


def forms(schemas: Mapping[str, Mapping[str, Any]], now: datetime) -> dict[str, int]:
    """Write forms; return the present version of each."""
    known = {row.code: row for row in Form.objects.all()}
    latest = {row.form_id: row for row in FormVersion.objects.order_by("number")}
    versions = {}
    for code, schema in schemas.items():
        text = json.dumps(schema, ensure_ascii=False)  # as it is written: another order of fields is another form
        digest = hashlib.sha256(text.encode()).hexdigest()
        form = known.get(code) or Form(code=code, version=0)
        former = latest.get(form.pk) if form.pk else None
        if former is None or former.digest != digest:
            form.version += 1
            form.title, form.title_en = str(schema["title"]), str(schema["x-title-en"])
            form.save()
            FormVersion.objects.create(
                form=form,
                number=form.version,
                digest=digest,
                schema=json.dumps(schema, ensure_ascii=False),
                accepted_at=now,
            )
        versions[code] = form.version
    return versions


@dataclass(slots=True)
class Catalogue:
    """
    What writing the items left: accepted versions by short code, and catalogue codes of what is new and what is not.

    `kept` says otherwise than its content, `left` is all that the office has changed: neither is touched.
    """

    accepted: dict[str, BasicItemVersion] = field(default_factory=dict)
    new: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    left: set[str] = field(default_factory=set)
    overwritten: list[str] = field(default_factory=list)


def items(wanted: Mapping[str, BasicItem], *, overwrite: bool, now: datetime) -> Catalogue:
    """Write basic items; what the office has changed stays as it is unless `overwrite`."""
    known = {row.catalog_code: row for row in ItemRow.objects.select_for_update()}
    latest = {row.item_id: row for row in BasicItemVersion.objects.order_by("number")}
    done = Catalogue(left={code for code, row in known.items() if row.office and not overwrite})
    for code, item in wanted.items():
        row = known.get(item.catalog_code) or ItemRow(catalog_code=item.catalog_code, version=0)
        present = latest.get(row.pk) if row.pk else None
        digest = _digest(msgspec.to_builtins(replace(item, version=0)))
        if present is not None and present.digest == digest and row.state == "1":
            done.accepted[code] = present
        elif present is not None and item.catalog_code in done.left:
            done.accepted[code] = present
            done.kept.append(item.catalog_code)
        else:
            if row.office:
                done.overwritten.append(item.catalog_code)
            row.version, row.code, row.state, row.office = row.version + 1, code, "1", False
            row.save()
            done.accepted[code] = write_version(row, item, now)
            done.new.append(item.catalog_code)
    codes = {one.catalog_code for one in wanted.values()} | done.left
    ItemRow.objects.exclude(catalog_code__in=codes).update(state="3")
    return done


def write_version(row: ItemRow, item: BasicItem, now: datetime) -> BasicItemVersion:
    """Write an item as the version that its row names, with what it cites."""
    fields = msgspec.to_builtins(replace(item, version=0))
    version = BasicItemVersion.objects.create(
        item=row,
        number=row.version,
        digest=_digest(fields),
        name=item.name.zh,
        name_en=item.name.en,
        task_type=item.task_type,
        department_kind=item.department_kind,
        audience=item.audience,
        form_code=item.form_code,
        fields=fields,
        accepted_at=now,
    )
    Citation.objects.bulk_create(
        Citation(article=code, item_version=version, place=at.place, part=at.part[:120])
        for code, at in citing.cited(item)
    )
    return version


def index(wanted: Mapping[str, BasicItem]) -> None:
    """Rewrite the search index."""
    search.index().write(
        search.Entry(one.catalog_code, one.name.zh, one.name.en, _said(one.result_name), _body(one))
        for one in wanted.values()
    )


def _body(item: BasicItem) -> str:
    texts = [item.conditions]
    texts += [part for one in item.questions for part in (one.question, one.answer)]
    texts += [values.label("matter_theme", code) for code in item.themes]
    texts += [values.label("life_event", code) for code in item.events]
    texts += [named for kind, named in identity.kind_names().items() if kind == item.department_kind]
    return " ".join(map(_said, texts))


def _said(text: Text) -> str:
    return f"{text.zh} {text.en}"


def _digest(value: Any) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True, ensure_ascii=False).encode()).hexdigest()

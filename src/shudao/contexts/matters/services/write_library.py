"""Write forms and the basic catalogue: new versions only where something changed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
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


def items(wanted: Mapping[str, BasicItem], now: datetime) -> tuple[dict[str, BasicItemVersion], tuple[str, ...]]:
    """Write basic items; return the accepted version of each by short code, and the catalogue codes of new versions."""
    known = {row.catalog_code: row for row in ItemRow.objects.all()}
    latest = {row.item_id: row for row in BasicItemVersion.objects.order_by("number")}
    accepted, new = {}, []
    for code, item in wanted.items():
        row = known.get(item.catalog_code) or ItemRow(catalog_code=item.catalog_code, version=0)
        fields = msgspec.to_builtins(replace(item, version=0))
        digest = _digest(fields)
        version = latest.get(row.pk) if row.pk else None
        if version is None or version.digest != digest or row.state != "1":
            row.version, row.code, row.state = row.version + 1, code, "1"
            row.save()
            version = _version(row, item, fields, digest, now)
            new.append(item.catalog_code)
        accepted[code] = version
    gone = [row.pk for key, row in known.items() if key not in {one.catalog_code for one in wanted.values()}]
    ItemRow.objects.filter(pk__in=gone).update(state="3")
    return accepted, tuple(new)


def index(wanted: Mapping[str, BasicItem]) -> None:
    """Rewrite the search index."""
    search.index().write(
        search.Entry(one.catalog_code, one.name.zh, one.name.en, _said(one.result_name), _body(one))
        for one in wanted.values()
    )


def _version(row: ItemRow, item: BasicItem, fields: Any, digest: str, now: datetime) -> BasicItemVersion:
    version = BasicItemVersion.objects.create(
        item=row,
        number=row.version,
        digest=digest,
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

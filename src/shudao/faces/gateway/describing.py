"""A service's OpenAPI description, made of the snapshot: of pooled data, and of a department's own service."""

from __future__ import annotations

import re
from typing import Any

from shudao.faces.gateway.incoming import BATCH
from shudao.plane.grants import Resource, Upstream

_PARAMETER = re.compile(r"\{([^{}/]*)\}")
_TEXT = {"type": "string"}


def described(resource: Resource) -> dict[str, Any]:
    """Return the OpenAPI 3.0 document of a resource."""
    upstream = resource.upstream
    address = f"/r1/{resource.service}"
    paths = _endpoints(resource, upstream, address) if upstream is not None else {address: _pooled(resource)}
    return {"openapi": "3.0.3", "info": {"title": resource.name, "version": "1"}, "paths": paths}


def _pooled(resource: Resource) -> dict[str, Any]:
    row = _row(resource)
    verdicts = {"type": "object", "properties": {name: {"type": "boolean"} for name in resource.fields}}
    one = {
        "data": {"oneOf": [row, verdicts], "nullable": True},
        "rows": {"type": "array", "items": row},
        "as_of": _TEXT,
        "snapshot": {"type": "integer"},
        "score": {"type": "number", "nullable": True, "minimum": 0, "maximum": 1},
    }
    each = {**one, "ledger": _TEXT, "refusal": _TEXT, "type": _TEXT, "message": _TEXT}
    answer = {"oneOf": [_object(one), _object({"answers": {"type": "array", "items": _object(each)}})]}
    responses = {"200": _content("data of the subject, or of each subject", answer)}
    responses |= {"404": {"description": "no such subject"}}
    asked = {"required": True, **_content("what is asked", _questions(resource))}
    return {
        "post": {
            "operationId": resource.code,
            "parameters": _headers(resource),
            "requestBody": asked,
            "responses": responses,
        },
        "get": {
            "operationId": f"{resource.code}.get",
            "parameters": [
                *_headers(resource),
                _header("X-Shudao-Subject", required=True),
                _header("X-Shudao-Purpose", required=True),
                _header("X-Shudao-Fields", required=True),
            ],
            "responses": responses,
        },
    }


def _questions(resource: Resource) -> dict[str, Any]:
    """Return the three forms of a question: fields of one, yes or no of one, fields of several."""
    subject = {"type": "string", "maxLength": 64}
    fields = {"type": "array", "minItems": 1, "items": {"type": "string", "enum": list(resource.fields)}}
    claim = {"oneOf": [_TEXT, {"type": "number"}, {"type": "boolean"}], "nullable": True}
    verify = {
        "type": "object",
        "minProperties": 1,
        "properties": dict.fromkeys(resource.fields, claim),
        "additionalProperties": False,
    }
    subjects = {"type": "array", "minItems": 1, "maxItems": BATCH, "items": subject}
    forms = ({"subject": subject, "fields": fields}, {"subject": subject, "verify": verify})
    return {"oneOf": [_strict(form) for form in (*forms, {"subjects": subjects, "fields": fields})]}


def _endpoints(resource: Resource, upstream: Upstream, address: str) -> dict[str, Any]:
    paths: dict[str, Any] = {}
    for endpoint in upstream.endpoints:
        path = address if endpoint.path == "/" else address + endpoint.path
        names = _PARAMETER.findall(endpoint.path)
        item = paths.setdefault(path, {"parameters": [_in_path(name) for name in names]})
        item[endpoint.method.lower()] = {
            "operationId": f"{resource.code} {endpoint.method} {endpoint.path}",
            "parameters": [
                *_headers(resource),
                _header("X-Shudao-Subject", required=False),
                _header("X-Shudao-Purpose", required=True),
                _header("X-Shudao-Fields", required=False),
            ],
            "responses": {
                "2XX": _content("the service's answer, cut to the granted fields", {}),
                "404": {"description": "no such subject"},
            },
        }
    return paths


def _headers(resource: Resource) -> list[dict[str, Any]]:
    return [_header("X-Road-Client", required=True), _header("X-Road-Issue", required=resource.personal)]


def _header(name: str, *, required: bool) -> dict[str, Any]:
    return {"name": name, "in": "header", "required": required, "schema": _TEXT}


def _in_path(name: str) -> dict[str, Any]:
    return {"name": name, "in": "path", "required": True, "schema": _TEXT}


def _row(resource: Resource) -> dict[str, Any]:
    return _object({name: {"nullable": True} for name in resource.fields})


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": properties}


def _strict(properties: dict[str, Any]) -> dict[str, Any]:
    named = {**properties, "purpose": _TEXT}
    return {"type": "object", "required": list(named), "properties": named, "additionalProperties": False}


def _content(description: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"description": description, "content": {"application/json": {"schema": schema}}}

"""Small snapshots for the tests of the plane and the gateway."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta

from shudao.kernel import signing
from shudao.plane.grants import Grant, PublicKey, Resource, Snapshot, System

NOW = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)
DAY = timedelta(days=1)
CLIENT = "SHUDAO/GOV/11519900MB00000001/one-window"
SERVICE = "SHUDAO/GOV/11519900MB00000002/pool/sjzy-population-basic"
SECRET = bytes(range(32))


def public_key(now: datetime = NOW, secret: bytes = SECRET, key_id: str = "window-1") -> PublicKey:
    public = base64.b64encode(signing.scheme().public_of(secret)).decode()
    return PublicKey(key_id, public, now - DAY, now + DAY)


def system(now: datetime = NOW, client: str = CLIENT) -> System:
    return System(client, "一窗受理系统", (public_key(now),))


def resource(**changes: object) -> Resource:
    values: dict[str, object] = {
        "code": "sjzy-population-basic",
        "name": "人口基本信息",
        "service": SERVICE,
        "dataset": "population",
        "index": "population",
        "fields": ("name", "sex", "birth_date", "hukou_division"),
        "identifying": ("name",),
        "scores": ((6, 0.5), (7, 0.975)),
    }
    return Resource(**(values | changes))


def grant(now: datetime = NOW, **changes: object) -> Grant:
    values: dict[str, object] = {
        "id": "grant-1",
        "client": CLIENT,
        "resource": "sjzy-population-basic",
        "fields": ("name", "sex"),
        "purpose": "household-registration",
        "legal_basis": "law-1:3",
        "matter": "000000000001",
        "valid_from": now - DAY,
        "valid_to": now + DAY,
    }
    return Grant(**(values | changes))


def snapshot(now: datetime = NOW, version: int = 1, **changes: object) -> Snapshot:
    values: dict[str, object] = {
        "systems": (system(now),),
        "resources": (resource(),),
        "grants": (grant(now),),
    }
    return Snapshot(version=version, made=now, instance="SHUDAO", **(values | changes))


def system_without_keys(client: str = CLIENT) -> System:
    return System(client, "一窗受理系统", ())

"""
The sandbox's invented province: two departments, three resources, one system that may ask for all of them. Pure.

Every identifier carries the county prefix 5199xx, which was never allocated, and a right check digit.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from stdnum.cn import ric, uscc

from shudao.contexts.exchange.contracts.registry import INSTANCE
from shudao.contexts.exchange.contracts.rights import Purpose
from shudao.contexts.exchange.rules.asking import client_id, is_client_of, service_id
from shudao.plane import grants as plane
from shudao.plane.lookup.fields import Field, Kind

Row = dict[str, Any]

_SEED = 20261124
_PEOPLE, _COMPANIES, _POINTS = 200, 40, 12
_FIRST_BORN = date(1950, 1, 1)
_SURNAMES, _GIVEN = "王李张刘陈杨赵黄周吴", "伟芳秀英敏静丽强磊军洋勇艳杰娟涛明超霞平"
_TRADES = ("商贸", "科技", "餐饮", "建筑", "农业")
_CALLER = "11519900MB0SANDB1X"
_POLICE, _MARKET = "11519900MB0SANDB2X", "11519900MB0SANDB3X"


@dataclass(frozen=True, slots=True)
class Register:
    """One resource with what it holds: `rows` by subject, each with every field."""

    code: str
    name: str
    provider: str
    fields: tuple[Field, ...]
    rows: dict[str, Row]
    personal: bool
    sensitivity: int

    @property
    def service(self) -> str:
        """The X-Road identifier of five parts."""
        return service_id(self.provider, self.code)

    @property
    def subjects(self) -> tuple[str, ...]:
        """Every identifier that it knows."""
        return tuple(self.rows)


def client(subsystem: str) -> str:
    """Return the client id of the integrator's system."""
    return client_id(_CALLER, subsystem)


def is_client(client: str) -> bool:
    """Return whether the id is one of the integrator's department."""
    return is_client_of(client, _CALLER)


def registers() -> tuple[Register, Register, Register]:
    """Return people (personal), companies, and service points (unconditional); the same every time."""
    draw = Random(_SEED)
    return (
        _register("sandbox-population", "人口基本信息（沙箱）", _POLICE, _person, _PEOPLE, draw, True, 3),
        _register("sandbox-companies", "企业登记信息（沙箱）", _MARKET, _company, _COMPANIES, draw, False, 2),
        _register("sandbox-service-points", "办事网点（沙箱）", _MARKET, _point, _POINTS, draw, False, 1),
    )


def snapshot(
    registers: Sequence[Register], *, subsystem: str, key_id: str, public: str, version: int, now: datetime
) -> plane.Snapshot:
    """
    Return the grant snapshot: the system may have every field of every register for handling, for a year.

    Args:
        public: The system's public key, base64 of its raw bytes, registered as `key_id`.
        now: Aware, UTC.
    """
    day, year = timedelta(days=1), timedelta(days=365)
    caller = client(subsystem)
    system = plane.System(caller, "沙箱系统", (plane.PublicKey(key_id, public, now - day, now + year),))
    return plane.Snapshot(
        version=version,
        made=now,
        instance=INSTANCE,
        systems=(system,),
        resources=tuple(_resource(register) for register in registers),
        grants=tuple(
            plane.Grant(
                id=f"sandbox-{number}",
                client=caller,
                resource=register.code,
                fields=tuple(field.name for field in register.fields),
                purpose=Purpose.HANDLING.value,
                legal_basis="沙箱",
                matter="",
                valid_from=now - day,
                valid_to=now + year,
            )
            for number, register in enumerate(registers, 1)
        ),
    )


def _resource(register: Register) -> plane.Resource:
    return plane.Resource(
        code=register.code,
        name=register.name,
        service=register.service,
        dataset=register.code,
        index=register.code,
        fields=tuple(field.name for field in register.fields),
        identifying=("name",) if register.personal else (),
        personal=register.personal,
        sensitivity=register.sensitivity,
    )


Maker = Callable[[int, Random], tuple[str, Row]]


def _register(
    code: str, name: str, provider: str, make: Maker, count: int, draw: Random, personal: bool, sensitivity: int
) -> Register:
    rows = dict(make(number, draw) for number in range(count))
    kinds = {date: Kind.DATE, str: Kind.TEXT}
    fields = tuple(Field(field, kinds[type(value)]) for field, value in next(iter(rows.values())).items())
    return Register(code, name, provider, fields, rows, personal, sensitivity)


def _person(number: int, draw: Random) -> tuple[str, Row]:
    born = _FIRST_BORN + timedelta(days=draw.randrange(20_500))
    female = draw.random() < 0.5
    serial = (number % 500) * 2 + (0 if female else 1)
    digits = f"5199{1 + number % 98:02d}{born:%Y%m%d}{serial:03d}"
    name = draw.choice(_SURNAMES) + "".join(draw.sample(_GIVEN, 2))
    row = {"name": name, "sex": "女" if female else "男", "birth_date": born}
    return digits + ric.calc_check_digit(digits + "0"), row | {"address": f"沙箱市示例路{number + 1}号"}


def _company(number: int, draw: Random) -> tuple[str, Row]:
    body = f"9151990{number % 9 + 1}MA{number:07d}"
    row = {
        "name": f"沙箱{''.join(draw.sample(_GIVEN, 2))}{draw.choice(_TRADES)}有限公司",
        "status": draw.choice(("存续", "存续", "存续", "注销")),
        "established_on": date(2005, 1, 1) + timedelta(days=draw.randrange(7_000)),
    }
    return body + uscc.calc_check_digit(body), row


def _point(number: int, draw: Random) -> tuple[str, Row]:
    row = {"name": f"沙箱第{number + 1}便民服务中心", "address": f"沙箱市便民街{draw.randrange(1, 200)}号"}
    return f"519900-{number + 1:02d}", row | {"hours": "09:00-17:00"}

"""Where a department's service may be: public addresses and listed networks, whatever its name is made to say."""

from __future__ import annotations

import asyncio
import socket
import threading
from pathlib import Path

import pytest

from shudao.faces.gateway.proxy.lines import Asking, Line, UpstreamFailed
from shudao.faces.gateway.proxy.networks import AddressRefused, is_open, parsed
from shudao.faces.gateway.proxy.places import Places
from shudao.faces.gateway.proxy.resolving import Resolver
from tests.faces.gateway.department import Department

CLOSED = [
    "127.0.0.1", "127.8.9.1", "0.1.2.3", "10.0.0.1", "172.16.3.4", "192.168.1.1", "169.254.169.254", "100.64.0.1",
    "198.18.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255", "::1", "::", "fe80::1", "fe80::1%1", "fd00:ec2::254",
    "ff02::1", "::ffff:127.0.0.1", "::ffff:169.254.169.254", "::127.0.0.1", "64:ff9b::7f00:1", "64:ff9b::808:808",
    "64:ff9b:1::7f00:1", "2002:7f00:1::", "2002:a9fe:a9fe::1", "2001:0:4136:e378:8000:63bf:3fff:fdd2", "fec0::1",
    "2001:db8::1", "", "localhost", "0x7f000001", "2130706433", "127.1",
]  # fmt: skip


@pytest.mark.parametrize("address", CLOSED)
def test_inner_and_odd_addresses_are_closed(address: str) -> None:
    assert not is_open(address, ())


@pytest.mark.parametrize("address", ["1.1.1.1", "223.5.5.5", "2400:3200::1", "::ffff:223.5.5.5"])
def test_public_addresses_are_open(address: str) -> None:
    assert is_open(address, ())


def test_a_listed_network_opens_itself_and_nothing_else() -> None:
    allowed = parsed("127.0.0.0/8, 10.1.0.0/16,fd00:1::/32")
    open_ones = ["127.0.0.1", "::ffff:127.0.0.1", "10.1.2.3", "fd00:1::5"]
    assert [address for address in (*CLOSED, *open_ones, "10.2.0.1") if is_open(address, allowed)] == [
        "127.0.0.1",
        "127.8.9.1",
        "::ffff:127.0.0.1",
        *open_ones,
    ]
    assert parsed("") == ()
    with pytest.raises(ValueError, match="host bits"):
        parsed("10.0.0.1/8")


def found(*addresses: str) -> list[tuple[object, ...]]:
    return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 0)) for address in addresses]


def test_a_name_is_refused_when_any_of_its_addresses_is_and_looked_up_again_after_a_while() -> None:
    told = [found("223.5.5.5", "10.0.0.1"), found("223.5.5.5"), found("127.0.0.1")]
    clock = [0.0]
    resolver = Resolver((), lambda *_, **__: told.pop(0), lambda: clock[0])

    async def work() -> None:
        with pytest.raises(AddressRefused, match=r"10\.0\.0\.1"):
            await resolver.resolve("data.example", 443)
        for _ in range(2):
            assert [each["host"] for each in await resolver.resolve("data.example", 443)] == ["223.5.5.5"]
        clock[0] += 31
        with pytest.raises(AddressRefused):
            await resolver.resolve("data.example", 443)

    asyncio.run(work())


def line(tmp_path: Path, department: Department, url: str, allowed: str, lookup: object) -> tuple[Line, list[str]]:
    networks, told = parsed(allowed), []
    resource = department.resource(url=url)
    made = Line(
        resource, resource.upstream, allowed=networks, places=Places(tmp_path / "p.lock"), tell=told.append,
        resolver=Resolver(networks, lookup),
    )  # fmt: skip
    return made, told


async def asked(made: Line) -> int:
    asking = Asking("GET", "/persons/7", "", {"x-a": "b"}, b"", lambda step: None)
    async with made.ask(asking) as answer:
        return answer.status


def test_a_name_that_is_pointed_inside_later_never_reaches_there(tmp_path: Path) -> None:
    department = Department()
    port = department.server.server_port
    times = []

    def rebinding(host: str, *_: object, **__: object) -> list[tuple[object, ...]]:
        times.append(host)
        return found("127.0.0.1" if len(times) > 1 else "127.0.0.2")

    async def work() -> None:
        made, told = line(tmp_path, department, f"http://data.example:{port}", "127.0.0.2/32", rebinding)
        # What was looked at is what is connected to: nobody listens there, though the name now leads to the service.
        for code in ("upstream_unreachable", "upstream_unreachable"):
            with pytest.raises(UpstreamFailed) as caught:
                await asked(made)
            assert caught.value.code == code
        made._resolver._until = 0.0
        with pytest.raises(UpstreamFailed) as caught:
            await asked(made)
        assert caught.value.code == "upstream_address"
        assert told == ["dept-persons: address 127.0.0.1 is in no network that its service may have"]
        await made.close()

    asyncio.run(work())
    assert department.asked == []
    department.stop()


@pytest.mark.parametrize("host", ["127.0.0.1", "[::1]", "169.254.169.254", "[::ffff:127.0.0.1]"])
def test_an_address_in_the_register_is_looked_at_as_well(tmp_path: Path, host: str) -> None:
    department = Department()

    async def work() -> None:
        url = f"http://{host}:{department.server.server_port}"
        made, _ = line(tmp_path, department, url, "", lambda *_, **__: found("223.5.5.5"))
        with pytest.raises(UpstreamFailed) as caught:
            await asked(made)
        assert caught.value.code == "upstream_address"
        await made.close()

    asyncio.run(work())
    department.stop()


def test_a_name_server_that_hangs_holds_up_its_own_service_only(tmp_path: Path) -> None:
    department, let_go = Department(), threading.Event()
    port = department.server.server_port

    def hanging(*_: object, **__: object) -> list[tuple[object, ...]]:
        let_go.wait(20)
        return found("127.0.0.1")

    async def work() -> None:
        stuck, _ = line(tmp_path, department, f"http://stuck.example:{port}", "127.0.0.0/8", hanging)
        good, _ = line(
            tmp_path, department, f"http://good.example:{port}", "127.0.0.0/8", lambda *_, **__: found("127.0.0.1")
        )
        waiting = [asyncio.create_task(asked(stuck)) for _ in range(4)]
        await asyncio.sleep(0)
        assert [await asked(good) for _ in range(5)] == [200] * 5
        assert not any(task.done() for task in waiting)
        let_go.set()
        assert await asyncio.gather(*waiting) == [200] * 4
        await stuck.close()
        await good.close()

    asyncio.run(work())
    department.stop()

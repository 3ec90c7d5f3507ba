"""Whether a department's service is there is known without asking it anything."""

from __future__ import annotations

import asyncio
import json
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from shudao.faces.gateway.proxy.lines import Line
from shudao.faces.gateway.proxy.networks import parsed
from shudao.faces.gateway.proxy.places import Places
from shudao.faces.gateway.proxy.reaching import EVERY, Reach
from tests.faces.gateway.department import OWNER, Department
from tests.faces.gateway.process import Place


@pytest.fixture
def department() -> Iterator[Department]:
    made = Department()
    yield made
    made.stop()


def look(department: Department, tmp_path: Path, networks: str = "127.0.0.0/8", **changes: object) -> bool | None:
    """What a look at the service finds."""
    resource = department.resource(**changes)
    places = Places(tmp_path / "p.lock")
    line = Line(resource, resource.upstream, allowed=parsed(networks), places=places, tell=lambda said: None)
    assert (line.reach.due, line.health()["reachable"]) == (True, None)

    async def work() -> None:
        await line.look()
        await line.close()

    asyncio.run(work())
    assert not line.reach.due
    return line.reach.found


def test_a_service_that_listens_is_there_and_is_asked_nothing(department: Department, tmp_path: Path) -> None:
    assert look(department, tmp_path) is True
    assert (department.asked, department.broken) == ([], 0)


def test_one_that_does_not_listen_has_no_name_or_may_not_be_called_is_not(
    department: Department, tmp_path: Path
) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        assert look(department, tmp_path, url=f"http://127.0.0.1:{closed.getsockname()[1]}") is False
    assert look(department, tmp_path, url="http://data.invalid:80") is False
    assert look(department, tmp_path, networks="10.0.0.0/8") is False
    assert look(department, tmp_path, url=department.url.replace("http:", "https:")) is False, "it speaks no TLS"


def test_it_is_looked_for_again_after_a_while_and_not_while_calls_tell() -> None:
    clock = [100.0]
    reach = Reach(lambda: clock[0])
    reach.note(True)
    clock[0] += EVERY - 1
    assert not reach.due
    reach.note(True)
    clock[0] += EVERY - 1
    assert not reach.due
    clock[0] += 1
    assert reach.due


def test_health_says_of_each_service_whether_it_is_there(own: Place, department: Department) -> None:
    gone = Department()
    gone.stop()
    other = gone.resource(code="dept-gone", service=f"{OWNER}/dept-gone")
    own.networks = "127.0.0.0/8"
    own.publish(resources=(department.resource(), other), grants=())
    own.start()

    def said() -> dict[str, bool | None]:
        return {line["service"]: line["reachable"] for line in json.loads(own.get("/health")[2])["upstreams"]}

    deadline = time.monotonic() + 20
    while None in (found := said()).values():
        assert time.monotonic() < deadline
        time.sleep(0.1)
    assert found == {"dept-persons": True, "dept-gone": False}
    assert department.asked == []

"""X-Road's metadata services, health, and the table of routes."""

from __future__ import annotations

import json
import subprocess
import sys

from shudao.faces.gateway.routes import ROUTES
from tests.faces.gateway import raw
from tests.faces.gateway.process import Place
from tests.plane.makers import CLIENT, SERVICE

OWNER = SERVICE.rpartition("/")[0]


def test_clients_are_listed_as_xml_and_as_json(place: Place) -> None:
    status, headers, body = place.get("/listClients")
    assert (status, headers["content-type"]) == (200, "text/xml; charset=utf-8")
    assert b"<id:subsystemCode>one-window</id:subsystemCode>" in body
    _, _, body = place.get("/listClients?xRoadInstance=SHUDAO", {"accept": "application/json"})
    member = json.loads(body)["member"][0]
    assert "/".join(member["id"][name] for name in list(member["id"])[1:]) == CLIENT
    assert json.loads(place.get("/listClients?xRoadInstance=FI", {"accept": "application/json"})[2]) == {"member": []}


def test_methods_are_listed_and_allowed_ones_only_to_a_signed_caller(place: Place) -> None:
    _, _, body = place.get(f"/r1/{OWNER}/listMethods")
    assert [service["service_code"] for service in json.loads(body)["service"]] == ["sjzy-population-basic"]
    assert raw.outcome(place.get(f"/r1/{OWNER}/allowedMethods", {"x-road-client": CLIENT})) == "signature_refused"
    status, _, body = place.send(*raw.signed(place, method="GET", path=f"/r1/{OWNER}/allowedMethods"))
    assert status == 200
    assert len(json.loads(body)["service"]) == 1


def test_a_service_describes_itself(place: Place) -> None:
    status, _, body = place.get(f"/r1/{OWNER}/getOpenAPI?serviceCode=sjzy-population-basic")
    assert status == 200
    told = json.loads(body)["paths"]
    assert list(told) == [f"/r1/{SERVICE}"]
    forms = told[f"/r1/{SERVICE}"]["post"]["requestBody"]["content"]["application/json"]["schema"]["oneOf"]
    assert [form["required"] for form in forms] == [
        ["subject", "fields", "purpose"],
        ["subject", "verify", "purpose"],
        ["subjects", "fields", "purpose"],
    ]
    assert raw.outcome(place.get(f"/r1/{OWNER}/getOpenAPI?serviceCode=x")) == "unknown_service"


def test_health_tells_the_snapshot(place: Place) -> None:
    status, _, body = place.get("/health")
    assert status == 200
    assert json.loads(body)["snapshot"] == 1


def test_every_route_answers_and_every_signed_one_refuses_a_stranger(place: Place) -> None:
    parts = dict(zip(("instance", "class", "code", "subsystem", "service"), SERVICE.split("/"), strict=True))
    parts["path"] = "persons"
    for route in ROUTES:
        status, headers, _ = place.send(route.method, route.path.format(**parts), {}, b"")
        if route.access == "signed":
            assert status in (400, 401), route
        else:
            assert status == 200 or "x-shudao-refusal" in headers, route


def test_the_gateway_loads_no_django_and_nothing_of_the_business() -> None:
    program = (
        "import sys, shudao.faces.gateway.app, shudao.faces.gateway.__main__, shudao.client.calls\n"
        "print([name for name in sys.modules if name.split('.')[0] in ('django', 'ninja')"
        " or name.startswith(('shudao.contexts', 'shudao.foundation', 'shudao.config'))])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"

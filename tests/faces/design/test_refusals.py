"""What is refused or fails reaches people as a page, machines as problem+json, and says what to do next."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.test import Client
from django.urls import include, path

from shudao.contexts.matters.contracts import MatterNotOffered
from shudao.faces.design.middleware import MOST_BYTES
from shudao.kernel.errors import Invalid, SignInNeeded

pytestmark = pytest.mark.django_db


def raising(error: Exception) -> Callable[[HttpRequest], HttpResponse]:
    def view(request: HttpRequest) -> HttpResponse:
        raise error

    return view


def read(request: HttpRequest) -> HttpResponse:
    return HttpResponse(request.POST.get("word", ""))


urlpatterns = [
    path("offered/", raising(MatterNotOffered())),
    path("api/offered/", raising(MatterNotOffered())),
    path("invalid/", raising(Invalid(fields={"name": "请填写姓名。"}))),
    path("signed/", raising(SignInNeeded())),
    path("absent/", raising(Http404())),
    path("denied/", raising(PermissionDenied())),
    path("odd/", raising(SuspiciousOperation("x"))),
    path("broken/", raising(RuntimeError("secret detail"))),
    path("get-only/", lambda request: HttpResponseNotAllowed(["GET"])),
    path("form-again/", lambda request: HttpResponse("<p>own page</p>", status=422)),
    path("read/", read),
    path("", include("shudao.faces.portal.urls")),
]


@pytest.fixture
def client() -> Client:
    found = Client(headers={"accept": "text/html"}, raise_request_exception=False)
    found.cookies["django_language"] = "zh-hans"
    return found


@pytest.fixture(autouse=True)
def _addresses(settings: object) -> None:
    settings.ROOT_URLCONF = __name__  # type: ignore[attr-defined]
    settings.CSRF_FAILURE_VIEW = "shudao.faces.design.refusals.csrf_failure"  # type: ignore[attr-defined]


def test_a_refusal_says_what_happened_what_to_do_and_its_trace(client: Client) -> None:
    page = client.get("/offered/")
    assert page.status_code == 409
    for part in ("您选择的地区不办理这个事项。", "请换一个地区", "matters.not_offered", page.headers["X-Request-Id"]):
        assert part in page.text


def test_it_says_so_in_english(client: Client) -> None:
    client.cookies["django_language"] = "en"
    assert "What you can do next" in client.get("/offered/").text


@pytest.mark.parametrize(("address", "headers"), [("/api/offered/", {}), ("/offered/", {"accept": "application/json"})])
def test_a_machine_gets_problem_json(client: Client, address: str, headers: dict[str, str]) -> None:
    answer = client.get(address, headers=headers)
    assert answer.status_code == 409
    assert answer.headers["Content-Type"] == "application/problem+json"
    body = json.loads(answer.content)
    assert body["code"] == "matters.not_offered"
    assert body["trace"] == answer.headers["X-Request-Id"]


def test_a_machine_is_told_to_sign_in_and_a_person_is_sent_there(client: Client) -> None:
    assert client.get("/signed/?a=1").headers["Location"] == "/sign-in/?next=%2Fsigned%2F%3Fa%3D1"
    assert client.get("/signed/", headers={"accept": "application/json"}).status_code == 401


def test_invalid_input_names_each_fault(client: Client) -> None:
    assert "请填写姓名。" in client.get("/invalid/").text


@pytest.mark.parametrize(
    ("address", "status", "code"),
    [
        ("/absent/", 404, "shudao.not_found"),
        ("/no-such-page/", 404, "shudao.not_found"),
        ("/denied/", 403, "shudao.forbidden"),
        ("/odd/", 400, "shudao.malformed"),
        ("/get-only/", 405, "shudao.method_not_allowed"),
        ("/broken/", 500, "shudao.fault"),
    ],
)
def test_djangos_bare_errors_become_pages_of_the_house(client: Client, address: str, status: int, code: str) -> None:
    page = client.get(address)
    assert page.status_code == status
    assert code in page.text
    assert page.headers["X-Request-Id"] in page.text
    assert "secret detail" not in page.text


def test_a_page_that_shows_its_own_errors_is_left_alone(client: Client) -> None:
    assert client.get("/form-again/").text == "<p>own page</p>"


class Unreadable:
    """A body that must not be read."""

    def read(self, *_size: int) -> bytes:
        raise AssertionError("the body was read")

    readline = read


def test_ten_gigabytes_are_refused_before_a_byte_is_read(client: Client) -> None:
    extra = {"CONTENT_LENGTH": str(10 * 1024**3), "wsgi.input": Unreadable()}
    page = client.generic("POST", "/read/", b"", "multipart/form-data; boundary=x", **extra)  # type: ignore[arg-type]
    assert page.status_code == 413
    assert "25 MB" in page.text


def test_a_body_of_unknown_length_is_refused_before_a_byte_is_read(client: Client) -> None:
    extra = {"HTTP_TRANSFER_ENCODING": "chunked", "wsgi.input": Unreadable()}
    page = client.generic("POST", "/read/", b"", "multipart/form-data; boundary=x", **extra)  # type: ignore[arg-type]
    assert page.status_code == 411
    assert "Content-Length" in page.text


def test_just_above_the_limit_is_refused_and_a_small_body_read(client: Client) -> None:
    extra = {"CONTENT_LENGTH": str(MOST_BYTES + 1), "wsgi.input": Unreadable()}
    assert client.generic("POST", "/read/", b"", "text/plain", **extra).status_code == 413  # type: ignore[arg-type]
    assert client.post("/read/", {"word": "好"}).text == "好"


def test_a_form_without_its_token_is_refused_in_words() -> None:
    strict = Client(enforce_csrf_checks=True, headers={"accept": "text/html"})
    strict.cookies["django_language"] = "zh-hans"
    page = strict.post("/read/", {"word": "好"})
    assert page.status_code == 403
    assert "shudao.form_expired" in page.text
    assert "允许本网站使用 Cookie" in page.text


def test_every_answer_carries_a_trace_of_its_own(client: Client) -> None:
    first, second = (client.post("/read/").headers["X-Request-Id"] for _ in range(2))
    assert len(first) == 26
    assert first != second


@pytest.mark.django_db
def test_an_address_that_nothing_is_at_looks_at_no_body(settings: Any) -> None:
    settings.ROOT_URLCONF = "shudao.config.urls"
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    client.cookies[settings.CSRF_COOKIE_NAME] = "a" * 32
    for kind in ("multipart/form-data", "multipart/form-data; boundary=x", "application/json"):
        assert client.post("/nothing/here/", data=b"abc", content_type=kind).status_code == 404

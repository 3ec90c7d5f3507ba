"""The JSON API: the routers of the rooms, one error shape for all (problem+json)."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError

from shudao.kernel.errors import Invalid, NotFound, ShudaoError
from shudao.kernel.ids import new_id
from shudao.kernel.problem import MEDIA_TYPE, problem

_ROUTERS = {
    "matters": "shudao.contexts.matters.http.routes",
    "exchange": "shudao.contexts.exchange.http.routes",
    "licences": "shudao.contexts.licences.http.routes",
    "conformance": "shudao.contexts.conformance.http.routes",
    "cases": "shudao.contexts.cases.http.routes",
    "assessment": "shudao.contexts.assessment.http.routes",
}

api = NinjaAPI(title="Shudao", version="1", docs_url=None, urls_namespace="api")


def _answer(error: ShudaoError) -> HttpResponse:
    return JsonResponse(problem(error, trace=new_id(), translate=gettext), status=error.status, content_type=MEDIA_TYPE)


@api.exception_handler(ShudaoError)
def refused(request: HttpRequest, exc: ShudaoError) -> HttpResponse:
    """Tell an expected refusal."""
    return _answer(exc)


@api.exception_handler(ValidationError)
def malformed(request: HttpRequest, exc: ValidationError) -> HttpResponse:
    """Tell which member of the input is at fault, without echoing its value."""
    fields = {".".join(str(part) for part in item["loc"]): "此项的格式不正确。" for item in exc.errors}
    return _answer(Invalid(fields=fields))


@api.exception_handler(HttpError)
def unreadable(request: HttpRequest, exc: HttpError) -> HttpResponse:
    """Tell that the body could not be read at all."""
    return _answer(NotFound() if exc.status_code == 404 else Invalid(fields={"body": "请求内容无法读取,应为 JSON。"}))


for _prefix, _module in _ROUTERS.items():
    _package = _module.rsplit(".", 2)[0]
    if find_spec(_package) and find_spec(f"{_package}.http") and find_spec(_module):
        api.add_router(_prefix, import_module(_module).router)

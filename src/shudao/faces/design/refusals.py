"""How a refusal looks: a page that says what happened and what to do next, or problem+json for a machine."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext

from shudao.kernel.errors import Forbidden, NotFound, ShudaoError, SignInNeeded, fill
from shudao.kernel.problem import MEDIA_TYPE, problem


class TooLarge(ShudaoError):
    """A body above the limit, refused by its announced length: nothing was read or kept."""

    code = "shudao.too_large"
    status = 413
    says = "上传的内容太大，没有被接收，也没有留下任何内容。"
    advice = "一次最多上传 {limit} MB。请压缩文件，或分几次上传后再试。"


class LengthUnknown(ShudaoError):
    """A body whose length nobody announced: how much would come is not known, so none of it is read."""

    code = "shudao.length_unknown"
    status = 411
    says = "没有说明上传内容的大小，没有被接收，也没有留下任何内容。"
    advice = "请用浏览器从页面上传；程序调用时请给出 Content-Length。"


class MethodNotAllowed(ShudaoError):
    """An address asked in a way it does not answer."""

    code = "shudao.method_not_allowed"
    status = 405
    says = "这个地址不接受这种访问方式。"
    advice = "请从页面上的按钮或链接进入。"


class Malformed(ShudaoError):
    """A request that cannot be read."""

    code = "shudao.malformed"
    status = 400
    says = "请求的内容无法读取，没有被接收。"
    advice = "请回到上一页，刷新后重新填写。"


class FormExpired(ShudaoError):
    """The form's protection against forgery does not match."""

    code = "shudao.form_expired"
    status = 403
    says = "页面停留时间过长，或浏览器没有保存 Cookie，这次提交没有生效。"
    advice = "请回到上一页，刷新后重新提交；如仍不行，请允许本网站使用 Cookie。"


class Fault(ShudaoError):
    """A fault of the platform itself."""

    code = "shudao.fault"
    status = 500
    says = "系统出了故障，这一步没有完成。"
    advice = "请稍后再试。如果仍然不行，请把下面的追踪号告诉服务热线。"


@dataclass(frozen=True, slots=True)
class Told:
    """A refusal in the reader's language, as the page prints it."""

    says: str
    advice: str
    code: str
    status: int
    trace: str
    fields: tuple[str, ...]


_BY_STATUS: dict[int, type[ShudaoError]] = {
    400: Malformed,
    403: Forbidden,
    404: NotFound,
    405: MethodNotAllowed,
    413: TooLarge,
    500: Fault,
}
STATUSES = frozenset(_BY_STATUS)


def wants_json(request: HttpRequest) -> bool:
    """Tell whether the asker is a machine: under /api/, or asking for JSON rather than a page."""
    accept = request.headers.get("Accept", "")
    return request.path.startswith("/api/") or ("json" in accept and "text/html" not in accept)


def absent(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer an address that nothing is at, whatever was sent to it."""
    return refuse(request, NotFound())


def refuse(request: HttpRequest, error: ShudaoError) -> HttpResponse:
    """Return the answer to a refused request; somebody not signed in is sent to sign in and back."""
    trace = getattr(request, "trace", "")
    if wants_json(request):
        body = problem(error, trace=trace, translate=gettext)
        return _ours(JsonResponse(body, status=error.status, content_type=MEDIA_TYPE))
    if isinstance(error, SignInNeeded):
        back = request.get_full_path() if request.method == "GET" else request.path
        return _ours(redirect(reverse("portal:sign_in") + "?" + urlencode({"next": back})))
    told = tell(error, trace)
    if error.status >= 500:  # nothing of the house is asked again while it is failing
        return _ours(HttpResponse(render_to_string("design/fault.html", {"told": told}), status=error.status))
    return _ours(render(request, "design/refusal.html", {"told": told}, status=error.status))


def tell(error: ShudaoError, trace: str) -> Told:
    """Put `error` into the reader's language."""
    fields: dict[str, str] = getattr(error, "fields", {})
    return Told(
        says=fill(gettext(error.says), error.details),
        advice=fill(gettext(error.advice), error.details),
        code=error.code,
        status=error.status,
        trace=trace,
        fields=tuple(fill(gettext(sentence), error.details) for sentence in fields.values()),
    )


def by_status(status: int, **details: object) -> ShudaoError:
    """Return the refusal that stands for a bare HTTP status."""
    return _BY_STATUS[status](**details)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form whose protection against forgery fails (`CSRF_FAILURE_VIEW`)."""
    return refuse(request, FormExpired())


def is_ours(response: HttpResponse) -> bool:
    """Tell whether `response` already is a refusal in the house's form."""
    return getattr(response, "refusal", False)


def _ours(response: HttpResponse) -> HttpResponse:
    response.refusal = True  # type: ignore[attr-defined]
    return response

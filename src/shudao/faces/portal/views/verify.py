"""Anybody checks a licence: by its number (its QR code's address) or by the signed text itself."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext

from shudao.contexts.licences import api as licences
from shudao.faces.design.access import allow
from shudao.faces.design.fields import Field

_LONGEST_TWIN = 8000


@allow(public=True)
def verify(request: HttpRequest) -> HttpResponse:
    twin = request.POST.get("twin", "").strip()[:_LONGEST_TWIN]
    if twin:
        return render(request, "portal/verdict.html", {"verdict": licences.verify_twin(twin), "asked": ""})
    asked = request.GET.get("number", "").strip()
    if asked:
        return redirect("portal:verify_number", number=asked)
    tried = request.method == "POST" or "number" in request.GET
    context = {
        "number": Field(
            "number",
            gettext("证照编号"),
            hint=gettext("印在证照上，或在持有人的“我的证照”中"),
            error=gettext("请填写证照编号，或粘贴签名文本。") if tried else "",
        ),
        "twin": Field("twin", gettext("签名文本"), "textarea", hint=gettext("扫描二维码得到的文字，或证照的签名文本")),
    }
    return render(request, "portal/verify.html", context, status=422 if tried else 200)


@allow(public=True)
def number(request: HttpRequest, number: str) -> HttpResponse:
    return render(request, "portal/verdict.html", {"verdict": licences.verify_number(number), "asked": number})

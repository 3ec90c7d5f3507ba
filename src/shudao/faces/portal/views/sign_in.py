"""Signing in and out."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from shudao.faces.design.access import allow
from shudao.faces.design.addresses import back
from shudao.faces.design.fields import Field
from shudao.foundation.audit.contracts import Actor
from shudao.foundation.identity import api as identity
from shudao.foundation.identity.contracts import SignInRefused, SignInThrottled
from shudao.kernel.errors import fill

_FIRST_PAGES = (
    ("/window/", {"clerk", "reviewer"}),
    ("/cockpit/", {"leader"}),
    ("/office/", {"matter_manager", "data_officer", "data_bureau", "integrator"}),
    ("/office/", {"system_admin", "security_admin", "audit_admin"}),
)


@allow(public=True)
@sensitive_post_parameters("password")
@never_cache
def sign_in(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        return _page(request, {})
    username, password = request.POST.get("username", "").strip(), request.POST.get("password", "")
    errors = {}
    if not username:
        errors["username"] = gettext("请填写用户名。")
    if not password:
        errors["password"] = gettext("请填写密码。")
    if errors:
        return _page(request, errors)
    try:
        actor = identity.sign_in(request, username=username, password=password)
    except (SignInRefused, SignInThrottled) as refused:
        sentence = " ".join(fill(gettext(part), refused.details) for part in (refused.says, refused.advice))
        return _page(request, {"username": sentence}, 429 if isinstance(refused, SignInThrottled) else 422)
    return redirect(back(request, _first_page(actor)))


@allow(public=True)
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    identity.sign_out(request)
    return redirect("portal:home")


def _first_page(actor: Actor) -> str:
    held = {grant.role for grant in actor.roles}
    return next((address for address, roles in _FIRST_PAGES if held & roles), "/my/")


def _page(request: HttpRequest, errors: dict[str, str], status: int = 422) -> HttpResponse:
    fields = [
        Field(
            "username",
            gettext("用户名"),
            value=request.POST.get("username", ""),
            error=errors.get("username", ""),
            autocomplete="username",
            maxlength=64,
        ),
        Field(
            "password", gettext("密码"), "password", error=errors.get("password", ""), autocomplete="current-password"
        ),
    ]
    context = {"fields": fields, "faults": [one for one in fields if one.error], "next": back(request, "")}
    return render(request, "portal/sign_in.html", context, status=status if errors else 200)

"""Who may open a page. Every view carries one `allow`; the access matrix is read from what it records."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps

from django.http import HttpRequest, HttpResponseBase

from shudao.foundation.audit.contracts import Actor
from shudao.foundation.identity import api as identity
from shudao.kernel.errors import Forbidden, SignInNeeded

View = Callable[..., HttpResponseBase]


@dataclass(frozen=True, slots=True)
class Access:
    """What `allow` was told: `roles` (any one suffices), or applicants, or anybody signed in, or everybody."""

    roles: tuple[str, ...] = ()
    public: bool = False
    signed_in: bool = False
    applicant: bool = False


class ApplicantsOnly(Forbidden):
    """A staff account has no person behind it that could apply or have a space of its own."""

    code = "design.applicants_only"
    says = "工作人员账号不能在门户申请事项。"
    advice = "请用本人的个人账号登录后申请；为群众代办请到综合窗口。"


def allow(
    *roles: str, public: bool = False, signed_in: bool = False, applicant: bool = False
) -> Callable[[View], View]:
    """
    Let a view be opened by any of `roles`, by applicants, by anybody signed in, or by everybody: exactly one of these.

    The decorated view carries the rule as `view.access`. Which rows a person may see inside the page is the business of
    the room's api; this is only the door.

    Raises:
        ValueError: when the view is declared, if the rule is not exactly one of the four.
        SignInNeeded: at a request, when nobody is signed in and the view is not public.
        Forbidden: at a request, when the actor holds none of the roles.
        ApplicantsOnly: at a request, when the view is for applicants and the actor is no person.
    """
    if [bool(roles), public, signed_in, applicant].count(True) != 1:
        raise ValueError("a view is for some roles, for applicants, for anybody signed in, or for everybody")
    rule = Access(tuple(str(role) for role in roles), public, signed_in, applicant)

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
            check(rule, request)
            return view(request, *args, **kwargs)

        guarded.access = rule  # type: ignore[attr-defined]
        return guarded

    return decorate


def check(rule: Access, request: HttpRequest) -> None:
    """Raise unless the request's actor satisfies `rule`."""
    if rule.public:
        return
    actor = request.actor  # type: ignore[attr-defined]
    if actor.kind == "anonymous":
        raise SignInNeeded
    if rule.applicant and not actor.person:
        raise ApplicantsOnly
    if rule.roles and not any(identity.has_role(actor, role) for role in rule.roles):
        raise Forbidden


def actor_of(request: HttpRequest) -> Actor:
    """Return who is acting, as the middleware found out."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor

"""What a data officer does about quality: have rules proposed, accept and edit contracts."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext

from shudao.contexts.pool import api as pool
from shudao.faces.design.access import actor_of, allow
from shudao.faces.office import quality_words, roles, sending
from shudao.faces.office.views.start import doors
from shudao.foundation.audit.contracts import Actor
from shudao.foundation.identity import api as identity
from shudao.kernel.errors import Forbidden, Invalid, ShudaoError
from shudao.kernel.time import now


@allow(*roles.DECIDERS)
def propose(request: HttpRequest) -> HttpResponseBase:
    """Look at a delivery of a dataset, new or known, and propose its contract."""
    errors: dict[str, str] = {}
    if request.method == "POST":
        try:
            made = pool.look_at(
                dataset=request.POST.get("code", "").strip()[:60],
                chunks=sending.upload(request).chunks(),
                acting=actor_of(request),
                now=now(),
            )
            return redirect("office:proposal", made.number)
        except sending.ELSEWHERE:
            raise
        except ShudaoError as error:
            # A column that cannot be used is a fault of the file.
            errors = {"code" if name == "code" else "file": said for name, said in sending.told(error).items()}
    context = {"errors": errors, "sent": request.POST}
    return render(request, "office/quality_propose.html", context | doors(request), status=422 if errors else 200)


@allow(*roles.DECIDERS)
def proposal(request: HttpRequest, number: str) -> HttpResponseBase:
    """Show a proposal with its evidence; accept it, edited or not."""
    found, errors, status = pool.proposal(number), {}, 200
    text = owned(found.contract, actor_of(request))
    if request.method == "POST":
        text = request.POST.get("contract", "").replace("\r\n", "\n")
        try:
            made = pool.accept(
                number, contract=text, acting=actor_of(request), now=now(), key=request.POST.get("key", "")
            )
            messages.success(request, gettext("约定已登记。"))
            return redirect("office:quality-dataset", made.code)
        except (Invalid, Forbidden) as error:
            errors, status = refused(error), error.status
    context = {
        "proposal": found,
        "evidence": [(one, quality_words.kind(str(one["kind"]))) for one in found.evidence],
        "text": text,
        "errors": errors,
        "summary": sending.beside(errors, "contract"),
    }
    return render(request, "office/quality_proposal.html", context | doors(request), status=status)


def owned(text: str, actor: Actor) -> str:
    """A proposed contract with the reader's own department as the owner, where they are of one only."""
    mine = roles.departments_of(actor, (roles.Role.DATA_OFFICER,))
    if len(mine) != 1:
        return text
    body = identity.department(mine[0])
    return text.replace(
        "  kind: sj\n  division: '510000000000'\n", f"  kind: {body.kind}\n  division: '{body.division}'\n", 1
    )


def refused(error: ShudaoError) -> dict[str, str]:
    """Why a contract was not registered; a foreign owner is a fault in the text, which stays as it was typed."""
    if isinstance(error, Forbidden):
        return {"owner": gettext("约定中的数源部门不是您所在的部门，不能登记。")}
    return sending.told(error, "contract")


@allow(*roles.DATA)
def contract(request: HttpRequest, code: str) -> HttpResponseBase:
    """Show a dataset's contract as text with its versions; its owner registers the next one."""
    versions, errors, status = pool.contract_versions(code), {}, 200
    may_change = pool.may_change(actor_of(request), code)
    text = versions[0][2].replace(f"version: {versions[0][0]}\n", f"version: {versions[0][0] + 1}\n", 1)
    if request.method == "POST":
        text = request.POST.get("contract", "").replace("\r\n", "\n")
        try:
            made = pool.write_contract(text, acting=actor_of(request), now=now(), key=request.POST.get("key", ""))
            messages.success(request, gettext("约定已登记。"))
            return redirect("office:contract", made.code)
        except (Invalid, Forbidden) as error:
            if isinstance(error, Forbidden) and not may_change:
                raise
            errors, status = refused(error), error.status
    context = {
        "contract": pool.contract(code),
        "versions": versions,
        "proposals": pool.proposals(code),
        "text": text,
        "errors": errors,
        "summary": sending.beside(errors, "contract"),
        "may_change": may_change,
    }
    return render(request, "office/quality_contract.html", context | doors(request), status=status)

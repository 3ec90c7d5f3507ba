"""
The one story of the demo, played through the same doors that the pages use.

王秀兰 asks for her baby's birth certificate at the window; it comes back as an e-licence. Then, from her sofa, she
registers the baby in the household register: the birth certificate is reused, the parents' data come over the gateway,
nothing is left to upload, nobody goes anywhere.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Any

from demo.accounts import COUNTY, Cast
from demo.papers import birth_certificate, household, one_page_pdf
from demo.progress import step
from shudao.contexts.cases import api as cases
from shudao.contexts.cases.contracts import CaseOpened, Draft, How, NeedState
from shudao.contexts.licences import api as licences
from shudao.contexts.matters import api as matters
from shudao.contexts.participation import api as participation
from shudao.foundation.audit.contracts import Actor
from shudao.foundation.files import api as files
from shudao.foundation.outbox import api as outbox
from shudao.foundation.regions import api as regions
from shudao.kernel.ids import new_id
from shudao.kernel.time import now


@dataclass(frozen=True, slots=True)
class Played:
    """What the story came to."""

    case: str
    secret: str
    asked: int
    fetched: int
    visits: int
    licence: str
    licence_valid: bool


def play(cast: Cast) -> Played:
    """Play it once; return the facts."""
    with step("window: the clerk takes in the birth certificate, health decides, the e-licence is issued"):
        at_the_window(cast)
    with step("online: the newborn's household registration; materials fetched, not asked"):
        draft = apply_online(cast)
    with step("police accept, decide, and the licence is verified"):
        opened = decided(cast, draft)
    with step("rated by the applicant"):
        participation.rate(
            case=opened.number,
            level=5,
            comment="没有跑一趟,孩子户口就上好了。",
            acting=cast.actors["wang"],
            now=now(),
            key=new_id(),
        )
        outbox.drain()
    row = cases.case(opened.number, acting=cast.actors["wang"])
    return Played(
        case=opened.number,
        secret=opened.secret,
        asked=sum(need.how is How.APPLICANT and need.state is not NeedState.OPTIONAL for need in row.needs),
        fetched=sum(need.state is NeedState.FETCHED for need in row.needs),
        visits=row.row.visits,
        licence=row.row.licence,
        licence_valid=licences.verify_number(row.row.licence, now=now()).valid,
    )


def at_the_window(cast: Cast) -> CaseOpened:
    """The first case: at the window, with one visit."""
    clerk, mother = cast.actors["clerk"], cast.invented["applicant"]
    hall = regions.hall_of(COUNTY)
    draft = cases.intake(
        task_code=matters.implementation_at("birth-certificate", COUNTY).task_code,
        resident_id=mother.resident_id,
        name=mother.name,
        phone=mother.phone,
        place=hall.code if hall else COUNTY,
        acting=clerk,
        now=now(),
        key=new_id(),
    )
    opened = through(draft, birth_certificate(cast), by=clerk)
    settle(opened, clerk=clerk, reviewer=cast.actors["reviewer-health"])
    return opened


def apply_online(cast: Cast) -> Draft:
    """The second case up to its submission."""
    mother = cast.actors["wang"]
    return cases.start_draft(
        task_code=matters.implementation_at("household-newborn", COUNTY).task_code,
        applicant=cast.persons["applicant"],
        acting=mother,
        now=now(),
        key=new_id(),
    )


def decided(cast: Cast, draft: Draft) -> CaseOpened:
    """Submit, accept, decide: three people."""
    opened = through(draft, household(cast), by=cast.actors["wang"])
    settle(opened, clerk=cast.actors["clerk"], reviewer=cast.actors["reviewer-police"])
    return opened


def through(draft: Draft, data: dict[str, Any], *, by: Actor) -> CaseOpened:
    """Fill in, fetch, give what is asked, submit."""
    cases.save_draft(draft=draft.id, data=data, acting=by, now=now())
    for need in cases.resolve_materials(draft=draft.id, acting=by, now=now()).needs:
        if need.missing:
            scan = files.store(io.BytesIO(one_page_pdf(need.code)), name=f"{need.code}.pdf", acting=by, now=now())
            cases.attach(draft=draft.id, material=need.code, file=scan, acting=by, now=now())
    return cases.submit(draft=draft.id, acting=by, now=now(), key=new_id())


def settle(opened: CaseOpened, *, clerk: Actor, reviewer: Actor) -> None:
    """Accept and approve, delivering on line."""
    cases.accept(case=opened.number, acting=clerk, now=now(), key=new_id())
    matter = matters.implementation(cases.case(opened.number, acting=reviewer).row.task_code)
    cases.decide(
        case=opened.number,
        decision="approve",
        opinion="材料齐全,符合条件,准予办理。",
        basis=matter.by_law[0],
        acting=reviewer,
        now=now(),
        key=new_id(),
    )
    outbox.drain()

"""What the demo says at its end: figures for machines, addresses and sign-ins for people."""

from __future__ import annotations

from typing import Any

from demo.accounts import CITIZENS, PASSWORD, STAFF
from demo.progress import console, say, step
from demo.story import Played
from shudao.config.settings.registry import value
from shudao.contexts.assessment import api as assessment
from shudao.contexts.exchange import api as exchange
from shudao.contexts.matters import api as matters
from shudao.contexts.pool import api as pool
from shudao.foundation.audit.contracts import SYSTEM
from shudao.foundation.identity.contracts import ROLE_NAMES
from shudao.foundation.regions import api as regions
from shudao.kernel.time import now


def facts(played: Played) -> dict[str, Any]:
    """Compute the scores, verify the ledger, count everything."""
    with step("scores computed from the facts"):
        assessment.compute(acting=SYSTEM, now=now())
    with step("ledger checkpointed and verified from its files"):
        exchange.ledger_checkpoint(now=now())
        ledger = exchange.ledger_verify()
    root = regions.roots()[0].code
    online = assessment.of_divisions([root])["declared_online_rate"][root]
    counts = matters.counts()
    return {
        "divisions": sum(regions.counts().values()),
        "matters": counts["matters"],
        "implementations": counts["implementations"],
        "pooled_records": sum(pool.counts().values()),
        "case": played.case,
        "asked_materials": played.asked,
        "fetched_materials": played.fetched,
        "visits": played.visits,
        "licence": played.licence,
        "licence_valid": played.licence_valid,
        "ledger_entries": ledger.entries,
        "ledger_ok": ledger.ok,
        "online_rate": online.value,
    }


def invite(found: dict[str, Any], played: Played) -> None:
    """Print where to go and as whom."""
    web = f"http://{value('SHUDAO_WEB_ADDRESS')}"
    say("")
    say(f"[bold]蜀道 Shudao[/bold]   {web}/   ·   gateway http://{value('SHUDAO_GATEWAY_ADDRESS')}/")
    say(
        f"{found['divisions']:,} divisions · {found['matters']} matters · "
        f"{found['implementations']:,} implementations · "
        f"{found['pooled_records']:,} records pooled · {found['ledger_entries']} ledger entries verified"
    )
    say(f"The story's case {played.case}, look-up code {played.secret}: {web}/track/")
    say(f"Its licence {played.licence}: {web}/verify/{played.licence}")
    say(f"\nSign in at {web}/sign-in/ — everybody's password is [bold]{PASSWORD}[/bold]")
    for username, story in CITIZENS.items():
        console.print(f"  {username:16} {'citizen, ' + story}")
    for username, name, role, _, _ in STAFF:
        console.print(f"  {username:16} {ROLE_NAMES[role].en.lower()}  [dim]{name}[/dim]")
    say("\nCtrl-C ends web, gateway and worker.")

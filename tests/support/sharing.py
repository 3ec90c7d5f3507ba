"""
A dataset becomes one that the platform's own system may ask for: resource, request, the source department's yes.

`python -m tests.support.sharing <dataset> <officer's user name> <password>` does it in the installation of SHUDAO_HOME.
"""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.support.installation import Installation

_ROOT = Path(__file__).resolve().parents[2]


def resource_of(dataset: str) -> str:
    """The code of the resource that `share` registers."""
    return f"sjzy-{dataset}"


def share(installation: Installation, dataset: str, officer: str) -> str:
    """Share every column but the identifier with the one window, for handling; return the resource's code."""
    command = [sys.executable, "-m", "tests.support.sharing", dataset, officer, installation.password]
    done = subprocess.run(command, env=os.environ | installation.environment, cwd=_ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return resource_of(dataset)


def _share(dataset: str, officer: str, password: str) -> None:
    from datetime import timedelta

    from demo import exchange as seeding
    from shudao.contexts.exchange import api as exchange
    from shudao.contexts.exchange.contracts.registry import Item
    from shudao.contexts.exchange.contracts.rights import Purpose, Wanted
    from shudao.contexts.pool import api as pool
    from shudao.foundation.audit.contracts import SYSTEM
    from shudao.foundation.identity import api as identity
    from shudao.kernel.texts import Text
    from shudao.kernel.time import local_date, now

    contract, instant = pool.contract(dataset), now()
    today = local_date(instant)
    items = tuple(
        Item(column.name, column.title, column.kind.value, column.sensitivity)
        for column in contract.columns
        if column.name != contract.subject
    )
    resource = replace(
        seeding.resources(today)[0],
        code=resource_of(dataset),
        catalogue_code=f"1010109{sum(dataset.encode()) % 100_000:05}",
        name=contract.title,
        abstract=contract.title,
        provider=next(row.owner for row in pool.datasets() if row.code == dataset),
        items=items,
        dataset=dataset,
        row_field="",
    )
    exchange.register_resource(resource=resource, acting=SYSTEM, now=instant, key=f"resource-{dataset}")
    wanted = Wanted(
        system=exchange.one_window_client(),
        resource=resource.code,
        fields=tuple(item.name for item in items),
        purpose=Purpose.HANDLING,
        scenario=Text("受理时核对", "Checked when a case is accepted"),
        legal_basis=Text("国务院令第716号第七条", "State Council Order 716, art. 7"),
        valid_from=today,
        valid_to=today + timedelta(days=30),
    )
    asking, deciding = (identity.check_password(name, password) for name in ("integrator", officer))
    asked = exchange.request_grant(wanted=wanted, acting=asking, now=instant, key=f"request-{dataset}")
    exchange.decide_request(
        number=asked.number, grant=True, opinion="同意", acting=deciding, now=instant, key=f"decide-{dataset}"
    )
    exchange.publish_snapshot(now=instant)


if __name__ == "__main__":
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shudao.config.settings.main")
    django.setup()
    _share(*sys.argv[1:])

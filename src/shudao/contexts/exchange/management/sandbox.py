"""`shudao exchange sandbox`: say how to call it, run it, end it."""

from __future__ import annotations

import json
import signal
from argparse import ArgumentParser
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from shudao.contexts.exchange.services import sandbox as service
from shudao.contexts.exchange.services.sandbox import Sandbox
from shudao.kernel.time import now

Say = Callable[[str], Any]


def add_arguments(parser: ArgumentParser) -> None:
    """Take where it shall be."""
    parser.add_argument("--folder", type=Path, help="An empty folder for keys and receipts; a temporary one by default")
    parser.add_argument("--system", default="my-system", help="Code of your system (default my-system)")
    parser.add_argument("--gateway", default="127.0.0.1:8100", help="Where the gateway listens; port 0: any free one")
    parser.add_argument("--access-point", default="127.0.0.1:8101", help="Where the access point listens, likewise")
    parser.add_argument("--json", action="store_true", help="Print one JSON object instead of text")


def run(options: dict[str, Any], say: Say) -> None:
    """Serve until Ctrl-C or SIGTERM. Raises SandboxRefused."""
    signal.signal(signal.SIGTERM, _interrupt)
    made = service.lay_out(
        folder=options["folder"],
        system=options["system"],
        gateway=options["gateway"],
        access_point=options["access_point"],
        now=now(),
    )
    try:
        service.start(made)
        told = Told.of(made)
        say(json.dumps(told.facts(), ensure_ascii=False) if options["json"] else told.text())
        service.watch(made)
    except KeyboardInterrupt:
        pass
    finally:
        service.remove(made)
    if not options["json"]:
        say(f"ended; {made.folder} is removed")


def _interrupt(number: int, frame: Any) -> None:
    raise KeyboardInterrupt


@dataclass(frozen=True)
class Told:
    """What is printed: every line works as it stands, while the sandbox runs."""

    sandbox: Sandbox
    curl: tuple[str, ...]
    python: str

    @classmethod
    def of(cls, sandbox: Sandbox) -> Told:
        """Return the lines for this sandbox."""
        people, companies, _ = sandbox.registers
        return cls(
            sandbox,
            (
                _asking(sandbox, people.service, people.subjects[0], ("name", "birth_date"), case="SANDBOX-1"),
                _asking(sandbox, companies.service, companies.subjects[0], ("name", "status")),
                f"curl -s 'http://{sandbox.access_point}/r1/{people.service.rpartition('/')[0]}/allowedMethods'"
                f" \\\n  -H 'X-Road-Client: {sandbox.client}'",
            ),
            _python(sandbox),
        )

    def facts(self) -> dict[str, Any]:
        """Return everything by name."""
        sandbox = self.sandbox
        return {
            "gateway": f"http://{sandbox.gateway}",
            "access_point": f"http://{sandbox.access_point}",
            "client": sandbox.client,
            "key_file": str(sandbox.key_file),
            "gateway_keys": str(sandbox.gateway_keys),
            "receipts": str(sandbox.receipts),
            "folder": str(sandbox.folder),
            "services": {
                register.code: {"service": register.service, "subjects": list(register.subjects[:10])}
                for register in sandbox.registers
            },
            "curl": list(self.curl),
            "python": self.python,
        }

    def text(self) -> str:
        """Return it for people."""
        facts, sandbox = self.facts(), self.sandbox
        lines = ["沙箱已就绪：人和企业都是虚构的。Ctrl-C 结束并删除全部文件。", ""]
        lines += ["The sandbox is ready. Everybody in it is invented; Ctrl-C ends it and removes what it made.", ""]
        lines += [f"  {name.replace('_', ' '):13} {facts[name]}" for name in _SHOWN]
        lines += ["", "  whom to ask about:"]
        for register in sandbox.registers:
            lines += [f"  {register.service}", f"    {' '.join(register.subjects[:3])}"]
        for title, line in zip(_TITLES, self.curl, strict=True):
            lines += ["", f"# {title}", line]
        return "\n".join([*lines, "", "# Python, signing by itself", self.python])


_SHOWN = ("gateway", "access_point", "client", "key_file", "gateway_keys", "receipts")
_TITLES = (
    "curl through the access point: one person (personal data need a case number)",
    "one company",
    "which services this system may call",
)


def _asking(sandbox: Sandbox, service: str, subject: str, fields: tuple[str, ...], case: str = "") -> str:
    body = json.dumps({"subject": subject, "fields": list(fields), "purpose": "handling"})
    lines = [f"curl -s 'http://{sandbox.access_point}/r1/{service}'", f"-H 'X-Road-Client: {sandbox.client}'"]
    lines += [f"-H 'X-Road-Issue: {case}'"] if case else []
    return " \\\n  ".join([*lines, "-H 'Content-Type: application/json'", f"-d '{body}'"])


def _python(sandbox: Sandbox) -> str:
    people = sandbox.registers[0]
    return f'''from pathlib import Path
from shudao.client import keys
from shudao.client.calls import Client

client = Client(
    "http://{sandbox.gateway}",
    "{sandbox.client}",
    keys.load(Path("{sandbox.key_file}")),
    gateway_keys=keys.load_public(Path("{sandbox.gateway_keys}")),
)
answer = client.call(
    "{people.service}",
    subject="{people.subjects[1]}", fields=("name",), purpose="handling", case="SANDBOX-1",
)
print(answer.data["name"], answer.ledger)
client.close()'''

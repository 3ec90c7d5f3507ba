"""
Random acts of random officers on random days: who may do what, and what stands, equals a slow simple oracle.

`SHUDAO_RIGHTS_SEQUENCES` sets how many sequences are tried.
"""

from __future__ import annotations

import os
import random
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest

from shudao.contexts.exchange import api as exchange
from shudao.contexts.exchange import models
from shudao.contexts.exchange.contracts.registry import ShareType
from shudao.contexts.exchange.contracts.rights import Given, Purpose, Wanted
from shudao.contexts.exchange.queries import rights as reading
from shudao.foundation.audit.contracts import SYSTEM, Actor, RoleGrant
from shudao.foundation.identity import api as identity
from shudao.kernel.errors import ShudaoError
from shudao.kernel.texts import Text
from shudao.kernel.time import local_date
from tests.contexts.exchange.conftest import COMPANY, POPULATION, PROVINCE
from tests.contexts.exchange.rights_oracle import DIVISIONS, PARTS, Person, Right, World, wider

pytestmark = pytest.mark.django_db
SEQUENCES = int(os.environ.get("SHUDAO_RIGHTS_SEQUENCES", "40"))
ACTS = 14
RESOURCES = (POPULATION, COMPANY)
# Name → roles, each "role department kind".
STAFF = {
    "police-1": ("data_officer ga",),
    "police-2": ("data_officer ga",),
    "market-1": ("data_officer sc",),
    "civil-1": ("data_officer mz",),
    "civil-2": ("integrator mz",),
    "hall-1": ("data_officer sj",),
    "bureau-1": ("data_bureau sj",),
    "police-and-civil": ("data_officer ga", "integrator mz"),
    "traffic-1": ("data_officer jt", "leader ga"),
}
# Who asks for the civil affairs' system, and who for the platform's.
ASKERS = (("civil-1", "civil-2", "police-and-civil"), ("hall-1", "bureau-1"))


@dataclass
class Player:
    """Plays one sequence on the product and on the oracle."""

    chance: random.Random
    world: World
    now: datetime
    people: dict[str, Person]
    actors: dict[str, Actor]
    seen: Counter[str]
    seed: int
    did: list[str] = field(default_factory=list)
    serial: int = 0

    def act(self) -> None:
        chance = self.chance
        kinds = ["ask"] * 3 + ["wait"] * 2
        kinds += ["decide"] * 5 + ["extend", "withdraw"] if self.world.requests else []
        kinds += ["end", "suspend", "renew", "renew"] if self.world.grants else []
        getattr(self, chance.choice(kinds))()

    def tried(self, what: str, expected: bool, do: Any, **how: Any) -> Any:
        """Do it on the product: it must go through exactly where the oracle lets it. Return what it answers."""
        self.serial += 1
        who = how["acting"]
        self.did.append(f"{self.world.today} {what} by {who.name}: {'yes' if expected else 'no'} {how}")
        key = f"{self.seed}-{self.serial}"
        answer, refused = None, None
        try:
            answer = do(**how | {"acting": self.actors[who.name], "now": self.now, "key": key})
        except ShudaoError as refusal:
            refused = refusal
        assert (refused is None) == expected, (refused, self.did)
        self.seen[f"{what} {expected}"] += 1
        return answer

    def someone(self, *likely: str) -> Person:
        names = likely if likely and self.chance.random() < 0.8 else tuple(self.people)
        return self.people[self.chance.choice(names)]

    def ask(self, renews: str = "") -> None:
        chance, world = self.chance, self.world
        system = chance.choice(list(world.departments))
        resource = chance.choice(RESOURCES)
        start = world.today + timedelta(days=chance.choice([0, 0, 0, 1, 3]))
        right = self.part(resource, start) | {"system": system, "resource": resource, "renews": renews}
        if renews:
            old = world.grants[renews]
            right |= {"system": old["system"], "resource": old["resource"]}
            right["valid_from"] = old["valid_to"] + timedelta(days=chance.choice([1, 1, 1, 0, 2]))
            right["valid_to"] = max(right["valid_to"], right["valid_from"] + timedelta(days=30))
            right["fields"] = tuple(name for name in right["fields"] if name in world.items[right["resource"]])
            right["row_scope"] = old["row_scope"]
        who = self.someone(*ASKERS[world.departments[right["system"]] == world.bureau])
        wanted = Wanted(
            purpose=Purpose.HANDLING, scenario=Text("办理"), legal_basis=Text("依据"), **{k: right[k] for k in right}
        )
        made = self.tried("ask", world.may_ask(who, right), exchange.request_grant, wanted=wanted, acting=who)
        if made is not None:
            order = [name for name in world.items[right["resource"]] if name in right["fields"]]
            world.requests[made.number] = right | {
                "fields": tuple(order), "state": "pending", "asked_by": who.name, "proposed_by": "", "extended": False,
                "department": world.departments[right["system"]], "due_on": made.due_on,
            }  # fmt: skip

    def part(self, resource: str, start: Any) -> Right:
        chance = self.chance
        names = [*self.world.items[resource][:3], *(["nothing"] if chance.random() < 0.02 else [])]
        return {
            "fields": tuple(chance.sample(names, chance.choice([0, *[1, 2, 2, 3] * 4]))),
            "valid_from": start,
            "valid_to": start + timedelta(days=chance.choice([-1, 1200, *[5, 20, 20, 25, 60, 400] * 3])),
            "matters": chance.choice([(), (), ("m1",), ("m1", "m2")]),
            "row_scope": chance.choice(["", "", *DIVISIONS[:3]]) if resource in self.world.scoped else "",
            "quota": chance.choice([0, 0, 5, 10]),
            "rate": chance.choice([0, 0, 5, 10]),
            "verify_only": chance.random() < 0.3,
        }

    def renew(self) -> None:
        self.ask(renews=self.chance.choice(list(self.world.grants)))

    def decide(self) -> None:
        chance, world = self.chance, self.world
        number = chance.choice(list(world.requests)[-3:])
        asked = world.requests[number]
        likely = ("police-1", "police-2", "police-and-civil") if asked["resource"] == POPULATION else ("market-1",)
        who, yes, opinion = self.someone(*likely), chance.random() < 0.9, chance.choice(["", *["同意"] * 4])
        basis, given = chance.choice(["", "依据"]), self.given(asked)
        may = world.may_decide(who, number)
        may = may and (world.may_give(number, given, opinion) if yes else bool(basis))
        made = self.tried(
            "grant" if yes else "refuse", may, exchange.decide_request, number=number, grant=yes, opinion=opinion,
            basis=basis, given=Given(**given) if given else None, acting=who,
        )  # fmt: skip
        if made is None:
            return
        assert made.state == self.decided(asked, yes, given, who)
        asked["state"] = made.state.value
        if made.grant:
            giving = asked.get("proposal") or given or {part: asked[part] for part in PARTS}
            ends = {"ended": False, "suspended": None, "system": asked["system"], "resource": asked["resource"]}
            world.grants[made.grant] = {part: giving[part] for part in PARTS} | ends
            assert not wider(giving, asked), self.did

    def decided(self, asked: Right, yes: bool, given: Right | None, who: Person) -> str:
        """The state that follows; a first officer's consent to the most sensitive data is a proposal."""
        if not yes:
            return "refused"
        if asked["state"] == "pending" and asked["resource"] in self.world.secret:
            asked["proposed_by"], asked["proposal"] = who.name, given or {part: asked[part] for part in PARTS}
            return "proposed"
        return "granted"

    def given(self, asked: Right) -> Right | None:
        """All, or as asked but for one or two parts, which are less, other or more."""
        if self.chance.random() < 0.4:
            return None
        other = self.part(asked["resource"], asked["valid_from"])
        order = self.world.items[asked["resource"]]
        other["fields"] = tuple(name for name in order if name in other["fields"])
        changed = self.chance.sample(PARTS, self.chance.choice([1, 1, 2]))
        return {part: other[part] if part in changed else asked[part] for part in PARTS}

    def extend(self) -> None:
        number, who = self.chance.choice(list(self.world.requests)), self.someone("police-1", "market-1")
        may = self.world.may_extend(who, number)
        made = self.tried("extend", may, exchange.extend_reply, number=number, reason="会商", acting=who)
        if made is not None:
            self.world.requests[number] |= {"extended": True, "due_on": made.due_on}

    def withdraw(self) -> None:
        number, who = self.chance.choice(list(self.world.requests)), self.someone("bureau-1", "civil-1", "hall-1")
        may = self.world.may_withdraw(who, number)
        if self.tried("withdraw", may, exchange.withdraw_request, number=number, reason="不需要", acting=who):
            self.world.requests[number]["state"] = "withdrawn"

    def end(self) -> None:
        number, how = self.chance.choice(list(self.world.grants)), self.chance.choice(["revoke", "return"])
        who = self.someone("police-1", "market-1", "civil-1", "bureau-1")
        do = exchange.revoke if how == "revoke" else exchange.give_back
        may = self.world.may_end(who, number, how)
        if self.tried(how, may, do, grant=number, reason="理由", acting=who):
            self.world.grants[number]["ended"] = True

    def suspend(self) -> None:
        number, who = self.chance.choice(list(self.world.grants)), self.someone("bureau-1")
        until = self.chance.choice([None, *(self.world.today + timedelta(days=days) for days in (-1, 0, 3, 9, 90))])
        may = self.world.may_suspend(who, number, until)
        if self.tried("suspend", may, exchange.suspend, grant=number, until=until, reason="核查", acting=who):
            self.world.grants[number]["suspended"] = until

    def wait(self) -> None:
        self.now += timedelta(days=self.chance.choice([1, 2, 5, 10, 19, 30]))
        self.world.today = local_date(self.now)

    def compare(self) -> None:
        """What stands today in the register is what stands for the oracle, part by part."""
        own = {grant.number: grant for grant in exchange.grants() if grant.number in self.world.grants}
        assert own.keys() == self.world.grants.keys()
        rows = reading.standing(self.world.today).filter(number__in=own)
        assert set(rows.values_list("number", flat=True)) == self.world.standing(), self.did
        for number, grant in own.items():
            assert {part: getattr(grant, part) for part in PARTS} == {
                part: self.world.grants[number][part] for part in PARTS
            }, self.did


def actor(name: str) -> tuple[Person, Actor]:
    pairs = [(role, identity.department_code(kind, PROVINCE)) for role, kind in (one.split() for one in STAFF[name])]
    grants = tuple(RoleGrant(role, department, PROVINCE) for role, department in pairs)
    return Person(name, frozenset(pairs)), Actor(account=name, kind="staff", name=name, roles=grants)


def new_world(now: datetime, chance: random.Random) -> World:
    shared = {code: exchange.resource(code) for code in RESOURCES}
    secret = {POPULATION} if chance.random() < 0.5 else set()
    models.Resource.objects.filter(code=POPULATION).update(sensitivity=4 if secret else 3)
    one_window = exchange.one_window_client()
    civil = identity.department_code("mz", PROVINCE)
    return World(
        today=local_date(now),
        providers={code: one.provider for code, one in shared.items()},
        items={code: tuple(item.name for item in one.items) for code, one in shared.items()},
        scoped={code for code, one in shared.items() if one.row_field},
        conditional={code for code, one in shared.items() if one.share_type is ShareType.CONDITIONAL},
        secret=secret,
        bureau=one_window.split("/")[2],
        departments={one_window: one_window.split("/")[2], f"SHUDAO/GOV/{civil}/marriage": civil},
    )


def test_random_acts_give_what_the_oracle_gives(catalogue: None, noon: datetime) -> None:
    civil = identity.department_code("mz", PROVINCE)
    exchange.register_system(
        client=f"SHUDAO/GOV/{civil}/marriage", name=Text("婚姻登记"), department=civil, acting=SYSTEM, now=noon, key="s"
    )
    known = {name: actor(name) for name in STAFF}
    people, actors = {name: one for name, (one, _) in known.items()}, {name: one for name, (_, one) in known.items()}
    seen: Counter[str] = Counter()
    for seed in range(SEQUENCES):
        chance = random.Random(seed)
        player = Player(chance, new_world(noon, chance), noon, people, actors, seen, seed)
        for _ in range(ACTS):
            player.act()
            player.compare()
    # It would prove little if most acts were refused, or none.
    assert all(
        seen[f"{what} {expected}"] for what in ("ask", "grant", "refuse", "revoke") for expected in (True, False)
    )

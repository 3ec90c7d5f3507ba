"""Says in what way a pool is not as a dictionary says it must be. Runs in a process of its own, Django set up."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import duckdb
from django.conf import settings

from shudao.contexts.pool import api as pool
from shudao.contexts.pool.adapters import index, keys, live, vault
from shudao.contexts.pool.models import Batch, DataFile, Snapshot
from shudao.plane.lookup.reader import IndexReader
from tests.faults.pool.register import Delivery, State, people_of


def one_of(states: dict[int, State], people: Sequence[str], dataset: str = "paid") -> list[str]:
    """Complaints where the dataset is none of the snapshots, or is a mixture of them; the index may be one behind."""
    shown = pool.snapshots(dataset)[0] if pool.snapshots(dataset) else None
    number = shown.number if shown else 0
    if number not in states:
        return [f"snapshot {number} is none of {sorted(states)}"]
    found = [*_scan(dataset, number, states[number]), *answers(states, people, dataset)]
    return found + _counted(dataset, number, states[number])


def exactly(number: int, state: State, people: Sequence[str], dataset: str = "paid") -> list[str]:
    """Complaints where the dataset, its index, its counts or its files are not those of the snapshot."""
    found = one_of({number: state}, people, dataset)
    found += [f"check: {one.says.en}" for one in pool.check(dataset)]
    reader = IndexReader(pool.index_path(dataset), keys.opening_keys(keys.INDEX))
    if (reader.snapshot, reader.count) != (number, len({person for person, _ in state})):
        found.append(f"the index shows snapshot {reader.snapshot} with {reader.count} subjects")
    for person, _ in list(state)[:: max(1, len(state) // 5)]:
        if vault.reveal(keys.subject_of(person)) != person:
            found.append("the vault does not lead back")
    return found


def batch_of(delivery: Delivery, dataset: str = "paid") -> list[str]:
    """Complaints where the batch does not add up, or is there more than once."""
    kept = Batch.objects.filter(dataset__code=dataset, key=delivery.key)
    if len(kept) != 1:
        return [f"{len(kept)} batches of one key"]
    (batch,) = kept
    told = (batch.rows, batch.good, batch.quarantined, batch.mode)
    wanted = (delivery.rows, delivery.good, delivery.rows - delivery.good, delivery.mode)
    rows = {kind: sum(one.rows for one in batch.files.filter(kind=kind)) for kind in ("data", "quarantine")}
    lying = (0 if delivery.mode == "delete" else batch.good, batch.quarantined)
    found = [] if told == wanted else [f"the batch says {told}, not {wanted}"]
    if batch.files.exists() and (rows["data"], rows["quarantine"]) != lying:
        found.append(f"in its files lie {rows}, not {lying}")
    return found


def left_over(dataset: str = "paid") -> list[str]:
    """What lies below the pool's folder though nothing names it."""
    root = Path(settings.POOL_ROOT)
    named = set(DataFile.objects.values_list("path", flat=True))
    snapshot = Snapshot.objects.filter(dataset__code=dataset).order_by("-number").first()
    layers = {f"{index.FOLDER}/{dataset}/{name}" for name in (snapshot.layers if snapshot else ())}
    return sorted(_unnamed(root, named, layers))


def _unnamed(root: Path, named: set[str], layers: set[str]) -> Iterator[str]:
    for path in root.rglob("*"):
        place = path.relative_to(root).as_posix()
        top, name = place.partition("/")[0], path.name
        if top == "datasets" and (place not in named if path.is_file() else not any(path.iterdir())):
            yield place
        if (
            top == "index"
            and name not in ("CURRENT", "LOOKED")
            and path.is_file()
            and place.rpartition("/")[0] not in layers
        ):
            yield place
        if top == "readers" and path.is_file():
            yield place


def _scan(dataset: str, number: int, state: State) -> list[str]:
    snapshot = Snapshot.objects.filter(dataset__code=dataset, number=number).first()
    rows: list[tuple[object, ...]] = []
    if snapshot is not None and live.of(snapshot).paths:
        statement, parameters = live.of(snapshot).relation()
        with duckdb.connect(":memory:") as connection:
            rows = connection.execute(f"SELECT month, base, paid_on FROM ({statement})", parameters).fetchall()  # noqa: S608
    wanted = [(row["month"], row["base"], row["paid_on"]) for row in state.values()]
    return [] if sorted(rows, key=repr) == sorted(wanted, key=repr) else [f"the files of snapshot {number} hold others"]


def answers(states: dict[int, State], people: Sequence[str], dataset: str = "paid") -> list[str]:
    """Complaints where look-ups do not answer from one of the snapshots, or not right."""
    if not pool.snapshots(dataset):
        return []
    at = index.stands_at(dataset)
    if at not in states:
        return [] if not at and 0 in states else [f"the index answers from snapshot {at}"]
    wanted, wrong = people_of(states[at]), 0
    for person in people:
        found = index.lookup(dataset, person)
        rows = [dict(one) for one in found.rows] if found else []
        wrong += rows != wanted.get(person, []) or (found is not None and found.snapshot != at)
    for person in people[:: max(1, len(people) // 10)]:  # by the door, which asks the database for more each time
        answer = pool.lookup(dataset, person)
        wrong += [dict(one) for one in answer.rows] != wanted[person] if answer else person in wanted
    return [f"{wrong} look-ups of snapshot {at} are wrong"] if wrong else []


def _counted(dataset: str, number: int, state: State) -> list[str]:
    if not number:
        return []
    snapshot = Snapshot.objects.get(dataset__code=dataset, number=number)
    dead = live.read_dead(live.of(snapshot))
    lying = sum(snapshot.files.filter(kind="data").values_list("rows", flat=True))
    named = set(live.of(snapshot).paths)
    died = sum(1 for path in dead.column("path").to_pylist() if path in named)
    told = (snapshot.rows, snapshot.subjects, lying - died)
    wanted = (len(state), len({person for person, _ in state}), len(state))
    return [] if told == wanted else [f"snapshot {number} says {told}, not {wanted}"]

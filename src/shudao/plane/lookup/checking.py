"""Reads a layer from end to end and tells what is wrong with it."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from pathlib import Path

import lmdb

from shudao.plane.lookup import shapes
from shudao.plane.lookup.contracts import IndexDamaged
from shudao.plane.lookup.decoding import Head, rows_of
from shudao.plane.lookup.layer import Layer
from shudao.plane.lookup.plans import GONE

_MOST = 100


def problems(layer: Layer, index: str) -> Iterator[str]:
    """Yield a sentence for each block of `layer` that is damaged, missing or invented."""
    where = f"index {index}: layer {layer.name}"
    environment = layer.environment
    try:
        counted = shapes.Head()
        layer.check_size()
        if damaged := _pages(layer):
            yield from (f"{where}: {why}" for why in damaged)
            return  # LMDB must not see them
        with environment.lock, environment.env.begin(db=environment.blocks) as txn:
            yield from _walk(layer, txn, where, counted)
        head = layer.head()
    except (IndexDamaged, lmdb.Error, OSError) as error:
        yield f"{where}: {error}"
        return
    if counted != head:
        yield (
            f"{where}: {counted.subjects} subjects with {counted.rows} rows lie in it, its head says {head.subjects} "
            f"with {head.rows}; some are missing, invented or renamed"
        )


def damaged(path: Path, name: str, keys: Mapping[str, bytes], dataset: str) -> str:
    """Say what is wrong with the layer's pages, "" where nothing is; values and their seals are not read."""
    try:
        layer = Layer(path, name, keys, dataset)
    except IndexDamaged as error:
        return str(error)
    try:
        layer.check_size()
        return next(iter(_pages(layer)), "")
    except (IndexDamaged, OSError) as error:
        return str(error)
    finally:
        layer.close()


def _pages(layer: Layer) -> list[str]:
    pages = layer.environment.pages
    if pages is None:
        return ["its pages have no checksums"]
    return list(itertools.islice(pages.damaged(), _MOST))


def _walk(layer: Layer, txn: lmdb.Transaction, where: str, counted: shapes.Head) -> Iterator[str]:
    previous = shapes.FIRST
    head: Head = (b"", 0, 0, 0, 0, 0, 0)
    lives = False
    for key, value in layer.blocks(txn):
        counted.blocks += 1
        try:
            plain = layer.open(key, value)
            head = shapes.HEAD.unpack_from(plain)
            if head[0] != previous:
                yield f"{where}: block {key.hex()} follows {previous.hex()}, but was written after {head[0].hex()}"
            piece = int.from_bytes(key[shapes.SUBJECT :])
            lives = _count(layer, plain, head, counted, first=piece == 0, known_alive=lives and piece > 0)
        except IndexDamaged as error:
            yield f"{where}: block {key.hex()}: {error.details['why']}"
        previous = key
    if not head[6] & shapes.SENTINEL:
        yield f"{where}: the blocks after {previous.hex()} are missing"


def _count(layer: Layer, plain: bytes, head: Head, counted: shapes.Head, *, first: bool, known_alive: bool) -> bool:
    """Count what the block holds; return whether its last subject has a row that is no tombstone."""
    if not head[2]:
        return False
    plan = layer.plan(head[1], None)
    for unit in range(head[2]):
        rows = rows_of(plan, plain, head, unit)
        gone = sum(1 for row in rows if row.get(GONE)) if plan.has_gone else 0
        counted.rows += len(rows) - gone
        counted.gone += gone
        counted.alive += len(rows) > gone and not known_alive
        known_alive = (len(rows) > gone or known_alive) and not (first and head[2] > 1)
        at = plan.fixed + unit * shapes.SUBJECT
        if first:
            counted.subjects += 1
            subject = int.from_bytes(plain[at : at + shapes.SUBJECT])
            counted.check = (int.from_bytes(counted.check) ^ subject).to_bytes(shapes.SUBJECT)
    return known_alive

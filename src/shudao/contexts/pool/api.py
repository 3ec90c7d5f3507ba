"""The pool's door: datasets of departments as immutable files, quarantine, snapshots and the look-up index."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from pathlib import Path

from shudao.contexts.pool.contracts.arrivals import Arrival
from shudao.contexts.pool.contracts.datasets import DatasetContract, DatasetRow
from shudao.contexts.pool.contracts.deliveries import Batch, Damage, Found, Mode, SnapshotRow
from shudao.contexts.pool.contracts.quality import BatchScore, Proposal
from shudao.contexts.pool.contracts.repairs import QuarantinedRow, Replayed, UnmaskedRow
from shudao.contexts.pool.queries import lifetimes, quality
from shudao.contexts.pool.rules.tracing import LineageRow, UseRow
from shudao.contexts.pool.services import (
    aside,
    checking,
    compacting,
    creating,
    erasing,
    inbox,
    ingesting,
    judged,
    looking,
    proposing,
    pulling,
    repairing,
    retaining,
    rotating,
    tracing,
    travelling,
    upkeep,
)
from shudao.foundation.audit.contracts import Actor
from shudao.kernel.paging import Page


def create(*, contract: Path | Mapping[str, object] | str, acting: Actor, now: datetime, key: str) -> DatasetContract:
    """
    Register a dataset, or a newer version of its contract.

    Args:
        contract: A YAML file, its parsed content, or the code of a contract that ships with the house.
        acting: Who registers it.
        now: Aware, UTC.
        key: Idempotency key.

    Returns:
        The contract as it is kept.

    Raises:
        ContractBroken: the contract contradicts itself or names no department that exists.
    """
    return creating.create(contract=contract, acting=acting, now=now, key=key)


def ingest(
    *,
    dataset: str,
    source: Path,
    acting: Actor,
    now: datetime,
    key: str,
    progress: Callable[[str, float], None] | None = None,
    mode: Mode = Mode.FULL,
) -> Batch:
    """
    Take in one delivery: good rows to the dataset, bad ones to quarantine with every reason, none lost.

    Args:
        dataset: Dataset code.
        source: CSV (UTF-8 or GB18030, with a header), XLSX, JSON lines, Parquet or Arrow. It is read where it lies and
            never copied. A deletion has the columns of subject and key only.
        acting: Who delivers it.
        now: Aware, UTC; the new snapshot's `as_of`.
        key: Idempotency key; a repeat returns the first result, after a crash the batch is taken up anew.
        progress: Called with the step's name and the share done (0–1), for a progress bar.
        mode: The whole register anew, or rows to add, to put in place of others, or to remove.

    Returns:
        The counts and the number of the snapshot that shows the good rows. The look-up index stands at that snapshot.

    Raises:
        DatasetUnknown: no such dataset.
        DatasetBusy: another batch of it is under way.
        SignInNeeded, Forbidden: `acting` is neither a data officer of the owner nor the data bureau.
        SourceUnreadable: the file does not fit the contract; nothing is kept.
        TooManyRows: rules that compare all rows do not fit into memory; nothing is kept.
        PoolFull, DiskFailed: the disk could not hold it, or failed; nothing is kept.
        KeyReused: the key came with another file before.
    """
    return ingesting.ingest(
        dataset=dataset, source=source, acting=acting, now=now, key=key, progress=progress, mode=mode
    )


def lookup(dataset: str, resident_id: str) -> Found | None:
    """
    Return what the dataset holds of the subject with this identifier (resident id or credit code), None if nothing.

    Raises:
        DatasetUnknown: no such dataset, or nothing was ever ingested.
    """
    return looking.lookup(dataset, resident_id)


def datasets() -> list[DatasetRow]:
    """Return every dataset, by code."""
    return looking.datasets()


def contract(dataset: str) -> DatasetContract:
    """Return the dataset's current contract. Raises DatasetUnknown."""
    return looking.contract(dataset)


def snapshots(dataset: str) -> list[SnapshotRow]:
    """Return the dataset's snapshots, newest first. Raises DatasetUnknown."""
    return looking.snapshots(dataset)


def batches(dataset: str, *, limit: int = 50) -> list[Batch]:
    """Return the dataset's latest `limit` batches, newest first. Raises DatasetUnknown."""
    return looking.batches(dataset, limit=limit)


def counts() -> dict[str, int]:
    """Return dataset code → rows of its current snapshot."""
    return looking.counts()


def index_path(dataset: str) -> Path:
    """Return the folder of the dataset's look-up index, whether built yet or not. Raises DatasetUnknown."""
    return looking.index_path(dataset)


def rebuild_index(dataset: str, *, acting: Actor, now: datetime) -> int:
    """Build the look-up index anew from the current snapshot's files; return how many subjects it holds."""
    return ingesting.rebuild_index(dataset, acting=acting, now=now)


def check(dataset: str) -> list[Damage]:
    """Digest every live file and read every seal anew; return what is not as it was written. Raises DatasetUnknown."""
    return checking.check(dataset)


def scores(dataset: str, *, limit: int = 30) -> list[BatchScore]:
    """Return the scores of the latest deliveries, newest first, without their rules. Raises DatasetUnknown."""
    return judged.history(dataset, limit=limit)


def latest_scores() -> dict[str, BatchScore]:
    """Return dataset code → the scores of its newest delivery that has any, without rules."""
    return judged.latest()


def department_scores() -> dict[str, float]:
    """Return department (credit code) → mean score of its datasets' newest deliveries, 0 to 1."""
    return judged.by_department()


def batch_score(batch: str) -> BatchScore:
    """Return the scores of one delivery with every rule, worst first. Raises NotFound: no such batch, or no scores."""
    return judged.of_batch(batch)


def quarantine_sample(batch: str, *, rule: str = "", limit: int = 5) -> list[dict[str, object]]:
    """
    Return some rows that a delivery's quarantine holds, masked.

    Args:
        batch: Its number.
        rule: Only rows that broke this rule, and only the columns it looks at; "" for any.
        limit: At most so many, 1–50.

    Returns:
        Each with `line`, `reasons` and `values` (column → masked text).

    Raises:
        NotFound: no such batch.
    """
    return judged.sample(batch, rule=rule, limit=limit)


def profile(*, dataset: str, source: Path, acting: Actor, now: datetime) -> Proposal:
    """
    Propose a contract, with its rules, from what a delivery looks like.

    Args:
        dataset: Code of the dataset, new or known; a known one's next version is proposed.
        source: A delivery in any format; its first million rows are looked at, and nothing of it is kept but counts
            and the values of columns with at most thirty.
        acting: Who asks.
        now: Aware, UTC.

    Raises:
        SourceUnreadable: the file cannot be read.
        ContractBroken: the code or a column's name cannot be used.
    """
    return proposing.profile(dataset=dataset, source=source, acting=acting, now=now)


def proposal(number: str) -> Proposal:
    """Return one proposal. Raises NotFound."""
    return proposing.proposal(number)


def proposals(dataset: str) -> list[Proposal]:
    """Return a dataset's latest proposals, newest first."""
    return proposing.proposals(dataset)


def accept(number: str, *, contract: str, acting: Actor, now: datetime, key: str) -> DatasetContract:
    """Register a proposal, as edited (YAML), as the dataset's next version. Raises ContractBroken, NotFound."""
    return proposing.accept(number, contract=contract, acting=acting, now=now, key=key)


def write_contract(contract: str, *, acting: Actor, now: datetime, key: str) -> DatasetContract:
    """Register the contract that a text (YAML) describes as its dataset's next version. Raises ContractBroken."""
    return proposing.write(contract, acting=acting, now=now, key=key)


def contract_versions(dataset: str) -> list[tuple[int, datetime, str]]:
    """Return (version, when, YAML to edit) of every version of a dataset's contract, newest first."""
    return proposing.versions(dataset)


def lineage(dataset: str, *, batch: str = "", limit: int = 200) -> list[LineageRow]:
    """Return the way of a dataset's rows, newest batch first: delivery → batch → file → snapshots → index."""
    return tracing.lineage(dataset, batch=batch, limit=limit)


def record_use(*, day: date, counts: Mapping[str, tuple[int, int]]) -> None:
    """Keep dataset code → (calls, answers) of a local day; again, with later figures, replaces them."""
    tracing.record_use(day, counts)


def use(*, since: date, until: date) -> list[UseRow]:
    """Return every dataset's use from `since` to `until` (local days), those that nobody asks for first."""
    return tracing.use(since, until)


def batch(number: str) -> Batch:
    """Return one delivery. Raises NotFound."""
    return judged.batch(number)


def may_change(acting: Actor, dataset: str) -> bool:
    """Whether `acting` may deliver to the dataset and edit its contract. Raises DatasetUnknown."""
    return judged.may_change(acting, dataset)


def receive(*, dataset: str, chunks: Iterable[bytes], acting: Actor, now: datetime, key: str) -> Batch:
    """Take in a delivery from memory, as `ingest` does one from a file: nothing of it lies on a disk in plain."""
    return judged.receive(dataset=dataset, chunks=chunks, acting=acting, now=now, key=key)


def look_at(*, dataset: str, chunks: Iterable[bytes], acting: Actor, now: datetime) -> Proposal:
    """Propose a contract for a delivery in memory, as `profile` does for a file."""
    return judged.look_at(dataset=dataset, chunks=chunks, acting=acting, now=now)


def take_inbox(*, now: datetime) -> list[Arrival]:
    """
    Take in every file of the inbox (`POOL_INBOX`) that has not changed for five seconds; the platform acts for owners.

    A file that was taken in is overwritten and removed; a refused one lies in `refused/`, beside it what is wrong.
    Returns what became of each; nothing where another process is at it. Raises InboxMissing.
    """
    return inbox.take(now=now)


def anything_in_inbox(*, now: datetime) -> bool:
    """Whether `take_inbox` would find something to do; False where no inbox is set up."""
    return inbox.anything(now=now)


def pull(*, dataset: str, acting: Actor, now: datetime, key: str) -> Batch | None:
    """
    Read the table that the dataset's contract names on from where the last pull ended, and take the rows in.

    With a cursor, at most `POOL_PULL_ROWS` rows and those that share the last one's cursor value are read, by mode
    upsert; how far is kept with the batch in one transaction. Without one the whole table is the delivery.

    Returns:
        The batch, for a repeat of `key` the first one; None where nothing is new.

    Raises:
        TableMissing: the contract names no table, or the operator gave the dataset no database.
        TableUnreachable: the database does not answer.
        TableUnreadable: no such table or column, no rights, empty cursors, or more rows than a pull may hold.
        DatasetUnknown, DatasetBusy, SignInNeeded, Forbidden, PoolFull, DiskFailed.
    """
    return pulling.pull(dataset=dataset, acting=acting, now=now, key=key)


def quarantined(batch: str, *, acting: Actor, page: int = 1, size: int = 20) -> Page[QuarantinedRow]:
    """
    Return a page of the rows that a delivery set aside, masked, in the order of the quarantine.

    Raises:
        NotFound: no such batch.
        SignInNeeded, Forbidden: `acting` is neither a data officer of the owner nor the data bureau.
    """
    return aside.page(batch, acting=acting, page=page, size=size)


def quarantined_row(batch: str, place: int, *, acting: Actor) -> QuarantinedRow:
    """Return one of them. Raises as `quarantined`; NotFound where there is no such row."""
    return aside.row(batch, place, acting=acting)


def unmask(batch: str, place: int, *, acting: Actor, reason: str, now: datetime) -> UnmaskedRow:
    """
    Return a row that was set aside as it came. The reason is in the audit trail before the row is opened.

    Raises:
        Invalid: field `reason`: 4 to 200 characters.
        NotFound, SignInNeeded, Forbidden: as `quarantined_row`.
    """
    return aside.unmask(batch, place, acting=acting, reason=reason, now=now)


def repair(
    *, batch: str, place: int, values: Mapping[str, str | None], acting: Actor, now: datetime, key: str
) -> Replayed:
    """
    Judge a corrected row by the current contract and take it in; the row set aside is marked as repaired.

    It never takes the place of a row that stands, but for an older one where its delivery was an upsert.

    Args:
        batch: Which delivery set it aside.
        place: Which row (`QuarantinedRow.place`).
        values: Column of the current contract → text; "" or absent for nothing.

    Returns:
        The batch it is in, or the rules that it still breaks; nothing is kept then.

    Raises:
        RowRepaired: it was repaired before.
        NotRepairable: a later whole register replaced the delivery, or it was a deletion.
        Invalid: a column that the contract does not have, or a value over ten thousand characters.
        NotFound, SignInNeeded, Forbidden, DatasetBusy, PoolFull, DiskFailed.
    """
    return repairing.repair(batch=batch, place=place, values=values, acting=acting, now=now, key=key)


def replay(batch: str, *, acting: Actor, now: datetime, key: str) -> Replayed:
    """
    Judge all rows that a delivery set aside, and nobody repaired, by the current contract; take in those that pass.

    Rows of another shape than the header are left; they can only be typed anew by `repair`.

    Returns:
        How many were tried and came good, and what the others break.

    Raises:
        RowRepaired: somebody repaired one of them meanwhile; nothing was done.
        NotRepairable, NotFound, SignInNeeded, Forbidden, DatasetBusy, PoolFull, DiskFailed.
    """
    return repairing.replay(batch=batch, acting=acting, now=now, key=key)


def repaired(batch: str) -> int:
    """Return how many of the rows that a delivery set aside came good later."""
    return aside.repaired(batch)


def repairable(batch: str) -> bool:
    """Whether rows of a delivery can still be repaired: it was no deletion, and no later whole register came."""
    return repairing.is_open(batch)


# What each of these doors does stands where it is done.

standing_scores = quality.standing_scores
underway = looking.underway

# The life of the files.

compact = compacting.compact
erase = erasing.erase
finish_erasures = erasing.finish
erasures = lifetimes.erasures
drop_snapshot = retaining.drop
pin_snapshot = retaining.pin
rotate = rotating.rotate
snapshot_at = travelling.snapshot_at
counts_at = travelling.counts_at
rows = travelling.rows
keep_up = upkeep.keep_up
upkeep_is_due = upkeep.due

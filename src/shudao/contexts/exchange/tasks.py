"""Scheduled work of the exchange."""

from __future__ import annotations

from shudao.contexts.exchange import api
from shudao.foundation.outbox import api as outbox
from shudao.kernel.time import now

# A gateway counts as cut off from the control plane ten seconds after the last word.
CONFIRM_SECONDS = 4
CHECKPOINT_SECONDS = 30
COUNT_SECONDS = 3600
SUPPLY_SECONDS = 300
REMIND_SECONDS = 3600
BARRIER_SECONDS = 300
STAMP_SECONDS = 60
WARN_SECONDS = 3600


@outbox.every("exchange.confirm_snapshot", seconds=CONFIRM_SECONDS)
@outbox.own_transactions
def confirm_snapshot() -> None:
    """Tell the gateway that its snapshot still stands, or give it the one that does."""
    api.publish_snapshot(now=now())


@outbox.every("exchange.checkpoint_ledger", seconds=CHECKPOINT_SECONDS)
@outbox.own_transactions
def checkpoint_ledger() -> None:
    """Sign what no sequencer of a gateway has signed: after the last gateway of a machine stopped."""
    api.ledger_checkpoint(now=now())


@outbox.every("exchange.count_use", seconds=COUNT_SECONDS)
@outbox.own_transactions
def count_use() -> None:
    """Let the pool know who is asked for, and what nobody asks for."""
    api.count_use(now=now())


@outbox.every("exchange.note_supply", seconds=SUPPLY_SECONDS)
@outbox.own_transactions
def note_supply() -> None:
    """Close what sources owed after their consent and supply by now."""
    api.note_supply(now=now())


@outbox.every("exchange.note_wishes", seconds=SUPPLY_SECONDS)
@outbox.own_transactions
def note_wishes() -> None:
    """Close the wishes for data that can be asked by now."""
    api.note_wishes(now=now())


@outbox.every("exchange.remind_of_ends", seconds=REMIND_SECONDS)
@outbox.own_transactions
def remind_of_ends() -> None:
    """Tell who calls by a grant that it ends soon."""
    api.remind_of_ends(now=now())


@outbox.every("exchange.find_barriers", seconds=BARRIER_SECONDS)
@outbox.own_transactions
def find_barriers() -> None:
    """Find what keeps data from the matters that need them, and what does no more."""
    api.find_barriers(now=now())


@outbox.every("exchange.stamp_ledger", seconds=STAMP_SECONDS)
@outbox.own_transactions
def stamp_ledger() -> None:
    """Have the newest checkpoint stamped when it is time; what fails is tried again a minute later."""
    api.ledger_stamp(now=now())


@outbox.every("exchange.index_ledger", seconds=CHECKPOINT_SECONDS)
@outbox.own_transactions
def index_ledger() -> None:
    """Let new calls be found by case, caller, resource and time."""
    api.index_ledger()


@outbox.every("exchange.warn_of_keys", seconds=WARN_SECONDS)
@outbox.own_transactions
def warn_of_keys() -> None:
    """Tell departments whose systems' last keys end soon, and end what they put right."""
    api.warn_of_keys(now=now())

"""What a disk's error means for who delivers: full, or failing."""

from __future__ import annotations

import errno

import lmdb

from shudao.contexts.pool.contracts.refusals import DiskFailed, NotStored, PoolFull

_FULL = {errno.ENOSPC, errno.EDQUOT}
_FAILING = {errno.EIO, errno.EROFS, errno.ENODEV, errno.ESTALE}


def is_full(error: BaseException) -> bool:
    """Whether it says that the disk holds no more."""
    if isinstance(error, (lmdb.MapFullError, lmdb.DiskError)):
        return True
    return isinstance(error, OSError) and error.errno in _FULL


def refusal(error: BaseException) -> NotStored | None:
    """Return what people are told of an error of the disk, None where it is none."""
    if is_full(error):
        return PoolFull()
    return DiskFailed() if isinstance(error, OSError) and error.errno in _FAILING else None

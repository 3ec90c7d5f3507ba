"""Another key for the index: every layer is sealed anew, block by block, without being laid out again."""

from __future__ import annotations

import shutil
from collections.abc import Collection, Mapping
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from shudao.kernel.folders import sync_folder
from shudao.kernel.ids import new_id, random_bytes
from shudao.plane.lookup import current, environments, metadata, pages, shapes
from shudao.plane.lookup.layer import Layer

_TOGETHER = 2_048  # blocks in one transaction


def reseal(
    path: Path, keys: Mapping[str, bytes], key: bytes, key_id: str, *, layers: Collection[str] | None = None
) -> dict[str, str]:
    """
    Copy the layers of the index under a new key. Publishing the copies, and cleaning up, is the caller's.

    Args:
        path: The index's folder.
        keys: The keys so far, by id.
        key: The new key of 32 bytes, named `key_id`.
        layers: Further layers, which older snapshots still name.

    Returns:
        Old name → new name, in the order of CURRENT.

    Raises:
        IndexMissing, IndexDamaged: as for readers. The copies made so far are removed.
    """
    said = current.read(path, keys)
    made: dict[str, str] = {}
    try:
        for name in [*said.layers, *(name for name in layers or () if name not in said.layers)]:
            layer = Layer(path, name, keys, said.dataset)
            try:
                made[name] = f"{new_id()}{current.SUFFIX}"
                _copy(layer, path / made[name], key, key_id)
            finally:
                layer.close()
    except BaseException:
        for name in made.values():
            shutil.rmtree(path / name, ignore_errors=True)
        raise
    sync_folder(path)
    return made


def _copy(layer: Layer, folder: Path, key: bytes, key_id: str) -> None:
    folder.mkdir()
    environment = environments.acquire(folder, fresh=True)
    try:
        layout, dataset = layer.layout, layer.layout.dataset
        layout.salt = random_bytes(16)
        cipher, bound = AESGCM(shapes.derive(key, dataset, layout.salt)), folder.name.encode("ascii")
        for sealed in layer.batches(_TOGETHER):
            entries = []
            nonces = random_bytes(shapes.NONCE * len(sealed))
            for number, (place, value) in enumerate(sealed):
                nonce = nonces[number * shapes.NONCE : (number + 1) * shapes.NONCE]
                entries.append((place, nonce + cipher.encrypt(nonce, layer.open(place, value), bound + place)))
            with environment.env.begin(write=True, db=environment.blocks) as txn, txn.cursor() as cursor:
                cursor.putmulti(entries, append=True)
        with environment.env.begin(write=True) as txn:
            for part, content in ((metadata.LAYOUT, layout), (metadata.HEAD, layer.head())):
                metadata.put(txn, environment, part, content, key=key, key_id=key_id, dataset=dataset)
        environment.env.sync(True)
    finally:
        environments.release(environment)
    pages.write(folder)
    sync_folder(folder)

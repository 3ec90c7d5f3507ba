"""
Keys with an id, a purpose, custody, rotation and an end.

A key is one JSON file of the folder, readable by its owner only. Its secret lies in the file (custody "file") or in an
environment variable (custody "environment:NAME", base64). The newest key of a purpose is the active one; older ones
only verify and unseal; ended ones are refused.
"""

from __future__ import annotations

import base64
import contextlib
import fcntl
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from shudao.kernel import signing
from shudao.kernel.errors import ShudaoError
from shudao.kernel.folders import write_whole
from shudao.kernel.ids import new_id, random_bytes
from shudao.kernel.time import now

SECRET = "secret"  # noqa: S105 - the name of a kind: 32 random bytes for keyed hashes, seals and MACs


class KeyRefused(ShudaoError):
    """No such key, ended, of another kind, or its secret is not at hand. `why` says which, `key` names it."""

    code = "kernel.key_refused"
    status = 500
    says = "密钥 {key} 不能使用：{why}。"
    advice = "请检查密钥目录，或为该用途新建密钥。"


@dataclass(frozen=True, slots=True)
class Key:
    """One key; `secret` is empty where only the public half is at hand. `algorithm` is "secret" or a signature's."""

    id: str
    purpose: str
    algorithm: str
    created: datetime
    ends: datetime | None
    custody: str
    public: bytes
    secret: bytes = field(repr=False)

    def ended(self, at: datetime) -> bool:
        """Return whether the key is refused at instant `at`."""
        return self.ends is not None and at >= self.ends


class KeyRing:
    """The keys of one folder; sees at once what another process adds."""

    def __init__(self, folder: Path, environment: Mapping[str, str]) -> None:
        self._folder = folder
        self._environment = environment
        self._keys: dict[str, Key] = {}
        self._seen = -1

    @classmethod
    def load(cls, folder: Path, *, environment: Mapping[str, str] | None = None) -> KeyRing:
        """Return the keys of `folder`, made (mode 0700) where it is missing. `environment` holds secrets kept there."""
        folder = Path(folder)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        ring = cls(folder, os.environ if environment is None else environment)
        ring._look()
        return ring

    def create(
        self, purpose: str, *, algorithm: str = signing.DEFAULT, ends: datetime | None = None, variable: str = ""
    ) -> Key:
        """
        Make a key and let it be the active one of `purpose`, durably.

        Args:
            purpose: Such as "snapshot" or "ledger"; letters, digits, hyphens.
            algorithm: A signature scheme's name, or `SECRET` for 32 random bytes.
            ends: From this instant on it is refused.
            variable: Environment variable that already holds the secret (base64); the file then holds none.
        """
        secret = self._from_environment(variable) if variable else _new_secret(algorithm)
        key = Key(
            id=f"{purpose}-{new_id().lower()}",
            purpose=purpose,
            algorithm=algorithm,
            created=now(),
            ends=ends,
            custody=f"environment:{variable}" if variable else "file",
            public=b"" if algorithm == SECRET else signing.scheme(algorithm).public_of(secret),
            secret=secret,
        )
        write_whole(self._folder / f"{key.id}.json", _written(key), mode=0o600)
        self._keys[key.id] = key
        return key

    def ensure(self, purpose: str, *, algorithm: str = signing.DEFAULT) -> Key:
        """Return the active key of `purpose`, made if there is none; safe against another process doing the same."""
        with self._locked():
            self._look(again=True)
            return self._active(purpose) or self.create(purpose, algorithm=algorithm)

    def active(self, purpose: str) -> Key:
        """Return the newest key of `purpose` that has not ended. Raises KeyRefused."""
        self._look()
        key = self._active(purpose)
        if key is None:
            raise KeyRefused(key=purpose, why="该用途没有有效密钥")
        return key

    def key(self, key_id: str, *, at: datetime | None = None) -> Key:
        """Return the key, active or older, unless it had ended at `at` (now by default). Raises KeyRefused."""
        if key_id not in self._keys:
            self._look(again=True)
        key = self._keys.get(key_id)
        if key is None:
            raise KeyRefused(key=key_id, why="密钥不存在")
        if key.ended(at or now()):
            raise KeyRefused(key=key_id, why="密钥已到期")
        return key

    def signer(self, purpose: str) -> signing.Signer:
        """Return what signs for `purpose`. Raises KeyRefused."""
        key = self.active(purpose)
        if key.algorithm == SECRET or not key.secret:
            raise KeyRefused(key=key.id, why="没有可用的签名私钥")
        return signing.scheme(key.algorithm).signer(key.id, key.secret)

    def verifier(self, key_id: str, *, at: datetime | None = None) -> signing.Verifier:
        """Return what verifies signatures of this key made at `at`. Raises KeyRefused."""
        key = self.key(key_id, at=at)
        if not key.public:
            raise KeyRefused(key=key_id, why="该密钥不用于签名")
        return signing.scheme(key.algorithm).verifier(key.id, key.public)

    def verifiers(self, purpose: str, *, past: bool = False) -> dict[str, signing.Verifier]:
        """Return key id → verifier of every key of `purpose` that has not ended; of ended ones too with `past`."""
        keys = [key for key in self._keys.values() if key.purpose == purpose] if past else self._valid(purpose)
        return {key.id: signing.scheme(key.algorithm).verifier(key.id, key.public) for key in keys if key.public}

    def secret(self, purpose: str) -> Key:
        """Return the active 32-byte key of `purpose`, its bytes in `.secret`. Raises KeyRefused."""
        key = self.active(purpose)
        if key.algorithm != SECRET or not key.secret:
            raise KeyRefused(key=key.id, why="不是对称密钥，或密钥不在手边")
        return key

    def secrets(self, purpose: str) -> dict[str, bytes]:
        """Return key id → 32 bytes of every symmetric key of `purpose` that has not ended."""
        return {key.id: key.secret for key in self._valid(purpose) if key.algorithm == SECRET and key.secret}

    def end(self, key_id: str, *, at: datetime) -> Key:
        """
        Let a key end: from `at` on it is refused, durably. Its file, with its secret, stays for backups of that time.

        Processes that read the key before go on with it until they start anew. Raises KeyRefused: no such key.
        """
        with self._locked():
            self._look(again=True)
            key = self._keys.get(key_id)
            if key is None:
                raise KeyRefused(key=key_id, why="密钥不存在")
            ended = self._keys[key_id] = replace(key, ends=at)
            write_whole(self._folder / f"{key_id}.json", _written(ended), mode=0o600)
        return ended

    def public_pem(self, key_id: str) -> bytes:
        """Return the public half as PEM, to hand to whoever verifies. Raises KeyRefused."""
        key = self.key(key_id)
        if not key.public:
            raise KeyRefused(key=key_id, why="该密钥不用于签名")
        return signing.scheme(key.algorithm).public_pem(key.public)

    def _valid(self, purpose: str) -> list[Key]:
        self._look()
        instant = now()
        found = [key for key in self._keys.values() if key.purpose == purpose and not key.ended(instant)]
        return sorted(found, key=lambda key: (key.created, key.id))

    def _active(self, purpose: str) -> Key | None:
        return next(reversed(self._valid(purpose)), None)

    def _look(self, *, again: bool = False) -> None:
        seen = self._folder.stat().st_mtime_ns
        if again or seen != self._seen:
            for file in self._folder.glob("*.json"):
                if file.stem not in self._keys:
                    self._keys[file.stem] = self._read(file)
            self._seen = seen

    def _read(self, file: Path) -> Key:
        try:
            record = json.loads(file.read_bytes())
            custody = record["custody"]
            variable = custody.removeprefix("environment:") if custody != "file" else ""
            return Key(
                id=record["id"],
                purpose=record["purpose"],
                algorithm=record["algorithm"],
                created=datetime.fromisoformat(record["created"]),
                ends=datetime.fromisoformat(record["ends"]) if record["ends"] else None,
                custody=custody,
                public=base64.b64decode(record["public"]),
                secret=self._from_environment(variable) if variable else base64.b64decode(record["secret"]),
            )
        except (KeyError, TypeError, ValueError) as error:
            raise KeyRefused(key=file.name, why="密钥文件已损坏") from error

    def _from_environment(self, variable: str) -> bytes:
        return base64.b64decode(self._environment.get(variable, ""))

    @contextlib.contextmanager
    def _locked(self) -> Iterator[None]:
        descriptor = os.open(self._folder / ".lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)


def _new_secret(algorithm: str) -> bytes:
    return random_bytes(32) if algorithm == SECRET else signing.scheme(algorithm).new_secret()


def _written(key: Key) -> bytes:
    record = {
        "id": key.id,
        "purpose": key.purpose,
        "algorithm": key.algorithm,
        "created": key.created.isoformat(),
        "ends": key.ends.isoformat() if key.ends else "",
        "custody": key.custody,
        "public": base64.b64encode(key.public).decode(),
        "secret": base64.b64encode(key.secret).decode() if key.custody == "file" else "",
    }
    return json.dumps(record, indent=1, ensure_ascii=False).encode()

"""
Session keys: one Ed25519 signature buys an hour of MACs, because a MAC is checked twenty times faster.

Nothing is stored: the key is derived from a secret that the workers share and from what its id says (whose it is, which
public key opened it, until when), so every worker can derive it and none can be made up.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass

from shudao.kernel.ids import new_secret
from shudao.kernel.keys import SECRET, KeyRefused, KeyRing
from shudao.kernel.signatures import Mac

PURPOSE = "gateway-session"
SECONDS = 3600
_PREFIX = "session"
_REMEMBERED = 10_000


@dataclass(frozen=True, slots=True)
class Session:
    """`id` is the keyid of signatures, `secret` the MAC key (32 bytes), `mac` uses it, `expires` is its Unix second."""

    id: str
    client: str
    public_key: str
    expires: int
    secret: bytes
    mac: Mac


class Sessions:
    """Opens sessions and finds them again."""

    def __init__(self, ring: KeyRing) -> None:
        self._ring = ring
        ring.ensure(PURPOSE, algorithm=SECRET)
        self._known: dict[tuple[str, str], Session] = {}

    def open(self, client: str, public_key: str, now: int) -> Session:
        """Return a new session for the client that signed with its public key `public_key`."""
        expires = now + SECONDS
        master = self._ring.secret(PURPOSE)
        key_id = f"{_PREFIX}/{master.id}/{public_key}/{expires}/{new_secret(16)}"
        return _session(key_id, client, public_key, expires, master.secret)

    def known(self, client: str, key_id: str) -> Session | None:
        """Return the session where `find` returned it before."""
        return self._known.get((client, key_id))

    def find(self, client: str, key_id: str) -> Session | None:
        """Return the session with this key id, if it can be this client's; whether it ended is the caller's to see."""
        found = self._known.get((client, key_id))
        if found is None:
            found = self._parse(client, key_id)
            if found is not None:
                if len(self._known) >= _REMEMBERED:
                    self._known.clear()
                self._known[client, key_id] = found
        return found

    def _parse(self, client: str, key_id: str) -> Session | None:
        parts = key_id.split("/")
        if len(parts) != 5 or parts[0] != _PREFIX or not parts[3].isdecimal():
            return None
        try:
            master = self._ring.key(parts[1])
        except KeyRefused:
            return None
        if master.purpose != PURPOSE:
            return None
        return _session(key_id, client, parts[2], int(parts[3]), master.secret)


def is_session(key_id: str) -> bool:
    """Return whether the key id is a session's."""
    return key_id.startswith(_PREFIX + "/")


def _session(key_id: str, client: str, public_key: str, expires: int, master: bytes) -> Session:
    secret = hmac.digest(master, f"{client}\n{key_id}".encode(), "sha256")
    return Session(key_id, client, public_key, expires, secret, Mac(secret))

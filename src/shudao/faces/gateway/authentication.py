"""Who calls? The signature, what it covers, its instant, its nonce."""

from __future__ import annotations

import base64
import hmac
from datetime import datetime
from typing import NamedTuple

from shudao.faces.gateway.faults import Refused
from shudao.faces.gateway.incoming import Incoming
from shudao.faces.gateway.sessions import Sessions, is_session
from shudao.kernel import signatures, signing
from shudao.plane.decision import Book
from shudao.plane.once import WINDOW, OnceStore

# What every signature covers; beyond it, every X-Road and Shudao header that is sent, and the body by its digest.
_ALWAYS = frozenset(("@method", "@authority", "@path", "@query", "x-road-client"))
_COVERED = ("x-road-", "x-shudao-")
_FORGOTTEN_AFTER = 4096
_NAMES_REMEMBERED = 64


class Caller(NamedTuple):
    """A proven caller: `key` is the signature's key id, `public_key` the id of the registered key behind it."""

    client: str
    key: str
    public_key: str
    base: bytes
    nonce: str
    created: int


class Authentication:
    """Checks signatures against the snapshot's public keys and the sessions opened with them."""

    def __init__(self, sessions: Sessions, once: OnceStore) -> None:
        self._sessions = sessions
        self._once = once
        self._verifiers: dict[str, signing.Verifier] = {}

    def caller(self, incoming: Incoming, book: Book, now: datetime, *, session_allowed: bool = True) -> Caller:
        """Return who signed the request. Raises Refused: signature_refused, late, replayed, missing_header."""
        proven = self.proven(incoming, book, now, session_allowed=session_allowed)
        # Only a proven caller may fill the store.
        if not self._once.claim(proven.created, proven.client, proven.nonce):
            raise Refused("replayed")
        return proven

    def proven(self, incoming: Incoming, book: Book, now: datetime, *, session_allowed: bool = True) -> Caller:
        """Return who signed the request; the nonce is the caller's to claim. Raises Refused, but never replayed."""
        headers = incoming.headers
        client = headers.get("x-road-client")
        if not client:
            raise Refused("missing_header", "X-Road-Client")
        return (session_allowed and self._quickly(client, incoming, book, now)) or self._thoroughly(
            client, incoming, book, now, session_allowed
        )

    def _quickly(self, client: str, incoming: Incoming, book: Book, now: datetime) -> Caller | None:
        """
        Return the caller where all is as it was before with this session, and holds; None leaves it to `_thoroughly`.

        It checks the same, by what is prepared: the form of the signature, what it covers, the session's MAC.
        """
        headers = incoming.headers
        usual = signatures.usual(incoming.request, headers)
        if usual is None:
            return None
        form, base, created, nonce, key_id, signature = usual
        session = self._sessions.known(client, key_id)
        if session is None or session.expires <= now.timestamp() or abs(now.timestamp() - created) > WINDOW:
            return None
        names = tuple(headers)
        covers = form.covers.get(names)
        if covers is None:
            covers = _covers_quickly(form, names)
        if not covers or ((incoming.body or incoming.streamed) and "content-digest" not in form.names):
            return None
        if not 8 <= len(nonce) <= 128 or book.key(client, session.public_key, now) is None:
            return None
        if not hmac.compare_digest(form.written(session.mac(base)).encode(), signature.encode()):
            return None
        return Caller(client, key_id, session.public_key, base, nonce, created)

    def _thoroughly(self, client: str, incoming: Incoming, book: Book, now: datetime, session_allowed: bool) -> Caller:
        headers = incoming.headers
        try:
            signed = signatures.parse(headers.get("signature-input", ""), headers.get("signature", ""))
            base = signatures.base(incoming.request, signed.components, signed.parameters)
        except signatures.SignatureRefused as error:
            raise Refused("signature_refused", str(error.details["why"])) from None
        _check_coverage(signed, headers, bool(incoming.body) or incoming.streamed)
        public_key = self._holds(client, signed, base, book, now, session_allowed)
        created = _check_time(signed, now)
        signatures.remember(headers["signature-input"], signed)
        return Caller(client, signed.key_id, public_key, base, signed.nonce, created)

    def _holds(
        self, client: str, signed: signatures.Signed, base: bytes, book: Book, now: datetime, session_allowed: bool
    ) -> str:
        if is_session(signed.key_id):
            session = self._sessions.find(client, signed.key_id) if session_allowed else None
            if session is None or session.expires <= now.timestamp() or signed.algorithm not in ("", "hmac-sha256"):
                raise Refused("signature_refused", "session unknown or ended; open another")
            if book.key(client, session.public_key, now) is None:
                raise Refused("signature_refused", "the session's public key is no longer valid")
            if not signatures.mac_holds(session.secret, base, signed.signature):
                raise Refused("signature_refused")
            return session.public_key
        key = book.key(client, signed.key_id, now)
        if key is None or signed.algorithm not in ("", key.algorithm):
            raise Refused("signature_refused", "no valid public key of this id for this client")
        if not self._verifier(key.public, key.algorithm).verify(base, signed.signature):
            raise Refused("signature_refused")
        return key.id

    def _verifier(self, public: str, algorithm: str) -> signing.Verifier:
        found = self._verifiers.get(public)
        if found is None:
            if len(self._verifiers) > _FORGOTTEN_AFTER:
                self._verifiers.clear()
            found = signing.scheme(algorithm).verifier("", base64.b64decode(public))
            self._verifiers[public] = found
        return found


def _covers_quickly(form: signatures.Form, names: tuple[str, ...]) -> bool:
    """Return whether signatures of this form cover what they must of requests with these headers; remember it."""
    if len(form.covers) >= _NAMES_REMEMBERED:
        form.covers.clear()
    covered = form.names >= _ALWAYS and all(name in form.names for name in names if name.startswith(_COVERED))
    form.covers[names] = covered
    return covered


def _check_coverage(signed: signatures.Signed, headers: dict[str, str], body: bool) -> None:
    covered = set(signed.components)
    missing = _ALWAYS - covered
    if body and "content-digest" not in covered:
        missing |= {"content-digest"}
    missing |= {name for name in headers if name.startswith(_COVERED) and name not in covered}
    if missing:
        raise Refused("signature_refused", "not covered: " + ", ".join(sorted(missing)))


def _check_time(signed: signatures.Signed, now: datetime) -> int:
    if signed.created is None or not 8 <= len(signed.nonce) <= 128:
        raise Refused("signature_refused", "created and a nonce of 8 to 128 characters are needed")
    instant = now.timestamp()
    if abs(instant - signed.created) > WINDOW or (signed.expires is not None and signed.expires <= instant):
        raise Refused("late")
    return signed.created

"""
Marks that keys and other parties leave on checkpoints: signatures, witnesses' cosignatures, RFC 3161 time stamps.

Part of verify/ledger.py. Needs Python 3.11 and the package `cryptography`; uses nothing of the platform. Time stamps
are read by the few lines of DER below and checked as RFC 3161 and RFC 5652 say: imprint, signed attributes, the
signer's certificate (its purpose, its hash, its time) and the chain up to a root that the examiner gives.
"""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

SIGNED_DATA, TST_INFO = "1.2.840.113549.1.7.2", "1.2.840.113549.1.9.16.1.4"
CONTENT_TYPE, MESSAGE_DIGEST = "1.2.840.113549.1.9.3", "1.2.840.113549.1.9.4"
SIGNING_CERTIFICATE, SIGNING_CERTIFICATE_2 = "1.2.840.113549.1.9.16.2.12", "1.2.840.113549.1.9.16.2.47"
HASHES: dict[str, hashes.HashAlgorithm] = {
    "1.3.14.3.2.26": hashes.SHA1(),  # noqa: S303 - in ESSCertID only, where the certificate is checked by its chain as well
    "2.16.840.1.101.3.4.2.1": hashes.SHA256(),
    "2.16.840.1.101.3.4.2.2": hashes.SHA384(),
    "2.16.840.1.101.3.4.2.3": hashes.SHA512(),
}
SHA1, SHA256 = list(HASHES)[:2]


class Keys:
    """Public keys that the examiner trusts."""

    def __init__(self, files: list[Path]) -> None:
        self.keys = [load_pem_public_key(file.read_bytes()) for file in files]
        if not all(isinstance(key, Ed25519PublicKey) for key in self.keys):
            raise ValueError("only Ed25519 public keys are known here")

    def signed(self, message: bytes, signature: str) -> bool:
        """Whether one of the keys made the base64 signature."""
        for key in self.keys:
            try:
                key.verify(base64.b64decode(signature, validate=True), message)
            except (InvalidSignature, ValueError):
                continue
            return True
        return False


@dataclass(frozen=True)
class Node:
    """One DER value: its tag, its content, and all its bytes."""

    tag: int
    content: bytes
    whole: bytes

    def parts(self) -> list[Node]:
        """The values inside."""
        found, rest = [], self.content
        while rest:
            node = der(rest)
            found.append(node)
            rest = rest[len(node.whole) :]
        return found

    def oid(self) -> str:
        """The object identifier that this is."""
        numbers, value = [], 0
        for byte in self.content:
            value = value << 7 | byte & 0x7F
            if not byte & 0x80:
                numbers.append(value)
                value = 0
        first = min(numbers[0] // 40, 2)
        return ".".join(map(str, [first, numbers[0] - 40 * first, *numbers[1:]]))


def der(data: bytes) -> Node:
    """The first DER value of the bytes."""
    if len(data) < 2:
        raise ValueError("the stamp is cut short")
    length, start = data[1], 2
    if length & 0x80:
        count = length & 0x7F
        if not 1 <= count <= 4:
            raise ValueError("a length in the stamp is not DER")
        length, start = int.from_bytes(data[2 : 2 + count]), 2 + count
    if len(data) < start + length:
        raise ValueError("the stamp is cut short")
    return Node(data[0], data[start : start + length], data[: start + length])


def digest(oid: str, data: bytes) -> bytes:
    """The hash that an algorithm's identifier names."""
    if oid not in HASHES:
        raise ValueError(f"hash {oid} is not known here")
    hasher = hashes.Hash(HASHES[oid])
    hasher.update(data)
    return hasher.finalize()


def read_stamp(response: bytes) -> tuple[bytes, list[Node], list[x509.Certificate]]:
    """The TSTInfo, the parts of its one SignerInfo, the certificates that lie in the response."""
    status, *token = der(response).parts()
    if int.from_bytes(status.parts()[0].content) > 1 or not token:
        raise ValueError("the authority refused to stamp")
    kind, content = token[0].parts()
    if kind.oid() != SIGNED_DATA:
        raise ValueError("the stamp is not signed data")
    parts = content.parts()[0].parts()
    inner_kind, inner = parts[2].parts()
    if inner_kind.oid() != TST_INFO:
        raise ValueError("what is signed is no time stamp")
    certificates = [one for part in parts[3:] if part.tag == 0xA0 for one in part.parts()]
    signers = parts[-1].parts()
    if len(signers) != 1:
        raise ValueError("the stamp has not one signer")
    return inner.parts()[0].content, signers[0].parts(), [x509.load_der_x509_certificate(c.whole) for c in certificates]


def check_signer(info: bytes, signer: list[Node], known: list[x509.Certificate]) -> x509.Certificate:
    """The certificate whose key signed the TSTInfo with these attributes."""
    _, sid, algorithm, attributes, _, signature = signer[:6]
    if attributes.tag != 0xA0:
        raise ValueError("the stamp has no signed attributes")
    issuer, serial = sid.parts()
    number = int.from_bytes(serial.content)
    fitting = [c for c in known if c.serial_number == number and c.issuer.public_bytes() == issuer.whole]
    if not fitting:
        raise ValueError("the certificate of the stamp's signer is not at hand")
    name = algorithm.parts()[0].oid()
    if name == SHA1:
        raise ValueError("SHA-1 is not accepted")
    values = {part.parts()[0].oid(): part.parts()[1].parts()[0] for part in attributes.parts()}
    if values[CONTENT_TYPE].oid() != TST_INFO or values[MESSAGE_DIGEST].content != digest(name, info):
        raise ValueError("the signed attributes are of another time stamp")
    check_named(values, fitting[0])
    # RFC 5652 §5.4: what is signed has the tag of a SET.
    signed_by(fitting[0], signature.content, b"\x31" + attributes.whole[1:], HASHES[name])
    return fitting[0]


def check_named(values: dict[str, Node], certificate: x509.Certificate) -> None:
    """The signed attributes name the certificate by its hash (RFC 5035)."""
    found = values.get(SIGNING_CERTIFICATE_2) or values.get(SIGNING_CERTIFICATE)
    if found is None:
        raise ValueError("the stamp does not name its signer's certificate")
    first = found.parts()[0].parts()[0].parts()
    usual = SHA256 if SIGNING_CERTIFICATE_2 in values else SHA1
    name = first[0].parts()[0].oid() if first[0].tag == 0x30 else usual
    kept = next(part.content for part in first if part.tag == 0x04)
    if kept != certificate.fingerprint(HASHES[name]):
        raise ValueError("the stamp names another certificate than its signer's")


def signed_by(certificate: x509.Certificate, signature: bytes, data: bytes, by: hashes.HashAlgorithm) -> None:
    """Raise ValueError unless the certificate's key made the signature."""
    key = certificate.public_key()
    try:
        if isinstance(key, rsa.RSAPublicKey):
            key.verify(signature, data, padding.PKCS1v15(), by)
        elif isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(signature, data, ec.ECDSA(by))
        elif isinstance(key, Ed25519PublicKey):
            key.verify(signature, data)
        else:
            raise ValueError("the kind of the stamp's key is not known here")
    except InvalidSignature:
        raise ValueError("the stamp's signature does not hold") from None


def check_chain(
    leaf: x509.Certificate, known: list[x509.Certificate], roots: list[x509.Certificate], at: datetime
) -> None:
    """Raise ValueError unless the certificate is for time stamps only, and leads to a root, all valid at that time."""
    try:
        use = leaf.extensions.get_extension_for_class(x509.ExtendedKeyUsage)
    except x509.ExtensionNotFound:
        raise ValueError("the signer's certificate is not for time stamps") from None
    if not use.critical or list(use.value) != [x509.ExtendedKeyUsageOID.TIME_STAMPING]:
        raise ValueError("the signer's certificate is not for time stamps alone")
    current = leaf
    for _ in range(8):
        if not current.not_valid_before_utc <= at <= current.not_valid_after_utc:
            raise ValueError("a certificate of the stamp was not valid at its time")
        if current in roots:
            return
        current = next((one for one in [*roots, *known] if issued(current, one)), None)
        if current is None:
            break
    raise ValueError("the stamp's signer does not lead to a root given")


def issued(certificate: x509.Certificate, by: x509.Certificate) -> bool:
    """Whether one certificate, an authority's, issued the other."""
    try:
        certificate.verify_directly_issued_by(by)
        return by.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except (ValueError, TypeError, InvalidSignature, x509.ExtensionNotFound):
        return False


def check_stamp(response: bytes, line_hash: str, roots: list[x509.Certificate]) -> datetime:
    """When the line of this SHA-256 (hex) was stamped. Raises ValueError saying why the stamp does not hold."""
    try:
        info, signer, embedded = read_stamp(response)
        _, _, imprint, _, instant = der(info).parts()[:5]
        algorithm, hashed = imprint.parts()
        if algorithm.parts()[0].oid() != SHA256 or hashed.content.hex() != line_hash:
            raise ValueError("the stamp is of something else")
        text = instant.content.decode("ascii").rstrip("Z").split(".")[0]
        at = datetime.strptime(text, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
        check_chain(check_signer(info, signer, [*embedded, *roots]), embedded, roots, at)
    except (IndexError, KeyError, StopIteration, TypeError, UnicodeDecodeError) as error:
        raise ValueError("the stamp is not of the form that RFC 3161 gives it") from error
    return at


def check_stamps(
    path: Path, lines: list[bytes], roots: list[x509.Certificate], say: list[str], note: list[str]
) -> None:
    """Compare every stamp with the checkpoint lines; say what does not hold, note how far stamps reach."""
    here = {hashlib.sha256(line).hexdigest() for line in lines}
    newest = ""
    for number, text in enumerate(path.read_bytes().split(b"\n")[:-1] if path.exists() else []):
        try:
            stamp = json.loads(text)
            if not roots:
                continue
            at = check_stamp(base64.b64decode(stamp["response"], validate=True), stamp["line"], roots)
            if stamp["line"] not in here:
                say.append(
                    f"{path.name}: stamp {number} is of a checkpoint of {stamp['size']} entries that is not here"
                )
            newest = f"stamped as far as {stamp['size']} entries, at {at.isoformat()}"
        except (ValueError, KeyError, TypeError) as error:
            say.append(f"{path.name}: stamp {number} does not hold: {error}")
    if not roots and path.exists():
        note.append("time stamps were NOT checked: give the authority's root certificate with --stamp-root")
    elif roots:
        note.append(newest or "no checkpoint is stamped by an authority given")


def check_cosignatures(path: Path, lines: list[bytes], keys: Keys | None, say: list[str], note: list[str]) -> None:
    """Compare what witnesses cosigned with the checkpoint lines: another line, or a longer ledger, is a second view."""
    if keys is None:
        if path.exists():
            note.append("cosignatures were NOT checked: give the witness's public key with --witness-key")
        return
    here = {json.loads(line)["checkpoint"]["size"]: hashlib.sha256(line).hexdigest() for line in lines}
    newest, high = max(here, default=0), -1
    for text in path.read_bytes().split(b"\n")[:-1] if path.exists() else []:
        try:
            given = json.loads(text)
            size, root, line, instant, witness = (given[n] for n in ("size", "root", "line", "instant", "witness"))
            message = f"shudao cosignature\n{size}\n{root}\n{line}\n{instant}\n{witness}".encode()
            if not keys.signed(message, given["signature"]):
                continue
        except (ValueError, KeyError, TypeError):
            continue
        high = max(high, size)
        if size > newest:
            say.append(f"rolled back: a witness cosigned {size} entries, the newest checkpoint has {newest}")
        elif here.get(size) != line:
            say.append(f"two views: a witness cosigned another checkpoint of {size} entries than lies here")
    note.append(f"cosigned by a witness as far as {high} of {newest} entries" if high >= 0 else "no cosignature found")

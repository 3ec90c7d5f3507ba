"""
HTTP Message Signatures (RFC 9421) and Content-Digest (RFC 9530), as far as calls between systems need them.

Components are derived ones (`@method @target-uri @authority @scheme @request-target @path @query`) and plain header
fields; component parameters (`;sf`, `;bs`, `;req` …) are refused. Algorithms: `ed25519` and `hmac-sha256`.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from typing import NamedTuple

from shudao.kernel.errors import ShudaoError

LABEL = "shudao"
_DIGESTS = {"sha-256": "sha256", "sha-512": "sha512"}

_INPUT = re.compile(
    r'([a-z*][a-z0-9_\-.*]*)=(\(((?:"[!#-\[\]-~]+"(?: "[!#-\[\]-~]+")*)?)\)'
    r'((?:;(?:created|expires)=\d{1,15}|;(?:nonce|keyid|alg|tag)="[ !#-\[\]-~]*")*))'
)
_PARAMETER = re.compile(r';([a-z]+)=(?:(\d+)|"([^"]*)")')
_SIGNATURE = re.compile(r"([a-z*][a-z0-9_\-.*]*)=:([A-Za-z0-9+/]*={0,2}):")


class SignatureRefused(ShudaoError):
    """A signature is absent, malformed, incomplete or wrong; `why` says which (for the caller's engineer)."""

    code = "kernel.signature_refused"
    status = 401
    says = "请求签名未通过：{why}。"
    advice = "请检查签名覆盖的内容、密钥和时间。"


class Request(NamedTuple):
    """What of a request can be signed. `headers` have lower-case names; `query` is without its question mark."""

    method: str
    scheme: str
    authority: str
    path: str
    query: str
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Signed:
    """A parsed signature: `parameters` is the text that the signature base ends with."""

    label: str
    components: tuple[str, ...]
    parameters: str
    created: int | None
    expires: int | None
    nonce: str
    key_id: str
    algorithm: str
    signature: bytes


# What most signatures look like behind their components.
_USUAL = re.compile(r';created=(\d{1,15});nonce="([ !#-\[\]-~]*)";keyid="([ !#-\[\]-~]*)"')
_QUICK = frozenset(("@method", "@authority", "@path", "@query"))
_REMEMBERED = 256


class Usual(NamedTuple):
    """A signature of the usual form, not proven yet; `signature` is the field's text."""

    form: Form
    base: bytes
    created: int
    nonce: str
    key_id: str
    signature: str


@dataclass(frozen=True, slots=True)
class Form:
    """
    What the signatures of one caller have in common, prepared: everything before their parameters.

    `covers` is the caller's: what it found of the names of a request's headers.
    """

    label: str
    names: frozenset[str]
    template: str
    values: Callable[[Mapping[str, str]], tuple[str, ...]]
    covers: dict[tuple[str, ...], bool] = field(default_factory=dict)

    def written(self, signature: bytes) -> str:
        """Return the Signature field of this signature."""
        return f"{self.label}=:{binascii.b2a_base64(signature, newline=False).decode()}:"


_forms: dict[str, Form] = {}


def usual(request: Request, names: Mapping[str, str]) -> Usual | None:
    """
    Return the signature of a request where it looks like one that `parse` and `base` took before; else None.

    Args:
        names: The request's header fields, by lower-case names.
    """
    head, _, rest = names.get("signature-input", "").partition(")")
    form, described = _forms.get(head), _USUAL.fullmatch(rest)
    if form is None or described is None:
        return None
    values = {
        "@method": request.method,
        "@authority": request.authority.lower(),
        "@path": request.path or "/",
        "@query": "?" + request.query,
        **names,
    }
    try:
        lines = form.template % form.values(values)
    except KeyError:
        return None
    text = f"{lines}{head[len(form.label) + 1 :]}){rest}".encode()
    created, nonce, key_id = described.groups()
    return Usual(form, text, int(created), nonce, key_id, names.get("signature", ""))


def remember(signature_input: str, signed: Signed) -> None:
    """Let signatures of the form of one that was found to hold be taken by `usual` from now on."""
    head = signature_input.partition(")")[0]
    names = signed.components
    if len(names) < 2 or any(")" in name or (name.startswith("@") and name not in _QUICK) for name in names):
        return
    if len(_forms) >= _REMEMBERED:
        _forms.clear()
    template = "".join('"' + name.replace("%", "%%") + '": %s\n' for name in names)
    _forms[head] = Form(signed.label, frozenset(names), template + '"@signature-params": ', itemgetter(*names))


_derived: dict[str, Callable[[Request], str]] = {
    "@method": lambda request: request.method,
    "@scheme": lambda request: request.scheme.lower(),
    "@authority": lambda request: request.authority.lower(),
    "@path": lambda request: request.path or "/",
    "@query": lambda request: "?" + request.query,
    "@request-target": lambda request: (request.path or "/") + ("?" + request.query if request.query else ""),
    "@target-uri": lambda request: (
        f"{request.scheme.lower()}://{request.authority.lower()}{request.path or '/'}"
        + ("?" + request.query if request.query else "")
    ),
}


def base(request: Request, components: Sequence[str], parameters: str) -> bytes:
    """Return the signature base (RFC 9421 §2.5). Raises SignatureRefused for a component the request lacks."""
    lines = []
    for name in components:
        derive = _derived.get(name)
        if derive is not None:
            value = derive(request)
        else:
            found = request.headers.get(name)
            if found is None or name.startswith("@"):
                raise SignatureRefused(why=f"请求没有 {name}")
            value = found.strip()
        lines.append(f'"{name}": {value}')
    lines.append(f'"@signature-params": {parameters}')
    return "\n".join(lines).encode()


def parameters(
    components: Sequence[str],
    *,
    key_id: str,
    created: int | None = None,
    expires: int | None = None,
    nonce: str = "",
    algorithm: str = "",
) -> str:
    """Return the text of `@signature-params`; instants are Unix seconds."""
    text = "(" + " ".join(f'"{name}"' for name in components) + ")"
    text += f";created={created}" if created is not None else ""
    text += f";expires={expires}" if expires is not None else ""
    text += f';nonce="{nonce}"' if nonce else ""
    text += f';keyid="{key_id}"'
    return text + (f';alg="{algorithm}"' if algorithm else "")


def headers(parameters_text: str, signature: bytes, label: str = LABEL) -> dict[str, str]:
    """Return the two header fields that carry a signature."""
    return {
        "signature-input": f"{label}={parameters_text}",
        "signature": f"{label}=:{base64.b64encode(signature).decode()}:",
    }


def parse(signature_input: str, signature: str) -> Signed:
    """
    Return the one signature of the two header fields.

    Raises:
        SignatureRefused: absent, malformed, repeated components, or more than one signature.
    """
    described = _INPUT.fullmatch(signature_input.strip())
    given = _SIGNATURE.fullmatch(signature.strip())
    if described is None or given is None or described[1] != given[1]:
        raise SignatureRefused(why="缺少签名，或签名格式不符")
    components = tuple(name[1:-1] for name in described[3].split(" ") if name)
    known: dict[str, str] = {}
    for name, number, text in _PARAMETER.findall(described[4]):
        if name in known:
            raise SignatureRefused(why="签名参数重复")
        known[name] = number or text
    if len(set(components)) != len(components):
        raise SignatureRefused(why="签名内容重复")
    try:
        value = base64.b64decode(given[2], validate=True)
    except binascii.Error:
        raise SignatureRefused(why="签名格式不符") from None
    return Signed(
        label=described[1],
        components=components,
        parameters=described[2],
        created=int(known["created"]) if "created" in known else None,
        expires=int(known["expires"]) if "expires" in known else None,
        nonce=known.get("nonce", ""),
        key_id=known.get("keyid", ""),
        algorithm=known.get("alg", ""),
        signature=value,
    )


def mac(key: bytes, signature_base: bytes) -> bytes:
    """Return the `hmac-sha256` signature of a base."""
    return hmac.digest(key, signature_base, "sha256")


class Mac:
    """`mac` under one key, prepared."""

    def __init__(self, key: bytes) -> None:
        self._begun = hmac.new(key, digestmod="sha256")

    def __call__(self, signature_base: bytes) -> bytes:
        begun = self._begun.copy()
        begun.update(signature_base)
        return begun.digest()


def mac_holds(key: bytes, signature_base: bytes, signature: bytes) -> bool:
    """Return whether `signature` is the base's MAC, in constant time."""
    return hmac.compare_digest(mac(key, signature_base), signature)


def content_digest(body: bytes, algorithm: str = "sha-256") -> str:
    """Return the Content-Digest field of `body` (RFC 9530 §2)."""
    return f"{algorithm}=:{base64.b64encode(hashlib.new(_DIGESTS[algorithm], body).digest()).decode()}:"


def content_digest_holds(field: str, body: bytes) -> bool:
    """Return whether at least one digest of the field is known here, and every known one is the body's."""
    if field == f"sha-256=:{binascii.b2a_base64(hashlib.sha256(body).digest(), newline=False).decode()}:":
        return True
    known = 0
    for part in field.split(","):
        name, _, value = part.strip().partition("=")
        if name in _DIGESTS:
            known += 1
            if not hmac.compare_digest(f"{name}={value}".encode(), content_digest(body, name).encode()):
                return False
    return known > 0


def request_hash(signature_base: bytes, body: bytes) -> str:
    """
    Return X-Road-Request-Hash: base64(SHA512(SHA512(headers) + SHA512(body))), SHA512(headers) without a body.

    "headers" are the bytes that the caller signed, the signature base: both sides have exactly these.
    """
    sha512 = hashlib.sha512
    head = sha512(signature_base).digest()
    if body:
        head = sha512(head + sha512(body).digest()).digest()
    return binascii.b2a_base64(head, newline=False).decode()

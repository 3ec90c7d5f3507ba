"""Say whether a licence counts, and if not, why."""

from __future__ import annotations

from datetime import date, datetime, time

from shudao.contexts.licences import models
from shudao.contexts.licences.adapters import keyring
from shudao.contexts.licences.contracts import LicenceState, LicenceType, UnknownLicenceType, Verdict, VerdictCode
from shudao.contexts.licences.queries import licences as queries
from shudao.contexts.licences.rules import face, numbers, twin, validity
from shudao.contexts.licences.services import registry
from shudao.kernel.texts import Text
from shudao.kernel.time import LOCAL, local_date


def by_number(number: str, *, now: datetime) -> Verdict:
    """Look the number up and hold the row against its twin."""
    number = number.strip().upper()
    if not numbers.is_well_formed(number):
        says = Text("证照编号的格式或校验位不对，请核对。", "The licence number or its check character is wrong.")
        return Verdict(False, VerdictCode.UNKNOWN, says)
    row = queries.row(number)
    if row is None:
        return _unknown(number)
    try:
        parsed = twin.parse(row.twin)
    except twin.Broken as broken:
        return _broken(broken, number=number)
    return _signed(parsed, number=number) or _registered(row, parsed, now=now)


def by_twin(text: str, *, now: datetime) -> Verdict:
    """Check the text itself, then what the register says of its number."""
    try:
        parsed = twin.parse(text)
    except twin.Broken as broken:
        return _broken(broken)
    number = parsed.payload["n"]
    row = queries.row(number)
    refusal = _signed(parsed, number=number, row=row)
    if refusal is not None:
        return refusal
    return _registered(row, parsed, now=now) if row else _unknown(number)


def _signed(parsed: twin.Parsed, *, number: str, row: models.Licence | None = None) -> Verdict | None:
    """Return the refusal of a twin that our key did not sign as it stands, or None."""
    issued = _day(parsed.payload.get("i"))
    verifier = keyring.verifier(parsed.key_id, at=datetime.combine(issued, time.min, LOCAL)) if issued else None
    if issued and verifier is None:
        says = Text(
            f"签名密钥“{parsed.key_id[:60]}”不是本平台的证照密钥。",
            f"The signing key “{parsed.key_id[:60]}” is not a licence key of this platform.",
        )
        return Verdict(False, VerdictCode.FOREIGN_KEY, says, number)
    if verifier and verifier.verify(parsed.signed, parsed.signature):
        return None
    return _altered(number, _difference(parsed, row))


def _difference(parsed: twin.Parsed, row: models.Licence | None) -> Text:
    """Return what a twin with a wrong signature changed, as far as the register can tell."""
    signature = Text("签名", "its signature")
    if row is None:
        return signature
    registered = twin.parse(row.twin).payload
    members = twin.differing(registered, parsed.payload)
    return face.named(_kind(row.type_code), members) if members else signature


def _registered(row: models.Licence, parsed: twin.Parsed, *, now: datetime) -> Verdict:
    """Judge a well-signed twin by the register."""
    kind = registry.licence_type(row.type_code)
    members = twin.changed(face.payload(kind, _face(row)), parsed.payload)
    if members:
        return _altered(row.number, face.named(kind, members))
    lines = face.lines(kind, parsed.payload, Text(row.department_name, row.department_name_en))
    state = validity.state_of(row.valid_to, row.revoked_at, local_date(now))
    if state is LicenceState.REVOKED:
        day = local_date(row.revoked_at or now).isoformat()
        says = Text(f"证照已于 {day} 撤销，不再有效。", f"The licence was revoked on {day} and no longer counts.")
        return Verdict(False, VerdictCode.REVOKED, says, row.number, lines)
    if state is LicenceState.EXPIRED:
        says = Text(f"证照有效期至 {row.valid_to}，已经过期。", f"The licence expired on {row.valid_to}.")
        return Verdict(False, VerdictCode.EXPIRED, says, row.number, lines)
    says = Text("证照真实有效，内容未被改动。", "The licence is genuine, in force and unaltered.")
    return Verdict(True, VerdictCode.VALID, says, row.number, lines)


def _face(row: models.Licence) -> face.Face:
    return face.Face(
        number=row.number,
        holder_kind=row.holder_kind,
        holder_name=row.holder_name,
        fields=row.fields,
        salt=row.salt,
        issued_on=local_date(row.issued_at),
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        department=row.department,
    )


def _altered(number: str, what: Text) -> Verdict:
    says = Text(
        f"证照内容被改动：{what.zh}与签发时不一致。", f"The licence was altered: {what.en} is not as it was issued."
    )
    return Verdict(False, VerdictCode.ALTERED, says, number)


def _broken(broken: twin.Broken, *, number: str = "") -> Verdict:
    says = Text(
        f"证照数据不完整或被改动，读不出：{broken.part}。",
        f"The licence's data is incomplete or altered; cannot be read: {broken.part_en}.",
    )
    return Verdict(False, VerdictCode.ALTERED, says, number)


def _unknown(number: str) -> Verdict:
    says = Text("没有查到这份证照，请核对编号。", "No such licence is registered; please check the number.")
    return Verdict(False, VerdictCode.UNKNOWN, says, number)


def _kind(code: str) -> LicenceType | None:
    try:
        return registry.licence_type(code)
    except UnknownLicenceType:
        return None


def _day(text: object) -> date | None:
    try:
        return date.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None

"""The QR code of a licence."""

from __future__ import annotations

import segno
from django.utils.translation import gettext

from shudao.contexts.licences.contracts import LicenceNotFound
from shudao.contexts.licences.queries import licences as queries


def svg(number: str, *, base: str) -> str:
    """Return address and twin as one inline SVG."""
    row = queries.row(number)
    if row is None:
        raise LicenceNotFound
    code = segno.make(f"{base.rstrip('/')}/verify/{number}#{row.twin}", error="m", micro=False)
    return code.svg_inline(scale=3, border=4, title=gettext("证照验证二维码"), svgclass="licence-qr", omitsize=False)

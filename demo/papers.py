"""What people of the story write into forms and hand over as scans."""

from __future__ import annotations

from typing import Any

from demo.accounts import Cast


def birth_certificate(cast: Cast) -> dict[str, Any]:
    """The form for the medical certificate of birth."""
    mother, father, baby = (cast.invented[role] for role in ("applicant", "spouse", "newborn"))
    return {
        "baby_name": baby.name,
        "baby_sex": "female" if baby.female else "male",
        "born_at": baby.born.isoformat(),
        "born_time": "06:20",
        "gestation_weeks": 39,
        "weight_g": 3320,
        "length_cm": 50,
        "hospital": "成都市锦江区妇幼保健院",
        "mother_name": mother.name,
        "mother_id": mother.resident_id,
        "mother_address": mother.address,
        "father_name": father.name,
        "father_id": father.resident_id,
        "collector": "mother",
        "phone": mother.phone,
    }


def household(cast: Cast) -> dict[str, Any]:
    """The form for the newborn's household registration."""
    mother, father, baby = (cast.invented[role] for role in ("applicant", "spouse", "newborn"))
    return {
        "baby_name": baby.name,
        "baby_sex": "female" if baby.female else "male",
        "baby_birth_date": baby.born.isoformat(),
        "baby_birth_place": "四川省成都市锦江区",
        "baby_ethnicity": mother.ethnicity,
        "birth_certificate_no": "T510000001",
        "mother_name": mother.name,
        "mother_id": mother.resident_id,
        "father_name": father.name,
        "father_id": father.resident_id,
        "parents_married": True,
        "register_with": "mother",
        "household_head": mother.name,
        "relation_to_head": "child",
        "register_address": mother.address,
        "applicant_relation": "mother",
        "phone": mother.phone,
    }


def one_page_pdf(title: str) -> bytes:
    """A real PDF of one page that bears a title in plain letters."""
    content = f"BT /F1 18 Tf 72 760 Td ({title}) Tj ET".encode("ascii", "replace")
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
        b"/Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    body, offsets = bytearray(b"%PDF-1.4\n"), []
    for number, part in enumerate(objects, 1):
        offsets.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, part)
    start = len(body)
    body += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    body += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    body += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    return bytes(body)

"""File names that cannot hurt: no folders, no control or direction characters, the extension of what the file is."""

from __future__ import annotations

import re
import unicodedata

LONGEST = 100
_EXTENSION = re.compile(r"[A-Za-z0-9]{1,5}")
_EXTENSIONS = {"jpeg": ("jpg", "jpeg")}


def safe_name(name: str, kind: str) -> str:
    """
    Return a name to show and to save under, at most 100 characters and the extension.

    Args:
        name: What the client called it: any text.
        kind: What the file is, by its bytes: a key of `contracts.MEDIA_TYPES`. It decides the extension.
    """
    base = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1]
    clean = "".join(char for char in base if unicodedata.category(char)[0] not in "CZ" or char == " ")
    clean = "".join("_" if char in "<>:\"|?*'`$;&%#{}" else char for char in clean).strip(" .")
    stem, dot, extension = clean.rpartition(".")
    allowed = _EXTENSIONS.get(kind, (kind,))
    if dot and extension.lower() in allowed:
        ending = extension.lower()
    else:
        stem, ending = stem if dot and _EXTENSION.fullmatch(extension) else clean, allowed[0]
    return f"{stem.strip(' .')[:LONGEST] or 'file'}.{ending}"

"""
Compile the translations: `locale/<language>/*.po`, one fragment a room, into the one catalogue Django reads.

Chinese is the source; a further language is one more folder. Run as `python -m shudao.config.catalogues`.
"""

from __future__ import annotations

import sys
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LOCALE = Path(__file__).resolve().parents[1] / "locale"


class CatalogueConflict(Exception):
    """Two rooms translate the same sentence differently."""


def merged(folder: Path) -> Catalog:
    """Return every fragment of one language as one catalogue; the same sentence must say the same everywhere."""
    whole = Catalog(locale=folder.name.replace("-", "_"), charset="utf-8")
    origin: dict[object, Path] = {}
    for fragment in sorted(folder.glob("*.po")):
        with fragment.open("rb") as file:
            part = read_po(file, locale=folder.name, abort_invalid=True)
        for message in part:
            if not message.id or not message.string:
                continue
            known = whole.get(message.id, message.context)
            if known is not None and known.string != message.string:
                where = origin[message.id if isinstance(message.id, str) else message.id[0]]
                raise CatalogueConflict(f"{fragment.name} and {where.name} differ on {message.id!r}")
            whole[message.id] = message
            origin[message.id if isinstance(message.id, str) else message.id[0]] = fragment
    return whole


def compile_all(root: Path = LOCALE) -> dict[str, int]:
    """Write `LC_MESSAGES/django.mo` for every language; return how many sentences each has."""
    counts = {}
    for folder in sorted(path for path in root.iterdir() if path.is_dir() and list(path.glob("*.po"))):
        catalogue = merged(folder)
        target = folder / "LC_MESSAGES" / "django.mo"
        target.parent.mkdir(exist_ok=True)
        with target.open("wb") as file:
            write_mo(file, catalogue)
        counts[folder.name] = len(catalogue)
    return counts


if __name__ == "__main__":
    for language, count in compile_all().items():
        print(f"{language}: {count} sentences", file=sys.stderr)

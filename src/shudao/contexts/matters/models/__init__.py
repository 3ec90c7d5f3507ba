"""The tables of matters: legal sources, forms, the basic catalogue, its implementations (sparse, in bulk)."""

from __future__ import annotations

from shudao.contexts.matters.models.forms import (
    Form,
    FormVersion,
)
from shudao.contexts.matters.models.implementations import (
    FormerImplementation,
    Implementation,
)
from shudao.contexts.matters.models.imports import (
    Import,
    ListedEntry,
)
from shudao.contexts.matters.models.items import (
    BasicItem,
    BasicItemVersion,
)
from shudao.contexts.matters.models.laws import (
    Citation,
    FormerArticle,
    LawChange,
    LegalArticle,
    LegalDocument,
)
from shudao.contexts.matters.models.life import Adoption, Revision

__all__ = [
    "Adoption",
    "BasicItem",
    "BasicItemVersion",
    "Citation",
    "Form",
    "FormVersion",
    "FormerArticle",
    "FormerImplementation",
    "Implementation",
    "Import",
    "LawChange",
    "LegalArticle",
    "LegalDocument",
    "ListedEntry",
    "Revision",
]

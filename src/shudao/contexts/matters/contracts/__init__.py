"""What the room of matters hands out, and its refusals."""

from __future__ import annotations

from shudao.contexts.matters.contracts.compared import (
    Acting,
    Broken,
    Listed,
)
from shudao.contexts.matters.contracts.content import (
    Finding,
    Loaded,
)
from shudao.contexts.matters.contracts.forms import (
    Form,
    FormField,
    FormGroup,
)
from shudao.contexts.matters.contracts.items import (
    NO_TEXT,
    BasicItem,
    Fee,
    Implementation,
    Material,
    MatterFields,
    Override,
    Question,
    Step,
    TimeLimit,
)
from shudao.contexts.matters.contracts.laws import (
    Article,
)
from shudao.contexts.matters.contracts.lists import (
    Choice,
    MatterRow,
    Offering,
    OnlineRow,
)
from shudao.contexts.matters.contracts.refusals import (
    CodeInvalid,
    ContentRefused,
    FormInvalid,
    MatterNotFound,
    MatterNotOffered,
)

__all__ = [
    "NO_TEXT",
    "Acting",
    "Article",
    "BasicItem",
    "Broken",
    "Choice",
    "CodeInvalid",
    "ContentRefused",
    "Fee",
    "Finding",
    "Form",
    "FormField",
    "FormGroup",
    "FormInvalid",
    "Implementation",
    "Listed",
    "Loaded",
    "Material",
    "MatterFields",
    "MatterNotFound",
    "MatterNotOffered",
    "MatterRow",
    "Offering",
    "OnlineRow",
    "Override",
    "Question",
    "Step",
    "TimeLimit",
]

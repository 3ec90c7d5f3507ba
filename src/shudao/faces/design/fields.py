"""What a form's entry looks like before it is drawn: one shape for forms written by hand and forms from a schema."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.utils.translation import gettext

INPUTS = {"text", "number", "email", "tel", "search", "password"}


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing to choose; `value` is what is sent."""

    value: str
    label: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Field:
    """
    One entry of a form.

    `kind`: text, number, email, tel, search, password, textarea, select, radios, checkboxes, boolean, date, file, rows.
    `value` is a string; a list of strings for checkboxes; (year, month, day) for a date. `rows` (kind rows) holds the
    fields of each row. All words are already in the reader's language.
    """

    name: str
    label: str
    kind: str = "text"
    value: object = ""
    hint: str = ""
    error: str = ""
    required: bool = True
    choices: tuple[Choice, ...] = ()
    width: str = ""
    autocomplete: str = ""
    inputmode: str = ""
    maxlength: int = 0
    accept: str = ""
    rows: tuple[tuple[Field, ...], ...] = field(default=())
    can_add: bool = False
    legend_page: bool = False

    @property
    def id(self) -> str:
        """The element that a link of the error summary leads to."""
        return "f-" + self.name.replace(".", "-")

    @property
    def is_input(self) -> bool:
        return self.kind in INPUTS

    @property
    def input_type(self) -> str:
        """Numbers are typed as text: spinning wheels change number inputs by accident."""
        return "text" if self.kind == "number" else self.kind

    @property
    def inline(self) -> bool:
        """A few short choices stand in one line."""
        short = all(not choice.hint and len(choice.label) <= 12 for choice in self.choices)
        return short and len(self.choices) <= 3

    @property
    def told(self) -> str:
        """The fault as a summary away from the field says it: with the field's name, unless it is said anyway."""
        if self.kind == "file" or self.label in self.error:
            return self.error
        return gettext("{label}：{error}").format(label=self.label, error=self.error)

    @property
    def described_by(self) -> str:
        parts = [f"{self.id}-hint" if self.hint else "", f"{self.id}-error" if self.error else ""]
        return " ".join(part for part in parts if part)

    @property
    def parts(self) -> tuple[tuple[str, str, str, str], ...]:
        """A date's three inputs: (name, value, width, which)."""
        values = self.value if isinstance(self.value, tuple) and len(self.value) == 3 else ("", "", "")
        shape = zip(("year", "month", "day"), ("4", "2", "2"), values, strict=True)
        return tuple((f"{self.name}-{part}", str(value), width, part) for part, width, value in shape)

    @property
    def errors(self) -> tuple[Field, ...]:
        """The field itself and those of its rows that are at fault."""
        inner = tuple(one for row in self.rows for cell in row for one in cell.errors)
        return (self, *inner) if self.error else inner


def errors_of(fields: list[Field] | tuple[Field, ...]) -> list[Field]:
    """Return the fields at fault, in the order of the page."""
    return [one for entry in fields for one in entry.errors]

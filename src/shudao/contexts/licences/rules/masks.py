"""How a stranger sees what stands on a licence."""

from __future__ import annotations

SEPARATORS = " 、,，"


def name(value: str) -> str:
    """Return a name with all but its first character hidden: 张小明 → 张**; several names keep their separators."""
    shown = []
    fresh = True
    for character in value:
        if character in SEPARATORS:
            shown.append(character)
            fresh = character != " "
        else:
            shown.append(character if fresh else "*")
            fresh = False
    return "".join(shown)


def tail(value: str) -> str:
    """Return the value with all but its last four characters hidden; four or fewer are hidden whole."""
    return "*" * len(value) if len(value) <= 4 else "*" * (len(value) - 4) + value[-4:]


def masked(value: str, mask: str) -> str:
    """Return the value under the mask of its field: "" whole, "name", "tail". Raises ValueError for another mask."""
    if mask == "":
        return value
    if mask == "name":
        return name(value)
    if mask == "tail":
        return tail(value)
    raise ValueError(f"no mask is called {mask!r}")

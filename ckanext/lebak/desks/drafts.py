"""Notes that a reviewer is still writing. They live in the form of the page, from one answer to the next. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from urllib.parse import parse_qs

MOST = 200
"""Notes that a form carries; nobody mends more at a time."""
_LONGEST_PLACE = 500


@dataclass(frozen=True)
class Draft:
    """A note that is not saved.

    Attributes:
        field: Name of a field; empty for the record as a whole or a cell.
        resource_id: The file.
        row: Row in the file, the header being row 1; empty for none.
        column: Name of the column.
        text: What is to be mended or explained.
    """

    field: str = ""
    resource_id: str = ""
    row: str = ""
    column: str = ""
    text: str = ""

    def as_note(self) -> dict[str, str]:
        """As ``lebak_review_note_create`` takes it."""
        return {key: value for key, value in asdict(self).items() if value}


def at(place: str) -> Draft:
    """An empty note at a place.

    Args:
        place: As a button of the page names it: ``resource_id=...&row=2&column=jumlah``; empty for the whole record.
    """
    said = {key: values[0][:_LONGEST_PLACE] for key, values in parse_qs(place).items()}
    return Draft(**{key: said.get(key, "") for key in ("field", "resource_id", "row", "column")})


def posted(form: Mapping[str, str]) -> list[Draft]:
    """The notes in a form, in their order.

    Args:
        form: As posted: ``note-0-text``, ``note-0-field``, and so on.
    """
    found = []
    for number in range(MOST):
        if f"note-{number}-text" not in form:
            break
        parts = ("field", "resource_id", "row", "column", "text")
        found.append(Draft(**{part: form.get(f"note-{number}-{part}", "").strip() for part in parts}))
    return found

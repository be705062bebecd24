"""Notes on a record that was handed in: about the whole, a field, a file, or a cell of its table; and their answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model

from ckanext.lebak.release.model import ReviewNote


def made(package_id: str, author: str, given: Mapping[str, Any]) -> ReviewNote:
    """A note, not saved yet.

    Args:
        package_id: Id of the record.
        author: Name of the account.
        given: ``text``, and optionally ``field``, ``resource_id``, ``row`` (header is row 1), ``column``.

    Raises:
        ValidationError: The text is missing, or the row is no number.
    """
    text = str(given.get("text") or "").strip()
    if not text:
        raise tk.ValidationError({"text": [tk._("Write what is to be mended or explained.")]})
    row = given.get("row")
    if row not in (None, "") and not str(row).isdigit():
        raise tk.ValidationError({"row": [tk._("Write the row as a number, as in the file; the header is row 1.")]})
    return ReviewNote(
        package_id=package_id,
        author=author,
        text=text,
        field=str(given.get("field") or ""),
        resource_id=str(given.get("resource_id") or "") or None,
        row=int(row) if row not in (None, "") else None,
        column=str(given.get("column") or "") or None,
    )


def answer(note: ReviewNote, author: str, text: str) -> None:
    """Notes what the producer says to a note.

    Raises:
        ValidationError: The text is missing.
    """
    if not text.strip():
        raise tk.ValidationError({"text": [tk._("Write what you did, or why nothing needs to be done.")]})
    note.answer, note.answered_by = text.strip(), author


def of_package(package_id: str) -> list[ReviewNote]:
    """The notes on a record, the newest first."""
    query = sa.select(ReviewNote).where(ReviewNote.package_id == package_id).order_by(ReviewNote.id.desc())
    return list(model.Session.scalars(query))


def shown(note: ReviewNote) -> dict[str, Any]:
    """A note as the API gives it."""
    keys = ("id", "package_id", "author", "field", "resource_id", "row", "column", "text", "answer", "answered_by")
    times = {key: value.isoformat() if (value := getattr(note, key)) else None for key in ("at", "closed_at")}
    return {**{key: getattr(note, key) for key in keys}, **times}

"""The files that prove what was recorded: BPS's letter, and that results were handed over. Nobody reads them in public.

They lie where the files of records lie (``files.content``), under their SHA-256, and belong to no resource.
"""

from __future__ import annotations

from pathlib import PurePath
from typing import Any, NamedTuple

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model

from ckanext.lebak.files import content
from ckanext.lebak.files.uploads import is_upload, look_at
from ckanext.lebak.proposals.model import ProposalEntry

TYPES = {".pdf": "application/pdf", ".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg"}
"""What letters come as, by the end of their names."""


class Kept(NamedTuple):
    """A file that was kept: its SHA-256, and its name."""

    digest: str
    name: str


def keep(upload: Any, *, missing: str) -> Kept:
    """Keeps a file that was sent.

    Args:
        upload: As a form or the API sends it.
        missing: What is said where none was sent, translated.

    Raises:
        ValidationError: None was sent, or it is not taken.
    """
    if not is_upload(upload):
        raise tk.ValidationError({"upload": [missing]})
    name = PurePath((upload.filename or "").replace("\\", "/")).name
    if type_of(name) is None:
        raise tk.ValidationError({"upload": [tk._("Send the letter as PDF, or as a picture of it (PNG or JPG).")]})
    look_at(upload)
    return Kept(content.keep(upload.stream), name)


def type_of(name: str) -> str | None:
    """The media type of a letter by its name; None for what is not taken."""
    return TYPES.get(PurePath(name).suffix.lower())


def refers_to(digest: str) -> bool:
    """Whether an entry of a proposal has this content: it is kept as long (``content.KEEPERS``)."""
    query = sa.select(ProposalEntry.id).where(ProposalEntry.file == digest).limit(1)
    return model.Session.scalar(query) is not None

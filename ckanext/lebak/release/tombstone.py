"""What is left at the address of a record that was withdrawn: that it was, and when. No title, no reason."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from ckan import model

from ckanext.lebak.release.model import Release
from ckanext.lebak.release.visibility import is_public


def withdrawn_on(reference: str) -> tuple[model.Package, dt.datetime] | None:
    """The record at an address, and when it was withdrawn.

    A record that was taken back to draft after that, to be mended, is still one that was withdrawn.

    Args:
        reference: Id or name, as in the address.

    Returns:
        None for what is public, and for what never was.
    """
    package = model.Package.get(reference)
    if package is None or is_public(package):
        return None
    query = sa.select(sa.func.max(Release.withdrawn_at)).where(Release.package_id == package.id)
    at = model.Session.scalar(query)
    return (package, at) if at else None

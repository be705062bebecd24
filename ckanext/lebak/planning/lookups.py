"""The records that the promises of an office may name: its own, and what is public of others."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model

from ckanext.lebak.planning.entry import DATASET, Named
from ckanext.lebak.release.model import Workflow
from ckanext.lebak.release.visibility import public_packages


class Records:
    """`entry.Lookup` for an office. Each record is looked up once.

    Args:
        organization_id: Id of the office.
    """

    def __init__(self, organization_id: str) -> None:
        self._office = organization_id
        self._found: dict[tuple[str, str], Named | None] = {}

    def knows(self, type_: str) -> bool:
        """Whether the catalog has records of this type."""
        return type_ in tk.h.scheming_dataset_schemas()

    def find(self, type_: str, text: str) -> Named | None:
        """A record by id or address: a dataset of the office's own, or another record that it may read.

        Args:
            type_: Type of the record.
            text: Its id or address.
        """
        key = type_, text
        if key not in self._found:
            package = model.Package
            own = package.owner_org == self._office
            seen = own if type_ == DATASET else sa.or_(own, public_packages())
            query = _named().where(package.type == type_, sa.or_(package.id == text, package.name == text), seen)
            row = model.Session.execute(query).first()
            self._found[key] = Named(*row) if row else None
        return self._found[key]


def series_of(organization_id: str) -> list[Named]:
    """The datasets of an office that a promise may be about, by title; changes of released ones are left out."""
    package = model.Package
    query = _named().where(package.type == DATASET, package.owner_org == organization_id).order_by(package.title)
    return [Named(*row) for row in model.Session.execute(query)]


def _named() -> sa.Select[tuple[str, str, str]]:
    package = model.Package
    a_change = sa.exists().where(Workflow.package_id == package.id, Workflow.release_of.is_not(None))
    return sa.select(package.id, package.name, package.title).where(package.state != model.State.DELETED, ~a_change)

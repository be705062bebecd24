"""The offices that produce data, and so promise some; and whose a promise is now."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import sqlalchemy as sa
from ckan import model

from ckanext.lebak.organizations.catalog import PRODUCER
from ckanext.lebak.organizations.names import as_list
from ckanext.lebak.planning.model import Promise


class Producer(NamedTuple):
    """An office that produces data."""

    id: str
    name: str
    title: str


def producers() -> list[Producer]:
    """The offices with the role of a producer (vocabularies/sdi_role.csv), by title."""
    roles = model.group_table.c.extras["peran_sdi"].astext
    query = (
        sa.select(model.Group.id, model.Group.name, model.Group.title, roles.label("roles"))
        .where(model.Group.is_organization.is_(True), model.Group.state == model.State.ACTIVE)
        .order_by(model.Group.title)
    )
    found = [row for row in model.Session.execute(query) if PRODUCER in as_list(row.roles)]
    return [Producer(row.id, row.name, row.title or row.name) for row in found]


def owners(promise_ids: Iterable[str]) -> dict[str, str]:
    """Ids of the offices whose promises these are now, by id of the promise.

    An entry of a list says whose it was when it was agreed on; offices are merged since.

    Args:
        promise_ids: Of promises that may have been agreed on long ago.
    """
    query = sa.select(Promise.id, Promise.organization_id).where(Promise.id.in_(list(promise_ids)))
    return {row.id: row.organization_id for row in model.Session.execute(query)}

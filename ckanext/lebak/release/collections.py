"""Collections: what is quoted from elsewhere and is nobody's official release.

What SDI asks of an office's release (Perpres 39/2019, article 33) cannot be asked of a quotation: its metadata go only
as far as its source. Only a sysadmin makes an organization a collection.
"""

from __future__ import annotations

import sqlalchemy as sa
from ckan import model

COLLECTION = "koleksi"
"""Code of vocabularies/org_kind.csv."""


def is_collection(owner_org: object) -> bool:
    """Whether an organization (id or name) is a collection of quotations."""
    if not isinstance(owner_org, str) or not owner_org:
        return False
    group = model.group_table.c
    kind = sa.select(group.extras["jenis"].astext).where(sa.or_(group.id == owner_org, group.name == owner_org))
    return model.Session.scalar(kind) == COLLECTION


def collection_ids(connection: sa.Connection) -> set[str]:
    """Ids of the organizations that are collections of quotations."""
    group = model.group_table.c
    return set(connection.scalars(sa.select(group.id).where(group.extras["jenis"].astext == COLLECTION)))

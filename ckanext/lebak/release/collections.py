"""Collections: what is quoted from elsewhere and is nobody's official release.

What SDI asks of an office's release (Perpres 39/2019, article 33) cannot be asked of a quotation: its metadata go only as
far as its source. Only a sysadmin makes an organization a collection.
"""

from __future__ import annotations

from ckan import model

COLLECTION = "koleksi"
"""Code of vocabularies/org_kind.csv."""


def is_collection(owner_org: object) -> bool:
    """Whether an organization (id or name) is a collection of quotations. One row, from the session where it is there."""
    organization = model.Group.get(owner_org) if isinstance(owner_org, str) and owner_org else None
    return bool(organization and (organization.extras or {}).get("jenis") == COLLECTION)

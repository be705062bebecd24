"""The content of withdrawn files, erased for good: what should never have been here."""

from __future__ import annotations

from collections.abc import Iterable

import ckan.plugins as p
import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model
from ckan.types import Context

from ckanext.lebak import audit
from ckanext.lebak.files import content as contents
from ckanext.lebak.release import gate, releases, rules
from ckanext.lebak.release.content import digest
from ckanext.lebak.release.model import Release


def erase(package_id: str, user: model.User) -> dict[str, int]:
    """Erases the files of a withdrawn record, their tables, and what its releases kept. It cannot be undone.

    The record stays, without files, to say that it was withdrawn. Content that another record refers to stays too.
    Backups are not reached from here.

    Args:
        package_id: Id of the record.
        user: The walidata person who decides it.

    Returns:
        ``erased`` and ``left``: how many contents are gone, and how many another record still needs.

    Raises:
        ObjectNotFound: There is no such record.
        ValidationError: It is not withdrawn.
    """
    package = model.Session.get(model.Package, package_id)
    if package is None:
        raise tk.ObjectNotFound(tk._("Dataset not found"))
    model.Session.refresh(package, with_for_update=True)
    row = gate.workflow_of(package_id)
    if row is None or row.status != rules.WITHDRAWN:
        model.Session.rollback()
        raise tk.ValidationError(
            {"id": [tk._("Only the files of a withdrawn record can be erased. Withdraw it first.")]}
        )
    files = [resource.id for resource in package.resources]
    digests = _digests(package)
    releases.withdraw(package_id, forget=True)
    context = Context(user=user.name, ignore_auth=True)
    with gate.opened(user.name):
        _drop_tables(files, user.name)
        tk.get_action("package_patch")(context, {"id": package_id, "resources": []})
        row.content = row.seen = digest(model.Session.connection(), package_id)
        audit.note(
            user.name,
            "release.erase",
            package_id=package_id,
            organization_id=package.owner_org,
            content=row.content,
            details={"contents": sorted(digests), "files": len(files)},
        )
        model.Session.commit()
    erased = sum(contents.erase(each) for each in sorted(digests))
    left = sum(contents.is_referred_to(each) for each in sorted(digests))
    model.Session.commit()  # ends the locks of the contents
    return {"erased": erased, "left": left}


def _digests(package: model.Package) -> set[str]:
    """The contents of all files that the record has or ever released."""
    now = [resource.hash for resource in package.resources if resource.url_type == contents.UPLOAD]
    records = model.Session.scalars(sa.select(Release.record).where(Release.package_id == package.id))
    before = [
        file.get("hash")
        for record in records
        for file in (record or {}).get("resources", [])
        if file.get("url_type") == contents.UPLOAD
    ]
    return {each for each in [*now, *before] if contents.is_digest(each)}


def _drop_tables(resource_ids: Iterable[str], actor: str) -> None:
    if not p.plugin_loaded("datastore"):
        return
    for id_ in resource_ids:
        try:
            # CKAN saves the file's row with it, and notes who did.
            tk.get_action("datastore_delete")(
                Context(user=actor, ignore_auth=True), {"resource_id": id_, "force": True}
            )
        except tk.ObjectNotFound:
            continue

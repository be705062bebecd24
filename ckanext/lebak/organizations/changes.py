"""Renaming an office and merging two. Datasets stay reachable, and so do the old addresses and names."""

from __future__ import annotations

from collections.abc import Callable

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.lib import search

from ckanext.lebak import config
from ckanext.lebak.data_requests.model import RequestedTable
from ckanext.lebak.forum.model import Decision
from ckanext.lebak.organizations.aliases import point
from ckanext.lebak.organizations.loading import context
from ckanext.lebak.organizations.model import OrganizationAlias
from ckanext.lebak.organizations.names import former_names
from ckanext.lebak.planning.model import Promise
from ckanext.lebak.release.gate import opened
from ckanext.lebak.workbooks.model import WorkbookUpload

COMMAND = "ckan lebak opd"
OWED = (Promise, Decision, RequestedTable, WorkbookUpload)
"""What an office has yet to do: it passes to the office that it is merged into. What was signed stays as it was."""
MERGED = "Kantor digabung"
"""What the audit log says of released records that move with their office."""

CAPACITIES = ("member", "editor", "admin")
"""CKAN's capacities of a person in an organization, the weakest first."""


class ChangeError(ValueError):
    """A change of offices that cannot be made; the text says why."""


def rename(old: str, new: str, *, title: str | None = None, abbreviation: str | None = None) -> list[str]:
    """Gives an office another address, and another name.

    Its datasets stay with it, its old address leads to the new one, its old names become other names (nama_lain).

    Args:
        old: Its name (slug).
        new: The name that it gets; the same as ``old`` to change the title only.
        title: The title that it gets.
        abbreviation: The abbreviation (singkatan) that it gets.

    Returns:
        What the administrator still has to do, as sentences.

    Raises:
        ChangeError: There is no such office, or the new name is taken.
        ValidationError: CKAN refuses the new name.
    """
    office = _office(old)
    taken = model.Group.by_name(new)
    alias = OrganizationAlias.get(new)
    if (taken and taken.id != office.id) or (alias and alias.organization_id != office.id):
        raise ChangeError(tk._('The address "{name}" belongs to another office, or did so once.').format(name=new))
    record = tk.get_action("organization_show")(context(), {"id": office.id})
    after = {**record, **({"title": title} if title else {}), **({"singkatan": abbreviation} if abbreviation else {})}
    after["nama_lain"] = former_names(after, record.get("title"), record.get("singkatan"))
    if new != old:
        point(old, office.id)
        if alias:
            model.Session.delete(alias)
    changes = {key: after[key] for key in ("title", "singkatan", "nama_lain") if after.get(key)}
    tk.get_action("organization_patch")(context(), {"id": office.id, "name": new, **changes})
    _rename_parent(old, new)
    reindex(office.id)
    return _settings_to_change(old, new)


def merge(old: str, into: str, *, tell: Callable[[str], None] = lambda text: None) -> list[str]:
    """Merges an office into another.

    Datasets, members and what is still to be done (promises, decisions, tables asked for) move, the old address leads
    to the other office, the old names become its other names (nama_lain), and the old office is deleted. If it is
    interrupted, it can be run again.

    Args:
        old: Name (slug) of the office that ends.
        into: Name of the office that goes on.
        tell: Called with each step.

    Returns:
        What the administrator still has to do, as sentences.

    Raises:
        ChangeError: One of the two does not exist, or they are the same.
    """
    source, target = _office(old), _office(into)
    if source.id == target.id:
        raise ChangeError(tk._("An office cannot be merged into itself."))
    source_id, target_id = source.id, target.id
    _move_datasets(source_id, target_id, tell)
    _move_members(source_id, target_id, tell)
    _move_duties(source_id, target_id)
    _rename_parent(old, into)
    ended, record = (tk.get_action("organization_show")(context(), {"id": id_}) for id_ in (source_id, target_id))
    names = former_names(record, ended.get("title"), ended.get("singkatan"), *(ended.get("nama_lain") or []))
    point(old, target_id)
    for alias in model.Session.query(OrganizationAlias).filter_by(organization_id=source_id):
        alias.organization_id = target_id
    tk.get_action("organization_patch")(context(), {"id": target_id, "nama_lain": names})
    tk.get_action("organization_delete")(context(), {"id": source_id})
    reindex(target_id)
    return _settings_to_change(old, into)


def reindex(organization_id: str) -> None:
    """Brings the search index of an office's datasets up to date: it holds the names of their office."""
    query = model.Session.query(model.Package.id).filter_by(owner_org=organization_id)
    ids = [row.id for row in query.filter(model.Package.state != model.State.DELETED)]
    if ids:
        search.rebuild(package_ids=ids)  # which leaves the commit to its caller
        search.commit()


def _office(name: str) -> model.Group:
    office = model.Group.by_name(name)
    if not office or not office.is_organization or office.state != model.State.ACTIVE:
        raise ChangeError(tk._('There is no office "{name}".').format(name=name))
    return office


def _move_datasets(source_id: str, target_id: str, tell: Callable[[str], None]) -> None:
    # Deleted datasets too: they can be restored, and then need an office that exists.
    moving = [row.id for row in model.Session.query(model.Package.id).filter_by(owner_org=source_id)]
    with opened(COMMAND, reason=MERGED, override=True):
        for id_ in moving:
            tk.get_action("package_owner_org_update")(context(), {"id": id_, "organization_id": target_id})
    tell(tk._("Datasets moved: {count}").format(count=len(moving)))


def _move_members(source_id: str, target_id: str, tell: Callable[[str], None]) -> None:
    members, present = _members(source_id), _members(target_id)
    for user_id, capacity in members.items():
        # Nobody loses a right, and nobody gets one beyond those that they had in one of the two.
        stronger = max(capacity, present.get(user_id, capacity), key=CAPACITIES.index)
        if present.get(user_id) != stronger:
            user = model.User.get(user_id)
            tk.get_action("organization_member_create")(
                context(), {"id": target_id, "username": user.name if user else user_id, "role": stronger}
            )
    tell(tk._("Members moved: {count}").format(count=len(members)))


def _move_duties(source_id: str, target_id: str) -> None:
    for kind in OWED:
        query = model.Session.query(kind).filter_by(organization_id=source_id)
        query.update({"organization_id": target_id}, synchronize_session=False)
    model.Session.commit()


def _members(organization_id: str) -> dict[str, str]:
    """Capacities of the people in an organization, by the id of the person."""
    query = model.Session.query(model.Member.table_id, model.Member.capacity)
    found = query.filter_by(group_id=organization_id, table_name="user", state=model.State.ACTIVE)
    return {row.table_id: row.capacity for row in found if row.capacity in CAPACITIES}


def _rename_parent(old: str, new: str) -> None:
    children = model.Session.query(model.Group.id).filter(model.group_table.c.extras["induk"].astext == old)
    for (id_,) in children.all():
        tk.get_action("organization_patch")(context(), {"id": id_, "induk": new})


def _settings_to_change(old: str, new: str) -> list[str]:
    options = {
        config.CUSTODIAN: config.custodian(),
        config.SUPERVISOR: config.supervisor(),
        config.COORDINATOR: config.coordinator(),
    }
    sentence = tk._("Set {option} = {name} in the configuration, and start the catalog again.")
    return [sentence.format(option=option, name=new) for option, name in options.items() if name == old != new]

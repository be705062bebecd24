"""A change of a released record waits in a working copy: a private record with files and tables of its own.

CKAN writes files and tables in place, by the id of the file. So that readers keep the released version until the
walidata approves the next one, a change is made on a copy with other ids; when it is approved, the released record
becomes what the copy is, in one transaction, and the tables are exchanged after it. Files are kept by their content
(``files.content``), so they need no move. Addresses of the record and of files that stay do not change.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Mapping
from typing import Any

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model
from ckan.types import Context

from ckanext.lebak import audit
from ckanext.lebak.files.content import copy_of, keeping
from ckanext.lebak.notices import telling
from ckanext.lebak.periods import following
from ckanext.lebak.release import gate, releases, rules
from ckanext.lebak.release.model import ReviewNote, Workflow, WorkingFile, new_id
from ckanext.lebak.statistics import private
from ckanext.lebak.tables.exchange import exchange
from ckanext.lebak.tables.jobs import enqueue_table, tables_by_caller
from ckanext.lebak.tables.loading import needs_loading

log = logging.getLogger(__name__)

_NOT_COPIED = frozenset(
    {
        "id",
        "name",
        "metadata_created",
        "metadata_modified",
        "creator_user_id",
        "num_resources",
        "num_tags",
        "organization",
        "relationships_as_object",
        "relationships_as_subject",
        "publishing_status",
        "state",
        "private",
        "isopen",
        "license_title",
        "license_url",
    }
)
LISTED = frozenset({"prioritas_tahun", "kriteria_prioritas", "indikator_prioritas"})
"""Of the national priority list: noted of the released record, and no part of its content."""
NAME = "perubahan-"
"""Head of the name of a working copy, which no reader sees."""


def of(package_id: str) -> Workflow | None:
    """Where the working copy of a released record stands; None if no change of it has begun."""
    return model.Session.scalar(sa.select(Workflow).where(Workflow.release_of == package_id))


def make(package: model.Package, actor: str, *, new_period: bool) -> str:
    """Makes the working copy of a released record.

    Args:
        package: The released record, locked by the caller.
        actor: Name of the account that begins the change.
        new_period: Whether a further file for the next period is to be filled in, with the columns of the last one.

    Returns:
        Id of the copy.
    """
    shown = tk.get_action("package_show")(_context(actor), {"id": package.id, "use_cache": False})
    copy_id = new_id()
    copies = []
    for resource in shown["resources"]:
        made = {**copy_of(resource), "id": new_id()}
        model.Session.add(WorkingFile(resource_id=made["id"], released_id=resource["id"]))
        copies.append(made)
    fields = {key: value for key, value in shown.items() if key not in _NOT_COPIED and key != "resources"}
    if new_period:
        fields["temporal_end"] = following(fields.get("temporal_end")) or fields.get("temporal_end", "")
        if shown["resources"]:
            copies.append(_next_file(shown["resources"][-1], fields["temporal_end"]))
    model.Session.add(Workflow(package_id=copy_id, status=rules.DRAFT, step="", release_of=package.id))
    model.Session.flush()
    with keeping(copies):
        tk.get_action("package_create")(
            _context(actor), {**fields, "id": copy_id, "name": f"{NAME}{copy_id[:8]}", "resources": copies}
        )
    private.copy(package.id, copy_id)
    row = gate.workflow_of(copy_id)
    if row is not None:
        row.last_editor = None  # who began it has changed nothing yet
    return copy_id


def _next_file(last: Mapping[str, Any], period: str) -> dict[str, Any]:
    """A file that is still to be uploaded, described as the last one is."""
    described = {key: last[key] for key in ("description", "format", "kolom") if last.get(key)}
    return {**described, "id": new_id(), "name": "", "url": "", "periode": period}


def switch(
    row: Workflow, told: Mapping[str, Any], *, actor: str, act: str, text: str, kept: dict[str, Any]
) -> Workflow:
    """Makes the released record what its approved working copy is.

    Args:
        row: Of the working copy, locked.
        told: What the copy says (``content.record``).
        actor: Name of the account that approved it.
        act: ``approve`` or ``publish``.
        text: A remark for the log.
        kept: What is known of the release: kind, period, reason, approved_by.

    Returns:
        Where the released record stands.

    Raises:
        Refused: The result would not be what was approved; nothing is changed.
        ValidationError: CKAN refuses it; nothing is changed.
    """
    copy_id, target_id, content = row.package_id, row.release_of or "", row.content or ""
    target = model.Session.get(model.Package, target_id)
    released = gate.workflow_of(target_id)
    if target is None or released is None:
        raise tk.ObjectNotFound(tk._("Dataset not found"))
    model.Session.refresh(target, with_for_update=True)
    ids = _places(copy_id, told["resources"], target_id)
    after = {**told, "resources": [{**file, "id": ids[file["id"]]} for file in told["resources"]]}
    releases.keep(target_id, content, after, **kept)
    before = released.status
    released.status, released.step, released.since = rules.APPROVED, "", _now()
    released.content = released.seen = content
    released.last_editor, released.submitted_by = row.last_editor, row.submitted_by
    released.pembina_view, released.kind, released.period = row.pembina_view, row.kind, row.period
    row.release_of, row.status, row.step = None, rules.APPROVED, rules.SWITCHED
    audit.note(
        actor,
        f"release.{act}",
        package_id=target_id,
        states=(before, rules.APPROVED),
        content=content,
        text=text,
        details={"copy": copy_id},
    )
    telling.told(act, target, released, actor)
    for note in model.Session.query(ReviewNote).filter_by(package_id=copy_id):
        note.package_id, note.closed_at = target_id, note.closed_at or _now()
    private.copy(copy_id, target_id)
    model.Session.flush()
    with tables_by_caller():
        _save(copy_id, target, ids, actor)
    try:
        finish(copy_id)
    except Exception:
        # The release stands. Its tables follow when the worker looks for what is unfinished.
        log.exception("The change %s is released, but its tables are not exchanged yet", copy_id)
        model.Session.rollback()
    return released


def _places(copy_id: str, resources: list[dict[str, Any]], target_id: str) -> dict[str, str]:
    """The id that each file of the copy has in the released record: its old one, or a new one. Noted, for `finish`."""
    mine = [file["id"] for file in resources]
    query = sa.select(WorkingFile).where(WorkingFile.resource_id.in_(mine))
    stays = {row.resource_id: row for row in model.Session.scalars(query)}
    there = {
        id_
        for (id_,) in model.Session.query(model.Resource.id).filter_by(package_id=target_id, state=model.State.ACTIVE)
    }
    for id_ in mine:
        if id_ not in stays:
            stays[id_] = WorkingFile(resource_id=id_, released_id=new_id())
            model.Session.add(stays[id_])
        elif stays[id_].released_id not in there:
            stays[id_].released_id = new_id()
    return {id_: stays[id_].released_id for id_ in mine}


def _save(copy_id: str, target: model.Package, ids: dict[str, str], actor: str) -> None:
    shown = tk.get_action("package_show")(_context(actor), {"id": copy_id, "use_cache": False})
    left = _NOT_COPIED | LISTED | {"resources"}
    fields = {key: value for key, value in shown.items() if key not in left}
    # What the walidata or the coordinator noted of the released record stays, and may be newer than the copy.
    fields |= {key: target.extras[key] for key in LISTED if target.extras.get(key)}
    resources = [_as_released(file, ids[file["id"]]) for file in shown["resources"]]
    wanted = {
        **fields,
        "id": target.id,
        "name": target.name,
        "publishing_status": rules.APPROVED,
        "state": "active",
        "private": False,
        "resources": resources,
    }
    with gate.opened(actor), gate.undone_if_refused(), keeping(resources):
        tk.get_action("package_update")(_context(actor), wanted)
    model.Session.commit()


def _as_released(file: Mapping[str, Any], id_: str) -> dict[str, Any]:
    return {**copy_of(file), "id": id_, "datastore_active": bool(file.get("datastore_active"))}


def finish(copy_id: str) -> None:
    """Ends a switch: the tables of the copy take the place of those of the released files, and the copy goes.

    Can be done again after it was cut off: `unfinished` finds what is left.

    Args:
        copy_id: Id of a working copy that became the released record.
    """
    copy = model.Session.get(model.Package, copy_id)
    files = [resource.id for resource in copy.resources] if copy else []
    query = sa.select(WorkingFile).where(WorkingFile.resource_id.in_(files))
    rows = list(model.Session.scalars(query))
    places = {row.resource_id: row.released_id for row in rows}
    exchange(places)
    for id_ in places.values():
        resource = tk.get_action("resource_show")(_context(""), {"id": id_})
        if needs_loading(resource):
            enqueue_table(resource)
        elif resource.get("datastore_active"):
            views = {"resource": resource, "create_datastore_views": True}
            tk.get_action("resource_create_default_resource_views")(_context(""), views)
    for row in rows:
        model.Session.delete(row)
    finished = gate.workflow_of(copy_id)
    if finished:
        model.Session.delete(finished)
    model.Session.flush()
    if copy:
        tk.get_action("dataset_purge")(_context(""), {"id": copy_id})


def let_go(copy_id: str) -> None:
    """Has a working copy that is deleted be one no longer, so that another change of the released record can begin."""
    row = gate.workflow_of(copy_id)
    if row is not None and row.step != rules.SWITCHED:
        row.release_of = None


def unfinished() -> list[str]:
    """Ids of working copies that became the released record and are still there."""
    return list(model.Session.scalars(sa.select(Workflow.package_id).where(Workflow.step == rules.SWITCHED)))


def _context(actor: str) -> Context:
    return Context(user=actor, ignore_auth=True)


def _now() -> dt.datetime:
    return dt.datetime.now(dt.timezone.utc)

"""One hand-in, as the walidata and the pembina look at it: who says what, what is missing, what changed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from ckan import model

from ckanext.lebak import audit
from ckanext.lebak.desks.checklist import Check, checklist
from ckanext.lebak.desks.queue import days_since
from ckanext.lebak.desks.tables import Pair, Reading, is_table, reading_of
from ckanext.lebak.release import releases
from ckanext.lebak.release.content import record
from ckanext.lebak.release.differences import FieldDifference, field_differences
from ckanext.lebak.release.model import Workflow, WorkingFile
from ckanext.lebak.tables.scanning import findings_of_dataset

PRIORITY = ("prioritas_tahun", "kriteria_prioritas", "indikator_prioritas")


@dataclass(frozen=True)
class File:
    """A file of the hand-in.

    Attributes:
        position: From 0.
        said: What is said of it, as ``content.record`` gives it.
        table: Whether it can be read as a table here.
        pair: What it is held against; None for what is no table.
        reading: What there is to see in it; None while it is being read.
    """

    position: int
    said: Mapping[str, Any]
    table: bool
    pair: Pair | None
    reading: Reading | None

    @property
    def name(self) -> str:
        """What people call it."""
        return str(self.said.get("name") or self.said.get("url") or self.said["id"])


@dataclass(frozen=True)
class HandIn:
    """All that the page of a hand-in shows beside what ``lebak_release_show`` and ``package_show`` give.

    Attributes:
        content: SHA-256 of the content that this tells of, to be released as it is; empty for none.
        days: How long it has been where it is, in days.
        explanation: What the producer said when it was handed in.
        checks: The points of SDI.
        released_at: When the last release became public; None if there was none.
        differences: What the description says differently than that release.
        files: Its files.
        log: What was done to the record, and to the released one that it is a change of; the newest first.
        names: What people are called, by account.
        priority: What is noted of the national priority list.
    """

    content: str
    days: int
    explanation: str
    checks: list[Check]
    released_at: dt.datetime | None
    differences: list[FieldDifference]
    files: list[File]
    log: list[audit.AuditEntry]
    names: Mapping[str, str]
    priority: Mapping[str, str]

    def file_name(self, resource_id: str | None) -> str:
        """What people call a file of it; empty for none."""
        return next((file.name for file in self.files if file.said["id"] == resource_id), "")


def hand_in(
    package: model.Package, row: Workflow, schema: Mapping[str, Any], *, lang: str, say: Callable[[str], str]
) -> HandIn:
    """What there is to see of a hand-in.

    Args:
        package: The record, or the working copy.
        row: Where it stands.
        schema: Its expanded scheming schema.
        lang: Language of the labels of codes: ``id`` or ``en``.
        say: Translates a sentence.
    """
    told = record(model.Session.connection(), package.id) or {"resources": []}
    released_id = row.release_of or package.id
    last = releases.last(released_id)
    before = last.record if last and last.withdrawn_at is None else None
    log = _log([package.id, released_id])
    places = _places(told["resources"])
    return HandIn(
        content=row.content or "",
        days=days_since(row.since),
        explanation=next((entry.text for entry in log if entry.act == "release.submit"), ""),
        checks=checklist(
            told, schema, declared=bool(row.names_no_person), scans=findings_of_dataset(told).files, say=say
        ),
        released_at=last.at if last and before is not None else None,
        differences=field_differences(
            _as_shown(before),
            _as_shown(told) or {},
            schema,
            key=lambda file: places.get(file["id"], file["id"]),
            lang=lang,
        )
        if before is not None
        else [],
        files=_files(told, before, places),
        log=log,
        names=_names([row.submitted_by, row.consent_by, row.last_editor, *(entry.actor for entry in log)]),
        priority=_priority([package.id, released_id]),
    )


def _as_shown(told: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """A record as ``content.record`` gives it in the shape of ``package_show``, in what is compared."""
    if told is None:
        return None
    office = model.Group.get(told.get("owner_org"))
    return {
        **told,
        "tags": [{"name": name} for name in told.get("tags") or []],
        "organization": {"id": office.id, "title": office.title, "name": office.name} if office else None,
    }


def _places(resources: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """The id of each file in the released record; a file that is new keeps its own."""
    ids = [file["id"] for file in resources]
    query = sa.select(WorkingFile.resource_id, WorkingFile.released_id).where(WorkingFile.resource_id.in_(ids))
    return {**{id_: id_ for id_ in ids}, **{row.resource_id: row.released_id for row in model.Session.execute(query)}}


def _files(told: Mapping[str, Any], before: Mapping[str, Any] | None, places: Mapping[str, str]) -> list[File]:
    former = {file["id"]: file for file in (before or {}).get("resources") or [] if is_table(file)}
    latest = next(reversed(former.values()), None)
    files = []
    for position, file in enumerate(told["resources"]):
        partner = former.get(places[file["id"]])
        # A new file of the series is held against the last one, for its sums and jumps.
        pair = Pair(file, partner or latest, partner is not None, told.get("level_estimasi") or "")
        table = is_table(file)
        files.append(File(position, file, table, pair if table else None, reading_of(pair) if table else None))
    return files


def _log(package_ids: Iterable[str]) -> list[audit.AuditEntry]:
    entries = {entry.id: entry for package_id in package_ids for entry in audit.of_package(package_id)}
    return [entries[number] for number in sorted(entries, reverse=True)]


def _names(accounts: Iterable[str | None]) -> dict[str, str]:
    query = sa.select(model.User).where(model.User.name.in_({name for name in accounts if name}))
    return {user.name: user.display_name for user in model.Session.scalars(query)}


def _priority(package_ids: Iterable[str]) -> dict[str, str]:
    """What is noted of the priority list, of a change or of the released record."""
    for package_id in package_ids:
        package = model.Session.get(model.Package, package_id)
        if package and package.extras.get(PRIORITY[0]) not in (None, "", "[]"):
            return {key: package.extras.get(key, "") for key in PRIORITY}
    return {}

"""The desk of an office: its records by where they stand, what was returned, and what is due."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model
from sqlalchemy.orm import aliased

from ckanext.lebak.audit import AuditEntry
from ckanext.lebak.people.capacities import DEPUTY, HEAD, OPERATOR, in_force
from ckanext.lebak.people.model import Capacity
from ckanext.lebak.profiles.terms import WIB
from ckanext.lebak.release import gate, review_notes, rules
from ckanext.lebak.release.content import record as record_in
from ckanext.lebak.release.handing_in import CLOSED, DATASET
from ckanext.lebak.release.model import Confirmation, ReviewNote, Workflow
from ckanext.lebak.release.requirements import Missing, missing_at_release
from ckanext.lebak.statistics import private

CONSENT = rules.CONSENT
SECTIONS = (rules.REJECTED, CONSENT, rules.DRAFT, rules.IN_REVIEW, rules.APPROVED, rules.WITHDRAWN)
"""In the order of what asks for work first. Codes of vocabularies/publishing_status.csv, and `CONSENT`."""

UNFINISHED = frozenset({rules.REJECTED, CONSENT, rules.DRAFT})
"""Sections whose records show what is missing and what was returned."""

DAYS_AHEAD = 30
FIRST = 5
"""Records of a section on the first page of the desk."""
PAGE = 20

RELEASE_PROMISED, UPDATE_PROMISED = "jadwal_rilis", "jadwal_pemutakhiran"


@dataclass(frozen=True)
class Office:
    """An office that a person works for.

    Attributes:
        heads: Whether the person consents there: the head, or who acts in the head's place.
        is_head: Whether the person is the head.
    """

    id: str
    name: str
    title: str
    heads: bool
    is_head: bool


@dataclass
class Record:
    """A record on the desk.

    Attributes:
        section: One of `SECTIONS`.
        step: Who is waited for (``release.rules``).
        since: When it came there; None for a draft that was never saved under these rules.
        released: Title and address of the released record that this is a change of.
        change: Address and section of the change of this record that has begun.
        missing: What it lacks for its release.
        without_table: Whether it has neither a file nor a link.
        resources: Its files, where its missing fields or notes are shown.
        notes: Open notes of the review.
        said: Why it was returned or declined, in words.
    """

    id: str
    name: str
    title: str
    type: str
    section: str
    step: str
    since: dt.datetime | None
    submitted_by: str | None
    release_on: dt.date | None
    released: dict[str, str] | None
    change: dict[str, str] | None
    missing: list[Missing] = field(default_factory=list)
    without_table: bool = False
    resources: list[dict[str, Any]] = field(default_factory=list)
    notes: list[dict[str, Any]] = field(default_factory=list)
    said: str = ""


@dataclass(frozen=True)
class Due:
    """A promise of a released record.

    Attributes:
        promise: `RELEASE_PROMISED` or `UPDATE_PROMISED`.
        day: The promised day, as ``2026-12-31``.
        overdue: Whether it is past.
        change: Address of the change of the record that has begun; empty for none.
    """

    id: str
    name: str
    title: str
    type: str
    promise: str
    day: str
    overdue: bool
    change: str


def offices_of(user: model.User) -> list[Office]:
    """The offices that a person works for: operator, head, or in the head's place; by title."""
    member, group = model.Member, model.Group
    deputy = sa.exists().where(
        Capacity.user_id == user.id, Capacity.organization_id == group.id, Capacity.capacity == DEPUTY, in_force()
    )
    query = (
        sa.select(group.id, group.name, group.title, member.capacity, deputy.label("deputy"))
        .join(member, member.group_id == group.id)
        .where(
            member.table_name == "user",
            member.table_id == user.id,
            member.state == model.State.ACTIVE,
            group.is_organization.is_(True),
            group.state == model.State.ACTIVE,
            sa.or_(member.capacity.in_((OPERATOR, HEAD)), deputy),
        )
        .order_by(group.title, group.name)
    )
    return [
        Office(row.id, row.name, row.title or row.name, row.deputy or row.capacity == HEAD, row.capacity == HEAD)
        for row in model.Session.execute(query)
    ]


def works_somewhere(user: model.User) -> bool:
    """Whether a person works for any office."""
    return bool(offices_of(user))


def members_of(office: Office) -> list[model.User]:
    """Who works for an office beside its head, by name: whom the head may name in their place."""
    query = (
        sa.select(model.User)
        .join(model.Member, model.Member.table_id == model.User.id)
        .where(
            model.Member.table_name == "user",
            model.Member.group_id == office.id,
            model.Member.state == model.State.ACTIVE,
            model.Member.capacity != HEAD,
            model.User.state == model.State.ACTIVE,
        )
        .order_by(model.User.fullname, model.User.name)
    )
    return list(model.Session.scalars(query))


def may_edit_now(package_id: str) -> bool:
    """Whether the content of a record may change now. Everywhere else its forms lead to what to do instead."""
    return gate.opening() is not None or gate.place_of(package_id) in rules.EDITABLE


def released_of(package_id: str) -> model.Package | None:
    """The released record that a working copy is a change of; None for any other record."""
    row = gate.workflow_of(package_id)
    return model.Session.get(model.Package, row.release_of) if row and row.release_of else None


# --- records by section -----------------------------------------------------------------------------------------------

_status = sa.func.coalesce(Workflow.status, rules.DRAFT)
_section = sa.case(
    (sa.and_(_status == rules.DRAFT, Workflow.step == rules.CONSENT), CONSENT),
    else_=_status,
)
_order = (
    sa.case((_section == rules.APPROVED, model.Package.title)),
    sa.case((_section == rules.DRAFT, model.Package.metadata_modified)).desc(),
    Workflow.since,
    model.Package.id,
)


def _of_office(office_id: str) -> sa.ColumnElement[bool]:
    return sa.and_(
        model.Package.owner_org == office_id,
        model.Package.state != model.State.DELETED,
        model.Package.type.in_(list(tk.h.scheming_dataset_schemas())),
        # A change that became the released record, and is about to go.
        sa.func.coalesce(Workflow.step, "") != rules.SWITCHED,
    )


def overview(office_id: str) -> tuple[dict[str, int], dict[str, list[Record]]]:
    """How many records of an office stand in each section, and the first of each; sections without any are left out."""
    each = (
        sa.select(
            model.Package.id,
            _section.label("section"),
            sa.func.row_number().over(partition_by=_section, order_by=_order).label("position"),
            sa.func.count().over(partition_by=_section).label("number"),
        )
        .outerjoin(Workflow, Workflow.package_id == model.Package.id)
        .where(_of_office(office_id))
        .subquery()
    )
    query = sa.select(each).where(each.c.position <= FIRST).order_by(each.c.position)
    rows = model.Session.execute(query).all()
    numbers = {row.section: row.number for row in rows}
    found = _told([row.id for row in rows])
    sections = {name: [record for record in found if record.section == name] for name in SECTIONS if name in numbers}
    return {name: numbers.get(name, 0) for name in SECTIONS}, sections


def counts(office_id: str) -> dict[str, int]:
    """How many records of an office stand in each section; 0 is told too."""
    each = (
        sa.select(_section.label("section"))
        .select_from(model.Package)
        .outerjoin(Workflow, Workflow.package_id == model.Package.id)
        .where(_of_office(office_id))
        .subquery()
    )
    query = sa.select(each.c.section, sa.func.count()).group_by(each.c.section)
    found = {row[0]: row[1] for row in model.Session.execute(query)}
    return {section: found.get(section, 0) for section in SECTIONS}


def records(office_id: str, section: str, *, limit: int, offset: int = 0) -> list[Record]:
    """The records of an office in a section, in its order.

    Those that wait longest stand first; of drafts the last touched; what is public by title.

    Args:
        office_id: Id of the office.
        section: One of `SECTIONS`.
        limit: At most so many.
        offset: After so many.
    """
    query = (
        sa.select(model.Package.id)
        .outerjoin(Workflow, Workflow.package_id == model.Package.id)
        .where(_of_office(office_id), _section == section)
        .order_by(*_order)
        .limit(limit)
        .offset(offset)
    )
    return _told(list(model.Session.scalars(query)))


def _told(ids: list[str]) -> list[Record]:
    """These records, in this order."""
    released, change = aliased(model.Package), aliased(Workflow)
    copy = aliased(model.Package)
    query = (
        sa.select(
            model.Package.id,
            model.Package.name,
            model.Package.title,
            model.Package.type,
            _section.label("section"),
            Workflow.step,
            Workflow.since,
            Workflow.submitted_by,
            Workflow.release_on,
            released.name.label("released_name"),
            released.title.label("released_title"),
            copy.name.label("copy_name"),
            change.status.label("copy_status"),
            change.step.label("copy_step"),
        )
        .outerjoin(Workflow, Workflow.package_id == model.Package.id)
        .outerjoin(released, released.id == Workflow.release_of)
        .outerjoin(change, change.release_of == model.Package.id)
        .outerjoin(copy, copy.id == change.package_id)
        .where(model.Package.id.in_(ids))
    )
    found = {row.id: _record(row) for row in model.Session.execute(query)}
    ordered = [found[id_] for id_ in ids if id_ in found]
    _tell_what_to_do([record for record in ordered if record.section in UNFINISHED])
    return ordered


def _record(row: Any) -> Record:
    change = None
    if row.copy_name:
        place = CONSENT if row.copy_step == rules.CONSENT else row.copy_status
        change = {"name": row.copy_name, "section": place}
    return Record(
        id=row.id,
        name=row.name,
        title=row.title or row.name,
        type=row.type,
        section=row.section,
        step=row.step or "",
        since=row.since,
        submitted_by=row.submitted_by,
        release_on=row.release_on,
        released={"name": row.released_name, "title": row.released_title} if row.released_name else None,
        change=change,
    )


def _tell_what_to_do(found: Collection[Record]) -> None:
    notes, said = open_notes(record.id for record in found), _said(record.id for record in found)
    for record in found:
        content = {**(record_in(model.Session.connection(), record.id) or {}), "name": record.name}
        record.resources = content.get("resources", [])
        record.missing = missing_at_release(
            content, tk.h.scheming_get_dataset_schema(record.type), private.of(record.id)
        )
        closed = content.get("accessRights") == CLOSED
        record.without_table = record.type == DATASET and not record.resources and not closed
        record.notes, record.said = notes[record.id], said.get(record.id, "")


def open_notes(package_ids: Iterable[str]) -> dict[str, list[dict[str, Any]]]:
    """The notes of the review that are not closed, by record, in the order in which they were written."""
    query = (
        sa.select(ReviewNote)
        .where(ReviewNote.package_id.in_(list(package_ids)), ReviewNote.closed_at.is_(None))
        .order_by(ReviewNote.id)
    )
    found: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    for note in model.Session.scalars(query):
        found[note.package_id].append(review_notes.shown(note))
    return found


_BACK = tuple(f"release.{act}" for act in (rules.RETURN, rules.DECLINE))
_FORWARD = (f"release.{rules.SUBMIT}",)


def _said(package_ids: Iterable[str]) -> dict[str, str]:
    """What was said when each record came back last, unless it was handed in again since."""
    query = (
        sa.select(AuditEntry)
        .where(AuditEntry.package_id.in_(list(package_ids)), AuditEntry.act.in_((*_BACK, *_FORWARD)))
        .order_by(AuditEntry.id)
    )
    last = {entry.package_id or "": entry for entry in model.Session.scalars(query).unique()}
    return {package_id: entry.text for package_id, entry in last.items() if entry.act in _BACK}


# --- what is due ------------------------------------------------------------------------------------------------------


def due(office_id: str, *, limit: int, today: dt.date | None = None) -> tuple[list[Due], int]:
    """What an office promised of its released records and is due within `DAYS_AHEAD` days, or past; the oldest first.

    Args:
        office_id: Id of the office.
        limit: At most so many.
        today: In the county's time; without it, today.

    Returns:
        The promises, and how many there are.
    """
    now = today or dt.datetime.now(WIB).date()
    last_day = (now + dt.timedelta(days=DAYS_AHEAD)).isoformat()
    change, copy = aliased(Workflow), aliased(model.Package)
    extras = model.package_table.c.extras
    # A confirmation since the release says anew when the office looks again.
    since = sa.and_(Confirmation.package_id == model.Package.id, Confirmation.at > Workflow.since)
    later = aliased(Confirmation)
    newest = ~sa.exists().where(later.package_id == Confirmation.package_id, later.id > Confirmation.id)
    confirmed = sa.cast(Confirmation.next_day, sa.UnicodeText)

    def promised(promise: str, day: sa.ColumnElement[str], *conditions: sa.ColumnElement[bool]) -> sa.Select[Any]:
        return (
            sa.select(
                model.Package.id,
                model.Package.name,
                model.Package.title,
                model.Package.type,
                sa.literal(promise).label("promise"),
                day.label("day"),
                copy.name.label("change"),
            )
            .join(Workflow, Workflow.package_id == model.Package.id)
            .outerjoin(change, change.release_of == model.Package.id)
            .outerjoin(copy, copy.id == change.package_id)
            .where(_of_office(office_id), Workflow.status == rules.APPROVED)
            .where(day > "", day <= last_day, *conditions)
        )

    both = sa.union_all(
        promised(RELEASE_PROMISED, extras[RELEASE_PROMISED].astext),
        promised(UPDATE_PROMISED, extras[UPDATE_PROMISED].astext, ~sa.exists().where(since)),
        promised(UPDATE_PROMISED, confirmed, since, newest),
    ).subquery()
    query = (
        sa.select(both, sa.func.count().over().label("number"))
        .order_by(both.c.day, both.c.title, both.c.promise)
        .limit(limit)
    )
    rows = model.Session.execute(query).all()
    found = [
        Due(
            row.id,
            row.name,
            row.title or row.name,
            row.type,
            row.promise,
            row.day,
            row.day < now.isoformat(),
            row.change or "",
        )
        for row in rows
    ]
    return found, rows[0].number if rows else 0

"""What is shown of proposals, and to whom.

Of a proposal the public sees its title, office, status and number, once the walidata has passed it on: `Public` is all
there is of it, and the title is the one that was passed on, whatever the office writes meanwhile. Offices see that much
of each other's; who works with a proposal sees where it stands and its history.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import authz, model
from ckan.types import Context

from ckanext.lebak.people.capacities import PEMBINA, WALIDATA, capacities_of
from ckanext.lebak.proposals import days, similar, standing, states
from ckanext.lebak.proposals.model import ProposalEntry
from ckanext.lebak.proposals.recording import FORM, TYPE, entries, entries_of, today
from ckanext.lebak.release import gate, rules
from ckanext.lebak.release.model import Workflow
from ckanext.lebak.release.people import offices_of
from ckanext.lebak.release.visibility import public_packages
from ckanext.lebak.vocabulary import vocabulary

ACTIVITY = "kegiatan-statistik"
VARIABLES = {TYPE: "variabel", ACTIVITY: "iii_variabel_yang_dikumpulkan"}
"""Where each type of record has its variables: rows with a ``nama``."""


class Public(NamedTuple):
    """What everybody sees of a proposal: this, and nothing else.

    Attributes:
        status: Code of vocabularies/romantik_status.csv; empty while it is not entered in Romantik yet.
        number: Of the recommendation; empty for none.
    """

    title: str
    office: str
    status: str
    number: str


@dataclass(frozen=True)
class Found:
    """Work that is the same as a proposal or similar to it.

    Attributes:
        kind: `ACTIVITY`, or the type of proposals.
        words: What its status is called; of a proposal of others that is not at BPS yet, that it is with the walidata.
        address: Address of its page for who may see that; empty for others.
        same: Whether it has the very same words.
        shared: The words that both have, where the person may see the record.
    """

    kind: str
    title: str
    office: str
    status: str
    words: str
    address: str
    same: bool
    shared: tuple[str, ...]


def public_list() -> list[Public]:
    """What everybody sees of all proposals, by office and title."""
    passed_on = sa.or_(
        sa.and_(Workflow.status == rules.IN_REVIEW, Workflow.step == rules.BPS),
        model.Package.id.in_(sa.select(ProposalEntry.package_id)),
    )
    return [told for _id, told in _public(passed_on)]


def _public(condition: sa.ColumnElement[bool]) -> list[tuple[str, Public]]:
    query = (
        sa.select(model.Package.id, _passed_title().label("title"), model.Group.title.label("office"))
        .join(Workflow, Workflow.package_id == model.Package.id)
        .join(model.Group, model.Group.id == model.Package.owner_org)
        .where(model.Package.type == TYPE, model.Package.state != model.State.DELETED, condition)
        .order_by(model.Group.title, _passed_title(), model.Package.id)
    )
    rows = model.Session.execute(query).all()
    told = entries(row.id for row in rows)
    found = []
    for row in rows:
        now = standing.standing(told[row.id])
        found.append((row.id, Public(row.title, row.office or "", now.status, now.number)))
    return found


class Standing(NamedTuple):
    """Where a proposal stands, for who works with it.

    Attributes:
        now: At BPS.
        place: With us (``release.rules``).
        waited: Days that BPS has had the complete form; None while nobody said that it is complete.
        history: All that was recorded, the oldest first.
        names: Display names of who recorded it, by account.
        next: What can be recorded by hand now.
    """

    now: standing.Standing
    place: rules.Place
    waited: days.Count | None
    history: list[ProposalEntry]
    names: Mapping[str, str]
    next: list[str]


def standing_of(package: model.Package, *, day: dt.date | None = None) -> Standing:
    """Where a proposal stands, for who works with it.

    Args:
        package: The proposal.
        day: In the county's time; without it, today.
    """
    now_day = day or today()
    history = entries_of(package.id)
    now = standing.standing(history)
    row = model.Session.get(Workflow, package.id)
    place = row.place if row else rules.Place(rules.DRAFT)
    waited = days.since(now.complete_on, now.decided_on or now_day) if now.complete_on else None
    accounts = sa.select(model.User).where(model.User.name.in_({entry.by for entry in history}))
    names = {user.name: user.display_name for user in model.Session.scalars(accounts)}
    open_now = [what for what in standing.RECORDED_BY_HAND if standing.refusal(now, what, now_day, now_day) is None]
    if place.step != rules.BPS:
        # Romantik may hear that it is given up also while the office mends it.
        open_now = [what for what in open_now if what == states.CANCELLED]
    return Standing(now, place, waited, history, names, open_now)


def work_of(user: model.User) -> list[dict[str, Any]]:
    """The proposals that a person works with, the last touched first: those of their offices, and what they check.

    Returns:
        For each ``name``, ``title``, ``office``, ``place``, ``now`` (``standing.Standing``) and ``form``.
    """
    checked = _handed_in() if capacities_of(user) & {WALIDATA, PEMBINA} else sa.false()
    query = (
        sa.select(model.Package, model.Group.title)
        .outerjoin(model.Group, model.Group.id == model.Package.owner_org)
        .where(
            model.Package.type == TYPE,
            model.Package.state != model.State.DELETED,
            sa.or_(_of_offices(user), checked),
        )
        .order_by(model.Package.metadata_modified.desc(), model.Package.id)
    )
    seen = [(package, office) for package, office in model.Session.execute(query) if _sees(user, package.id)]
    told = entries(package.id for package, _office in seen)
    places = model.Session.execute(
        sa.select(Workflow).where(Workflow.package_id.in_([package.id for package, _office in seen]))
    ).scalars()
    place = {row.package_id: row.place for row in places}
    return [
        {
            "name": package.name,
            "title": package.title or package.name,
            "office": office or "",
            "place": place.get(package.id, rules.Place(rules.DRAFT)),
            "now": standing.standing(told[package.id]),
            "form": package.extras.get(FORM, ""),
        }
        for package, office in seen
    ]


def similar_to(user: model.User, title: str, variables: Iterable[str], *, package_id: str = "") -> list[Found]:
    """Activities and proposals of all offices that are the same as one, or similar to it.

    Compared are activities and proposals that were handed in by any office, and all of the person's own offices. What
    others only draft is their own affair; of what they handed in title and office are told.

    Args:
        user: Who proposes it, or checks it.
        title: Of the proposal.
        variables: Names of what it measures.
        package_id: Its id, if it has one: it is not found itself.
    """
    mine = _of_offices(user)
    query = (
        sa.select(model.Package, model.Group.title, _passed_title())
        .outerjoin(model.Group, model.Group.id == model.Package.owner_org)
        .outerjoin(Workflow, Workflow.package_id == model.Package.id)
        .where(
            model.Package.state != model.State.DELETED,
            sa.or_(
                sa.and_(model.Package.type == ACTIVITY, sa.or_(public_packages(), _handed_in(), mine)),
                sa.and_(model.Package.type == TYPE, sa.or_(_handed_in(), mine)),
            ),
        )
    )
    there = {package.id: (package, office, title) for package, office, title in model.Session.execute(query)}
    works = [similar.Work(id_, package.title or "", variables_of(package)) for id_, (package, *_) in there.items()]
    matches = similar.similar(similar.Work(package_id, title, tuple(variables)), works)
    told = entries(match.work.id for match in matches)
    return [_found(user, match, *there[match.work.id], told[match.work.id]) for match in matches]


def variables_of(package: model.Package) -> tuple[str, ...]:
    """The names of the variables of an activity or a proposal."""
    return names_in(package.extras.get(VARIABLES.get(package.type, ""), ""))


def names_in(rows: Any) -> tuple[str, ...]:
    """The names in rows of variables, which are stored as JSON text and shown as a list."""
    try:
        read = json.loads(rows) if isinstance(rows, str) and rows else rows
    except ValueError:
        return ()
    listed = read if isinstance(read, list) else []
    return tuple(str(row["nama"]) for row in listed if isinstance(row, dict) and row.get("nama"))


def _found(
    user: model.User,
    match: similar.Match,
    package: model.Package,
    office: str | None,
    passed_title: str,
    told: list[ProposalEntry],
) -> Found:
    sees, place = _sees(user, package.id), gate.place_of(package.id)
    status = standing.standing(told).status if package.type == TYPE else ""
    if not sees:
        place = None if status or place.step == rules.BPS else rules.Place(rules.IN_REVIEW)
    return Found(
        kind=package.type,
        title=(package.title or "") if sees else passed_title,
        office=office or "",
        status=status,
        words=status_words(status, place) if package.type == TYPE else "",
        address=tk.h.url_for(f"{package.type}.read", id=package.name) if sees else "",
        same=match.same,
        shared=match.shared if sees else (),
    )


def status_words(status: str, place: rules.Place | None = None) -> str:
    """What a status is called, in the language of the page; for what is not entered in Romantik yet, where it is.

    Args:
        status: Code of vocabularies/romantik_status.csv, or empty.
        place: Where the record is, if the reader may know.
    """
    if status and (place is None or place.step == rules.BPS):
        return vocabulary("romantik_status")[status].label(tk.h.lang() or "id")
    if place is None or place.step == rules.BPS:
        return tk._("Checked by the walidata, not entered in Romantik yet")
    if place.status == rules.IN_REVIEW:
        return tk._("With the walidata")
    if place.status == rules.REJECTED:
        return tk._("To be mended by the office")
    return tk._("Being prepared by the office")


def _passed_title() -> sa.Function[str]:
    """The title of a proposal as the walidata passed it on; where nobody did, and of an activity, that it has."""
    return sa.func.coalesce(Workflow.passed_title, model.Package.title, "")


def _handed_in() -> sa.ColumnElement[bool]:
    # Not correlated: a query that asks for the title that was passed on has the table too.
    handed_in = sa.select(Workflow.package_id).where(Workflow.status != rules.DRAFT).correlate(None)
    return model.Package.id.in_(handed_in)


def _of_offices(user: model.User) -> sa.ColumnElement[bool]:
    return model.Package.owner_org.in_(offices_of(user))


def _sees(user: model.User, package_id: str) -> bool:
    asking = Context(user=user.name, auth_user_obj=user)
    return authz.is_authorized_boolean("package_show", asking, {"id": package_id})

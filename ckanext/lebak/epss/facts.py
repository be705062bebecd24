"""What the catalog counts of a year, for the self-assessment."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa
from ckan import model

from ckanext.lebak.audit import AuditEntry
from ckanext.lebak.desks.checklist import REFERENCES
from ckanext.lebak.feed.model import FeedVisit
from ckanext.lebak.forum import counting
from ckanext.lebak.forum.figures import Figures, total
from ckanext.lebak.forum.model import Decision, Meeting
from ckanext.lebak.planning import versions
from ckanext.lebak.profiles.terms import WIB
from ckanext.lebak.release import rules
from ckanext.lebak.release.model import Release, Workflow
from ckanext.lebak.tables.reading import READERS

OPEN = "terbuka"
"""Code of vocabularies/access.csv."""
REVISION = "revisi"
"""Code of vocabularies/release_status.csv."""


@dataclass(frozen=True)
class Facts:
    """Numbers of a year.

    Attributes:
        figures: Those of the Forum.
        version: Number of the agreed list's last version; 0 where none was agreed.
        readable: Released datasets with a table in a format that programs read.
        coded: Released datasets that name their area, field of government and reference codes.
        closed: Released records with a limit on who may read the files.
        reasoned: Those of them with a reason and a legal basis.
        returned: Hand-ins that the walidata returned in the year.
        approved: Hand-ins that it released.
        reviewed: Records that the pembina agreed or objected to in the year.
        releases: Releases in the year.
        revised: Those of them that are revisions with their reason.
        repeated: Released datasets with more than one release.
        harvests: Answers that programs took from the feed in the year.
        meetings: Meetings of the Forum in the year.
        decisions: What they decided.
    """

    figures: Figures
    version: int
    readable: int
    coded: int
    closed: int
    reasoned: int
    returned: int
    approved: int
    reviewed: int
    releases: int
    revised: int
    repeated: int
    harvests: int
    meetings: int
    decisions: int


def of_year(year: int, *, today: dt.date | None = None) -> Facts:
    """Counts them.

    Args:
        year: The year; what is released counts as it is today.
        today: In the county's time; without it, today.
    """
    newest = next(iter(versions.of_year(year)), None)
    begin, end = (dt.datetime(each, 1, 1, tzinfo=WIB) for each in (year, year + 1))
    package, extras = model.Package, model.package_table.c.extras
    public = [
        package.id == Workflow.package_id,
        package.type == counting.DATASET,
        package.state == model.State.ACTIVE,
        Workflow.status == rules.APPROVED,
        Workflow.release_of.is_(None),
    ]

    def said(*names: str) -> sa.ColumnElement[bool]:
        return sa.and_(*(sa.func.coalesce(extras[name].astext, "").not_in(("", "[]")) for name in names))

    def datasets(*conditions: sa.ColumnElement[bool]) -> int:
        return _count(package.id, *public, *conditions)

    def acts(*names: str) -> int:
        named = [f"release.{name}" for name in names]
        return _count(AuditEntry.id, AuditEntry.act.in_(named), AuditEntry.at >= begin, AuditEntry.at < end)

    in_year = (Release.at >= begin, Release.at < end)
    table = sa.exists().where(
        model.Resource.package_id == package.id,
        model.Resource.state == model.State.ACTIVE,
        sa.func.upper(model.Resource.format).in_(sorted(READERS)),
    )
    again = sa.select(Release.package_id).group_by(Release.package_id).having(sa.func.count() > 1)
    limited = (said("accessRights"), extras["accessRights"].astext != OPEN)
    held = (Meeting.held_on >= dt.date(year, 1, 1), Meeting.held_on <= dt.date(year, 12, 31))
    visits = sa.select(sa.func.coalesce(sa.func.sum(FeedVisit.requests - FeedVisit.errors), 0)).where(
        sa.extract("year", FeedVisit.day) == year
    )
    return Facts(
        figures=total(counting.of_year(year, today=today)),
        version=newest.number if newest else 0,
        readable=datasets(table),
        coded=datasets(said(*REFERENCES)),
        closed=datasets(*limited),
        reasoned=datasets(*limited, said("alasan_akses", "dasar_hukum_akses")),
        returned=acts(rules.RETURN),
        approved=acts(rules.APPROVE),
        reviewed=acts(rules.AGREE, rules.OBJECT),
        releases=_count(Release.id, *in_year),
        revised=_count(Release.id, *in_year, Release.kind == REVISION, Release.reason != ""),
        repeated=datasets(package.id.in_(again)),
        harvests=int(model.Session.scalar(visits) or 0),
        meetings=_count(Meeting.id, *held),
        decisions=_count(Decision.id, Decision.meeting_id == Meeting.id, *held),
    )


def _count(what: sa.ColumnElement[object] | object, *conditions: sa.ColumnElement[bool]) -> int:
    return model.Session.scalar(sa.select(sa.func.count(what)).where(*conditions)) or 0  # type: ignore[arg-type]

"""An activity of last year as the beginning of this year's. Pure but for the search of one that is there already."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from ckan import model
from ckan.lib.munge import munge_title_to_name

from ckanext.lebak.release.model import Workflow
from ckanext.lebak.statistics.questions import form

YEAR = "tahun_kegiatan"
PLANNED = {"tahap_kegiatan": "rencana"}
_LONGEST_NAME = 90
"""CKAN takes names of 100 letters."""


def for_year(activity: Mapping[str, Any], year: str, names: frozenset[str] = frozenset()) -> dict[str, Any]:
    """What ``package_create`` takes for the same activity in another year, as a plan.

    Dates, numbers that others issue, and how it went stay behind (``salin: false``).

    Args:
        activity: As ``package_show`` gives it.
        year: The year.
        names: Names that are taken.
    """
    copied = {
        question.key: activity[question.key]
        for question in form("MS-Keg").questions
        if question.copied and not question.private and activity.get(question.key) not in (None, "", [], {})
    }
    return {
        **copied,
        **PLANNED,
        "type": activity["type"],
        "owner_org": activity["owner_org"],
        YEAR: year,
        "name": _free_name(str(activity["title"]), year, names),
    }


def next_year(activity: Mapping[str, Any]) -> str:
    """The year after that of an activity; empty if it has none."""
    year = str(activity.get(YEAR) or "")
    return str(int(year) + 1) if year.isdigit() else ""


def same_in(activity: Mapping[str, Any], year: str) -> str | None:
    """Name of the record of the same activity of the same office in a year, if there is one already."""
    package = model.Package
    copies = sa.select(Workflow.package_id).where(Workflow.release_of.is_not(None))
    query = sa.select(package.name).where(
        package.type == activity["type"],
        package.owner_org == activity["owner_org"],
        package.state != model.State.DELETED,
        sa.func.lower(package.title) == str(activity["title"]).lower(),
        package.extras[YEAR].astext == year,
        package.id.not_in(copies),
    )
    return model.Session.scalar(query.limit(1))


def names_like(title: str) -> frozenset[str]:
    """The names of records that begin as that of a title would."""
    head = munge_title_to_name(title)[: _LONGEST_NAME - 5].strip("-")
    query = sa.select(model.Package.name).where(model.Package.name.startswith(head, autoescape=True))
    return frozenset(model.Session.scalars(query))


def _free_name(title: str, year: str, names: frozenset[str]) -> str:
    head = f"{munge_title_to_name(title)[: _LONGEST_NAME - 5].strip('-')}-{year}"
    if head not in names:
        return head
    number = next(number for number in range(2, len(names) + 3) if f"{head}-{number}" not in names)
    return f"{head}-{number}"

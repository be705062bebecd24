"""What an office promised and is due, and what is overdue. Looked at once a day.

A public dataset says when the data of its next period come out (``jadwal_rilis``) and when the present ones are looked
over again (``jadwal_pemutakhiran``).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

import sqlalchemy as sa
from ckan import model

from ckanext.lebak.notices import telling
from ckanext.lebak.notices.model import DUE, OVERDUE, Notice
from ckanext.lebak.profiles.terms import WIB
from ckanext.lebak.release import confirmation
from ckanext.lebak.release.model import Release
from ckanext.lebak.release.visibility import public_packages

RENEWED = "jadwal_pemutakhiran"
FIELDS = ("jadwal_rilis", RENEWED)
AHEAD = (30, 7)
"""Days before the promised one on which the office is reminded."""
_WEEK = 7
_KEPT_DAYS = 400


def stage(promised: dt.date, today: dt.date) -> tuple[str, int] | None:
    """What is to be said of a promise today. Pure.

    Args:
        promised: The promised day.
        today: Today.

    Returns:
        What, and its number: days ahead (30, then 7), or weeks overdue (from 0, the day after). The same as yesterday
        unless something new is to be said, so a day without a look loses nothing. None while it is far away.
    """
    left = (promised - today).days
    if left < 0:
        return OVERDUE, (-left - 1) // _WEEK
    ahead = [days for days in AHEAD if left <= days]
    return (DUE, min(ahead)) if ahead else None


def is_kept(promised: dt.date, releases: Iterable[tuple[dt.date, str]]) -> bool:
    """Whether a promise was kept by a release, though the day still stands in the record. Pure.

    Args:
        promised: The promised day.
        releases: Of each release its day and the promise that it says itself, the oldest first.
    """
    made = False
    for day, said in releases:
        early = made and day >= promised - dt.timedelta(days=max(AHEAD))
        if day >= promised or early:
            return True
        made = made or said == promised.isoformat()
    return False


def note_due(today: dt.date | None = None) -> int:
    """Tells offices what is due and what is overdue, each step once. Commits.

    Args:
        today: In the county's time; without it, today.

    Returns:
        How many records were told of.
    """
    day = today or dt.datetime.now(WIB).date()
    told = 0
    for field in FIELDS:
        found = _promised(field, day + dt.timedelta(days=max(AHEAD)))
        releases = _releases(field, [package.id for package, _ in found])
        for package, said in found:
            confirmed = confirmation.of_release(package.id) if field == RENEWED else None
            promised = max(said, confirmed.next_day) if confirmed else said
            now = stage(promised, day)
            if now is None or is_kept(promised, releases.get(package.id, [])):
                continue
            what, number = now
            once = f"{package.id}:{field}:{promised}:{what}:{number}"
            people = telling.office(package.owner_org)
            telling.add(what, package, people, once=once, field=field, promised=promised.isoformat())
            told += 1
    _forget()
    model.Session.commit()
    return told


def _promised(field: str, until: dt.date) -> list[tuple[model.Package, dt.date]]:
    said = model.package_table.c.extras[field].astext
    # Days are kept as text that sorts like days.
    query = sa.select(model.Package, said).where(public_packages(), said != "", said <= until.isoformat())
    return [(package, promised) for package, text in model.Session.execute(query) if (promised := _day(text))]


def _day(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None


def _releases(field: str, package_ids: list[str]) -> dict[str, list[tuple[dt.date, str]]]:
    query = (
        sa.select(Release.package_id, Release.at, Release.record[field].astext)
        .where(Release.package_id.in_(package_ids), Release.withdrawn_at.is_(None))
        .order_by(Release.number)
    )
    found: dict[str, list[tuple[dt.date, str]]] = {}
    for package_id, at, said in model.Session.execute(query):
        found.setdefault(package_id, []).append((at.astimezone(WIB).date(), said or ""))
    return found


def _forget() -> None:
    old = sa.func.now() - sa.func.make_interval(0, 0, 0, _KEPT_DAYS)
    model.Session.execute(sa.delete(Notice).where(Notice.at < old))

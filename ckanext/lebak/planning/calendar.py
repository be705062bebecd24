"""The release calendar: the promised days, by month for a page, and as iCalendar (RFC 5545) for a calendar program."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from itertools import groupby
from typing import Any

from icalendar import Calendar, Event

from ckanext.lebak.planning.exchange import STATES
from ckanext.lebak.planning.public import NOT_YET_DUE

Entry = Mapping[str, Any]


def by_month(entries: Iterable[Entry]) -> list[tuple[str, list[Entry]]]:
    """Entries by month of the promised day, as ``2026-03``, and in it by day and title.

    Args:
        entries: As ``public.view`` gives them.
    """
    ordered = sorted(entries, key=lambda one: (one["jadwal_rilis"], one["title"].casefold()))
    return [(month, list(found)) for month, found in groupby(ordered, key=lambda one: one["jadwal_rilis"][:7])]


def ics(entries: Iterable[Entry], *, name: str, host: str, address: str, at: dt.datetime) -> bytes:
    """A calendar with a whole day for each promise.

    Args:
        entries: As ``public.view`` gives them.
        name: What the calendar is called.
        host: Of the site: the ids of events are unique with it.
        address: The full address of the list.
        at: When the list was agreed on: the same list gives the same file.
    """
    calendar = Calendar()
    calendar.add("prodid", "-//Kabupaten Lebak//Daftar Data//ID")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", name)
    for one in entries:
        day = dt.date.fromisoformat(one["jadwal_rilis"])
        event = Event()
        event.add("uid", f"{one['id']}@{host}")
        event.add("dtstamp", at.astimezone(dt.timezone.utc))
        event.add("dtstart", day)
        event.add("dtend", day + dt.timedelta(days=1))
        event.add("summary", f"{one['title']} ({one['period']})")
        event.add("description", f"{one['organization']}. {STATES[one['state']]}.")
        event.add("url", address)
        event.add("transp", "TRANSPARENT")
        event.add("status", "TENTATIVE" if one["state"] == NOT_YET_DUE else "CONFIRMED")
        calendar.add_component(event)
    return calendar.to_ical()

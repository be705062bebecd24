"""The round of a year: the coordinator opens and closes it (Perpres 39/2019, articles 23 and 24)."""

from __future__ import annotations

import datetime as dt

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model

from ckanext.lebak import audit
from ckanext.lebak.planning import reminders
from ckanext.lebak.planning.model import Round, now
from ckanext.lebak.profiles.terms import WIB

YEARS = (2019, 2100)
"""Satu Data Indonesia begins with Perpres 39/2019; what lies after the century is a typing error."""


def listed() -> list[Round]:
    """All rounds, the newest first."""
    return list(model.Session.scalars(sa.select(Round).order_by(Round.year.desc())))


def get(year: int) -> Round:
    """The round of a year.

    Raises:
        ObjectNotFound: There is none.
    """
    # A number that is no year may be larger than the database takes.
    found = model.Session.get(Round, year) if YEARS[0] <= year <= YEARS[1] else None
    if found is None:
        raise tk.ObjectNotFound(tk._("There is no planning round of this year."))
    return found


def open_(year: int, until: dt.date, actor: str) -> Round:
    """Opens the round of a year, or opens it again: then what changes becomes the next version.

    Args:
        year: In which what is promised comes out.
        until: The day until which offices are asked to hand in.
        actor: Name of the account.

    Raises:
        ValidationError: It is open already, or the year or the day cannot be.
    """
    if not YEARS[0] <= year <= YEARS[1]:
        raise tk.ValidationError({"year": [tk._("Write the year in four digits, for example 2026.")]})
    if until < dt.datetime.now(WIB).date():
        raise tk.ValidationError({"until": [tk._("This day is past. Choose today or a later day.")]})
    found = model.Session.get(Round, year, with_for_update=True)
    if found is None:
        found = Round(year=year, opened_by=actor, until=until)
        model.Session.add(found)
    elif found.closed_at is None:
        raise tk.ValidationError({"year": [tk._("The round of this year is open already.")]})
    else:
        found.opened_at, found.opened_by, found.until = now(), actor, until
        found.closed_at = found.closed_by = None
    audit.note(actor, "round.open", details={"year": year, "until": until.isoformat()})
    model.Session.flush()
    reminders.tell_open(found, actor)
    return found


def close(year: int, actor: str) -> Round:
    """Closes the round of a year: what was handed in stays as it is, to be agreed on.

    Raises:
        ObjectNotFound: There is none.
        ValidationError: It is closed already.
    """
    get(year)
    found = model.Session.get_one(Round, year, with_for_update=True, populate_existing=True)
    if found.closed_at is not None:
        raise tk.ValidationError({"year": [tk._("The round of this year is closed already.")]})
    found.closed_at, found.closed_by = now(), actor
    audit.note(actor, "round.close", details={"year": year})
    return found


def held_open(year: int) -> Round:
    """The round of a year, held open until the caller's transaction ends.

    Raises:
        ObjectNotFound: There is none.
        ValidationError: It is closed.
    """
    get(year)
    # Many hold it together; who closes it waits for all of them.
    found = model.Session.get_one(Round, year, with_for_update={"read": True}, populate_existing=True)
    if found.closed_at is not None:
        sentence = tk._("The round of {year} is closed. Ask the coordinator to open it again.")
        raise tk.ValidationError({"year": [sentence.format(year=year)]})
    return found

"""Actions of an office: what it confirms, and who acts in its head's place."""

from __future__ import annotations

import datetime as dt
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.types import Context, DataDict

from ckanext.lebak.people import deputies
from ckanext.lebak.people.capacities import DEPUTY
from ckanext.lebak.people.model import Capacity
from ckanext.lebak.release import confirmation

__all__ = ["lebak_deputy_end", "lebak_deputy_name", "lebak_release_confirm"]


def lebak_release_confirm(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Confirm that a released record still holds, and say when you look at it again. The record does not change.

    You must be an operator or the head of its office.

    :param id: id or name of the record
    :type id: string
    :param next_day: when you look again, as ``2026-12-31``
    :type next_day: string

    :returns: ``id`` of the record, ``at``, ``by`` and ``next_day``
    :rtype: dictionary
    """
    package = model.Package.get(tk.get_or_bust(data_dict, "id"))
    if package is None:
        raise tk.ObjectNotFound(tk._("Dataset not found"))
    tk.check_access("lebak_release_confirm", context, {"id": package.id})
    made = confirmation.confirm(package, context.get("user") or "", _day(data_dict, "next_day"))
    return {"id": package.id, "at": made.at.isoformat(), "by": made.by, "next_day": made.next_day.isoformat()}


def lebak_deputy_name(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Name a member of your office who acts in your place, from today until a day.

    You must be the head of the office.

    :param id: id or name of the office
    :type id: string
    :param username: name of the account
    :type username: string
    :param until: the last day, as ``2026-12-31``
    :type until: string

    :returns: ``id``, ``username`` and ``until``
    :rtype: dictionary
    """
    office = model.Group.get(tk.get_or_bust(data_dict, "id"))
    if office is None or not office.is_organization:
        raise tk.ObjectNotFound(tk._("Organization not found"))
    tk.check_access("lebak_deputy_name", context, {"id": office.id})
    head = model.User.get(context.get("user"))
    if head is None:
        raise tk.NotAuthorized(tk._("Sign in first."))
    person = model.User.get(str(data_dict.get("username") or ""))
    named = deputies.name(head, office, person, _day(data_dict, "until"))
    model.Session.commit()
    return {"id": named.id, "username": person.name if person else "", "until": str(named.until)}


def lebak_deputy_end(context: Context, data_dict: DataDict) -> None:
    """End at once that somebody acts in your place.

    You must be the head of the office.

    :param id: as ``lebak_deputy_name`` gave it
    :type id: string
    """
    capacity = model.Session.get(Capacity, str(tk.get_or_bust(data_dict, "id")))
    if capacity is None or capacity.capacity != DEPUTY or capacity.ended_at:
        raise tk.ObjectNotFound(tk._("Nobody acts in the head's place by this entry any more."))
    tk.check_access("lebak_deputy_end", context, {"id": capacity.organization_id})
    deputies.end(capacity, by=context.get("user") or "")
    model.Session.commit()


def _day(data_dict: DataDict, key: str) -> dt.date:
    try:
        return dt.date.fromisoformat(str(data_dict.get(key) or "").strip())
    except ValueError:
        raise tk.ValidationError({key: [tk._("Write the day as 2026-12-31.")]}) from None

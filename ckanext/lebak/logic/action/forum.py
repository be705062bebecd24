"""Actions of the Forum: its numbers, its meetings and its decisions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import authz, model
from ckan.types import Context, DataDict

from ckanext.lebak.desks import office as desk
from ckanext.lebak.forum import counting, meetings
from ckanext.lebak.forum.figures import OfficeFigures, total
from ckanext.lebak.forum.next_steps import next_steps
from ckanext.lebak.logic.action.asked import day_of, flag_of, id_of, text_of, year_of
from ckanext.lebak.profiles.terms import WIB
from ckanext.lebak.release import rules

__all__ = [
    "lebak_forum_decision_create",
    "lebak_forum_decision_finish",
    "lebak_forum_meeting_create",
    "lebak_forum_office_show",
    "lebak_forum_show",
    "lebak_forum_summary",
]


@tk.side_effect_free
def lebak_forum_summary(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """What all offices come to in a year: promised, released, late, datasets, and activities that are released.

    :param year: the year; without it, this year
    :type year: int

    :returns: ``year``, ``years`` (of which there is something to tell) and ``total`` (numbers by name)
    :rtype: dictionary
    """
    tk.check_access("lebak_forum_summary", context, data_dict)
    year = _year(data_dict)
    return {
        "year": year,
        "years": counting.years(public=True),
        "total": asdict(total(counting.of_year(year, public=True))),
    }


@tk.side_effect_free
def lebak_forum_show(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """The numbers of each office in a year, and what the Forum decided.

    You must work for an office, or be walidata, pembina or coordinator.

    :param year: the year; without it, this year
    :type year: int

    :returns: ``year``, ``years``, ``total``, ``offices`` (each with ``id``, ``name``, ``title`` and its numbers; the
        last may be of no office, for what belongs to none that produces data now) and ``meetings``, the newest first,
        with their decisions
    :rtype: dictionary
    """
    tk.check_access("lebak_forum_show", context, data_dict)
    year = _year(data_dict)
    offices = counting.of_year(year)
    return {
        "year": year,
        "years": counting.years(),
        "total": asdict(total(offices)),
        "offices": [_shown(office) for office in offices],
        "meetings": [meetings.shown_meeting(meeting) for meeting in meetings.listed()],
    }


@tk.side_effect_free
def lebak_forum_office_show(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """The numbers of an office in a year, and the next three things for it to do.

    You must work for the office, or be walidata, pembina or coordinator.

    :param id: id or name of the office
    :type id: string
    :param year: the year; without it, this year
    :type year: int

    :returns: ``year``, ``years``, ``office`` (as in ``lebak_forum_show``), ``activities`` (those that you
        may read), ``hidden`` (how many there are beside them), ``decisions`` (open ones) and ``next_steps`` (each with
        ``what`` and ``number``)
    :rtype: dictionary
    """
    group = model.Group.get(id_of(data_dict))
    if group is None or not group.is_organization:
        raise tk.ObjectNotFound(tk._("Organization not found"))
    tk.check_access("lebak_forum_office_show", context, {"id": group.id})
    year = _year(data_dict)
    found = next((office for office in counting.of_year(year) if office.id == group.id), None)
    if found is None:
        raise tk.ObjectNotFound(tk._("This office produces no data."))
    activities = counting.activities(year, organization_id=group.id)
    readable = [each for each in activities if _reads(context, each["id"])]
    decisions = meetings.open_of(group.id)
    returned = desk.counts(group.id)[rules.REJECTED]
    steps = next_steps(found.figures, returned=returned, decisions=len(decisions))
    return {
        "year": year,
        "years": counting.years(),
        "office": _shown(found),
        "activities": readable,
        "hidden": len(activities) - len(readable),
        "decisions": [meetings.shown(decision) for decision in decisions],
        "next_steps": [step._asdict() for step in steps],
    }


def lebak_forum_meeting_create(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Write down that the Forum met.

    You must act as coordinator.

    :param held_on: the day, as ``2026-01-31``
    :type held_on: string
    :param subject: what it was about
    :type subject: string

    :returns: the meeting
    :rtype: dictionary
    """
    tk.check_access("lebak_forum_meeting_create", context, data_dict)
    made = meetings.hold(day_of(data_dict, "held_on"), text_of(data_dict, "subject"), context.get("user") or "")
    model.repo.commit()
    return meetings.shown_meeting(made)


def lebak_forum_decision_create(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Write down what a meeting decided.

    You must act as coordinator.

    :param meeting: id of the meeting
    :type meeting: string
    :param text: what is to be done
    :type text: string
    :param organization: id or name of the office that does it; empty for all of them
    :type organization: string
    :param due: the day until which, as ``2026-12-31``
    :type due: string

    :returns: the decision
    :rtype: dictionary
    """
    tk.check_access("lebak_forum_decision_create", context, data_dict)
    meeting = meetings.get(text_of(data_dict, "meeting"))
    owner = text_of(data_dict, "organization")
    group = model.Group.get(owner) if owner else None
    if owner and (group is None or not group.is_organization):
        raise tk.ValidationError({"organization": [tk._("Choose an office from the list.")]})
    due, actor = day_of(data_dict, "due"), context.get("user") or ""
    made = meetings.decide(meeting, text_of(data_dict, "text"), group.id if group else None, due, actor)
    model.repo.commit()
    return meetings.shown(made)


def lebak_forum_decision_finish(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Say that a decision of the Forum is carried out, or that it is not after all.

    You must act as coordinator, or work for the office that carries it out.

    :param id: id of the decision
    :type id: string
    :param done: false to open it again
    :type done: boolean

    :returns: the decision
    :rtype: dictionary
    """
    found = meetings.decision(id_of(data_dict))
    tk.check_access("lebak_forum_decision_finish", context, {"id": found.id})
    meetings.finish(found, context.get("user") or "", done=flag_of(data_dict, "done", default=True))
    model.repo.commit()
    return meetings.shown(found)


def _reads(context: Context, package_id: str) -> bool:
    """Whether who asks may know a record by its title."""
    user = context.get("user") or ""
    asking = Context(user=user, auth_user_obj=model.User.get(user))
    return authz.is_authorized_boolean("package_show", asking, {"id": package_id})


def _shown(office: OfficeFigures) -> dict[str, Any]:
    return {"id": office.id, "name": office.name, "title": office.title, **asdict(office.figures)}


def _year(data_dict: Mapping[str, Any]) -> int:
    """The year that is asked for; this year where none is."""
    return year_of({"year": data_dict.get("year") or dt.datetime.now(WIB).year})

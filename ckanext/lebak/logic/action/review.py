"""Actions of the review desk. What they do stands in the room ``desks/``."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan.types import Context, DataDict

from ckanext.lebak.desks import queue
from ckanext.lebak.people.capacities import PEMBINA, WALIDATA
from ckanext.lebak.release import rules

__all__ = ["lebak_review_queue"]

DESKS = (WALIDATA, PEMBINA)
MOST = 100
_PAGE = {"limit": queue.PAGE, "offset": 0}


@tk.side_effect_free
def lebak_review_queue(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """What waits to be checked, what waits longest first.

    You must act as walidata, or as pembina for the pembina's desk.

    :param desk: ``walidata``, or ``pembina`` for what waits for the pembina: priority data first, then metadata by type
        (optional, default: ``walidata``)
    :type desk: string
    :param tab: ``waiting``, ``returned`` or ``withdrawn``; the walidata's desk only (optional, default: ``waiting``)
    :type tab: string
    :param step: ``walidata``, ``pembina`` or ``date``: whom or what a record waits for (optional)
    :type step: string
    :param organization: name of an office (optional)
    :type organization: string
    :param priority: whether only priority data are asked for (optional)
    :type priority: boolean
    :param sort: ``age`` or ``office`` (optional, default: ``age``)
    :type sort: string
    :param limit: at most so many records, 100 or fewer (optional, default: 25)
    :type limit: int
    :param offset: after so many (optional)
    :type offset: int

    :returns: ``count``; ``results``, for each record where it stands, since when, and who handed it in; ``offices``,
        those that have something there, with their numbers
    :rtype: dictionary
    """
    desk = _one_of(data_dict, "desk", DESKS) or WALIDATA
    tk.check_access("lebak_review_queue", context, {"desk": desk})
    if desk == PEMBINA:
        asked = queue.Asked(step=rules.PEMBINA, organization=_text(data_dict, "organization"), pembina=True)
    else:
        asked = queue.Asked(
            tab=_one_of(data_dict, "tab", tuple(queue.TABS)) or queue.WAITING,
            step=_one_of(data_dict, "step", queue.STEPS),
            organization=_text(data_dict, "organization"),
            priority=tk.asbool(data_dict.get("priority") or False),
            sort=_one_of(data_dict, "sort", queue.SORTS) or queue.AGE,
        )
    limit, offset = (_number(data_dict, key, default) for key, default in _PAGE.items())
    found = queue.listed(asked, limit=min(limit, MOST), offset=offset)
    return {
        "count": queue.count(asked),
        "results": [
            {
                **row,
                "days": queue.days_since(row["since"]),
                "since": row["since"].isoformat(),
                "release_on": row["release_on"].isoformat() if row["release_on"] else None,
            }
            for row in found
        ],
        "offices": queue.offices(asked),
    }


def _text(data_dict: DataDict, key: str) -> str:
    return str(data_dict.get(key) or "").strip()


def _one_of(data_dict: DataDict, key: str, choices: tuple[str, ...]) -> str:
    value = _text(data_dict, key)
    if value and value not in choices:
        raise tk.ValidationError({key: [tk._("Choose one of: {choices}.").format(choices=", ".join(choices))]})
    return value


def _number(data_dict: DataDict, key: str, default: int) -> int:
    value = data_dict.get(key)
    if value in (None, ""):
        return default
    if not str(value).isdigit():
        raise tk.ValidationError({key: [tk._("This must be a number.")]})
    return int(str(value))

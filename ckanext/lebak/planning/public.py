"""What everybody may know of an entry of the agreed list, said by one function. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from ckanext.lebak.planning.entry import NATIONAL_PRIORITY, YES
from ckanext.lebak.planning.fulfilment import Kept

RELEASED, NOT_YET_DUE, LATE = "released", "not_yet_due", "late"
STATES = (RELEASED, NOT_YET_DUE, LATE)
"""Nothing else is public: how far an office is with its work is its own."""

COPIED = (
    "organization",
    "organization_name",
    "title",
    "period",
    "jadwal_rilis",
    "accrualPeriodicity",
    "accessRights",
    "unit_produsen",
    "prioritas_daerah",
)
"""What the list says as it was agreed. Ids of records that may not be public, and reasons, are not among it."""


def state_of(promised: dt.date, released_on: dt.date | None, today: dt.date) -> str:
    """Whether what was promised is released, not yet due, or late.

    Args:
        promised: The promised day.
        released_on: When it was released; None while it is not.
        today: In the county's time.
    """
    if released_on is not None:
        return RELEASED
    return LATE if today > promised else NOT_YET_DUE


def view(entry: Mapping[str, Any], kept: Kept, today: dt.date, first_promised: str = "") -> dict[str, Any]:
    """The public view of an entry.

    Args:
        entry: As a version holds it.
        kept: What became of it.
        today: In the county's time.
        first_promised: The day that the first version said; empty where this is the first.
    """
    promised = dt.date.fromisoformat(entry["jadwal_rilis"])
    moved = first_promised if first_promised != entry["jadwal_rilis"] else ""
    return {
        "id": entry["promise_id"],
        **{key: entry[key] for key in COPIED},
        NATIONAL_PRIORITY: entry[NATIONAL_PRIORITY] == YES,
        "dataset": kept.name,
        "state": state_of(promised, kept.on, today),
        "released_on": kept.on.isoformat() if kept.on else "",
        "days_late": max(((kept.on or today) - promised).days, 0),
        "first_promised": moved,
    }

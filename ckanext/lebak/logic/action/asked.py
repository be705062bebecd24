"""What a request to an action of the data list names: an office, a year, a day."""

from __future__ import annotations

import datetime as dt

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.types import DataDict


def office_of(data_dict: DataDict) -> model.Group:
    """The office that a request names.

    Raises:
        ObjectNotFound: There is no such office.
    """
    found = model.Group.get(str(tk.get_or_bust(data_dict, "organization")))
    if found is None or not found.is_organization or found.state != model.State.ACTIVE:
        raise tk.ObjectNotFound(tk._("Organization not found"))
    return found


def year_of(data_dict: DataDict) -> int:
    """The year that a request names.

    Raises:
        ValidationError: It is none.
    """
    text = str(tk.get_or_bust(data_dict, "year")).strip()
    if not (text.isascii() and text.isdigit() and len(text) == len("2026")):
        raise tk.ValidationError({"year": [tk._("Write the year in four digits, for example 2026.")]})
    return int(text)


def day_of(data_dict: DataDict, key: str) -> dt.date:
    """The day that a request names.

    Raises:
        ValidationError: It is none.
    """
    try:
        return dt.date.fromisoformat(str(data_dict.get(key) or "").strip())
    except ValueError:
        raise tk.ValidationError({key: [tk._("Write the day as 2026-12-31.")]}) from None

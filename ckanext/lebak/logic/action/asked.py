"""What a request to an action names: an office, a record, a year, a day, words, yes or no.

A request comes from anybody: what is read here is what it should be, or is refused with a sentence.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model

from ckanext.lebak.logic.validators.values import clean_text, is_blank
from ckanext.lebak.planning.rounds import YEARS

Given = Mapping[str, Any]


def text_of(data_dict: Given, key: str) -> str:
    """What a request says in words, without signs that nobody sees; empty where it says nothing.

    Args:
        data_dict: The request.
        key: Of the words.

    Raises:
        ValidationError: It is no text, or is damaged.
    """
    value = data_dict.get(key)
    if is_blank(value):
        return ""
    try:
        return clean_text(value)
    except tk.Invalid as error:
        raise tk.ValidationError({key: [str(error.error)]}) from None


def id_of(data_dict: Given, key: str = "id") -> str:
    """The id or name that a request gives.

    Args:
        data_dict: The request.
        key: Of the id.

    Raises:
        ValidationError: It gives none, or what cannot be one.
    """
    found = text_of(data_dict, key)
    if not found:
        raise tk.ValidationError({key: [tk._("Fill in this field.")]})
    return found


def flag_of(data_dict: Given, key: str, *, default: bool | None = None) -> bool:
    """Whether a request says yes.

    Args:
        data_dict: The request.
        key: Of the answer.
        default: What holds where it says nothing; None where it must say it.

    Raises:
        ValidationError: It is neither yes nor no.
    """
    value = data_dict.get(key)
    if value is None and default is not None:
        return default
    if isinstance(value, str | bool | int):
        try:
            return tk.asbool(value)
        except ValueError:  # a word that is neither
            pass
    raise tk.ValidationError({key: [tk._("Say true or false.")]})


def number_of(data_dict: Given, key: str, default: int) -> int:
    """A number that a request names, such as how many of something it wants.

    Args:
        data_dict: The request.
        key: Of the number.
        default: What holds where it says nothing.

    Raises:
        ValidationError: It is no number from 0 to 999,999.
    """
    text = text_of(data_dict, key)
    if text and not (text.isascii() and text.isdigit() and len(text) < len("1000000")):
        raise tk.ValidationError({key: [tk._("Write a whole number.")]})
    return int(text) if text else default


def office_of(data_dict: Given) -> model.Group:
    """The office that a request names.

    Raises:
        ObjectNotFound: There is no such office.
        ValidationError: It names none.
    """
    found = model.Group.get(id_of(data_dict, "organization"))
    if found is None or not found.is_organization or found.state != model.State.ACTIVE:
        raise tk.ObjectNotFound(tk._("Organization not found"))
    return found


def year_of(data_dict: Given) -> int:
    """The year that a request names: one of those that the data list can be of.

    Raises:
        ValidationError: It is none.
    """
    text = id_of(data_dict, "year")
    if not (text.isascii() and text.isdigit() and len(text) == len("2026") and YEARS[0] <= int(text) <= YEARS[1]):
        sentence = tk._("Write a year from {first} to {last}, for example 2026.")
        raise tk.ValidationError({"year": [sentence.format(first=YEARS[0], last=YEARS[1])]})
    return int(text)


def day_of(data_dict: Given, key: str) -> dt.date:
    """The day that a request names.

    Args:
        data_dict: The request.
        key: Of the day.

    Raises:
        ValidationError: It is none.
    """
    try:
        return dt.date.fromisoformat(str(data_dict.get(key) or "").strip())
    except ValueError:
        raise tk.ValidationError({key: [tk._("Write the day as 2026-12-31.")]}) from None


def mapping_of(given: Any, key: str) -> Given:
    """What should be a dictionary of fields.

    Args:
        given: What was sent.
        key: Under which it was.

    Raises:
        ValidationError: It is none.
    """
    if not isinstance(given, Mapping):
        raise tk.ValidationError({key: [tk._("Write this as a dictionary of fields.")]})
    return given

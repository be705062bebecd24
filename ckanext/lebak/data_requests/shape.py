"""What a table that is asked for must be. Pure."""

from __future__ import annotations

import re
from typing import Any

import ckan.plugins.toolkit as tk

from ckanext.lebak.logic.validators.values import clean_text, is_blank
from ckanext.lebak.tables.problem import N_
from ckanext.lebak.vocabulary import vocabulary

MOST_ROWS, MOST_COLUMNS, LONGEST = 500, 50, 200

EMPTY = N_("Write at least one, each on a line of its own.")
TWICE = N_("Two have the same name. Each must have its own.")
TOO_MANY = N_("These are too many for one table. Ask for several tables.")
TOO_LONG = N_("One of these is too long. Shorten it.")


def labels(text: Any) -> list[str]:
    """Labels, as one text with a label a line or as a list; empty ones are left out.

    Args:
        text: What was typed or given.

    Raises:
        Invalid: It is neither, or holds what is no text.
    """
    lines = re.split(r"\r\n|\r|\n", text) if isinstance(text, str) else text
    if not isinstance(lines, list | tuple):
        raise tk.Invalid(tk._("Write this as a list of texts."))
    return [cleaned for line in lines if not is_blank(line) and (cleaned := " ".join(clean_text(line).split()))]


def problem(names: list[str], most: int) -> str:
    """What is wrong with the labels of rows or columns, as a sentence, untranslated; empty if nothing is.

    Args:
        names: The labels.
        most: How many there may be.
    """
    if not names:
        return EMPTY
    if len(names) > most:
        return TOO_MANY
    if any(len(name) > LONGEST for name in names):
        return TOO_LONG
    return TWICE if len({name.casefold() for name in names}) < len(names) else ""


def districts() -> list[str]:
    """The names of all kecamatan of the county, in the order of their codes: the rows of most tables."""
    return [term.id for term in vocabulary("area").terms() if term.more["level"] == "kecamatan"]

"""What only indicators have: a formula, and a producer outside the county."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.types import Context, FlattenDataDict, FlattenErrorDict, FlattenKey

from ckanext.lebak.logic.validators.values import clean_text, is_blank
from ckanext.lebak.people.capacities import WALIDATA, holds
from ckanext.lebak.release import gate
from ckanext.lebak.statistics.formulas import FormulaError, lines

_ = tk._


def lebak_formula(value: Any) -> Any:
    """Formulas that can be read, one a line: LaTeX, or plain words.

    Args:
        value: The formulas.

    Returns:
        The text, cleaned.

    Raises:
        Invalid: A formula cannot be read; the sentence says which, and what to mend.
    """
    if is_blank(value):
        return value
    text = clean_text(value)
    try:
        lines(text)
    except FormulaError as error:
        raise tk.Invalid(error.sentence(_)) from error
    return text


def lebak_reference_keepers_only(
    key: FlattenKey, data: FlattenDataDict, errors: FlattenErrorDict, context: Context
) -> None:
    """Lets only the walidata enter an indicator of a producer outside the county, and change one.

    Such a record is a reference to what BPS or a ministry publishes: datasets cite it, offices do not edit it.

    Args:
        key: Of the field that names the producer, kept by CKAN as an extra.
        data: The flattened record.
        errors: Not used.
        context: Holds the user and the stored record, if there is one.

    Raises:
        Invalid: The producer is, or is to be, outside the county and the user is not of the walidata.
    """
    stored: Any = context.get("package")
    outside = not is_blank(data.get(key)) or bool(stored and stored.extras.get(key[-1]))
    if outside and gate.opening() is None and not holds(model.User.get(context.get("user")), WALIDATA):
        raise tk.Invalid(
            _(
                "An indicator from outside the county is entered and changed by the walidata. Leave the producer empty "
                "for an indicator of your office, or ask the walidata for the reference."
            )
        )

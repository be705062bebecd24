"""Years, reference periods and days."""

from __future__ import annotations

import datetime
import re
from typing import Any

import ckan.plugins.toolkit as tk
from ckan.types import Context, DataValidator, FlattenDataDict, FlattenErrorDict, FlattenKey
from ckanext.scheming.validation import scheming_validator

from ckanext.lebak.logic.validators.values import is_blank, is_short, items, quote, short_text, store_list
from ckanext.lebak.periods import Period, parse_period

_ = tk._

_YEAR = re.compile(r"[0-9]{4}")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
# Lebak is a county since 1828, and projections end in this century; what lies outside is a typing error.
_FIRST_YEAR, _LAST_YEAR = 1800, 2100


def lebak_years(key: FlattenKey, data: FlattenDataDict, errors: FlattenErrorDict, context: Context) -> None:
    """Several years, stored once each and in order.

    Args:
        key: Of the field: a list, its JSON text, or a text of years separated by spaces, commas or line ends.
        data: The flattened record.
        errors: Not used.
        context: Not used.

    Raises:
        Invalid: One of them is no year.
    """
    years = {_year(item) for item in items(data.get(key), ", ;\n")}
    store_list(key, data, sorted(years))


def lebak_year(value: Any) -> Any:
    """One year: `2026`.

    Args:
        value: The year.

    Returns:
        The year as text.

    Raises:
        Invalid: No year.
    """
    return value if is_blank(value) else _year(value)


def lebak_period(value: Any) -> Any:
    """A reference period: a year, half-year, quarter, month or day.

    Args:
        value: `2024`, `2024-S1`, `2024-Q3`, `2024-07` or `2024-07-17`; capitals do not count.

    Returns:
        The period in the form above.

    Raises:
        Invalid: Another form, or a day that does not exist.
    """
    if is_blank(value):
        return value
    period = _period(short_text(value))
    if period is None:
        raise tk.Invalid(
            _(
                "Write the period as a year (2024), a half-year (2024-S1), a quarter (2024-Q3), a month (2024-07) or a "
                'day (2024-07-17). "{value}" is none of these.'
            ).format(value=quote(value))
        )
    return period.text


@scheming_validator
def lebak_period_order(field: dict[str, Any], schema: dict[str, Any]) -> DataValidator:
    """A last period that does not end before the first one begins.

    Args:
        field: `period_start` names the field of the first period.
        schema: Not used.

    Returns:
        A validator for the last period. It is silent where one of the two is empty or no period: `lebak_period` speaks.
    """
    start_name = field["period_start"]

    def validator(key: FlattenKey, data: FlattenDataDict, errors: FlattenErrorDict, context: Context) -> None:
        # Fields are validated in the order of their names, so the other one may not have been normalised yet.
        start, end = _period(data.get((*key[:-1], start_name))), _period(data.get(key))
        if start and end and end.end < start.start:
            raise tk.Invalid(
                _("The last period ({end}) lies before the first ({start}). Change one of them.").format(
                    end=end.text, start=start.text
                )
            )

    return validator


def lebak_iso_date(value: Any) -> Any:
    """A day, `2026-08-17`.

    Args:
        value: Text or a Python date.

    Returns:
        The day as text.

    Raises:
        Invalid: Another form, or a day that does not exist.
    """
    if is_blank(value):
        return value
    if isinstance(value, datetime.datetime):
        value = value.date()
    text = value.isoformat() if isinstance(value, datetime.date) else short_text(value)
    if not _DATE.fullmatch(text) or _period(text) is None:
        raise tk.Invalid(
            _('Write the date as year-month-day, for example 2026-08-17. "{value}" is not a date.').format(
                value=quote(value)
            )
        )
    return text


def _year(value: Any) -> str:
    """Returns a year as text; raises Invalid if it is none."""
    text = short_text(value)
    if not _YEAR.fullmatch(text) or not _FIRST_YEAR <= int(text) <= _LAST_YEAR:
        raise tk.Invalid(
            _(
                'Write the year in four digits, for example 2025. "{value}" is not a year between {first} and {last}.'
            ).format(value=quote(value), first=_FIRST_YEAR, last=_LAST_YEAR)
        )
    return text


def _period(value: Any) -> Period | None:
    """Returns the period that a value writes, None if it writes none or one out of range."""
    if not isinstance(value, str | int) or not is_short(value) or not str(value).isascii():
        return None
    period = parse_period(value)
    return period if period and _FIRST_YEAR <= period.start.year <= _LAST_YEAR else None

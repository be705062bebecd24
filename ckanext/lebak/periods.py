"""Reference periods as SDI writes them: a year, half-year, quarter, month or day.

``2024``, ``2024-S1``, ``2024-Q3``, ``2024-07``, ``2024-07-31``; always with four digits for the year.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

_FORM = re.compile(r"(\d{4})(?:-(?:S([12])|Q([1-4])|(0[1-9]|1[0-2])(?:-(\d\d))?))?", re.ASCII)
LAST_YEAR = 9999
LONGEST = 100
"""Nothing longer is looked at, blanks around the period included."""

MOST_YEARS = 200
"""A span longer than this is a typing error; the facet by year does not follow it."""


@dataclass(frozen=True)
class Period:
    """A reference period: its text, its first and its last day."""

    text: str
    start: date
    end: date


def parse_period(value: Any) -> Period | None:
    """The period that ``value`` writes, or None if it writes none. Small letters ``s`` and ``q`` are allowed."""
    if isinstance(value, int) and not isinstance(value, bool) and 0 < value <= LAST_YEAR:
        value = f"{value:04}"
    text = value.strip().upper() if isinstance(value, str) and len(value) <= LONGEST else ""
    match = _FORM.fullmatch(text)
    if not match:
        return None
    year, half, quarter, month, day = (int(part) if part else 0 for part in match.groups())
    if year == 0:
        return None
    if half:
        first, months = 6 * half - 5, 6
    elif quarter:
        first, months = 3 * quarter - 2, 3
    elif month:
        first, months = month, 1
    else:
        first, months = 1, 12
    last = first + months - 1
    try:
        start = date(year, first, day or 1)
        end = start if day else date(year, last, calendar.monthrange(year, last)[1])
    except ValueError:
        return None
    return Period(text, start, end)


def years_between(start: Any, end: Any) -> list[int]:
    """The years that a span covers, both ends included. One end alone counts for both; nonsense gives no years."""
    periods = [period for period in (parse_period(start), parse_period(end)) if period]
    if not periods:
        return []
    first, last = periods[0].start.year, periods[-1].end.year
    return list(range(first, last + 1)) if 0 <= last - first < MOST_YEARS else []


def following(value: Any) -> str | None:
    """The period after a period, of the same length: ``2024`` -> ``2025``, ``2024-S2`` -> ``2025-S1``; None of none."""
    period = parse_period(value)
    if period is None or period.end == date.max:
        return None
    after = period.end + timedelta(days=1)
    text = period.text
    if "S" in text:
        return f"{after.year:04}-S{(after.month + 5) // 6}"
    if "Q" in text:
        return f"{after.year:04}-Q{(after.month + 2) // 3}"
    return after.isoformat()[: len(text)]

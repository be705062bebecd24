"""The numbers of an office in a year. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields


@dataclass(frozen=True)
class Figures:
    """What an office, or all of them, come to.

    Attributes:
        promised: Entries of the agreed list of the year.
        released: Those of them that are released.
        not_yet_due: Those that are not released and whose day has not come.
        late: Those whose day is past.
        activities: Statistical activities of the year.
        described: Those of them whose metadata are released.
        compulsory: Those that need BPS's recommendation (``proposals.shares``).
        recommended: Those of them that have it.
        datasets: Released datasets, whatever the year.
        complete: Those of them that say all five elements of the data standard (Perpres 39/2019, article 4).
        fresh: Those of them that say when they are looked at again, on a day to come.
        overdue: Those whose day is past. The others say none.
    """

    promised: int = 0
    released: int = 0
    not_yet_due: int = 0
    late: int = 0
    activities: int = 0
    described: int = 0
    compulsory: int = 0
    recommended: int = 0
    datasets: int = 0
    complete: int = 0
    fresh: int = 0
    overdue: int = 0

    def __add__(self, other: Figures) -> Figures:
        """Both together."""
        return Figures(**{name: getattr(self, name) + getattr(other, name) for name in NAMES})


NAMES = tuple(field.name for field in fields(Figures))
"""The numbers, in the order of tables."""

PROMISES = ("released", "not_yet_due", "late")
"""What the promised ones consist of, in the order of the picture."""


@dataclass(frozen=True)
class OfficeFigures:
    """The numbers of an office, or of all that produce no data any more.

    Attributes:
        id: Of the office; empty, as address and title, for those together.
        name: Its address.
        title: Its title.
        figures: Its numbers.
    """

    id: str
    name: str
    title: str
    figures: Figures


def total(offices: Iterable[OfficeFigures]) -> Figures:
    """What offices come to together."""
    return sum((office.figures for office in offices), Figures())


def share(part: int, whole: int) -> int | None:
    """A part in whole per cent; None of nothing. Only all of it is 100, and only nothing is 0."""
    if not whole:
        return None
    rounded = round(part * 100 / whole)
    return rounded if part in (0, whole) else min(max(rounded, 1), 99)

"""The next things for an office to do, the most urgent first. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from ckanext.lebak.forum.figures import Figures

RETURNED, LATE, DECISIONS, RECOMMENDATION, METADATA, OVERDUE, ELEMENTS, UPCOMING = (
    "returned",
    "late",
    "decisions",
    "recommendation",
    "metadata",
    "overdue",
    "elements",
    "upcoming",
)
ORDER = (RETURNED, LATE, DECISIONS, RECOMMENDATION, METADATA, OVERDUE, ELEMENTS, UPCOMING)
"""What others wait for comes first, then what the law asks for, then what can be bettered."""
MOST = 3


class Step(NamedTuple):
    """Something to do.

    Attributes:
        what: One of `ORDER`.
        number: Of how many things.
    """

    what: str
    number: int


def next_steps(figures: Figures, *, returned: int, decisions: int) -> list[Step]:
    """What an office does next, three things at most.

    Args:
        figures: Its numbers.
        returned: How many of its hand-ins the walidata returned.
        decisions: How many decisions of the Forum it has to carry out.
    """
    open_: Mapping[str, int] = {
        RETURNED: returned,
        LATE: figures.late,
        DECISIONS: decisions,
        RECOMMENDATION: figures.compulsory - figures.recommended,
        METADATA: figures.activities - figures.described,
        OVERDUE: figures.overdue,
        ELEMENTS: figures.datasets - figures.complete,
        UPCOMING: figures.not_yet_due,
    }
    return [Step(what, open_[what]) for what in ORDER if open_[what] > 0][:MOST]

"""Which of the catalog's numbers speaks for which indicator of the self-assessment, and where it has nothing. Pure.

What a catalog can evidence is this project's own reading of the indicators' names; BPS decides what it accepts.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from ckanext.lebak.epss.facts import Facts
from ckanext.lebak.tables.problem import N_

LIST, FORUM, DESK, DATASETS, FEED = "list", "forum", "desk", "datasets", "feed"
"""The pages that show more."""


class Evidence(NamedTuple):
    """What the catalog can say for an indicator.

    Attributes:
        sentence: In English for the translation catalogue, with ``{name}`` for each number.
        numbers: By name.
        page: Where more of it stands.
    """

    sentence: str
    numbers: dict[str, int]
    page: str


def evidence(indicator: str, facts: Facts) -> Evidence | None:
    """What the catalog can say for an indicator; None where it has nothing.

    Args:
        indicator: Code of vocabularies/epss_indicator.csv.
        facts: What it counts.
    """
    told = _SAYS.get(indicator)
    if told is None or (indicator in _OF_A_LIST and not facts.version):
        return None
    return told(facts)


def _of(sentence: str, page: str, **numbers: str) -> Callable[[Facts], Evidence]:
    """Evidence of numbers that are attributes of the facts, or of their figures."""

    def say(facts: Facts) -> Evidence:
        found = {
            name: getattr(facts, attribute) if hasattr(facts, attribute) else getattr(facts.figures, attribute)
            for name, attribute in numbers.items()
        }
        return Evidence(sentence, found, page)

    return say


_KEPT = _of(
    N_("{released} of {promised} promised data are released, {late} are late."),
    LIST,
    released="released",
    promised="promised",
    late="late",
)
_READABLE = _of(
    N_("{part} of {all} released datasets have a table that programs read."), DATASETS, part="readable", all="datasets"
)
_DESCRIBED = _of(
    N_("The metadata of {part} of {all} statistical activities are released: their blocks III to VIII describe it."),
    FORUM,
    part="described",
    all="activities",
)
_HARVESTED = _of(N_("Programs took the catalog's data {number} times this year."), FEED, number="harvests")
_CHECKED = _of(
    N_("The walidata released {released} hand-ins this year and returned {returned} with reasons."),
    DESK,
    released="approved",
    returned="returned",
)

_SAYS: dict[str, Callable[[Facts], Evidence]] = {
    "1.1": _of(
        N_("{part} of {all} released datasets say all five elements of the data standard."),
        DATASETS,
        part="complete",
        all="datasets",
    ),
    "1.2": _DESCRIBED,
    "1.3": _READABLE,
    "1.4": _of(
        N_("{part} of {all} released datasets name their area, field of government and reference codes."),
        DATASETS,
        part="coded",
        all="datasets",
    ),
    "2.2": _of(
        N_("{promised} data were agreed on in version {version} of the data list."),
        LIST,
        promised="promised",
        version="version",
    ),
    "2.4": _of(
        N_("{part} of {all} released datasets are up to date, {late} are past their day."),
        DATASETS,
        part="fresh",
        all="datasets",
        late="overdue",
    ),
    "2.5": _KEPT,
    "2.6": _KEPT,
    "2.7": _HARVESTED,
    "2.8": _READABLE,
    "2.9": _of(
        N_("{part} of {all} released datasets have more than one release, so that periods can be compared."),
        DATASETS,
        part="repeated",
        all="datasets",
    ),
    "2.10": _of(
        N_("{revised} of {releases} releases this year are revisions with their reason."),
        DATASETS,
        revised="revised",
        releases="releases",
    ),
    **dict.fromkeys(("3.1", "3.2", "3.4", "3.5", "3.6"), _DESCRIBED),
    "3.7": _KEPT,
    "4.1": _DESCRIBED,
    "4.3": _CHECKED,
    "4.4": _of(
        N_("{part} of {all} released records whose files are limited say why, with the legal basis."),
        DATASETS,
        part="reasoned",
        all="closed",
    ),
    "4.8": _of(
        N_("The Forum met {meetings} times this year and decided {decisions} things."),
        FORUM,
        meetings="meetings",
        decisions="decisions",
    ),
    "4.9": _of(N_("The pembina gave a view on {number} hand-ins this year."), DESK, number="reviewed"),
    "4.10": _CHECKED,
    "5.4": _of(
        N_("{part} of {all} surveys have the recommendation of BPS that they need."),
        FORUM,
        part="recommended",
        all="compulsory",
    ),
    "5.5": _of(
        N_("Version {version} of the data list was agreed, with {promised} data."),
        LIST,
        version="version",
        promised="promised",
    ),
    "5.6": _HARVESTED,
}

_OF_A_LIST = {"2.2", "5.5"}
"""Indicators of which the catalog says that a list was agreed on: nothing, where none was."""

CODES = frozenset(_SAYS)
"""Indicators for which the catalog has something to say."""

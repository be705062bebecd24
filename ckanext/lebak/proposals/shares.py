"""Which activities need BPS's recommendation, and which have one. Pure.

It is compulsory for surveys of sectoral statistics and not for compilations of administrative products (form MS-Keg
asks for it of these alone; *Buku Pedoman Penyelenggaraan Statistik Sektoral*, Sumatera Selatan 2024), though Romantik
issues numbers for both. So a share is one of surveys: a compilation without a number is not missing anything.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

SURVEY = "2"
"""Code of vocabularies/collection_method.csv."""

SECTORAL = "2"
"""Code of ``jenis_statistik`` on form MS-Keg. Offices of a county make sectoral statistics: one that is silent does."""


@dataclass
class Share:
    """What a set of activities comes to.

    Attributes:
        activities: All of them.
        compulsory: Those that need a recommendation.
        recommended: Those of them that have one.
        voluntary: Recommendations of others, as compilations.
    """

    activities: int = 0
    compulsory: int = 0
    recommended: int = 0
    voluntary: int = 0

    @property
    def ratio(self) -> float | None:
        """Which part of those that need a recommendation has one; None where none needs one."""
        return self.recommended / self.compulsory if self.compulsory else None

    @property
    def missing(self) -> int:
        """How many need one and have none."""
        return self.compulsory - self.recommended


def is_compulsory(activity: Mapping[str, Any]) -> bool:
    """Whether an activity needs BPS's recommendation.

    Args:
        activity: With the fields of form MS-Keg.
    """
    kind = activity.get("jenis_statistik") or SECTORAL
    return activity.get("cara_pengumpulan_data") == SURVEY and kind == SECTORAL


def share(activities: Iterable[Mapping[str, Any]]) -> Share:
    """Counts activities by whether they need a recommendation and have one."""
    found = Share()
    for activity in activities:
        compulsory, has_one = is_compulsory(activity), bool(activity.get("identitas_rekomendasi"))
        found.activities += 1
        found.compulsory += compulsory
        found.recommended += compulsory and has_one
        found.voluntary += has_one and not compulsory
    return found

"""What Romantik says of a proposal, and what it may say next. Pure.

The words are Romantik's (vocabularies/recommendation_status.csv). Which may follow which is read from its guide, where
it says it; a status that was recorded by mistake is taken back (``standing``), not overwritten.
"""

from __future__ import annotations

ENTERED = "belum_divalidasi"
BEING_CHECKED = "dalam_proses_validasi"
TO_BE_MENDED = "dalam_proses_perbaikan"
MENDED = "sudah_diperbaiki"
FEASIBLE = "layak"
NOT_FEASIBLE = "tidak_layak"
CANCELLED = "dibatalkan"

NONE = ""
"""Before it is entered in Romantik."""

NEXT: dict[str, tuple[str, ...]] = {
    NONE: (ENTERED,),
    ENTERED: (BEING_CHECKED, CANCELLED),
    BEING_CHECKED: (TO_BE_MENDED, FEASIBLE, NOT_FEASIBLE, CANCELLED),
    TO_BE_MENDED: (MENDED, CANCELLED),
    MENDED: (BEING_CHECKED, TO_BE_MENDED, FEASIBLE, NOT_FEASIBLE, CANCELLED),
    FEASIBLE: (),
    NOT_FEASIBLE: (),
    CANCELLED: (),
}
STATUSES = tuple(status for status in NEXT if status)
FINAL = frozenset(status for status, after in NEXT.items() if not after)
"""After these Romantik says no more."""


def may_follow(status: str, after: str) -> bool:
    """Whether Romantik may say ``after`` of a proposal of which it said ``status`` last."""
    return after in NEXT.get(status, ())

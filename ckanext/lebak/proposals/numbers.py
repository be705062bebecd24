"""The number of a recommendation, as BPS issues it: ``K-TT.WWWW.NNN``. Pure.

The first letter says the form, TT the year, WWWW the area of the office that issues it, NNN a serial number. Seen on
recommendations: ``V-21.0000.007``, ``V-23.1600.004``, ``K-22.7400.004``.
"""

from __future__ import annotations

import re

PATTERN = re.compile(r"[A-Z]-[0-9]{2}\.[0-9]{4}\.[0-9]{3}")

SURVEY, COMPILATION = "FS3", "FP-KPA"
"""Codes of vocabularies/proposal_form.csv."""

LETTERS = {SURVEY: "V", COMPILATION: "K"}
"""With which letter the numbers of a form begin."""


def normal(number: str) -> str:
    """A number as it is kept: in capitals, without what was typed around it."""
    return number.strip().upper()


def is_number(number: str) -> bool:
    """Whether a number has the form of BPS's numbers."""
    return PATTERN.fullmatch(number) is not None


def fits(number: str, form: str) -> bool:
    """Whether a number may be that of a proposal by this form: V of a survey, K of a compilation."""
    return number[:1] == LETTERS.get(form, number[:1])

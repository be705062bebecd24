"""The number of a civil servant is found in a text, and no other number is taken for one (statistics/nip.py)."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.lebak.statistics.nip import looks_like_nip, names_nip

BORN = st.dates(dt.date(1940, 1, 1), dt.date(2009, 12, 31))
BEGINS = st.dates(dt.date(1960, 1, 1), dt.date(2040, 12, 31))
WORDS = st.sampled_from(["", "NIP. ", "SIMULASI ", "Kepala Bidang, NIP "])


@given(WORDS, BORN, BEGINS, st.sampled_from("12"), st.integers(1, 999), st.sampled_from(["", " ", ".", "-", " - "]))
def test_a_nip_is_found_however_its_groups_are_parted(
    words: str, born: dt.date, begins: dt.date, sex: str, serial: int, apart: str
) -> None:
    nip = apart.join([f"{born:%Y%m%d}", f"{begins:%Y%m}", sex, f"{serial:03}"])
    assert names_nip(f"{words}{nip}")
    assert names_nip(f"{words}{nip}, simulasi")
    assert looks_like_nip(nip)


def test_so_is_that_of_who_has_a_contract() -> None:
    assert names_nip("SIMULASI 199001012022211001")


@pytest.mark.parametrize("nip", ["1 98001012005011001", "198001012005011 001"])
def test_where_a_person_is_spoken_of_any_18_digits_are(nip: str) -> None:
    assert looks_like_nip(nip)


DIGITS = "0123456789"
ORDINARY = st.one_of(
    st.integers(0, 10**15).map(str),
    st.integers(0, 10**12).map(lambda number: f"{number:,}".replace(",", ".")),
    st.floats(0, 1e9, allow_nan=False).map(str),
    st.dates(dt.date(1990, 1, 1), dt.date(2040, 1, 1)).map(dt.date.isoformat),
    st.dates(dt.date(1990, 1, 1), dt.date(2040, 1, 1)).map(lambda day: f"{day:%d/%m/%Y}"),
    st.tuples(st.text(DIGITS, min_size=6, max_size=8)).map(lambda part: f"(0252) {part[0]}"),
    st.text(DIGITS, min_size=4, max_size=4).map(lambda part: f"0812-{part}-{part}"),
    st.from_regex(r"[VK]-[0-9]{2}\.[0-9]{4}\.[0-9]{3}", fullmatch=True),
    st.from_regex(r"S[DPTE][0-9]{5}\.[0-9]{2}\.[0-9]{2}", fullmatch=True),
    st.from_regex(r"36\.02\.[0-9]{2}\.[0-9]{4}", fullmatch=True),
    st.integers(1990, 2040).map(str),
)
"""What answers to BPS's forms are full of: figures, days, telephones, years, codes of places, of data, of letters."""


@given(st.lists(ORDINARY, min_size=1, max_size=8), st.sampled_from([", ", "; ", "\n", " dan "]))
def test_ordinary_numbers_are_not_taken_for_one(numbers: list[str], apart: str) -> None:
    assert not names_nip(apart.join(numbers))


@given(st.lists(st.integers(1990, 2040).map(str), max_size=12), st.sampled_from([" ", "-", ". ", " - "]))
def test_a_list_of_years_is_not(years: list[str], apart: str) -> None:
    assert not names_nip(apart.join(years))

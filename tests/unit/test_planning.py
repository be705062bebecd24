"""The pure parts of the data list. All titles but those of the published list of other counties are simulated."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.lebak.planning import doubles, entry, fulfilment, minutes, public, versions

DAY = dt.date(2026, 3, 31)


@pytest.mark.parametrize(
    ("released_on", "today", "state"),
    [
        (None, DAY, "not_yet_due"),
        (None, DAY + dt.timedelta(days=1), "late"),
        (DAY + dt.timedelta(days=9), DAY + dt.timedelta(days=9), "released"),
        (DAY, DAY - dt.timedelta(days=9), "released"),
    ],
)
def test_an_entry_is_released_not_yet_due_or_late(released_on: dt.date | None, today: dt.date, state: str) -> None:
    assert public.state_of(DAY, released_on, today) == state


def test_the_public_view_holds_no_work_of_the_office() -> None:
    said: dict[str, Any] = dict.fromkeys((*entry.KEYS, entry.NATIONAL_PRIORITY), "rahasia")
    agreed = {**said, "jadwal_rilis": "2026-03-31", "promise_id": "a", "organization_id": "b", "organization": "c"}
    shown = public.view({**agreed, "organization_name": "d"}, fulfilment.Kept(), DAY)
    assert not {"dataset", "kegiatan", "indikator", "alasan_perubahan"} & {
        k for k, v in shown.items() if v == "rahasia"
    }
    assert "organization_id" not in shown


@pytest.mark.parametrize(
    ("period", "releases", "kept"),
    [
        ("2025", [("2024", DAY)], None),
        ("2025", [("2025-S1", DAY)], None),
        ("2025", [("2024", DAY), ("2025", DAY + dt.timedelta(days=1))], DAY + dt.timedelta(days=1)),
        ("2025-S1", [("2025", DAY)], DAY),
        ("2025", [("2026-01", DAY), ("2025", DAY + dt.timedelta(days=1))], DAY),
        ("2025", [("", DAY)], None),
    ],
)
def test_the_first_release_that_reaches_the_period_keeps_it(period: str, releases: Any, kept: dt.date | None) -> None:
    assert fulfilment.first_that_reaches(period, releases) == kept


def test_titles_of_the_same_data_are_found_whatever_the_order_of_words() -> None:
    titles = {
        "a": "Jumlah Kasus Kekerasan terhadap Perempuan di Kabupaten Lebak Tahun 2025",
        "b": "kasus kekerasan terhadap wanita",
        "c": "Jumlah peserta KB aktif",
        "d": "Jumlah Peserta KB Aktif menurut Metode",
    }
    owners = {"a": "x", "b": "y", "c": "x", "d": "x"}
    assert [(one.first, one.second) for one in doubles.doubles(titles, owners)] == [("a", "b")]
    assert doubles.doubles(titles, dict.fromkeys(titles, "x")) == []
    assert doubles.doubles(titles, owners, others=["a", "b"]) == []


@given(st.lists(st.lists(st.sampled_from(list("bcdfghj")), min_size=1, max_size=5).map(" ".join), max_size=12))
def test_no_pair_that_is_alike_is_missed(titles: list[str]) -> None:
    told = {str(number): title for number, title in enumerate(titles)}
    found = {frozenset((one.first, one.second)) for one in doubles.doubles(told, {key: key for key in told})}
    words = {key: doubles.words_of(title) for key, title in told.items()}
    expected = {
        frozenset((one, two))
        for one in told
        for two in told
        if one < two and doubles.alike(words[one], words[two]) >= doubles.LIKELY
    }
    assert found == expected


def test_a_promise_moves_by_a_year() -> None:
    said = dict.fromkeys((*entry.KEYS, entry.NATIONAL_PRIORITY), "")
    later = entry.a_year_later({**said, "period": "2024-Q3", "jadwal_rilis": "2024-02-29", "alasan_perubahan": "lama"})
    assert (later["period"], later["jadwal_rilis"], later["alasan_perubahan"]) == ("2025-Q3", "2025-02-28", "")


def test_what_changes_between_two_lists_is_told() -> None:
    base = dict.fromkeys((*entry.KEYS, entry.NATIONAL_PRIORITY), "")
    old = [{**base, "promise_id": name, "title": name} for name in "abc"]
    new = [old[0], {**old[1], "title": "lain"}, {**base, "promise_id": "d"}]
    told = [(one.kind, one.entry["promise_id"], one.keys) for one in versions.changes(old, new)]
    assert told == [("changed", "b", ("title",)), ("added", "d", ()), ("dropped", "c", ())]
    assert versions.digest(old) == versions.digest([dict(reversed(one.items())) for one in old])
    assert versions.digest(old) != versions.digest(new)


def test_the_printed_annex_is_the_same_each_time_and_takes_markup_as_text() -> None:
    annual = "http://publications.europa.eu/resource/authority/frequency/ANNUAL"
    said = dict.fromkeys((*entry.KEYS, entry.NATIONAL_PRIORITY), "")
    said |= {"title": "SIMULASI <img src='file:///etc/passwd'/> & <b>lain", "accrualPeriodicity": annual}
    entries = [{**said, "accessRights": "terbuka", "organization": f"SIMULASI {number % 3}"} for number in range(90)]
    made = [minutes.pdf(minutes.Minutes(2026, 1, "ab" * 32, entries)) for _ in range(2)]
    assert made[0] == made[1]
    assert made[0].count(b"/Type /Page\n") > 3


def test_what_is_alike_is_one_group_however_many_there_are() -> None:
    pairs = [("a", "b"), ("c", "d"), ("b", "e"), ("f", "g"), ("g", "c")]
    assert doubles.clusters(pairs) == [["a", "b", "e"], ["f", "g", "c", "d"]]
    many = [(str(one), str(other)) for one in range(60) for other in range(one)]
    (group,) = doubles.clusters(many)
    assert sorted(group) == sorted(map(str, range(60)))
    assert doubles.clusters([]) == []

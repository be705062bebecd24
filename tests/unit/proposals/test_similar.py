"""Doubles are found by title and variables, the same way at each time. With real titles of other counties' offices."""

from __future__ import annotations

import csv
import random
from pathlib import Path

import pytest

from ckanext.lebak.proposals.similar import LEAST, Work, similar, words

SHARED = Path(__file__).parents[4] / "shared"
TITLES = SHARED / "reference" / "lebak-data" / "judul_dataset_dp3ap2kb_daerah_lain.csv"


@pytest.fixture(scope="module")
def titles() -> list[Work]:
    """Titles of datasets of 326 other offices, as their portals have them; never shown as Lebak's."""
    if not TITLES.is_file():
        pytest.skip(f"{TITLES} is not on this machine: the titles of other counties are not part of the repository")
    with TITLES.open(encoding="utf-8", newline="") as file:
        return [Work(str(number), row["judul"]) for number, row in enumerate(csv.DictReader(file))]


def test_what_a_title_is_about() -> None:
    assert words("Jumlah Peserta KB Aktif Menurut Kecamatan di Kabupaten Lebak Tahun 2024") == {
        "peserta",
        "keluarga",
        "berencana",
        "aktif",
    }
    assert words("Statistik per Kecamatan, 2020-2021") == frozenset()


def test_the_same_work_under_another_name_is_the_same() -> None:
    ours = Work("a", "Kompilasi data peserta keluarga berencana aktif Kabupaten Lebak 2026")
    theirs = Work("b", "Jumlah Peserta KB Aktif menurut Kecamatan")
    [match] = similar(ours, [ours, theirs, Work("c", "Survei kepuasan pengguna perpustakaan")])
    assert match.work is theirs
    assert match.same
    assert match.shared == ("aktif", "berencana", "keluarga", "peserta")


def test_other_words_with_the_same_variables_are_similar() -> None:
    ours = Work("a", "Pendataan ketahanan rumah", ("Jumlah balita stunting", "Jumlah ibu hamil"))
    theirs = Work("b", "Survei gizi", ("Balita stunting", "Ibu hamil", "Berat badan"))
    assert [match.work.id for match in similar(ours, [theirs])] == ["b"]


def test_works_without_telling_words_are_not_similar_to_everything() -> None:
    assert similar(Work("a", "Data statistik 2024"), [Work("b", "Statistik data 2025"), Work("c", "")]) == []


def test_real_titles_find_their_doubles_and_nothing_else(titles: list[Work]) -> None:
    found = similar(Work("x", "Kompilasi data korban kekerasan terhadap perempuan dan anak"), titles)
    assert [match.same for match in found[:3]] == [True] * 3
    assert all({"kekerasan", "korban"} & set(match.shared) for match in found)
    assert similar(Work("x", "Survei kepuasan pengguna layanan perpustakaan"), titles) == []


def test_real_titles_in_any_order_give_the_same_answer(titles: list[Work]) -> None:
    shuffled = list(titles)
    random.Random(1).shuffle(shuffled)
    for work in titles[::20]:
        assert similar(work, titles) == similar(work, shuffled)
        again = similar(Work("x", work.title.upper() + " Kabupaten Lebak 2026"), titles, most=len(titles))
        assert work in [match.work for match in again] or not words(work.title)


def test_similarity_goes_both_ways(titles: list[Work]) -> None:
    for one in titles[::30]:
        for match in similar(one, titles, most=len(titles)):
            back = similar(match.work, [one])
            assert [each.score for each in back] == [match.score]
            assert match.score >= LEAST

"""A recommendation is compulsory for surveys and not for compilations: every share counts so."""

from __future__ import annotations

from typing import Any

from ckanext.lebak.proposals.shares import is_compulsory, share

NUMBER = {"identitas_rekomendasi": "V-26.3602.001"}


def _activity(way: str, **more: Any) -> dict[str, Any]:
    return {"owner_org": "a", "tahun_kegiatan": "2026", "cara_pengumpulan_data": way, "jenis_statistik": "2", **more}


def test_a_compilation_without_a_number_misses_nothing() -> None:
    counted = share([_activity("3"), _activity("3", **NUMBER), _activity("1")])
    assert (counted.activities, counted.compulsory, counted.recommended, counted.voluntary) == (3, 0, 0, 1)
    assert counted.ratio is None
    assert counted.missing == 0


def test_the_share_is_one_of_surveys() -> None:
    counted = share([_activity("2"), _activity("2", **NUMBER), _activity("3"), _activity("3", **NUMBER)])
    assert counted.ratio == 0.5
    assert (counted.missing, counted.voluntary) == (1, 1)


def test_only_surveys_of_sectoral_statistics_need_one() -> None:
    assert not is_compulsory(_activity("2", jenis_statistik="1"))
    assert is_compulsory({"cara_pengumpulan_data": "2"})
    assert not is_compulsory({})

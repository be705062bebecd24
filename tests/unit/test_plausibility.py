"""What a reviewer is told of a table (release/plausibility.py). All figures but the demonstration's are simulated."""

from __future__ import annotations

import io
from collections.abc import Sequence
from decimal import Decimal
from importlib.resources import files
from typing import Any

import openpyxl
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from ckanext.lebak.release.findings import Finding, Findings
from ckanext.lebak.release.meanings import area_of, children_of, is_additive, total_word
from ckanext.lebak.release.plausibility import findings
from ckanext.lebak.tables.columns import Column
from ckanext.lebak.tables.table import Table, rows_of
from ckanext.lebak.vocabulary import vocabulary

KECAMATAN = sorted(children_of()["36.02"])
SEXES = "kode_wilayah,nama_wilayah,jenis_kelamin,nilai\n"


def _column(name: str, kind: str = "teks", role: str = "dimensi", unit: str = "") -> dict[str, str]:
    return {"nama": name, "tipe_data": kind, "peran": role, "satuan": unit}


def _measure(name: str, kind: str = "bilangan_bulat", unit: str = "") -> dict[str, str]:
    return _column(name, kind, "ukuran", unit)


DESCRIBED = [_column("kode_wilayah"), _column("nama_wilayah"), _column("jenis_kelamin"), _measure("nilai")]


def _checked(text: str, described: Sequence[dict[str, str]] = DESCRIBED, before: str = "", **more: Any) -> Findings:
    return findings(
        rows_of(io.BytesIO(text.encode()), "CSV", described),
        rows_of(io.BytesIO(before.encode()), "CSV", described) if before else None,
        **more,
    )


def _of(rule: str, found: Findings) -> list[Finding]:
    return [finding for finding in found.found if finding.rule == rule]


def _places(figure: int = 10) -> str:
    area = vocabulary("area")
    return "".join(f"{code},{area[code].id},,{figure + n}\n" for n, code in enumerate(KECAMATAN))


SUM = sum(10 + n for n in range(28))


def test_parts_that_do_not_add_up_to_their_total_are_told_at_the_cell_of_the_total() -> None:
    rows = ("laki-laki,5", "perempuan,6", "Jumlah,12")
    found = _checked(SEXES + "".join(f"36.02.01,Malingping,{row}\n" for row in rows))
    (told,) = _of("totals", found)
    assert (told.row, told.column, told.sheet) == (4, "nilai", "")
    assert told.sentence() == ('Row 4, column "nilai": the total is 12, but its 2 parts add up to 11 (difference 1).')
    assert told.sentence(lambda text: text.replace("Row", "Baris")).startswith("Baris 4")


def test_parts_that_add_up_are_not_told() -> None:
    assert not _checked(SEXES + "36.02.01,M,L,5\n36.02.01,M,P,6\n36.02.01,M,L+P,11\n").counts


@pytest.mark.parametrize(
    "last",
    [
        ",Jumlah,,{}\n",
        "Jumlah,Jumlah,,{}\n",
        ",Total Kabupaten Lebak,,{}\n",
        "36.02,Kabupaten Lebak,,{}\n",
        "36.02,Jumlah,,{}\n",
    ],
)
def test_a_total_over_the_kecamatan_is_found_however_it_is_written(last: str) -> None:
    assert not _of("totals", _checked(SEXES + _places() + last.format(SUM)))
    (told,) = _of("totals", _checked(SEXES + _places() + last.format(SUM + 1)))
    assert (told.row, told.values["count"], told.values["difference"]) == (30, "28", "1")


def test_the_whole_beside_its_parts_is_not_added_to_them() -> None:
    both = f"36.02,Kabupaten Lebak,,{SUM}\n,Jumlah,,"
    assert not _of("totals", _checked(SEXES + _places() + both + f"{SUM}\n"))
    assert [told.row for told in _of("totals", _checked(SEXES + _places() + both + f"{SUM + 3}\n"))] == [31]


def test_a_place_with_some_of_its_parts_may_be_more_but_not_less() -> None:
    two = "36.02.01,Malingping,,10\n36.02.02,Panggarangan,,20\n"
    assert not _of("totals", _checked(SEXES + "36.02,Kabupaten Lebak,,100\n" + two))
    (told,) = _of("totals", _checked(SEXES + "36.02,Kabupaten Lebak,,29\n" + two))
    assert told.row == 2
    assert "alone add up to 30" in told.sentence()


def test_desa_and_kelurahan_together_make_a_kecamatan() -> None:
    codes = sorted(children_of()["36.02.14"])
    levels = {vocabulary("area")[code].more["level"] for code in codes}
    assert levels == {"desa", "kelurahan"}
    rows = "".join(f"{code},{code},,1\n" for code in codes)
    assert not _of("totals", _checked(SEXES + rows + f"36.02.14,Rangkasbitung,,{len(codes)}\n"))
    assert _of("totals", _checked(SEXES + rows + f"36.02.14,Rangkasbitung,,{len(codes) + 1}\n"))


def test_the_grand_total_of_two_dimensions_is_checked_both_ways() -> None:
    cells = "".join(
        f"{code},,{sex},{figure}\n"
        for code, figures in {"36.02.01": (1, 2, 3), "36.02.02": (4, 5, 9), "Jumlah": (5, 7, 13)}.items()
        for sex, figure in zip(("L", "P", "Jumlah"), figures, strict=True)
    )
    told = _of("totals", _checked(SEXES + cells))
    assert [finding.row for finding in told] == [10]


def test_what_is_not_known_is_part_of_the_total() -> None:
    rows = SEXES + _places() + ",Tidak diketahui,,5\n"
    assert not _of("totals", _checked(rows + f",Jumlah,,{SUM + 5}\n"))
    assert _of("totals", _checked(rows + f",Jumlah,,{SUM}\n"))


def test_parts_that_divide_the_total_twice_are_no_mistake() -> None:
    assert not _of("totals", _checked(SEXES + "a,a,L,4\na,a,P,6\na,a,anak,3\na,a,dewasa,7\na,a,total,10\n"))


def test_a_total_with_an_unknown_part_is_left_alone() -> None:
    found = _checked(SEXES + "a,a,L,4\na,a,P,\na,a,total,10\n")
    assert found.counts == {"empty": 1}


@pytest.mark.parametrize(
    "named", [{"unit": "persen"}, {"unit": "jiwa/km2"}, {"name": "indeks"}, {"name": "rata_rata_umur"}]
)
def test_what_has_no_sum_is_not_added_up(named: dict[str, str]) -> None:
    described = [*DESCRIBED[:3], _measure(named.get("name", "nilai"), unit=named.get("unit", ""))]
    header = SEXES.replace("nilai", named.get("name", "nilai"))
    assert not _checked(header + "a,a,L,50\na,a,P,60\na,a,total,55\n", described).counts


def test_rounded_decimals_may_miss_their_total_a_little() -> None:
    described = [*DESCRIBED[:3], _measure("nilai", "desimal", "ton")]
    text = "kode_wilayah;nama_wilayah;jenis_kelamin;nilai\na;a;x;1,14\na;a;y;1,14\na;a;total;{}\n"
    assert not _checked(text.format("2,29"), described).counts
    assert _checked(text.format("2,31"), described).counts == {"totals": 1}


def test_a_row_of_another_unit_is_no_part() -> None:
    described = [_column("metode"), _measure("nilai"), _column("satuan", role="atribut")]
    assert not _checked("metode,nilai,satuan\nsuntik,4,orang\npil,5,orang\nsemua metode,7,pasangan\n", described).counts


def test_a_column_that_is_not_the_sum_of_men_and_women() -> None:
    described = [_column("kecamatan"), _measure("laki_laki"), _measure("perempuan"), _measure("jumlah_penduduk")]
    found = _checked("kecamatan,laki_laki,perempuan,jumlah_penduduk\na,1,2,3\nb,1,2,4\n", described)
    (told,) = _of("columns", found)
    assert (told.row, told.column) == (3, "jumlah_penduduk")
    assert told.sentence().endswith("4 is not the sum of laki_laki + perempuan, which is 3.")


def test_a_total_column_is_believed_to_be_one_where_it_mostly_is() -> None:
    described = [_column("kecamatan"), _measure("suntik"), _measure("pil"), _measure("total")]
    rows = "".join(f"k{n},{n},{2 * n},{3 * n}\n" for n in range(1, 9))
    found = _checked("kecamatan,suntik,pil,total\n" + rows + "k9,1,1,5\n", described)
    assert [told.row for told in _of("columns", found)] == [10]
    others = "".join(f"k{n},{n},{2 * n},{7 * n}\n" for n in range(1, 9))
    assert not _checked("kecamatan,suntik,pil,total\n" + others, described).counts


def test_missing_kecamatan_are_named() -> None:
    some = "".join(f"{code},,,1\n" for code in KECAMATAN if code not in ("36.02.14", "36.02.18"))
    (told,) = _of("areas", _checked(SEXES + some))
    assert (told.values["areas"], told.row, told.column) == ("Rangkasbitung, Cibadak", None, "")
    assert not _of("areas", _checked(SEXES + _places()))
    few = SEXES + "36.02.01,Malingping,,1\n"
    assert not _of("areas", _checked(few))
    assert _of("areas", _checked(few, level="kecamatan"))


def test_kecamatan_by_bps_code_and_by_name() -> None:
    area = vocabulary("area")
    for form in (lambda code: area[code].more["bps"], lambda code: area[code].more["name"]):
        rows = "".join(f"{form(code)},x,,1\n" for code in KECAMATAN[1:])
        (told,) = _of("areas", _checked(SEXES + rows))
        assert told.values["areas"] == "Malingping"


def test_missing_kecamatan_are_told_for_each_period() -> None:
    described = [_column("tahun", "tahun"), _column("kode_wilayah"), _measure("nilai")]
    rows = "".join(f"{year},{code},1\n" for year in (2023, 2024) for code in KECAMATAN[: 28 if year == 2023 else 27])
    (told,) = _of("areas", _checked("tahun,kode_wilayah,nilai\n" + rows, described))
    assert told.values["period"] == "2024"


def test_counts_below_nothing_are_told_and_balances_are_not() -> None:
    (told,) = _of("negative", _checked(SEXES + "a,a,L,-5\n"))
    assert (told.row, told.values["value"]) == (2, "-5")
    described = [*DESCRIBED[:3], _measure("selisih")]
    assert not _checked(SEXES.replace("nilai", "selisih") + "a,a,L,-5\n", described).counts


def test_empty_cells_are_counted_by_column() -> None:
    found = _checked(SEXES + "a,a,L,1\nb,,L,\nc,,L,3\n")
    assert [(told.column, told.row, told.values["count"]) for told in found.found] == [
        ("nama_wilayah", 3, "2"),
        ("nilai", 3, "1"),
    ]


def test_what_a_total_adds_up_over_is_rightly_empty() -> None:
    assert not _checked(SEXES + "a,a,L,1\nb,b,L,2\n,Jumlah,,3\n").counts


PERIODS = [_column("tahun", "tahun"), _column("kode_wilayah"), _measure("nilai")]


def _years(**figures: Sequence[int]) -> str:
    rows = "".join(
        f"{year[1:]},{code},{figure}\n"
        for year, listed in figures.items()
        for code, figure in zip(KECAMATAN, listed, strict=False)
    )
    return "tahun,kode_wilayah,nilai\n" + rows


USUAL = [100, 101, 102, 103, 104, 105, 106, 107]


def test_a_figure_that_jumped_unlike_the_others_is_told() -> None:
    found = _checked(_years(y2023=USUAL, y2024=[*USUAL[:7], 1070]), PERIODS)
    (told,) = _of("jumps", found)
    assert (told.row, told.column, told.values["percent"]) == (17, "nilai", "+900.0")
    (change,) = found.sums
    assert (change.before, change.after, change.period_before, change.period) == (828, 1791, "2023", "2024")
    assert _of("sums", found)


def test_where_all_figures_double_the_sum_is_told_and_no_single_figure() -> None:
    found = _checked(_years(y2023=USUAL, y2024=[2 * figure for figure in USUAL]), PERIODS)
    assert set(found.counts) == {"sums"}
    assert _of("sums", found)[0].values["percent"] == "+100.0"


def test_the_last_period_may_stand_in_the_released_file() -> None:
    described = PERIODS[1:]
    before = "kode_wilayah,nilai\n36.02.01,10\n36.02.02,20\n"
    after = "kode_wilayah,nilai\n36.02.02,21\n36.02.01,40\n"
    found = _checked(after, described, before, period="2024", period_before="2023")
    assert [(told.row, told.values["before"]) for told in _of("jumps", found)] == [(3, "10")]
    assert [(change.before, change.after) for change in found.sums] == [(30, 61)]
    assert not _checked(after, described, before).sums


def test_a_correction_of_a_period_is_not_compared_with_itself() -> None:
    found = _checked(_years(y2024=[1]), PERIODS, _years(y2024=[100], y2023=[1]))
    assert [(change.before, change.after) for change in found.sums] == [(1, 1)]


def test_months_are_compared_with_months() -> None:
    described = [_column("tahun", "tahun"), _column("bulan"), _column("kode_wilayah"), _measure("nilai")]
    text = "tahun,bulan,kode_wilayah,nilai\n2024,Juni,x,10\n2024,Juli,x,12\n2023,,x,100\n"
    (change,) = _checked(text, described).sums
    assert (change.period_before, change.period, change.percent) == ("2024-06", "2024-07", Decimal(20))


def test_totals_are_not_added_to_their_parts() -> None:
    described = [_column("tahun", "tahun"), _column("kode_wilayah"), _column("jk"), _measure("nilai")]
    rows = [
        f"{year},{code},{sex},{n}\n"
        for year in (2023, 2024)
        for code in ("36.02", *KECAMATAN[:3])
        for sex, n in (("L", 1), ("P", 2), ("Jumlah", 3))
    ]
    (change,) = _checked("tahun,kode_wilayah,jk,nilai\n" + "".join(rows), described).sums
    assert (change.before, change.rows_after) == (9, 6)


def test_the_sheet_of_a_workbook_is_named() -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.title = "Data"
    for row in ([column["nama"] for column in DESCRIBED], ["a", "a", "L", -1]):
        book.active.append(row)
    saved = io.BytesIO()
    book.save(saved)
    (told,) = findings(rows_of(saved, "XLSX", DESCRIBED)).found
    assert (told.sheet, told.row) == ("Data", 2)


def test_long_lists_are_cut_and_truly_counted() -> None:
    found = _checked(SEXES + "".join(f"a,a,x{n},-1\n" for n in range(30)), limit=4)
    assert (found.counts, [told.row for told in found.found], found.cut) == ({"negative": 30}, [2, 3, 4, 5], True)


DEMO = files("ckanext.lebak.demo")
CATALOG = yaml.safe_load(DEMO.joinpath("catalog.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("dataset", CATALOG["datasets"], ids=lambda dataset: dataset["name"])
def test_the_demonstration_has_no_false_alarm(dataset: dict[str, Any]) -> None:
    with DEMO.joinpath(f"data/{dataset['resource']['file']}").open("rb") as stream:
        found = findings(rows_of(stream, "CSV", dataset["resource"]["kolom"]))
    # It does have cells that its sources left empty.
    assert set(found.counts) <= {"empty"}


def test_a_total_of_the_demonstration_that_is_falsified_is_found() -> None:
    (dataset,) = (d for d in CATALOG["datasets"] if d["name"] == "contoh-penduduk")
    text = DEMO.joinpath("data/penduduk.csv").read_text(encoding="utf-8").replace("1531564", "1531565")
    (told,) = _of("totals", _checked(text, dataset["resource"]["kolom"]))
    assert (told.row, told.values["sum"]) == (2, "1531564")


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        *((word, "total") for word in ("Jumlah", "TOTAL", "Jumlah/Total", "Total Lebak", "L+P", "semua metode")),
        ("Jumlah Kecamatan Malingping", "subtotal"),
        ("sub-total", "subtotal"),
        *((word, "") for word in ("Jumlah penduduk", "total, sampai pertengahan Juli", "Lebak", "", "L")),
    ],
)
def test_words_for_totals(text: str, kind: str) -> None:
    assert total_word(text) == kind


@pytest.mark.parametrize(
    ("text", "villages", "code"),
    [
        ("36.02.14", False, "36.02.14"),
        ("3602180", False, "36.02.14"),
        ("Kec. Rangkasbitung", False, "36.02.14"),
        ("Lebak", False, "36.02"),
        ("Kabupaten Lebak", False, "36.02"),
        ("Cilangkahan", True, "36.02.01.2002"),
        ("Bandung", False, None),
        ("2024", False, None),
    ],
)
def test_places(text: str, villages: bool, code: str | None) -> None:
    term = area_of(text, villages)
    assert (term.code if term else None) == code


def test_a_meaning_with_a_rate_has_no_sum() -> None:
    assert not is_additive(Column("nilai", "desimal", definition="Persentase rumah tangga"))
    assert is_additive(Column("nilai", "desimal", definition="Jumlah rumah tangga per kecamatan", unit="Rumah Tangga"))


_TABLE = [Column("d", role="dimensi"), Column("e", role="dimensi"), Column("m", "bilangan_bulat", role="ukuran")]
_ROW = st.tuples(
    st.sampled_from(["a", "b", "Jumlah", ""]), st.sampled_from(["36.02", "36.02.01", "x"]), st.integers(-2, 9)
)


@given(st.lists(_ROW, max_size=12), st.randoms())
def test_the_order_of_rows_changes_no_count(rows: list[Any], chance: Any) -> None:
    def counts(listed: list[Any]) -> Any:
        return findings(Table(_TABLE, list(enumerate(listed, start=2)))).counts

    mixed = rows[:]
    chance.shuffle(mixed)
    assert counts(rows) == counts(mixed)


@given(st.lists(st.integers(1, 1000), min_size=2, max_size=20), st.integers(-5, 5))
def test_a_total_is_told_exactly_when_it_is_off(parts: list[int], off: int) -> None:
    rows: list[tuple[int, list[Any]]] = [(n, [f"k{n}", "x", part]) for n, part in enumerate(parts, start=2)]
    rows.append((len(parts) + 2, ["Jumlah", "x", sum(parts) + off]))
    found = findings(Table(_TABLE, rows))
    # What is a whole fraction of the sum is taken for a total whose parts divide it several times.
    overlap = any((sum(parts) + off) * often == sum(parts) for often in (2, 3, 4))
    assert bool(_of("totals", found)) is (bool(off) and not overlap)

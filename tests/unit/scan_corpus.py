"""Files for the check of personal data: some with planted values, some that only look like it. All of it is simulated.

No number belongs to anybody: there is no district 59 in 36.02, telephones go on with 000, addresses end in ``example``.
"""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Callable, Sequence
from typing import Any

import openpyxl
from openpyxl.comments import Comment

_CHANCE = random.Random(3602)
_FULL_WIDTH = {ord("0") + digit: 0xFF10 + digit for digit in range(10)}

File = tuple[str, bytes, str]
"""A name, the content and its format."""


def nik(number: int) -> str:
    """A NIK of a district that does not exist, of a woman for odd numbers."""
    day = number % 28 + 1 + 40 * (number % 2)
    return f"360259{day:02d}{number % 12 + 1:02d}{number % 100:02d}{number % 10_000:04d}"


def mobile(number: int) -> str:
    """A mobile number without its 0."""
    return f"811000{number:05d}"


def table(header: Sequence[str], rows: Sequence[Sequence[Any]], mark: str = ",") -> bytes:
    """A CSV file."""
    text = io.StringIO()
    csv.writer(text, delimiter=mark).writerows([header, *rows])
    return text.getvalue().encode()


def sheets(*contents: Sequence[Sequence[Any]], change: Callable[[Any], None] | None = None) -> bytes:
    """A workbook with these sheets."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for number, rows in enumerate(contents, start=1):
        sheet = book.create_sheet(f"Lembar {number}")
        for row in rows:
            sheet.append(list(row))
    if change:
        change(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _named(header: str, value: Callable[[int], Any], rows: int = 12) -> bytes:
    """A table with one column of that name among others."""
    return table(
        ["no", "kecamatan", header, "jumlah"], [[n, f"Simulasi {n % 5}", value(n), n * 7] for n in range(rows)]
    )


def _hide(number: int, state: str) -> Callable[[Any], None]:
    def change(book: Any) -> None:
        book.worksheets[number].sheet_state = state

    return change


def _hide_column(book: Any) -> None:
    book.worksheets[0].column_dimensions["C"].hidden = True
    for row in range(2, 15):
        book.worksheets[0].row_dimensions[row].hidden = True


def _comment(book: Any) -> None:
    for row in range(2, 6):
        book.worksheets[0][f"B{row}"].comment = Comment(f"Simulasi, NIK {nik(row)}", "simulasi")


_PLAIN = [["kecamatan", "jumlah"], *([f"Simulasi {n}", n * 31] for n in range(12))]
_PEOPLE = [["no", "kecamatan", "NIK"], *([n, f"Simulasi {n}", nik(n)] for n in range(12))]


def planted() -> list[File]:
    """Thirty files that a check must stop."""
    in_text = table(
        ["no", "keterangan"], [[n, f"a.n. simulasi ({nik(n)}) RT 0{n}" if n % 2 else "lengkap"] for n in range(12)]
    )
    sparse = table(["no", "pendata"], [[n, f"0{mobile(n)}" if n % 3 == 0 else "-"] for n in range(24)])
    titled = [["DATA SIMULASI"], ["Kabupaten, tahun 2024"], [], *_PEOPLE]
    half = [["No", "Identitas", None], [None, "Nama", "NIK"], *([n, "x", nik(n)] for n in range(9))]
    return [
        ("NIK", _named("NIK", nik), "CSV"),
        ("NIK in a column of another name", _named("identitas", nik), "CSV"),
        ("NIK without a header", table([nik(0), "a"], [[nik(n), "a"] for n in range(1, 9)]), "CSV"),
        ("NIK with an apostrophe", _named("nomor", lambda n: f"'{nik(n)}"), "CSV"),
        ("NIK in groups of four", _named("nomor", lambda n: "-".join(nik(n)[i : i + 4] for i in (0, 4, 8, 12))), "CSV"),
        ("NIK in groups by meaning", _named("nomor", lambda n: f"{nik(n)[:6]} {nik(n)[6:12]} {nik(n)[12:]}"), "CSV"),
        ("NIK with points", _named("nomor", lambda n: ".".join(nik(n)[i : i + 4] for i in (0, 4, 8, 12))), "CSV"),
        ("NIK as Excel shows it", _named("nik", lambda _: "3.60259E+15"), "CSV"),
        ("NIK as Excel shows it here", _named("nomor", lambda _: "3,60259E+15"), "CSV"),
        ("NIK as a float", _named("nomor", lambda n: f"{nik(n)}.0"), "CSV"),
        ("NIK in digits of full width", _named("nomor", lambda n: nik(n).translate(_FULL_WIDTH)), "CSV"),
        ("NIK with invisible signs", _named("nomor", lambda n: "\u200b".join([nik(n)[:5], nik(n)[5:]])), "CSV"),
        ("NIK in a text", in_text, "CSV"),
        ("a single row under NIK", _named("NIK", nik, rows=1), "CSV"),
        ("NIK of another form under its name", _named("No_KTP", lambda n: f"99999999999{n:05d}"), "CSV"),
        ("NIK in TSV", table(["no", "nik"], [[n, nik(n)] for n in range(5)], mark="\t"), "TSV"),
        ("NIK with semicolons", table(["no", "nik"], [[n, nik(n)] for n in range(5)], mark=";"), "CSV"),
        ("number of a family card", _named("no_kk", nik), "CSV"),
        ("Kartu Keluarga", _named("Nomor Kartu Keluarga", nik), "CSV"),
        ("mobile numbers", _named("kolom", lambda n: f"0{mobile(n)}"), "CSV"),
        ("mobile numbers with +62", _named("kolom", lambda n: f"+62 {mobile(n)[:3]}-{mobile(n)[3:]}"), "CSV"),
        ("mobile numbers without 0", _named("No. HP", mobile), "CSV"),
        ("few mobile numbers among dashes", sparse, "CSV"),
        ("e-mail addresses", _named("kolom", lambda n: f"simulasi.{n}@surat.example"), "CSV"),
        ("surel", _named("surel", lambda n: f"simulasi{n}@surat.example" if n < 4 else "-"), "CSV"),
        ("NIK as numbers of a sheet", sheets([["a", "b"], *([n, int(nik(n))] for n in range(9))]), "XLSX"),
        ("NIK under titles and a header of two rows", sheets(titled, half), "XLSX"),
        ("NIK in a hidden sheet", sheets(_PLAIN, _PEOPLE, change=_hide(1, "veryHidden")), "XLSX"),
        ("NIK in a hidden column and hidden rows", sheets(_PEOPLE, change=_hide_column), "XLSX"),
        ("NIK in comments", sheets(_PLAIN, change=_comment), "XLSX"),
    ]  # fmt: skip


def look_alikes() -> list[File]:
    """Thirty files that name nobody."""
    some = _CHANCE.randrange
    years = list(range(1971, 2025))
    long_table = [[n, some(10**15, 10**16)] for n in range(500)]
    spent = ([f"5.1.02.{n % 4 + 1:02d}.01.{n:04d}", "Belanja", some(10**9)] for n in range(40))
    return [
        ("account codes of 16 digits", _named("kode_akun", lambda n: f"5102{n:04d}00{n:06d}", 60), "CSV"),
        ("random numbers of 16 digits", table(["no", "kode"], long_table), "CSV"),
        ("account codes in groups", _named("rekening", lambda n: f"5.1.02.01.01.{n:04d}.{n:04d}", 40), "CSV"),
        ("codes of sub-activities", _named("kode", lambda n: f"1.02.02.2.01.{n:04d}.5.1.02", 40), "CSV"),
        ("codes of goods", _named("kode_barang", lambda n: f"1.3.2.05.01.04.{n:03d}.{n:04d}", 40), "CSV"),
        ("area codes", _named("kode_wilayah", lambda n: f"36.02.{n % 28 + 1:02d}.20{n:02d}", 28), "CSV"),
        ("area codes of BPS", _named("kode_bps", lambda n: f"3602{n % 28 + 1:02d}0{n:03d}", 28), "CSV"),
        ("totals in rupiah", _named("total", lambda _: some(10**12, 10**16)), "CSV"),
        ("totals with points", _named("total", lambda _: f"{some(10**15, 10**16):,}".replace(",", ".")), "CSV"),
        ("totals that begin with 8", _named("nilai_rupiah", lambda n: 8_100_000_000 + n * 12_345_678), "CSV"),
        ("totals in scientific form", _named("produk domestik", lambda n: f"{n % 9 + 1}.{n:05d}E+15", 40), "CSV"),
        ("small scientific numbers", _named("nilai", lambda n: f"{n % 9 + 1}.5E+15"), "CSV"),
        ("longitudes", _named("bujur", lambda _: f"106.{some(10**13):013d}", 60), "CSV"),
        ("latitudes", _named("lintang", lambda _: f"-6.{some(10**15):015d}", 60), "CSV"),
        ("shares with 16 decimals", _named("rasio", lambda _: f"0.{some(10**16):016d}", 200), "CSV"),
        ("decimal commas", _named("rasio", lambda _: f"0,{some(10**16):016d}", 60), "CSV"),
        ("years", table([str(year) for year in years], [[some(10**6) for _ in years] for _ in range(20)]), "CSV"),
        ("lists of years", _named("periode", lambda n: " ".join(str(1971 + n + i) for i in range(4)), 50), "CSV"),
        ("dates", _named("tanggal", lambda n: f"{n % 28 + 1:02d}-{n % 12 + 1:02d}-2024 s.d. 31-12-2024"), "CSV"),
        ("times", _named("waktu", lambda n: f"2024-08-{n % 28 + 1:02d} 08:11:00.{n:06d}"), "CSV"),
        ("statistics on telephones", _named("jumlah telepon", lambda n: 8_120_000_000 + n), "CSV"),
        ("counts of families", _named("jumlah KK", lambda n: 1000 + n), "CSV"),
        ("families", _named("KK", lambda n: 1000 + n), "CSV"),
        ("whether a NIK is known", _named("NIK", lambda n: "ada" if n % 2 else "tidak ada"), "CSV"),
        ("masked numbers", _named("NIK", lambda n: f"3602********{n:04d}"), "CSV"),
        ("desks of offices", _named("telepon", lambda n: f"(0252) 2000{n:02d}"), "CSV"),
        ("addresses of offices", _named("surel", lambda n: f"opd{n}@simulasi.go.id"), "CSV"),
        ("school numbers", _named("npsn", lambda n: f"20600{n:03d}", 40), "CSV"),
        ("budget", sheets([["kode", "uraian", "anggaran"], *spent]), "XLSX"),
        ("floats of a sheet", sheets([["a", "b"], *([n, some(10**16) / 7] for n in range(60))], _PLAIN), "XLSX"),
    ]  # fmt: skip

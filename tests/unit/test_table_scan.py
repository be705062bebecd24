"""The check of files for personal data: what it finds, what it leaves alone, and what it cannot read."""

from __future__ import annotations

import io
import json
import time
import tracemalloc
import zipfile
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from ckanext.lebak.tables import reading
from ckanext.lebak.tables.identifiers import EMAIL, KK, LIKELY, NIK, OFFICE, SURE, TELEPHONE, header_kinds, hits
from ckanext.lebak.tables.personal import STOP, WARN
from ckanext.lebak.tables.scan import CLEAN, FOUND, UNREADABLE, ScanResult, scan
from tests.unit.scan_corpus import File, look_alikes, mobile, nik, planted, sheets, table


def scanned(content: bytes, format_: str = "CSV") -> ScanResult:
    return scan(io.BytesIO(content), format_)


# --- the corpus -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("file", planted(), ids=lambda file: file[0])
def test_what_was_planted_is_found(file: File) -> None:
    result = scanned(*file[1:])
    assert (result.state, result.stops) == (FOUND, True)


def test_no_value_is_kept() -> None:
    for _, content, format_ in planted():
        kept = json.dumps(scanned(content, format_).as_dict())
        assert not any(nik(n) in kept or mobile(n) in kept or f"simulasi.{n}@" in kept for n in range(30))


def test_what_looks_alike_stops_nothing() -> None:
    stopped = [name for name, content, format_ in look_alikes() if scanned(content, format_).stops]
    assert len(planted()) == len(look_alikes()) == 30
    assert len(stopped) <= 2, stopped


# --- where ----------------------------------------------------------------------------------------------------------


def test_a_finding_says_sheet_column_and_row() -> None:
    titled = [["Data simulasi"], [], ["no", "nama", "Nomor Identitas"], *([n, "x", nik(n)] for n in range(5))]
    (finding,) = scanned(sheets([["a"], [1]], titled), "XLSX").findings
    assert (finding.sheet, finding.letter, finding.column, finding.row) == ("Lembar 2", "C", "Nomor Identitas", 4)
    assert (finding.kind, finding.severity, finding.hits, finding.example) == (NIK, STOP, 5, "3602********0000")
    assert finding.sentence(str) == (
        'Sheet "Lembar 2", column C (Nomor Identitas), from row 4 on: '
        "5 values that look like a population number (NIK), such as 3602********0000."
    )


def test_a_csv_has_no_sheet() -> None:
    (finding,) = scanned(table(["a", "no_kk"], [["x", nik(n)] for n in range(4)])).findings
    assert (finding.sheet, finding.letter, finding.kind) == (None, "B", KK)
    assert finding.sentence(str).startswith("Column B (no_kk), from row 2 on: 4 values")


def test_a_hidden_sheet_is_said_to_be_hidden() -> None:
    def hide(book: Any) -> None:
        book.worksheets[1].sheet_state = "hidden"

    (finding,) = scanned(sheets([["a"]], [["a"], *([nik(n)] for n in range(4))], change=hide), "XLSX").findings
    assert finding.sentence(str).startswith('Hidden sheet "Lembar 2"')


def test_a_title_or_the_name_of_a_sheet_is_shown_without_its_number() -> None:
    def name(book: Any) -> None:
        book.worksheets[0].title = nik(7)

    result = scanned(sheets([["x"], [nik(1)], [nik(2)], [nik(3)]], change=name), "XLSX")
    assert {finding.place for finding in result.findings} == {"", "name"}
    assert nik(7) not in json.dumps(result.as_dict())
    assert '"***"' in " ".join(result.sentences(str))


def _with_part(name: str, content: str) -> bytes:
    out = io.BytesIO(sheets([["a"], [1]]))
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr(name, content)
    return out.getvalue()


def test_data_behind_a_pivot_table_is_read() -> None:
    records = "".join(f'<r><x v="{n}"/><s v="{nik(n)}"/></r>' for n in range(20))
    result = scanned(_with_part("xl/pivotCache/pivotCacheRecords1.xml", f"<records>{records}</records>"), "XLSX")
    assert [(finding.place, finding.severity, finding.hits) for finding in result.findings] == [("pivot", STOP, 20)]


def test_a_number_in_two_runs_of_a_text_box_is_one() -> None:
    box = f"<wsDr><txBody><p><r><t>{nik(1)[:7]}</t></r><r><t>{nik(1)[7:]}</t></r></p></txBody></wsDr>"
    result = scanned(_with_part("xl/drawings/drawing9.xml", box), "XLSX")
    assert [(finding.place, finding.severity) for finding in result.findings] == [("drawing", WARN)]


# --- how many -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("count", "of", "severity"), [(1, 100, WARN), (2, 4, WARN), (3, 10, STOP), (29, 100, WARN)])
def test_a_column_is_judged_by_number_and_share(count: int, of: int, severity: str) -> None:
    (finding,) = scanned(table(["a", "b"], [["x", nik(n) if n < count else "teks"] for n in range(of)])).findings
    assert (finding.severity, finding.hits) == (severity, count)


def test_cells_without_a_value_do_not_count() -> None:
    rows = [["x", nik(n) if n < 3 else ("-", "", "n/a", "0")[n % 4]] for n in range(100)]
    assert scanned(table(["a", "b"], rows)).stops


def test_the_header_counts_where_the_cells_agree() -> None:
    assert scanned(table(["a", "NIK"], [["x", nik(1)]])).stops
    assert not scanned(table(["a", "b"], [["x", nik(1)]])).stops
    assert scanned(table(["a", "NIK"], [["x", n] for n in range(9)])).state == CLEAN


@pytest.mark.parametrize(
    ("header", "kinds"),
    [
        ("NIK", {NIK}),
        ("no_kk", {KK}),
        ("Nomor Induk Kependudukan", {NIK}),
        ("No. Kartu Keluarga", {KK}),
        ("NoHP", {TELEPHONE}),
        ("No. Telp/WA", {TELEPHONE}),
        ("E-mail", {EMAIL}),
        ("surel", {EMAIL}),
        ("Jumlah KK", set()),
        ("teknik", set()),
        ("", set()),
    ],
)
def test_the_words_of_a_header(header: str, kinds: set[str]) -> None:
    assert header_kinds(header) == kinds


def test_desks_and_addresses_of_offices_are_told_and_stop_nothing() -> None:
    rows = [[f"(0252) 2000{n:02d}", f"opd{n}@simulasi.go.id"] for n in range(9)]
    result = scanned(table(["telepon", "surel"], rows))
    assert {finding.kind for finding in result.findings} == {TELEPHONE, EMAIL}
    assert (result.state, result.stops) == (FOUND, False)


# --- a cell ---------------------------------------------------------------------------------------------------------

_DATES = st.dates().map(lambda date: f"{date:%d%m%y}")
_NIKS = st.builds(
    lambda district, day, month, year, serial: f"3602{district:02d}{day:02d}{month:02d}{year:02d}{serial:04d}",
    st.integers(1, 60),
    st.one_of(st.integers(1, 31), st.integers(41, 71)),
    st.integers(1, 12),
    st.integers(0, 99),
    st.integers(0, 9999),
)
_AROUND = st.text(st.characters(exclude_categories=["Nd", "Cs"], exclude_characters=".,"), max_size=20)


def of_kind(cell: Any, kind: str) -> str | None:
    return next((hit.strength for hit in hits(cell) if hit.kind == kind), None)


@given(_NIKS, _AROUND, _AROUND)
def test_a_nik_is_found_in_any_text_and_is_masked(number: str, before: str, after: str) -> None:
    (hit,) = [hit for hit in hits(before + number + after) if hit.kind == NIK]
    assert (hit.strength, hit.example) == (SURE, f"{number[:4]}********{number[-4:]}")


@given(_NIKS, st.sampled_from(" .-"), st.sampled_from([(4, 8, 12), (6, 12), (2, 4, 6, 12), (2, 4, 6, 8, 10, 12)]))
def test_a_nik_in_groups_is_found(number: str, separator: str, at: tuple[int, ...]) -> None:
    assume(separator != "." or len(at) > 1)
    groups = [number[start:end] for start, end in zip((0, *at), (*at, 16), strict=True)]
    assert of_kind(separator.join(groups), NIK) == SURE
    assert of_kind(f"1 2024 {separator.join(groups)} 7", NIK) == SURE


@given(_NIKS)
def test_a_nik_that_a_spreadsheet_made_a_number_is_found(number: str) -> None:
    rounded = int(number) // 10 * 10  # fifteen digits are kept
    assert of_kind(int(number), NIK) == of_kind(float(rounded), NIK) == SURE
    assert of_kind(f"{int(number):.5E}", NIK) in (SURE, LIKELY)


@given(st.integers(10**7, 10**10 - 1), st.sampled_from(["0", "62", "+62", "+62 ", "+62-"]))
def test_a_mobile_number_is_found(rest: int, before: str) -> None:
    assume(str(rest)[0] != "0")
    assert of_kind(f"{before}8{rest}", TELEPHONE) == SURE


@given(st.emails())
@example("a@b.co")
def test_an_e_mail_address_is_found(address: str) -> None:
    local, _, domain = address.rpartition("@")
    assume(local[-1].isalnum())
    assume(domain.rpartition(".")[2].isalpha() and len(domain.rpartition(".")[2]) <= 24)
    assert of_kind(f"Simulasi <{address}>", EMAIL) in (SURE, OFFICE)


@pytest.mark.parametrize(
    "cell",
    [
        "3602599912340001",  # day 99
        "3602590113340001",  # month 13
        "0059010101010001",  # no province
        "36025901010100011",  # 17 digits
        "198001012005011001",  # 18 digits
        "12/01/2015 10/01/2016",
        "5.1.02.01.01.0024.0001",
        "3602590101.0000",
    ],
)
def test_other_numbers_are_no_nik(cell: str) -> None:
    assert of_kind(cell, NIK) in (None, LIKELY)


@given(st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.dates(), st.times()))
def test_any_cell_can_be_looked_at(cell: Any) -> None:
    assert isinstance(hits(cell), list)


_HOSTILE = 100_000


_PIECES = (
    ["1", "12 ", "36 ", "36.", "3602-", "3602590101010001", "1,", "1 .", "3,6E+15", "E+15"]
    + ["08", "0811 ", "+62", "+62 8", "0811-0-", "8", "(", "( 1"]
    + ["a@", "@", "a.", "a@b.", "a@b.c ", "٣", "\u0301", "\0"]
)


@pytest.mark.parametrize("piece", _PIECES)
def test_a_hostile_cell_takes_no_time(piece: str) -> None:
    text = (piece * _HOSTILE)[:_HOSTILE]
    for cell in (text, text + "x", "x" + text + "@", text + "0"):
        times = []
        for _ in range(3):  # the quickest of three: other programs must not fail the test
            start = time.process_time()
            hits(cell)
            header_kinds(cell)
            times.append(time.process_time() - start)
        # It takes 0.02 s on a quiet machine, and minutes where a pattern looks back and forth.
        assert min(times) <= 1


# --- what cannot be read --------------------------------------------------------------------------------------------


def changed(change: Callable[[str, bytes], bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(sheets([["a"], [1]]))) as old, zipfile.ZipFile(out, "w") as new:
        for entry in old.infolist():
            new.writestr(entry.filename, change(entry.filename, old.read(entry)))
    return out.getvalue()


def _doctype(encoding: str, part: str) -> bytes:
    bomb = f'<?xml version="1.0" encoding="{encoding}"?><!DOCTYPE a [<!ENTITY b "c">]>'

    def change(name: str, content: bytes) -> bytes:
        return (bomb + content.decode().partition("?>")[2]).encode(encoding) if part in name else content

    return changed(change)


def _packed(name: str, content: bytes) -> bytes:
    out = io.BytesIO(sheets([["a"], [1]]))
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return out.getvalue()


def _many_parts() -> bytes:
    out = io.BytesIO(sheets([["a"], [1]]))
    with zipfile.ZipFile(out, "a") as archive:
        for number in range(2001):
            archive.writestr(f"x/{number}", b"")
    return out.getvalue()


def _far_row(name: str, content: bytes) -> bytes:
    far = content.replace(b'r="2"', b'r="99999999999"').replace(b'r="A2"', b'r="A99999999999"')
    return far if "sheet1" in name else content


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (_packed("xl/vbaProject.bin", b"x"), "macros"),
        (_packed("xl/externalLinks/externalLink1.xml", b"<a/>"), "other files"),
        (_packed("xl/embeddings/oleObject1.bin", b"x"), "embedded"),
        (_packed("xl/worksheets/sheet9.xml", b" " * 30 * 2**20), "too large"),
        (_packed("xl/../../sheet9.xml", b"<a/>"), "XLSX"),
        (_many_parts(), "too large"),
        (_doctype("utf-8", "sheet1"), "XLSX"),
        (_doctype("utf-16", "styles"), "XLSX"),
        (changed(_far_row), "XLSX"),
        (changed(lambda name, content: content[:-20] if "sheet1" in name else content), "XLSX"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "password"),
        (b"no archive", "XLSX"),
        (b"", "XLSX"),
    ],
    ids=[
        "macros",
        "links",
        "embedded",
        "bomb",
        "dots",
        "parts",
        "doctype",
        "doctype16",
        "row",
        "cut",
        "xls",
        "text",
        "empty",
    ],
)
def test_an_unsafe_or_damaged_workbook_gets_a_sentence(content: bytes, said: str) -> None:
    result = scanned(content, "XLSX")
    assert result.state == UNREADABLE
    assert said in result.sentences(str)[0]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("nik\n3602590101010001\n".encode("utf-16"), "UTF-8"),
        ("nik\n3602590101010001\n".encode("utf-16-le"), "UTF-8"),
        ("nama\né\n".encode("cp1252"), "UTF-8"),
        (b'a,b\n"1,2\n', "CSV"),
        (b"a" * (reading.MAX_LINE + 1), "CSV"),
        (b'a,b\nx","y' + b'x","y\n' * 10, "CSV"),
        (sheets([["a"]])[:200], "UTF-8"),
    ],
    ids=["utf-16", "utf-16 without its mark", "cp1252", "quotation", "one line", "stray quotation", "zip"],
)
def test_a_csv_that_cannot_be_read_gets_a_sentence(content: bytes, said: str) -> None:
    result = scanned(content)
    assert result.state == UNREADABLE
    assert said in result.sentences(str)[0]


def test_a_row_over_lines_without_end_is_left() -> None:
    content = b'a,"b\n' + b'x","y\n' * (reading.MAX_LINE // 6 + 10)
    tracemalloc.start()
    result = scanned(content)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert result.state == UNREADABLE
    assert peak < 150 * 2**20


@pytest.mark.parametrize("format_", ["PDF", "ZIP", "", "GeoJSON"])
def test_what_is_not_checked_here_is_for_the_walidata(format_: str) -> None:
    result = scanned(b"%PDF-1.4", format_)
    assert (result.state, result.stops) == (UNREADABLE, False)
    assert "walidata" in result.sentences(str)[0]


@pytest.mark.parametrize("format_", ["PDF", "CSV", "ZIP", ""])
def test_a_workbook_is_read_whatever_it_is_called(format_: str) -> None:
    assert scanned(sheets([["NIK"], [nik(1)]]), format_).stops


@given(st.binary(max_size=300), st.sampled_from(["CSV", "TSV", "XLSX", "PDF"]))
def test_any_file_gets_an_answer(content: bytes, format_: str) -> None:
    result = scanned(content, format_)
    assert result.state in (CLEAN, FOUND, UNREADABLE)
    assert (result.state == CLEAN) == (not result.sentences(str))


@given(st.data())
def test_any_damage_of_a_workbook_gets_an_answer(data: st.DataObject) -> None:
    content = bytearray(_BOOK)
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    assert scanned(bytes(content), "XLSX").state in (CLEAN, FOUND, UNREADABLE)


_BOOK = sheets([["a", "b"], [1, "x"]])


def test_what_is_kept_is_what_was_found() -> None:
    result = scanned(table(["NIK"], [[nik(1)]]))
    assert ScanResult.of(result.state, json.loads(json.dumps(result.as_dict()))) == result


def test_a_large_table_is_not_held_in_memory() -> None:
    data = b"nik,nilai\n" + b"3602590101010001,123456\n" * 30_000
    stream = io.BytesIO(data)
    tracemalloc.start()
    result = scan(stream, "CSV")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert result.findings[0].hits == 30_000
    assert peak < 2**20


def test_a_workbook_with_no_sheet_of_cells_is_clean() -> None:
    book = openpyxl.Workbook()
    out = io.BytesIO()
    book.save(out)
    assert scanned(out.getvalue(), "XLSX").state == CLEAN

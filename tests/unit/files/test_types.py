"""Which files are taken: name and first bytes must agree."""

from __future__ import annotations

import io
import zipfile

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.lebak.files.types import HEAD, TAKEN, refusal


def archive(*names: str, stored: dict[str, str] | None = None) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        for name, text in (stored or {}).items():
            file.writestr(name, text)
        for name in names:
            file.writestr(name, "simulasi")
    return out.getvalue()


def workbook() -> bytes:
    out = io.BytesIO()
    openpyxl.Workbook().save(out)
    return out.getvalue()


ODS = archive("content.xml", stored={"mimetype": "application/vnd.oasis.opendocument.spreadsheet"})

GOOD = {
    "tabel.csv": b"tahun,jumlah\n2024,1\n",
    "TABEL.CSV": "\ufefftahun;jumlah\n".encode(),
    "latin.csv": "nama\nCaf\xe9\n".encode("cp1252"),
    "excel.txt": "tahun\tjumlah\n".encode("utf-16"),
    "tabel.tsv": b"tahun\tjumlah\n",
    "panjang.csv": b"a" * 10_000,
    "kosong.csv": b"\n",
    "data.json": b'  {"tahun": 2024}',
    "baris.json": b"[1, 2]",
    "peta.geojson": b'{"type": "FeatureCollection"}',
    "data.xml": b'<?xml version="1.0"?>\n<!-- simulasi --><data/>',
    "tabel.xlsx": workbook(),
    "excel.xlsx": archive("[Content_Types].xml"),
    "tabel.ods": ODS,
    "shp.zip": archive("desa.shp"),
    "laporan.pdf": b"%PDF-1.7\n%\xe2\xe3",
    "peta.gpkg": b"SQLite format 3\x00" + b"\x00" * 50,
    "tabel.parquet": b"PAR1\x15\x04",
    "gambar.png": b"\x89PNG\r\n\x1a\n\x00",
    "foto.JPG": b"\xff\xd8\xff\xe0\x00",
    "foto.jpeg": b"\xff\xd8\xff\xe1",
    "C:\\Dokumen\\tabel.csv": b"tahun\n",
}

BAD = {
    "halaman.csv": b"<html><script>alert(1)</script>",
    "halaman2.csv": b"\xef\xbb\xbf \n<!DOCTYPE HTML>",
    "gambar.txt": b"<svg onload=alert(1)>",
    "skrip.txt": b"#!/bin/sh\nrm -rf /\n",
    "laporan.csv": b"%PDF-1.7\n",
    "program.pdf": b"MZ\x90\x00",
    "biner.csv": b"a\x00b\n",
    "tabel.xlsx": b"tahun,jumlah\n",
    "shp.xlsx": archive("desa.shp"),
    "tabel.ods": workbook(),
    "data.json": b"tahun,jumlah",
    "peta.geojson": b"[1]",
    "data.xml": b'<?xml version="1.0"?><!-- x --><svg xmlns="http://www.w3.org/2000/svg"/>',
    "halaman.xml": b"<html xmlns='http://www.w3.org/1999/xhtml'/>",
    "gambar.png": b"\xff\xd8\xff",
}


@pytest.mark.parametrize("name", GOOD)
def test_a_file_that_is_what_it_is_named_is_taken(name: str) -> None:
    assert refusal(name, GOOD[name][:HEAD]) is None


@pytest.mark.parametrize("name", BAD)
def test_a_file_that_is_something_else_is_refused(name: str) -> None:
    refused = refusal(name, BAD[name][:HEAD])
    assert refused
    sentence, names = refused
    assert "its content is something else" in sentence.format(**names)


@pytest.mark.parametrize("name", ["a.exe", "a.html", "a.svg", "a.xlsm", "a.xls", "a", "a.csv.gz", ".csv", "a.php"])
def test_other_types_are_refused_with_those_that_are_taken(name: str) -> None:
    refused = refusal(name, b"tahun\n")
    assert refused
    assert "CSV, TSV" in refused[0].format(**refused[1])


def test_an_empty_file_is_refused() -> None:
    refused = refusal("tabel.csv", b"")
    assert refused
    assert "empty" in refused[0]


@given(st.text(max_size=50), st.binary(max_size=200))
def test_whatever_is_sent_is_answered(name: str, head: bytes) -> None:
    refused = refusal(name, head)
    assert refused is None or refused[0].format(**refused[1])


@given(st.sampled_from(TAKEN), st.binary(min_size=1, max_size=64))
def test_a_program_is_never_taken(ending: str, rest: bytes) -> None:
    assert refusal(f"a.{ending}", b"\x7fELF\x00" + rest)
    assert refusal(f"a.{ending}", b"MZ\x00" + rest)

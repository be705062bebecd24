"""The self-assessment as a folder to hand over: a workbook of all indicators, and a folder of documents for each."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from io import BytesIO
from shutil import copyfileobj
from typing import IO, Any

from openpyxl import Workbook

from ckanext.lebak import worksheets

HEADINGS = {
    "code": "Nomor",
    "domain": "Domain",
    "indicator": "Indikator: Tingkat Kematangan",
    "level": "Tingkat menurut penilaian mandiri",
    "explanation": "Penjelasan",
    "evidence": "Bukti dari katalog",
    "link": "Tautan",
    "documents": "Dokumen",
}
_WIDE = {"indicator", "explanation", "evidence", "link", "documents"}
_UNSAFE = re.compile(r"[^\w .()-]+")
_LONGEST_NAME = 100
_WHEN = (1980, 1, 1, 0, 0, 0)
"""Of every member, so that the same answers give the same file."""

Opener = Callable[[str], AbstractContextManager[IO[bytes]]]


def write(target: IO[bytes], shown: Mapping[str, Any], open_: Opener) -> None:
    """Writes the folder as a zip file, a document at a time.

    Args:
        target: Where to.
        shown: ``year``, ``activities`` (titles) and ``indicators``: each with the keys of `HEADINGS`, where
            ``documents`` are pairs of name and digest.
        open_: Opens a document by its digest.
    """
    head = f"EPSS {shown['year']}"
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(_member(f"{head}/Penilaian mandiri.xlsx"), _workbook(shown))
        for indicator in shown["indicators"]:
            folder = f"{head}/{indicator['code']} {_safe(indicator['indicator'])}"
            for number, (name, digest) in enumerate(indicator["documents"], 1):
                # Numbered: two documents may have one name.
                with open_(digest) as source, archive.open(_member(f"{folder}/{number:02} {_safe(name)}"), "w") as part:
                    copyfileobj(source, part)


def _member(name: str) -> zipfile.ZipInfo:
    made = zipfile.ZipInfo(name, _WHEN)
    made.compress_type = zipfile.ZIP_DEFLATED
    return made


def _safe(name: str) -> str:
    """A name that every system takes for one of a file, its end kept."""
    stem, dot, end = _UNSAFE.sub("-", name).strip(" .").rpartition(".")
    return f"{(stem or end)[:_LONGEST_NAME]}{dot if stem else ''}{end[:10] if stem else ''}"


def _workbook(shown: Mapping[str, Any]) -> bytes:
    book = Workbook(write_only=True)
    rows = [
        {**indicator, "documents": "\n".join(name for name, _digest in indicator["documents"])}
        for indicator in shown["indicators"]
    ]
    worksheets.add(book, "Indikator", HEADINGS, rows, wide=_WIDE)
    chosen = [{"title": title} for title in shown["activities"]]
    worksheets.add(book, "Kegiatan", {"title": "Kegiatan statistik yang dinilai"}, chosen, wide=("title",))
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()

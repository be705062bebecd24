"""Whether a workbook is safe to open: it is a ZIP archive that somebody else made, and holds more than its sheets."""

from __future__ import annotations

import zipfile
from typing import IO
from xml.parsers import expat

from ckanext.lebak.tables.problem import N_, TableError

MAX_WORKBOOK = 500 * 2**20
"""Unpacked size above which a workbook is refused: a small file can unpack to anything."""
MAX_SHARED_TEXT = 50 * 2**20
"""openpyxl streams the sheets, but keeps the other parts in memory: above this size the file should be CSV."""
MAX_PARTS = 2000
MAX_RATIO = 100
"""XML of a table packs to a tenth, of a very uniform one to a fiftieth."""

DAMAGED = N_("The file cannot be read as an XLSX workbook. Save it again as XLSX, or as CSV UTF-8.")

_TOO_LARGE = N_("The workbook is too large to be read as a table. Save its sheet as CSV UTF-8 and upload that.")
_SMALL = 10 * 2**20  # unpacked; below it no ratio does harm
_PROLOG = 2**16
_OLD_OR_LOCKED = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_XML = (".xml", ".rels", ".vml")


def is_workbook(stream: IO[bytes]) -> bool:
    """Whether a file is an XLSX workbook, whatever its name says; it stands at its beginning afterwards."""
    try:
        with zipfile.ZipFile(stream) as archive:
            return "xl/workbook.xml" in archive.namelist()
    except Exception:  # what zipfile raises for damage has no common name
        return False
    finally:
        stream.seek(0)


def refuse_unsafe(stream: IO[bytes]) -> None:
    """Looks into a workbook without unpacking it; it stands at its beginning afterwards.

    Args:
        stream: The file; it can seek.

    Raises:
        TableError: It is no workbook, would unpack to too much, or holds macros, links to other files, other files, or
            XML that defines entities.
    """
    stream.seek(0)
    if stream.read(len(_OLD_OR_LOCKED)) == _OLD_OR_LOCKED:
        raise TableError(
            N_("The workbook is locked by a password or of the old kind (XLS). Save it as XLSX without a password.")
        )
    try:
        with zipfile.ZipFile(stream) as archive:
            parts = archive.infolist()
            _refuse_size(parts)
            _refuse_content([part.filename.lower().replace("\\", "/") for part in parts])
            for part in parts:
                _refuse_doctype(archive, part)
    except TableError:
        raise
    except Exception as error:
        raise TableError(DAMAGED) from error
    stream.seek(0)


def _refuse_size(parts: list[zipfile.ZipInfo]) -> None:
    unpacked = sum(part.file_size for part in parts)
    packed = sum(part.compress_size for part in parts)
    kept = sum(part.file_size for part in parts if not part.filename.startswith("xl/worksheets/"))
    if (
        len(parts) > MAX_PARTS
        or kept > MAX_SHARED_TEXT
        or unpacked > MAX_WORKBOOK
        or unpacked > max(_SMALL, MAX_RATIO * packed)
    ):
        raise TableError(_TOO_LARGE)


def _refuse_content(names: list[str]) -> None:
    if any(name.startswith("/") or ".." in name.split("/") for name in names):
        raise TableError(DAMAGED)
    if any(name.endswith(("vbaproject.bin", "xlm.bin")) or "/macrosheets/" in name for name in names):
        raise TableError(N_("The workbook holds macros. Save it as XLSX without macros and upload that."))
    if any(name.startswith("xl/externallinks/") for name in names):
        raise TableError(
            N_(
                "The workbook takes values from other files. Replace those links by their values (in Excel: Data, "
                "Edit Links, Break Link), save it and upload it again."
            )
        )
    if any(name.startswith("xl/embeddings/") for name in names):
        raise TableError(
            N_("Another file is embedded in the workbook. Remove it from the sheet, save it and upload it again.")
        )


def _refuse_doctype(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    """No program that writes workbooks writes a DOCTYPE; with it a few bytes define text of any length."""
    # Any part may be read as XML, whatever its name; a picture is none.
    is_xml = part.filename.lower().endswith(_XML)
    parser = expat.ParserCreate()
    seen: list[str] = []
    parser.StartDoctypeDeclHandler = lambda *_: seen.append("doctype")
    parser.StartElementHandler = lambda *_: seen.append("element")
    with archive.open(part) as stream:
        start = stream.read(_PROLOG)
    damaged = False
    # By little pieces: what comes after a DOCTYPE must not be parsed.
    for at in range(0, len(start), 64):
        try:
            parser.Parse(start[at : at + 64])
        except expat.ExpatError:
            damaged = True
        if seen or damaged:
            break
    if "doctype" in seen or (is_xml and start and seen[:1] != ["element"]):
        raise TableError(DAMAGED)

"""Which files are taken: the end of the name and the first bytes must agree on a type of the list.

What stands in a file is looked at because a name says what its sender likes: a page with a script named ``.csv``, a
program named ``.pdf``. The list holds what data are published in, and nothing that a browser or an office program runs.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable
from pathlib import PurePath

from ckanext.lebak.tables.problem import N_

HEAD = 4096
"""So many first bytes are looked at."""

_BOMS = {codecs.BOM_UTF8: "utf-8", codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f]")
# A page, a picture or a script under the name of a table: what a browser would run.
_RUNS = re.compile(r"\s*(?:<!doctype\s+(?:html|svg)|<(?:html|head|body|script|iframe|svg)\b|<\?php|#!)", re.IGNORECASE)
_PROLOGUE = re.compile(r"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*", re.DOTALL)
_ZIP = b"PK\x03\x04"
_WORKBOOK = (b"[Content_Types].xml", b"_rels/", b"docProps/", b"xl/", b"customXml/")
_ODS = b"mimetypeapplication/vnd.oasis.opendocument.spreadsheet"


def _text(head: bytes) -> str | None:
    """The bytes as text, None if they are none. What is not UTF-8 is read as Latin: programs write that too."""
    for mark, encoding in _BOMS.items():
        if head.startswith(mark):
            text = head[len(mark) :].decode(encoding, "ignore")
            break
    else:
        text = head.decode("latin-1")
    return None if _CONTROL.search(text) else text


def _plain(head: bytes) -> bool:
    text = _text(head)
    return text is not None and not head.startswith(b"%PDF-") and not _RUNS.match(text)


def _json(head: bytes) -> bool:
    text = _text(head)
    return text is not None and text.lstrip()[:1] in ("{", "[")


def _geojson(head: bytes) -> bool:
    text = _text(head)
    return text is not None and text.lstrip()[:1] == "{"


def _xml(head: bytes) -> bool:
    text = _text(head)
    if text is None or not text.lstrip().startswith("<"):
        return False
    prologue = _PROLOGUE.match(text)
    return not _RUNS.match(text[prologue.end() if prologue else 0 :])


def _xlsx(head: bytes) -> bool:
    # The name of the first part of the archive: offset 30 (PKWARE's APPNOTE 4.3.7).
    return head.startswith(_ZIP) and head[30:].startswith(_WORKBOOK)


def _ods(head: bytes) -> bool:
    return head.startswith(_ZIP) and head[30:].startswith(_ODS)


def _begins(*marks: bytes) -> Callable[[bytes], bool]:
    return lambda head: head.startswith(marks)


_LOOKS: dict[str, Callable[[bytes], bool]] = {
    "csv": _plain,
    "tsv": _plain,
    "txt": _plain,
    "json": _json,
    "geojson": _geojson,
    "xml": _xml,
    "xlsx": _xlsx,
    "ods": _ods,
    "zip": _begins(_ZIP),
    "pdf": _begins(b"%PDF-"),
    "gpkg": _begins(b"SQLite format 3\x00"),
    "parquet": _begins(b"PAR1"),
    "png": _begins(b"\x89PNG\r\n\x1a\n"),
    "jpg": _begins(b"\xff\xd8\xff"),
    "jpeg": _begins(b"\xff\xd8\xff"),
}

TAKEN = tuple(name for name in _LOOKS if name != "jpeg")
"""The types, as people know them."""


def refusal(filename: str, head: bytes) -> tuple[str, dict[str, str]] | None:
    """Why a file is not taken.

    Args:
        filename: As its sender named it.
        head: Its first bytes, `HEAD` of them or all.

    Returns:
        A sentence, untranslated, and what stands for the names in it; None for a file that is taken.
    """
    ending = PurePath(filename.replace("\\", "/")).suffix.lower().lstrip(".")
    names = {"ending": ending[:20], "types": ", ".join(name.upper() for name in TAKEN)}
    if not head:
        return N_("The file is empty. Look whether the right one was saved, and upload that."), {}
    if ending not in _LOOKS:
        return N_("Files of the type “{ending}” are not taken. Save it as one of these: {types}."), names
    if not _LOOKS[ending](head):
        return (
            N_(
                "The name of the file ends in “{ending}”, but its content is something else. "
                "Open it in the program that made it and save it as {ending}."
            ),
            names,
        )
    return None

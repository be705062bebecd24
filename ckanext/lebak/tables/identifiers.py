"""Numbers and addresses of persons, known by their form: NIK, the number of a family card, telephone, e-mail.

Every function takes time in proportion to the text that it looks at, whoever wrote it.
"""

from __future__ import annotations

import functools
import itertools
import re
import unicodedata
from collections.abc import Mapping
from typing import Any, NamedTuple

from ckanext.lebak.tables.values import Cell

NIK = "nik"
KK = "kk"
TELEPHONE = "telephone"
EMAIL = "email"

SURE = "sure"
"""It has the form, whatever the header says."""
LIKELY = "likely"
"""It counts under a header that says so: ``81234567890`` is an amount elsewhere."""
OFFICE = "office"
"""An address or number of an office. It is told and stops nothing."""

_LONGEST_CELL = 2**15  # of a spreadsheet; further on only numbers without separators are looked for
_MANY_SIGNS = 100  # of @ that are looked at in one cell

# Kemendagri codes of the provinces (Kepmendagri 300.2.2-2138/2025).
_PROVINCES = frozenset(
    str(code)
    for first, last in ((11, 19), (21, 21), (31, 36), (51, 53), (61, 65), (71, 76), (81, 82), (91, 96))
    for code in range(first, last + 1)
)
_LAST_REGENCY, _FIRST_CITY, _LAST_CITY, _LAST_DISTRICT = 39, 71, 79, 60
_WOMAN = 40  # is added to the day of birth

# All patterns are linear: no quantifier stands in another that could match the same sign.
_WORTH_A_LOOK = re.compile(r"@|(?:\d[^\w@]{0,2}){8}|[eE]\+?15")
_SIXTEEN = re.compile(r"(?<!\d)(?<!\d[.,])\d{16}(?!\d)")
_GROUPS = re.compile(r"(?<!\d)(?<!\d[.,])\d{2,14}(?:[ .-]\d{2,14})+(?!\d)")
_SCIENTIFIC = re.compile(r"([1-9])(?:[.,](\d{1,15}))?E\+?15", re.IGNORECASE)
_MOBILE = re.compile(r"(?<!\d)(?<!\d[.,])(?:\+?62[ .-]?(?:\(0\))?|0)8[1-9]\d(?:[ .-]?\d){5,9}(?!\d)")
_BARE_MOBILE = re.compile(r"8[1-9]\d{7,10}")
_LANDLINE = re.compile(r"(?:\+?62|0)[2-79]\d{6,10}")
_NOT_DIGITS = re.compile(r"[ ().'/-]")
_LOCAL = re.compile(r"[A-Za-z0-9._%+-]+\Z")
_DOMAIN = re.compile(r"(?:[A-Za-z0-9-]{1,63}\.){1,99}[A-Za-z]{2,24}(?![A-Za-z0-9])")
_OFFICES = (".go.id", ".desa.id", ".sch.id")
_WORD = re.compile(r"[^\W_]+")

_HEADER_WORDS: Mapping[str, frozenset[str]] = {
    NIK: frozenset({"nik", "ktp", "noktp", "nonik"}),
    KK: frozenset({"kk", "nokk"}),
    TELEPHONE: frozenset(
        {
            "hp",
            "nohp",
            "telp",
            "telpon",
            "telepon",
            "notelp",
            "notelpon",
            "notelepon",
            "tlp",
            "phone",
            "telephone",
            "ponsel",
            "handphone",
            "wa",
            "nowa",
            "whatsapp",
            "seluler",
            "kontak",
            "contact",
        }
    ),
    EMAIL: frozenset({"email", "surel", "mail"}),
}
_HEADER_PHRASES: Mapping[str, frozenset[str]] = {
    NIK: frozenset({"induk", "kependudukan"}),
    KK: frozenset({"kartu", "keluarga"}),
}
# "Jumlah KK" counts families.
_COUNTING = frozenset({"jumlah", "jml", "total", "banyaknya", "rata", "persen", "persentase", "rasio"})


class Hit(NamedTuple):
    """A cell that has one of the forms.

    Attributes:
        kind: ``nik`` (also for the number of a family card, which has the same form), ``telephone`` or ``email``.
        strength: ``sure``, ``likely`` or ``office``.
        example: The value, masked.
    """

    kind: str
    strength: str
    example: str


def hits(cell: Cell) -> list[Hit]:
    """The forms of personal data that a cell has, at most one of each kind.

    Takes time in proportion to the length of the cell.

    Args:
        cell: Text, or a number of a worksheet.
    """
    if isinstance(cell, str):
        if len(cell) < 6 or not _WORTH_A_LOOK.search(cell):  # a@b.co is the shortest
            return []
        text = cell if cell.isascii() else cell.translate(_plain())
        found = (_number(text), _telephone(text), _email(text))
        return [hit for hit in found if hit]
    if isinstance(cell, bool) or not isinstance(cell, (int, float)) or not 10**8 <= cell < 10**16 or cell % 1:
        return []
    text = str(int(cell))
    found = (_number(text), _telephone(text))
    return [hit for hit in found if hit]


def header_kinds(text: str) -> set[str]:
    """The kinds that the words of a header name: ``No. KK`` names ``kk``. A header that counts names none."""
    words = set(_WORD.findall(text[:200].lower().replace("_", " ")))
    if words & _COUNTING:
        return set()
    named = {kind for kind, single in _HEADER_WORDS.items() if words & single}
    return named | {kind for kind, phrase in _HEADER_PHRASES.items() if phrase <= words}


def _number(text: str) -> Hit | None:
    """A NIK or the number of a family card: district, date (of a woman's birth with the day + 40), serial number."""
    likely = ""
    for match in _SIXTEEN.finditer(text):
        if _is_nik(match[0]):
            return Hit(NIK, SURE, _masked_number(match[0]))
        likely = likely or match[0]
    for match in _GROUPS.finditer(text[:_LONGEST_CELL]):
        digits = _nik_in_groups(match[0])
        if digits:
            return Hit(NIK, SURE, _masked_number(digits))
    scientific = _SCIENTIFIC.fullmatch(text.strip().lstrip("'")[:40])
    if scientific:
        digits = scientific[1] + (scientific[2] or "")
        # A spreadsheet that shows a NIK as 3.60214E+15 has lost the rest of it, and it is one all the same.
        sure = _is_nik(digits) if len(digits) == 16 else len(digits) >= 6 and _is_district(digits)
        return Hit(NIK, SURE if sure else LIKELY, f"{digits[:4]}********E+15")
    return Hit(NIK, LIKELY, _masked_number(likely)) if likely else None


def _is_nik(digits: str) -> bool:
    if not _is_district(digits):
        return False
    if digits[6:] == "0" * 10:  # made of 3.60214E+15
        return True
    day, month = int(digits[6:8]), int(digits[8:10])
    return 1 <= (day - _WOMAN if day > _WOMAN else day) <= 31 and 1 <= month <= 12


def _is_district(digits: str) -> bool:
    regency, district = int(digits[2:4]), int(digits[4:6])
    return (
        digits[:2] in _PROVINCES
        and (1 <= regency <= _LAST_REGENCY or _FIRST_CITY <= regency <= _LAST_CITY)
        and 1 <= district <= _LAST_DISTRICT
    )


def _nik_in_groups(run: str) -> str:
    """A NIK that is written in groups, as in 3602-1401-0190-0001; empty if there is none."""
    for separator in " .-":
        for part in re.findall(rf"\d+(?:{re.escape(separator)}\d+)+", run):
            groups = part.split(separator)
            for start, group in enumerate(groups):
                if group[:2] not in _PROVINCES:
                    continue
                lengths = list(itertools.accumulate(len(group) for group in groups[start : start + 8]))
                count = lengths.index(16) + 1 if 16 in lengths else 0
                # Two groups with a point between them are a number with decimals.
                if count > (2 if separator == "." else 1):
                    digits = "".join(groups[start : start + count])
                    if _is_nik(digits):
                        return digits
    return ""


def _telephone(text: str) -> Hit | None:
    """A mobile number; under a header that says so also one without its 0, and that of an office's desk."""
    for match in _MOBILE.finditer(text):
        groups = re.split(r"[^\d+]+", match[0])
        if all(len(group) > 1 for group in groups):
            return Hit(TELEPHONE, SURE, _masked_telephone(match[0]))
    if len(text) > 40:
        return None
    digits = _NOT_DIGITS.sub("", text.strip())
    if _BARE_MOBILE.fullmatch(digits):
        return Hit(TELEPHONE, LIKELY, _masked_telephone(digits))
    return Hit(TELEPHONE, OFFICE, _masked_telephone(digits)) if _LANDLINE.fullmatch(digits) else None


def _email(text: str) -> Hit | None:
    office = None
    for at in itertools.islice(re.finditer("@", text), _MANY_SIGNS):
        local = _LOCAL.search(text[max(0, at.start() - 64) : at.start()])
        domain = _DOMAIN.match(text[at.end() : at.end() + 255])
        if local and domain:
            example = f"{local[0][0]}***@***.{domain[0].rpartition('.')[2]}"
            if not domain[0].lower().endswith(_OFFICES):
                return Hit(EMAIL, SURE, example)
            office = office or Hit(EMAIL, OFFICE, example)
    return office


def _masked_number(digits: str) -> str:
    return f"{digits[:4]}********{digits[-4:]}"


def _masked_telephone(number: str) -> str:
    digits = re.sub(r"[^\d+]", "", number)
    return f"{digits[:4]}*****{digits[-2:]}"


@functools.cache
def _plain() -> Mapping[int, Any]:
    """Digits, spaces and dashes of all scripts as those of ASCII; invisible signs as nothing."""
    table: dict[int, Any] = {0xFF20: "@", 0xFF0B: "+", 0xFF0E: ".", 0x2212: "-"}
    for code in range(0x80, 0x20000):
        sign = chr(code)
        category = unicodedata.category(sign)
        if category == "Nd":
            table[code] = str(unicodedata.digit(sign))
        elif category in ("Zs", "Pd"):
            table[code] = " " if category == "Zs" else "-"
        elif category == "Cf":
            table[code] = None
    return table

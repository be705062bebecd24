"""Which columns of a table look like they hold the numbers and addresses of persons.

Looked for are the population number (NIK), the number of a family card (KK), telephone numbers and e-mail addresses. A
single number proves nothing, since account codes have sixteen digits too, so a column is judged as a whole: by how many
of its cells have the form, and by the words of its header where the cells do not contradict them.

No value is kept: a finding has a masked example (``3602********0001``). Nothing is changed; a person decides.
"""

from __future__ import annotations

import functools
import itertools
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from openpyxl.utils import get_column_letter

from ckanext.lebak.tables.problem import N_, TableError
from ckanext.lebak.tables.reading import COMMENT, DRAWING, PIVOT, SHEET_NAME, Note, Row
from ckanext.lebak.tables.values import Cell

NIK = "nik"
KK = "kk"
TELEPHONE = "telephone"
EMAIL = "email"

STOP = "stop"
WARN = "warn"

SHARE = 0.3
"""From this share of a column's filled cells on the column is one of such numbers."""
HITS = 3
"""So many cells are no coincidence. Of random numbers with sixteen digits 1 in 120 has the form of a NIK."""

SURE = "sure"
"""It has the form, whatever the header says."""
LIKELY = "likely"
"""It counts under a header that says so: ``81234567890`` is an amount elsewhere."""
OFFICE = "office"
"""An address or number of an office. It is told and stops nothing."""

_HEADER_ROWS = 20  # the header of a sheet stands under titles, but not further down
_BARE_SHARE = 0.9  # of numbers like 81234567890 in a column of any name
_MANY_COLUMNS = 18278  # ZZZ, the last that has letters
_LONGEST_NAME = 60
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

# What people write into a cell that has no value.
_EMPTY = frozenset({"", "-", "--", "---", "–", "—", ".", "0", "n/a", "na", "null", "none", "nihil", "tidak ada"})

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


@dataclass(frozen=True)
class Finding:
    """A column, or another place of a file, that looks like personal data.

    Attributes:
        kind: ``nik``, ``kk``, ``telephone`` or ``email``.
        severity: ``stop``, or ``warn`` where it may be a coincidence.
        hits: In how many cells.
        example: The first of them, masked.
        sheet: Name of the sheet; None for CSV and for what belongs to no sheet.
        column: What the header calls the column; empty when it has no name.
        letter: The column's letter; empty outside the cells of a sheet.
        row: Row of the first hit, None outside the cells of a sheet.
        place: Empty for cells; ``comment``, ``drawing``, ``pivot`` or ``name`` (of the sheet itself).
        hidden: Whether the sheet is hidden.
    """

    kind: str
    severity: str
    hits: int
    example: str
    sheet: str | None = None
    column: str = ""
    letter: str = ""
    row: int | None = None
    place: str = ""
    hidden: bool = False

    def sentence(self, translate: Callable[[str], str]) -> str:
        """Where it is and what it looks like, in the language of ``translate``."""
        column = f"{self.letter} ({self.column})" if self.column else self.letter
        values = {**vars(self), "column": column}
        return TableError(self._where(), reason=_LOOKS_LIKE[self.kind], **values).sentence(translate)

    def _where(self) -> str:
        if self.place:
            return _BESIDE_CELLS[self.place][self.sheet is not None]
        if self.sheet is None:
            return N_("Column {column}, from row {row} on: {reason}")
        if self.hidden:
            return N_('Hidden sheet "{sheet}", column {column}, from row {row} on: {reason}')
        return N_('Sheet "{sheet}", column {column}, from row {row} on: {reason}')


_LOOKS_LIKE = {
    NIK: N_("{hits} values that look like a population number (NIK), such as {example}."),
    KK: N_("{hits} values that look like the number of a family card (KK), such as {example}."),
    TELEPHONE: N_("{hits} values that look like a telephone number, such as {example}."),
    EMAIL: N_("{hits} values that look like an e-mail address, such as {example}."),
}
# Place -> the words for it without and with a sheet.
_BESIDE_CELLS = {
    COMMENT: (N_("Comments in the workbook: {reason}"), N_('Comments on the sheet "{sheet}": {reason}')),
    DRAWING: (
        N_("Text boxes or charts of the workbook: {reason}"),
        N_('Text boxes or charts on the sheet "{sheet}": {reason}'),
    ),
    PIVOT: (
        N_("The data kept behind a pivot table: {reason}"),
        N_('The data kept behind a pivot table of the sheet "{sheet}": {reason}'),
    ),
    SHEET_NAME: (N_("The name of a sheet: {reason}"), N_('The name of the sheet "{sheet}": {reason}')),
}


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


def findings_in_rows(rows: Iterable[Row], *, sheet: str | None = None, hidden: bool = False) -> list[Finding]:
    """What the cells of one sheet, or of a CSV file, hold.

    Args:
        rows: All rows, titles and header included; they are read once, one after the other.
        sheet: Name of the sheet; None for CSV.
        hidden: Whether the sheet is hidden.
    """
    iterator = iter(rows)
    first = list(itertools.islice(iterator, _HEADER_ROWS))
    columns: dict[int, _Column] = {}
    header = _header_position(first)
    for position, (number, cells) in enumerate(first):
        for index, cell in enumerate(cells):
            column = columns.setdefault(index, _Column())
            # Under a header of two rows stands its lower half.
            if position <= header + 1 and isinstance(cell, str):
                column.named |= header_kinds(cell)
            if position == header:
                column.name = _shown(cell)
            column.add(number, cell, in_header=position == header)
    for number, cells in iterator:
        for index, cell in enumerate(cells):
            if cell is None or cell == "":
                continue
            column = columns.get(index)
            if column is None:
                column = columns[index] = _Column()
            column.add(number, cell)
    where = {"sheet": None if sheet is None else _masked_text(sheet), "hidden": hidden}
    return [
        Finding(kind, severity, count, tally.example, row=tally.row, column=column.name, letter=_letter(index), **where)
        for index, column in sorted(columns.items())
        for kind, severity, count, tally in column.verdicts()
    ]


def findings_in_notes(notes: Iterable[Note]) -> list[Finding]:
    """What stands beside the cells of a workbook: comments, text boxes, the data behind pivot tables.

    Three of a kind in one place stop: such texts are few or many, so a share says nothing.

    Args:
        notes: As `reading.xlsx_notes` gives them.
    """
    counts: dict[tuple[str, str | None, str], int] = {}
    examples: dict[tuple[str, str | None, str], str] = {}
    for note in notes:
        for hit in hits(note.text):
            if hit.strength == SURE:
                key = (note.place, note.sheet, hit.kind)
                counts[key] = counts.get(key, 0) + 1
                examples.setdefault(key, hit.example)
    return [
        Finding(
            kind,
            STOP if count >= HITS else WARN,
            count,
            examples[place, sheet, kind],
            sheet=None if sheet is None else _masked_text(sheet),
            place=place,
        )
        for (place, sheet, kind), count in counts.items()
    ]


@dataclass
class _Tally:
    row: int
    example: str
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys((SURE, LIKELY, OFFICE), 0))


@dataclass
class _Column:
    """What was seen of a column; of its values nothing but masked examples."""

    name: str = ""
    named: set[str] = field(default_factory=set)
    filled: int = 0
    tallies: dict[tuple[str, bool], _Tally] = field(default_factory=dict)

    def add(self, row: int, cell: Cell, *, in_header: bool = False) -> None:
        found = hits(cell)
        for kind, strength, example in found:
            # The first sure one is the example to show, not the first that may be nothing.
            key = (kind, strength == SURE)
            if key not in self.tallies:
                self.tallies[key] = _Tally(row, example)
            self.tallies[key].counts[strength] += 1
        if found or not (in_header or cell is None or (isinstance(cell, str) and cell.strip().lower() in _EMPTY)):
            self.filled += 1

    def verdicts(self) -> Iterator[tuple[str, str, int, _Tally]]:
        """Kind, severity, number of hits, and the tally that has the first."""
        for kind in (NIK, TELEPHONE, EMAIL):
            tallies = [tally for sure in (True, False) if (tally := self.tallies.get((kind, sure)))]
            if not tallies:
                continue
            sure, likely, office = (
                sum(tally.counts[strength] for tally in tallies) for strength in (SURE, LIKELY, OFFICE)
            )
            told = KK if kind == NIK and KK in self.named and NIK not in self.named else kind
            named = kind in self.named or told in self.named
            count = sure + likely if named else sure
            if count:
                many = count / self.filled >= SHARE and (count >= HITS or named)
                yield told, STOP if many else WARN, count, tallies[0]
            elif office and (named or kind == EMAIL):
                yield told, WARN, office, tallies[0]
            elif kind == TELEPHONE and likely >= HITS and likely / self.filled >= _BARE_SHARE:
                yield told, WARN, likely, tallies[0]


def _header_position(first: list[Row]) -> int:
    """Which of the first rows is the header: the first of those with the most texts that are no hits."""
    texts = [
        sum(1 for cell in cells if isinstance(cell, str) and cell.strip() and not hits(cell)) for _, cells in first
    ]
    return texts.index(max(texts)) if texts else 0


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


def _masked_text(text: str) -> str:
    """A text to be shown, without what could be personal in it."""
    without = re.sub(r"\S*@\S*", "***", text)
    return re.sub(r"\d(?:[^\w@]{0,2}\d){5,}", "***", without)


def _shown(cell: Cell) -> str:
    """The name of a column, as far as it may be shown."""
    if cell is None or hits(cell):
        return ""
    text = _masked_text(" ".join(str(cell)[:1000].split()))
    return text if len(text) <= _LONGEST_NAME else text[:_LONGEST_NAME] + "…"


def _letter(index: int) -> str:
    return get_column_letter(index + 1) if index < _MANY_COLUMNS else str(index + 1)


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

"""Which column of a table does what, as far as its description and its header say."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from hashlib import blake2b

from ckanext.lebak.periods import parse_period
from ckanext.lebak.release.meanings import folded, is_rate, is_rate_unit
from ckanext.lebak.tables.columns import Column
from ckanext.lebak.tables.table import NUMBERS, ValueRow, dimensions, measures, written

_UNITS = frozenset({"satuan", "unit", "unit satuan"})
_INDICATORS = frozenset({"indikator", "nama indikator", "variabel", "nama variabel"})
_YEARS = frozenset({"tahun", "periode", "periode data", "tahun data", "tanggal", "waktu"})
_PARTS_OF_YEAR = {"semester": "S{}", "triwulan": "Q{}", "kuartal": "Q{}", "bulan": "{:02}"}
_VILLAGE = re.compile(r"\b(desa|kelurahan|kel)\b")
_NUMBERING = re.compile(r"(no|nomor|no urut|nomor urut)")
_NO_MEASURE = re.compile(r"(no|nomor|kode|id|tahun|rt|rw)\b")
_MONTHS = ("jan", "feb", "mar", "apr", "mei", "jun", "jul", "agu", "sep", "okt", "nov", "des")
_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4}


@dataclass(frozen=True)
class Line:
    """A row with what the checks ask of it.

    Attributes:
        number: Row in the file.
        texts: Every cell as text, empty for an empty one.
        period: The period that it is about, in SDI's writing; empty where nothing says it.
    """

    number: int
    texts: list[str]
    period: str


class Layout:
    """The columns of a table by what they do.

    Args:
        columns: Of the table.
        period: The period of the whole file, for rows that name none.

    Attributes:
        dimensions: Positions of the columns that tell rows apart.
        measures: Positions of the columns with numbers that were measured.
        remarks: Positions of other columns with text.
        units: Positions of the columns that hold the unit of a row.
        indicators: Positions of the columns that name what a row measures.
        villages: Positions of the dimensions whose names are those of desa and kelurahan.
    """

    def __init__(self, columns: Sequence[Column], period: str = "") -> None:
        self.columns = columns
        self.dimensions = [n for n in dimensions(columns) if not _NUMBERING.fullmatch(folded(columns[n].name))]
        self.measures = [
            n for n in measures(columns) if columns[n].role or not _NO_MEASURE.match(folded(columns[n].name))
        ]
        counted = {*self.dimensions, *self.measures}
        self.units = [n for n, column in enumerate(columns) if folded(column.name) in _UNITS and n not in self.measures]
        self.remarks = [
            n for n, column in enumerate(columns) if n not in counted | set(self.units) and column.kind not in NUMBERS
        ]
        self.indicators = [n for n in self.dimensions if folded(columns[n].name) in _INDICATORS]
        self.villages = frozenset(n for n in self.dimensions if _VILLAGE.search(folded(columns[n].name)))
        self._years = [n for n in self.dimensions if columns[n].kind == "tahun" or folded(columns[n].name) in _YEARS]
        self._parts = {n: form for n in self.dimensions if (form := _PARTS_OF_YEAR.get(folded(columns[n].name)))}
        whole = parse_period(period)
        self._period = whole.text if whole else ""

    @property
    def timeless(self) -> list[int]:
        """The dimensions that do not say when."""
        return [n for n in self.dimensions if n not in self._years and n not in self._parts]

    def line(self, row: ValueRow) -> Line:
        """A row as the checks take it."""
        number, cells = row
        texts = [written(cell) for cell in cells]
        return Line(number, texts, self._period_of(texts))

    def is_rate(self, texts: Sequence[str]) -> bool:
        """Whether a row says of itself that its figures have no sum."""
        return any(is_rate_unit(texts[n]) for n in self.units) or any(is_rate(texts[n]) for n in self.dimensions)

    def _period_of(self, texts: Sequence[str]) -> str:
        """The finest period that the row names, else that of the file."""
        found = ""
        for position in self._years:
            if texts[position]:
                period = _period(texts[position])
                # What is written and cannot be read ("2025-01/2025-09") must not be taken for the whole year.
                if not period:
                    return ""
                found = max(found, period, key=len)
        if len(found) == len("2024"):
            for position, form in self._parts.items():
                if texts[position]:
                    part = _part_of_year(texts[position])
                    return _period(f"{found}-{form.format(part)}") if part else ""
        return found or ("" if any(texts[n] for n in self._years) else self._period)


def amount(text: str) -> Decimal | None:
    """The number that ``written`` made a text of; None for an empty cell and for what is no finite number."""
    number = Decimal(text) if text else None
    return number if number is not None and number.is_finite() else None


def digest(texts: Sequence[str]) -> bytes:
    """A short stand-in for several texts; blanks that nobody sees do not count."""
    return blake2b("\0".join(" ".join(text.split()) for text in texts).encode(), digest_size=16).digest()


@lru_cache(maxsize=2**12)
def _period(text: str) -> str:
    period = parse_period(text)
    return period.text if period else ""


@lru_cache(maxsize=2**12)
def _part_of_year(text: str) -> int | None:
    words = folded(text).split()
    last = words[-1] if words else ""
    if last.isdecimal() and len(last) <= len("12"):
        return int(last)
    if last in _ROMAN:
        return _ROMAN[last]
    month = last[:3].replace("nop", "nov")
    return _MONTHS.index(month) + 1 if month in _MONTHS else None

"""Which columns of a table look like they hold the numbers and addresses of persons.

Looked for are the population number (NIK), the number of a family card (KK), telephone numbers and e-mail addresses. A
single number proves nothing, since account codes have sixteen digits too, so a column is judged as a whole: by how many
of its cells have the form, and by the words of its header where the cells do not contradict them.

No value is kept: a finding has a masked example (``3602********0001``). Nothing is changed; a person decides.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from openpyxl.utils import get_column_letter

from ckanext.lebak.tables.identifiers import EMAIL, KK, LIKELY, NIK, OFFICE, SURE, TELEPHONE, header_kinds, hits
from ckanext.lebak.tables.problem import N_, TableError
from ckanext.lebak.tables.reading import COMMENT, DRAWING, PIVOT, SHEET_NAME, Note, Row
from ckanext.lebak.tables.values import Cell

STOP = "stop"
WARN = "warn"

SHARE = 0.3
"""From this share of a column's filled cells on the column is one of such numbers."""
HITS = 3
"""So many cells are no coincidence. Of random numbers with sixteen digits about 1 in 100 has the form of a NIK."""

_HEADER_ROWS = 20  # the header of a sheet stands under titles, but not further down
_BARE_SHARE = 0.9  # of numbers like 81234567890 in a column of any name
_MANY_COLUMNS = 18278  # ZZZ, the last that has letters
_LONGEST_NAME = 60

# What people write into a cell that has no value.
_EMPTY = frozenset({"", "-", "--", "---", "–", "—", ".", "0", "n/a", "na", "null", "none", "nihil", "tidak ada"})


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

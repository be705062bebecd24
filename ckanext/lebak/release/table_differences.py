"""What became of a table: rows and columns added, removed and changed. Pure: two tables in, a description out.

Rows are told apart by their dimensions (role ``dimensi``), not by their place: a table that was only sorted anew is
the same table. Both tables go through a database on disk, so a million rows need no more memory than a thousand.
"""

from __future__ import annotations

import json
import sqlite3
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Generic, Literal, TypeVar

from ckanext.lebak.tables.columns import Column
from ckanext.lebak.tables.scratch import scratch_database
from ckanext.lebak.tables.table import Table, dimensions, written

LIMIT = 200
"""How many of each kind are listed; the counts are always true."""
LONGEST = 200
"""Letters of a cell that are shown."""

_BEFORE, _AFTER = 0, 1
_NAMED = 10
"""Of rows that nothing tells apart so many are named."""
_T = TypeVar("_T")


@dataclass(frozen=True)
class Listed(Generic[_T]):
    """The first of many, and how many there are."""

    count: int
    shown: tuple[_T, ...]


@dataclass(frozen=True)
class ColumnChange:
    """A column that came, went, has another type or another name.

    Attributes:
        change: What happened.
        name: Its name in the later table, for a removed one in the earlier.
        before: Of a retyped column its former type (code), of a renamed one its former name.
        after: The type or name now.
    """

    change: Literal["added", "removed", "retyped", "renamed"]
    name: str
    before: str = ""
    after: str = ""


@dataclass(frozen=True)
class CellChange:
    """A cell with what stood there and what stands there now."""

    column: str
    before: str
    after: str


@dataclass(frozen=True)
class TableRow:
    """A row that came or went, with its number in its file and its cells by column."""

    number: int
    key: tuple[str, ...]
    cells: Mapping[str, str]


@dataclass(frozen=True)
class RowChange:
    """A row of which cells changed.

    Attributes:
        number: In the later file.
        number_before: In the earlier file.
        key: The values of the columns that tell rows apart.
        cells: Those that changed, in the order of the columns.
    """

    number: int
    number_before: int
    key: tuple[str, ...]
    cells: tuple[CellChange, ...]


@dataclass(frozen=True)
class Duplicate:
    """Rows of the later table that nothing tells apart: the first of their numbers, and how many they are."""

    key: tuple[str, ...]
    rows: tuple[int, ...]
    count: int


@dataclass(frozen=True)
class TableDifferences:
    """The way from one table to another.

    Attributes:
        key: Names of the columns that tell rows apart in both tables.
        columns: Columns added, removed, retyped, renamed.
        reordered: Whether the columns that stayed stand in another order.
        rows_before: Rows of the earlier table.
        rows_after: Rows of the later one.
        added: Rows only in the later table, by their number there.
        removed: Rows only in the earlier one.
        changed: Rows in both of which a cell changed.
        cells_changed: How many cells changed, by column.
        duplicates: Rows of the later table with the same dimensions.
    """

    key: tuple[str, ...]
    columns: tuple[ColumnChange, ...]
    reordered: bool
    rows_before: int
    rows_after: int
    added: Listed[TableRow]
    removed: Listed[TableRow]
    changed: Listed[RowChange]
    cells_changed: Mapping[str, int]
    duplicates: Listed[Duplicate]

    @property
    def same(self) -> bool:
        """Whether both say the same."""
        rows = self.added.count or self.removed.count or self.changed.count
        return not (rows or self.columns or self.reordered)


@dataclass(frozen=True)
class _Pairing:
    """Which column of the one table is which of the other."""

    before: Sequence[Column]
    after: Sequence[Column]
    common: tuple[tuple[int, int], ...]
    """Positions in both, in the order of the later table."""
    key: tuple[tuple[int, int], ...]

    def names(self, side: int) -> list[str]:
        return [column.name for column in (self.before, self.after)[side]]


def table_differences(before: Table, after: Table, *, limit: int = LIMIT) -> TableDifferences:
    """Compares two tables.

    Args:
        before: The released one.
        after: The one handed in.
        limit: How many rows of each kind are listed.

    Raises:
        TableError: A file is not the table it is described as; it shows while its rows are read.
    """
    pairing, renamed = _paired(before.columns, after.columns)
    with scratch_database() as database:
        database.execute("CREATE TABLE line (side INT, number INT, key BLOB, body BLOB, own BLOB, cells TEXT)")
        counts = [_store(database, pairing, side, table) for side, table in ((_BEFORE, before), (_AFTER, after))]
        database.execute(_PAIRS)
        changed, cells_changed = _changed(database, pairing, limit)
        order = [position for position, _ in pairing.common]
        return TableDifferences(
            key=tuple(pairing.after[position].name for _, position in pairing.key),
            columns=tuple(_column_changes(pairing, renamed)),
            reordered=order != sorted(order),
            rows_before=counts[_BEFORE],
            rows_after=counts[_AFTER],
            added=_only(database, pairing, _AFTER, limit),
            removed=_only(database, pairing, _BEFORE, limit),
            changed=changed,
            cells_changed=cells_changed,
            duplicates=_duplicates(database, after.columns, limit),
        )


# Lines that are alike in key and body cancel each other out, one by one. Of those that are left, the first of a key
# in the one table is the first of it in the other, and so on; a line without a partner came or went.
_PAIRS = """
CREATE TABLE pair AS
WITH copy AS (
    SELECT rowid AS id, side, key, body, row_number() OVER (PARTITION BY side, key, body ORDER BY rowid) AS nth
    FROM line
), unlike AS (
    SELECT min(id) AS id, min(side) AS side, key, body FROM copy GROUP BY key, body, nth HAVING count(*) = 1
), numbered AS (
    SELECT id, side, key, row_number() OVER (PARTITION BY side, key ORDER BY body, id) AS nth FROM unlike
)
SELECT max(CASE side WHEN 0 THEN id END) AS before, max(CASE side WHEN 1 THEN id END) AS after
FROM numbered GROUP BY key, nth
"""

_ONLY = {
    _BEFORE: (
        "SELECT count(*) FROM pair WHERE after IS NULL",
        "SELECT number, cells FROM pair JOIN line ON line.rowid = before WHERE after IS NULL ORDER BY before LIMIT ?",
    ),
    _AFTER: (
        "SELECT count(*) FROM pair WHERE before IS NULL",
        "SELECT number, cells FROM pair JOIN line ON line.rowid = after WHERE before IS NULL ORDER BY after LIMIT ?",
    ),
}


def _paired(before: Sequence[Column], after: Sequence[Column]) -> tuple[_Pairing, dict[int, int]]:
    """The columns that are in both, by name, else by a meaning that only they have; and those renamed."""
    there = {column.name: position for position, column in enumerate(before)}
    partners = {position: there[column.name] for position, column in enumerate(after) if column.name in there}
    renamed = {
        new: old
        for meaning, new in _meanings(after, set(partners)).items()
        if (old := _meanings(before, set(partners.values())).get(meaning)) is not None
    }
    partners |= renamed
    common = tuple((partners[position], position) for position in sorted(partners))
    key = [pair for pair in common if pair[_AFTER] in dimensions(after)]
    key = key or [pair for pair in common if pair[_BEFORE] in dimensions(before)]
    return _Pairing(before, after, common, tuple(key or common)), renamed


def _meanings(columns: Sequence[Column], taken: set[int]) -> dict[tuple[str, str], int]:
    free = [position for position in range(len(columns)) if position not in taken and columns[position].definition]
    meanings = {position: (_folded(columns[position].definition), columns[position].kind) for position in free}
    often = Counter(meanings.values())
    return {meaning: position for position, meaning in meanings.items() if often[meaning] == 1}


def _column_changes(pairing: _Pairing, renamed: Mapping[int, int]) -> Iterator[ColumnChange]:
    partners = {new: old for old, new in pairing.common}
    for position, column in enumerate(pairing.after):
        old = pairing.before[partners[position]] if position in partners else None
        if old is None:
            yield ColumnChange("added", column.name)
            continue
        if position in renamed:
            yield ColumnChange("renamed", column.name, old.name, column.name)
        if old.kind != column.kind:
            yield ColumnChange("retyped", column.name, old.kind, column.kind)
    stayed = set(partners.values())
    yield from (
        ColumnChange("removed", column.name) for position, column in enumerate(pairing.before) if position not in stayed
    )


def _store(database: sqlite3.Connection, pairing: _Pairing, side: int, table: Table) -> int:
    common = [pair[side] for pair in pairing.common]
    key = [pair[side] for pair in pairing.key]
    own = dimensions(table.columns) or list(range(len(table.columns)))

    def lines() -> Iterator[tuple[int, int, bytes, bytes, bytes, str]]:
        for number, row in table.rows:
            texts = [written(value) for value in row]
            # Tables without a column in common have no row in common.
            told = _digest([_folded(texts[n]) for n in key] if key else [str(side), str(number)])
            itself = told if own == key else _digest([_folded(texts[n]) for n in own])
            body = _digest([texts[n] for n in common])
            yield side, number, told, body, itself, json.dumps(texts, ensure_ascii=False)

    return database.executemany("INSERT INTO line VALUES (?, ?, ?, ?, ?, ?)", lines()).rowcount


def _digest(texts: Iterable[str]) -> bytes:
    # A sign that no cell holds stands between them: the readers refuse it.
    return blake2b("\0".join(texts).encode("utf-8", "surrogatepass"), digest_size=16).digest()


def _folded(text: str) -> str:
    """A text as keys are compared: letters composed, and no blanks that nobody sees."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def _only(database: sqlite3.Connection, pairing: _Pairing, side: int, limit: int) -> Listed[TableRow]:
    counting, listing = _ONLY[side]
    (count,) = database.execute(counting).fetchone()
    names, key = pairing.names(side), [pair[side] for pair in pairing.key]
    shown: list[TableRow] = []
    for number, cells in database.execute(listing, (limit,)):
        texts = [_clipped(text) for text in json.loads(cells)]
        shown.append(TableRow(number, tuple(texts[n] for n in key), dict(zip(names, texts, strict=True))))
    return Listed(count, tuple(shown))


def _changed(database: sqlite3.Connection, pairing: _Pairing, limit: int) -> tuple[Listed[RowChange], dict[str, int]]:
    shown: list[RowChange] = []
    cells: Counter[str] = Counter()
    count = 0
    for number_before, before, number, after in database.execute(
        "SELECT old.number, old.cells, new.number, new.cells FROM pair "
        "JOIN line AS old ON old.rowid = pair.before JOIN line AS new ON new.rowid = pair.after ORDER BY pair.after"
    ):
        count += 1
        old, new = json.loads(before), json.loads(after)
        unlike = [(left, right) for left, right in pairing.common if old[left] != new[right]]
        cells.update(pairing.after[right].name for _, right in unlike)
        if len(shown) < limit:
            changes = (
                CellChange(pairing.after[right].name, _clipped(old[left]), _clipped(new[right]))
                for left, right in unlike
            )
            key = tuple(_clipped(new[right]) for _, right in pairing.key)
            shown.append(RowChange(number, number_before, key, tuple(changes)))
    names = pairing.names(_AFTER)
    return Listed(count, tuple(shown)), {name: cells[name] for name in names if name in cells}


def _duplicates(database: sqlite3.Connection, columns: Sequence[Column], limit: int) -> Listed[Duplicate]:
    database.execute(
        "CREATE TABLE repeated AS SELECT own, min(rowid) AS id, count(*) AS often "
        "FROM line WHERE side = 1 GROUP BY own HAVING count(*) > 1"
    )
    (count,) = database.execute("SELECT count(*) FROM repeated").fetchone()
    if count:
        database.execute("CREATE INDEX line_own ON line (own)")
    own = dimensions(columns) or range(len(columns))
    shown: list[Duplicate] = []
    for digest, often, cells in database.execute(
        "SELECT repeated.own, often, cells FROM repeated JOIN line ON line.rowid = id ORDER BY id LIMIT ?", (limit,)
    ):
        texts = json.loads(cells)
        rows = database.execute(
            "SELECT number FROM line WHERE own = ? AND side = 1 ORDER BY number LIMIT ?", (digest, _NAMED)
        )
        key = tuple(_clipped(texts[n]) for n in own)
        shown.append(Duplicate(key, tuple(number for (number,) in rows), often))
    return Listed(count, tuple(shown))


def _clipped(text: str) -> str:
    return text if len(text) <= LONGEST else text[:LONGEST] + "…"

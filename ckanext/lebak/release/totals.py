"""Rows that are the total of other rows, and whether those add up to them.

A row is a total where a dimension says so (``Jumlah``), and where it is about a place of which the rows beside it are
the parts (``36.02`` beside its 28 kecamatan). Its parts are the rows that say the same in all its other dimensions.
What is rolled up in a total is also what it leaves empty: beside ``Jumlah`` in the column of names there is no code.
"""

from __future__ import annotations

import itertools
import json
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple

from ckanext.lebak.release.findings import Notebook
from ckanext.lebak.release.layout import Layout, Line, amount, digest
from ckanext.lebak.release.meanings import (
    KABUPATEN,
    KECAMATAN,
    VILLAGE,
    area_of,
    children_of,
    is_additive,
    level_of,
    total_word,
)
from ckanext.lebak.tables.problem import N_
from ckanext.lebak.tables.table import number_text
from ckanext.lebak.vocabulary import Term, vocabulary

_MOST_ROLLUPS = 24
"""Ways in which the totals of one table are written; more are no totals but a word that occurs in the data."""
_MOST_OVERLAPS = 4
_FEWEST_PARTS = 2
_MOST_TOTALS = 100
"""Rows that claim to be one and the same total."""
_TOTAL, _PART = 0, 1


def tolerance(numbers: Iterable[Decimal]) -> Decimal:
    """By how much a sum of rounded numbers may miss its total: half a unit of the last place for each number.

    Nothing for whole numbers: they are counts.
    """
    listed = list(numbers)
    return _rounding(len(listed), max((_decimals(number) for number in listed), default=0))


class _Rollup(NamedTuple):
    """A way in which totals are written."""

    named: frozenset[int]
    """Dimensions that hold the word."""
    empty: frozenset[int]
    """Dimensions that are empty beside it."""
    single: bool
    """Whether other dimensions of the total may hold the word too; its parts then do the same."""

    @property
    def rolled_up(self) -> frozenset[int]:
        return self.named | self.empty


class _Entry(NamedTuple):
    """What a row is to a total: the total itself, or a part of it."""

    group: bytes
    part: int
    number: int
    area: str
    """Of a part the place that it is about; of a total too, where nothing but the place says that it is one."""
    amounts: str


@dataclass
class _Parts:
    """The parts of one total, added up."""

    count: int = 0
    areas: set[str] = field(default_factory=set)
    sums: list[Decimal] = field(default_factory=list)
    places: list[int] = field(default_factory=list)
    unknown: list[bool] = field(default_factory=list)
    negative: list[bool] = field(default_factory=list)

    def add(self, area: str, amounts: Sequence[Decimal | None]) -> None:
        if not self.count:
            self.sums = [Decimal()] * len(amounts)
            self.places = [0] * len(amounts)
            self.unknown = [False] * len(amounts)
            self.negative = [False] * len(amounts)
        self.count += 1
        if area:
            self.areas.add(area)
        for n, value in enumerate(amounts):
            if value is None:
                self.unknown[n] = True
            else:
                self.sums[n] += value
                self.places[n] = max(self.places[n], _decimals(value))
                self.negative[n] |= value < 0

    def with_others(self, others: _Parts | None) -> _Parts:
        """These and the others together."""
        if others is None or not self.count:
            return self
        return _Parts(
            self.count + others.count,
            self.areas | others.areas,
            [left + right for left, right in zip(self.sums, others.sums, strict=True)],
            [max(pair) for pair in zip(self.places, others.places, strict=True)],
            [any(pair) for pair in zip(self.unknown, others.unknown, strict=True)],
            [any(pair) for pair in zip(self.negative, others.negative, strict=True)],
        )


class Totals:
    """The check: it sees every row once, then goes through the stored ones for each way of writing a total.

    Args:
        layout: The columns of the table.
    """

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._measures = [n for n in layout.measures if is_additive(layout.columns[n])]
        self._rollups: dict[_Rollup, None] = {}
        self._filled: Counter[int] = Counter()
        self._places: Counter[int] = Counter()
        self._levels: defaultdict[int, set[str]] = defaultdict(set)
        self._same_place: Counter[tuple[int, int]] = Counter()
        self._both_places: Counter[tuple[int, int]] = Counter()

    def see(self, line: Line) -> None:
        """Learns from a row how totals are written and which columns name places."""
        terms: list[tuple[int, Term]] = []
        for position in self._layout.dimensions:
            if line.texts[position]:
                self._filled[position] += 1
                if term := self._area(line, position):
                    self._places[position] += 1
                    self._levels[position].add(level_of(term))
                    terms.append((position, term))
        for (left, term), (right, other) in itertools.combinations(terms, 2):
            self._both_places[left, right] += 1
            self._same_place[left, right] += term is other
        if rollup := self._rollup_of(line):
            self._rollups.setdefault(rollup)
            for position in rollup.named if len(rollup.named) > 1 else ():
                self._rollups.setdefault(_Rollup(frozenset({position}), rollup.empty, single=True))

    def close(self, database: sqlite3.Connection, notebook: Notebook) -> None:
        """Writes down the totals that their parts do not add up to.

        Args:
            database: The scratch database; its table ``line`` holds the rows, with ``side`` 1.
            notebook: Where to.
        """
        if not self._measures:
            return
        database.execute("CREATE TABLE entry (grp BLOB, part INT, line INT, area TEXT, amounts TEXT)")
        for rollup in itertools.islice(self._rollups, _MOST_ROLLUPS):
            entries = (entry for line in stored(database) for entry in self._rollup_entries(line, rollup))
            self._check(database, notebook, entries)
        for columns in self._place_columns():
            entries = (entry for line in stored(database) for entry in self._area_entries(line, columns))
            self._check(database, notebook, entries)

    def _area(self, line: Line, position: int) -> Term | None:
        return area_of(line.texts[position], position in self._layout.villages)

    def _rollup_of(self, line: Line) -> _Rollup | None:
        """How a row says that it is a total; None for one that does not."""
        named = frozenset(n for n in self._layout.dimensions if total_word(line.texts[n]) == "total")
        if not named and not any(total_word(line.texts[n]) == "total" for n in self._layout.remarks):
            return None
        empty = frozenset(n for n in self._layout.dimensions if not line.texts[n])
        return _Rollup(named, empty, single=False) if named | empty else None

    def _rollup_entries(self, line: Line, rollup: _Rollup) -> list[_Entry]:
        own = self._rollup_of(line)
        if own and own.empty == rollup.empty:
            named = own.named >= rollup.named if rollup.single else own.named == rollup.named
            if named:
                return self._made(line, rollup.rolled_up, _TOTAL, area="")
        about = [line.texts[n] for n in sorted(rollup.rolled_up)]
        filled = all(line.texts[n] for n in rollup.named) and any(about)
        remarks = [] if rollup.single else [line.texts[n] for n in self._layout.remarks]
        if not filled or any(total_word(text) for text in (*about, *remarks)):
            return []
        places = (self._area(line, n) for n in sorted(rollup.rolled_up))
        area = next((term.code for term in places if term), "")
        return self._made(line, rollup.rolled_up, _PART, area=area)

    def _place_columns(self) -> Iterator[frozenset[int]]:
        """The dimensions that name places at several levels; a code and its name go together."""
        free = [n for n in self._layout.dimensions if self._places[n] and 2 * self._places[n] >= self._filled[n]]
        while free:
            first = free.pop(0)
            beside = {n for n in free if 2 * self._same_place[first, n] > self._both_places[first, n]}
            free = [n for n in free if n not in beside]
            columns = frozenset({first, *beside})
            if len(set().union(*(self._levels[n] for n in columns))) > 1:
                yield columns

    def _area_entries(self, line: Line, columns: frozenset[int]) -> Iterator[_Entry]:
        term = next((term for n in sorted(columns) if (term := self._area(line, n))), None)
        if term is None:
            return
        # "Jumlah" beside the code of the place says that its parts are all there.
        said = any(total_word(line.texts[n]) for n in columns)
        if term.code in children_of():
            yield from self._made(line, columns, _TOTAL, area="" if said else term.code, within=term.code)
        if (parent := term.more["parent"]) and not said:
            yield from self._made(line, columns, _PART, area=term.code, within=parent)

    def _made(self, line: Line, rolled_up: frozenset[int], part: int, *, area: str, within: str = "") -> list[_Entry]:
        """The entry of a row, in the group of the total that it belongs to; none for figures without a sum."""
        if self._layout.is_rate(line.texts):
            return []
        same = [n for n in self._layout.dimensions if n not in rolled_up]
        group = digest([within, *(line.texts[n] for n in (*same, *self._layout.units))])
        amounts = json.dumps([line.texts[n] for n in self._measures])
        return [_Entry(group, part, line.number, area, amounts)]

    def _check(self, database: sqlite3.Connection, notebook: Notebook, entries: Iterable[_Entry]) -> None:
        database.execute("DELETE FROM entry")
        database.executemany("INSERT INTO entry VALUES (?, ?, ?, ?, ?)", entries)
        # The totals come first, so that parts without a total need not be added up.
        found = database.execute("SELECT grp, part, line, area, amounts FROM entry ORDER BY grp, part, line")
        for _, group in itertools.groupby((_Entry(*row) for row in found), key=lambda entry: entry.group):
            totals: list[_Entry] = []
            by_level: defaultdict[str, _Parts] = defaultdict(_Parts)
            for entry in group:
                if entry.part == _TOTAL:
                    if len(totals) < _MOST_TOTALS:
                        totals.append(entry)
                elif totals:
                    by_level[_level(entry.area)].add(entry.area, _amounts(entry))
            alternatives = _alternatives(by_level)
            for total in totals:
                self._compare(notebook, total, alternatives)

    def _compare(self, notebook: Notebook, total: _Entry, alternatives: Sequence[_Parts]) -> None:
        candidates = [parts for parts in alternatives if parts.count >= _FEWEST_PARTS]
        for n, value in enumerate(_amounts(total)):
            known = [parts for parts in candidates if not parts.unknown[n]]
            if value is None or not known or any(_fits(value, parts, n) for parts in known):
                continue
            parts = known[0]
            message = N_(
                'Row {row}, column "{column}": the total is {total}, but its {count} parts add up to {sum} '
                "(difference {difference})."
            )
            if total.area and parts.areas != children_of()[total.area]:
                # Some places are not listed, so the total may be larger than their sum, but not smaller.
                if parts.negative[n] or parts.sums[n] < value:
                    continue
                message = N_(
                    'Row {row}, column "{column}": the total is {total}, but {count} of its parts alone add up to '
                    "{sum} (difference {difference})."
                )
            notebook.add(
                "totals",
                message,
                total.number,
                self._layout.columns[self._measures[n]].name,
                total=number_text(value),
                count=parts.count,
                sum=number_text(parts.sums[n]),
                difference=number_text(value - parts.sums[n]),
            )


def stored(database: sqlite3.Connection) -> Iterator[Line]:
    """The rows of the table handed in, from the scratch database."""
    for number, texts, period in database.execute("SELECT number, cells, period FROM line WHERE side = 1"):
        yield Line(number, json.loads(texts), period)


def _alternatives(by_level: Mapping[str, _Parts]) -> list[_Parts]:
    """The parts of a total at each level of places, with those that are no places ("tidak diketahui").

    Beside its kecamatan the place as a whole is no part, nor are they beside their desa.
    """
    others = by_level.get("")
    places = [level for level in (KECAMATAN, VILLAGE, KABUPATEN) if level in by_level]
    if not places:
        return [others] if others else []
    alone = [level for level in places if level != KABUPATEN] or places
    return [by_level[level].with_others(others) for level in alone]


def _fits(total: Decimal, parts: _Parts, n: int) -> bool:
    """Whether parts add up to a total: once, or several times where they divide it in several ways."""
    rounding = _rounding(parts.count + 1, max(parts.places[n], _decimals(total)))
    return any(abs(total * often - parts.sums[n]) <= rounding for often in range(1, _MOST_OVERLAPS + 1))


def _rounding(count: int, places: int) -> Decimal:
    return count * Decimal(5).scaleb(-places - 1) if places else Decimal()


def _decimals(number: Decimal) -> int:
    exponent = number.as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def _amounts(entry: _Entry) -> list[Decimal | None]:
    return [amount(text) for text in json.loads(entry.amounts)]


def _level(area: str) -> str:
    return level_of(vocabulary("area")[area]) if area else ""

"""What a reviewer should look at in a table. Warnings, never a block: whoever made the table knows why it is so.

Looked for are totals that are not the sum of their parts, figures that jumped since the last period, kecamatan that
are missing, counts below nothing and empty cells. The rows go through a database on disk, so that a large table needs
no more memory than a small one.
"""

from __future__ import annotations

import json
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterator
from decimal import Decimal, localcontext

from ckanext.lebak.release.findings import LIMIT, Findings, Notebook
from ckanext.lebak.release.last_period import JUMP, compare_periods
from ckanext.lebak.release.layout import Layout, Line, amount, digest
from ckanext.lebak.release.meanings import (
    KECAMATAN,
    VILLAGE,
    area_of,
    children_of,
    is_additive,
    level_of,
    may_be_negative,
    sex_column,
    sum_column,
    total_word,
)
from ckanext.lebak.release.totals import Totals, tolerance
from ckanext.lebak.tables.problem import N_
from ckanext.lebak.tables.scratch import scratch_database
from ckanext.lebak.tables.table import Table, number_text
from ckanext.lebak.vocabulary import vocabulary

LEBAK = "36.02"

_PRECISION = 120
"""Digits of a sum: more than any cell may hold (``tables/values.py``)."""
_MOST_PERIODS = 500
_FEWEST_ROWS, _FITS_FOR_A_MISFIT = 3, 4
"""Columns are taken for the parts of another where they add up to it in three rows, and in four of five."""


def findings(
    after: Table,
    before: Table | None = None,
    *,
    period: str = "",
    period_before: str = "",
    level: str = "",
    jump: Decimal = JUMP,
    limit: int = LIMIT,
) -> Findings:
    """Checks a table by itself and against the last period.

    Args:
        after: The table handed in.
        before: The released one, for the last period where ``after`` does not hold it itself.
        period: The period of the whole file (``periode``), for rows that name none.
        period_before: The same of the released one.
        level: The level that the dataset names (``level_estimasi``).
        jump: Relative change above which a figure is looked at.
        limit: How many findings of each rule are listed.

    Raises:
        TableError: A file is not the table it is described as; it shows while its rows are read.
    """
    with localcontext() as context, scratch_database() as database:
        context.prec = _PRECISION
        notebook = Notebook(database, after.sheet)
        layout = Layout(after.columns, period)
        checks = (_Cells(layout), _ColumnSums(layout), _Kecamatan(layout, level))
        totals = Totals(layout)

        def seen() -> Iterator[Line]:
            for line in map(layout.line, after.rows):
                for check in checks:
                    check.see(line, notebook)
                totals.see(line)
                yield line

        former = Layout(before.columns, period_before) if before else None
        key, former_key = _shared_key(layout, former)
        database.execute("CREATE TABLE line (side INT, number INT, key BLOB, period TEXT, cells TEXT)")
        _store(database, 1, seen(), key)
        if before and former:
            _store(database, 0, map(former.line, before.rows), former_key)
        for check in checks:
            check.close(notebook)
        totals.close(database, notebook)
        sums = compare_periods(database, notebook, layout, former, jump)
        found, counts = notebook.read(limit)
        return Findings(found, counts, sums)


def _shared_key(layout: Layout, former: Layout | None) -> tuple[list[int], list[int]]:
    """The columns, in both tables, that tell what a figure is about, whenever it was."""
    own = layout.timeless + layout.units
    if former is None:
        return own, []
    there = {former.columns[n].name: n for n in former.timeless + former.units}
    shared = [n for n in own if layout.columns[n].name in there]
    return shared, [there[layout.columns[n].name] for n in shared]


def _store(database: sqlite3.Connection, side: int, lines: Iterator[Line], key: list[int]) -> None:
    database.executemany(
        "INSERT INTO line VALUES (?, ?, ?, ?, ?)",
        (
            (side, line.number, digest([line.texts[n] for n in key]), line.period, json.dumps(line.texts))
            for line in lines
        ),
    )


class _Cells:
    """Figures below nothing, and empty cells."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._counts = [n for n in layout.measures if not may_be_negative(layout.columns[n])]
        self._empty: Counter[int] = Counter()
        self._first: dict[int, int] = {}

    def see(self, line: Line, notebook: Notebook) -> None:
        # What a total adds up over is rightly empty beside it.
        total = any(total_word(line.texts[n]) for n in (*self._layout.dimensions, *self._layout.remarks))
        for position in (*(() if total else self._layout.dimensions), *self._layout.measures):
            if not line.texts[position]:
                self._empty[position] += 1
                self._first.setdefault(position, line.number)
        for position in self._counts:
            text = line.texts[position]
            if text.startswith("-") and not self._layout.is_rate(line.texts):
                notebook.add(
                    "negative",
                    N_('Row {row}, column "{column}": {value} is less than 0. Can this figure be negative?'),
                    line.number,
                    self._layout.columns[position].name,
                    value=text,
                )

    def close(self, notebook: Notebook) -> None:
        for position, count in self._empty.items():
            notebook.add(
                "empty",
                N_('Column "{column}" has empty cells: {count}, the first in row {row}. What does an empty cell mean?'),
                self._first[position],
                self._layout.columns[position].name,
                count=count,
            )


class _ColumnSums:
    """Columns that are the total of others in their row: ``jumlah`` beside ``laki_laki`` and ``perempuan``."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._fits: Counter[int] = Counter()
        self._misfits: Counter[int] = Counter()
        self._parts: dict[int, list[int]] = {}
        self._sure: set[int] = set()
        columns = layout.columns
        measures = [n for n in layout.measures if is_additive(columns[n])]
        sexes = {sex: n for n in measures if (sex := sex_column(columns[n]))}
        named = {n: sum_column(columns[n]) for n in measures if n not in sexes.values()}
        wholes = {n: about for n, about in named.items() if about is not None}
        for whole, about in wholes.items():
            # Beside `laki_laki` and `perempuan` the only total is theirs, whatever it is called.
            for counted in (about, "") if len(wholes) == 1 else (about,):
                if ("l", counted) in sexes and ("p", counted) in sexes:
                    self._parts[whole] = [sexes["l", counted], sexes["p", counted]]
                    self._sure.add(whole)
                    break
            others = [n for n in measures if n not in wholes and columns[n].unit == columns[whole].unit]
            if whole not in self._parts and len(wholes) == 1 and len(others) > 1:
                self._parts[whole] = others

    def see(self, line: Line, notebook: Notebook) -> None:
        for whole, parts in self._parts.items():
            total, values = amount(line.texts[whole]), [amount(line.texts[n]) for n in parts]
            known = [value for value in values if value is not None]
            if total is None or len(known) < len(values):
                continue
            added = sum(known, Decimal())
            if abs(total - added) <= tolerance((total, *known)):
                self._fits[whole] += 1
                continue
            self._misfits[whole] += 1
            notebook.add(
                "columns",
                N_('Row {row}, column "{column}": {total} is not the sum of {parts}, which is {sum}.'),
                line.number,
                self._layout.columns[whole].name,
                total=number_text(total),
                parts=" + ".join(self._layout.columns[n].name for n in parts),
                sum=number_text(added),
            )

    def close(self, notebook: Notebook) -> None:
        for whole in self._parts.keys() - self._sure:
            fits, misfits = self._fits[whole], self._misfits[whole]
            if fits < _FEWEST_ROWS or fits < misfits * _FITS_FOR_A_MISFIT:
                notebook.forget("columns", self._layout.columns[whole].name)


class _Kecamatan:
    """Kecamatan that a table at their level lacks, period by period."""

    def __init__(self, layout: Layout, level: str) -> None:
        self._layout = layout
        self._level = level
        self._seen: defaultdict[str, set[str]] = defaultdict(set)

    def see(self, line: Line, notebook: Notebook) -> None:
        if line.period not in self._seen and len(self._seen) >= _MOST_PERIODS:
            return
        for position in self._layout.dimensions:
            term = area_of(line.texts[position], position in self._layout.villages)
            if term and level_of(term) == KECAMATAN:
                self._seen[line.period].add(term.code)
            elif term and level_of(term) == VILLAGE:
                self._seen[line.period].add(term.more["parent"])

    def close(self, notebook: Notebook) -> None:
        expected = children_of()[LEBAK]
        for period, seen in sorted(self._seen.items()):
            # A table that names a few kecamatan may be about those; one that names most is about all.
            if seen >= expected or (len(seen) < len(expected) / 2 and self._level != KECAMATAN):
                continue
            names = [vocabulary("area")[code].more["name"] for code in sorted(expected - seen)]
            message = (
                N_("{period}: {count} of the {all} kecamatan are missing: {areas}.")
                if period
                else N_("{count} of the {all} kecamatan are missing: {areas}.")
            )
            notebook.add(
                "areas",
                message,
                None,
                "",
                about=period,
                period=period,
                count=len(names),
                all=len(expected),
                areas=", ".join(names),
            )

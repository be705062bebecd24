"""The figures of a table against those of the last period: sums, and figures that jumped.

A figure jumped where it changed by more than half and where that is unusual among the changes of the same measure:
its modified z-score (by median and median absolute deviation) is above 3.5. Source: B. Iglewicz and D. Hoaglin, How to
Detect and Handle Outliers, 1993, as in https://www.itl.nist.gov/div898/handbook/eda/section3/eda35h.htm
"""

from __future__ import annotations

import json
import math
import sqlite3
from array import array
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from statistics import median

from ckanext.lebak.periods import parse_period
from ckanext.lebak.release.findings import Notebook, SumChange
from ckanext.lebak.release.layout import Layout, amount
from ckanext.lebak.release.meanings import KABUPATEN, KECAMATAN, VILLAGE, area_of, is_additive, level_of, total_word
from ckanext.lebak.tables.problem import N_
from ckanext.lebak.tables.table import number_text

JUMP = Decimal("0.5")
"""Relative change above which a figure is looked at."""

_Z_SCORE, _Z_FACTOR = 3.5, 0.6745
_FEWEST_FIGURES = 5
"""With fewer, what is usual cannot be told, and every large change is shown."""
_MOST_SUMS = 200
"""More than these are no indicators but the rows themselves."""
_LEVELS = (VILLAGE, KECAMATAN, KABUPATEN, "", "total")
"""From the parts to the whole: the finest level that both periods have is added up."""

_CURRENT, _FORMER = 1, 0


@dataclass(frozen=True)
class _Side:
    """The rows of one period: of which table, and how its columns are laid out."""

    table: int
    period: str
    layout: Layout


def compare_periods(
    database: sqlite3.Connection, notebook: Notebook, layout: Layout, former: Layout | None, jump: Decimal
) -> tuple[SumChange, ...]:
    """Compares the latest period of a table with the one before it, of the same length.

    Args:
        database: The scratch database; its table ``line`` holds the rows of the table handed in with ``side`` 1, of
            the released one with 0.
        notebook: Where unusual changes are written down.
        layout: Of the table handed in.
        former: Of the released one, if there is one.
        jump: Relative change above which a figure is looked at.

    Returns:
        The sums of both periods, by measure; nothing where there is no period to compare with.
    """
    sides = _sides(database, layout, former)
    if sides is None:
        return ()
    last, now = sides
    there = {last.layout.columns[n].name: n for n in last.layout.measures}
    pairs = [(there[name], n) for n in now.layout.measures if (name := now.layout.columns[n].name) in there]
    _Jumps(database, last, now, pairs).tell(notebook, jump)
    sums = _sum_changes(database, last, now, pairs)
    for change in sums:
        percent = change.percent
        if percent is not None and abs(percent) > jump * 100:
            notebook.add(
                "sums",
                N_(
                    'Column "{column}": the sum changed by {percent} percent, from {before} ({period_before}) '
                    "to {after} ({period})."
                ),
                None,
                change.column,
                about="\n".join(change.about),
                percent=_percent(percent),
                before=number_text(change.before),
                after=number_text(change.after),
                period_before=change.period_before,
                period=change.period,
            )
    return sums


def _sides(database: sqlite3.Connection, layout: Layout, former: Layout | None) -> tuple[_Side, _Side] | None:
    """The last period and the current one."""
    found = database.execute("SELECT DISTINCT side, period FROM line WHERE period <> ''").fetchall()
    periods = {(side, period): parsed.start for side, period in found if (parsed := parse_period(period))}
    current = max(
        ((start, len(period), period) for (side, period), start in periods.items() if side == _CURRENT), default=None
    )
    if current is None:
        return None
    begin, _, now = current
    earlier = [
        # Of one period in both tables the rows handed in count: they may be a correction.
        (start, side, period)
        for (side, period), start in periods.items()
        if start < begin and _kind(period) == _kind(now)
    ]
    if not earlier:
        return None
    _, table, last = max(earlier)
    return _Side(table, last, layout if table == _CURRENT or former is None else former), _Side(_CURRENT, now, layout)


def _kind(period: str) -> tuple[int, str]:
    """What a period is: a year, half-year, quarter, month or day."""
    return len(period), "".join(sign for sign in period if sign in "SQ")


@dataclass(frozen=True)
class _Usual:
    """Of a measure the median of its changes, their median absolute deviation, and the median of its figures."""

    change: float
    deviation: float
    size: float

    def is_unusual(self, old: Decimal, new: Decimal) -> bool:
        change = _change(old, new)
        return change is None or _Z_FACTOR * abs(change - self.change) > _Z_SCORE * self.deviation


class _Jumps:
    """The figures that both periods have, measure by measure."""

    def __init__(self, database: sqlite3.Connection, last: _Side, now: _Side, pairs: list[tuple[int, int]]) -> None:
        self._database = database
        self._last, self._now, self._pairs = last, now, pairs

    def tell(self, notebook: Notebook, jump: Decimal) -> None:
        """Writes down the figures that changed by more than ``jump`` and unlike the others."""
        usual = self._usual()
        for number, old_texts, new_texts in self._figures():
            for old_place, new_place in self._pairs:
                old, new = amount(old_texts[old_place]), amount(new_texts[new_place])
                if old is None or new is None or old == new:
                    continue
                column = self._now.layout.columns[new_place].name
                measure = usual.get(new_place)
                if not old and (measure is None or abs(new) >= measure.size):
                    message = N_('Row {row}, column "{column}": {after} in {period}, after 0 in {period_before}.')
                    percent = ""
                elif old and abs(new - old) > jump * abs(old) and (measure is None or measure.is_unusual(old, new)):
                    message = N_(
                        'Row {row}, column "{column}": {after} in {period}, after {before} in {period_before} '
                        "({percent} percent)."
                    )
                    percent = _percent((new - old) / abs(old) * 100)
                else:
                    continue
                notebook.add(
                    "jumps",
                    message,
                    number,
                    column,
                    before=number_text(old),
                    after=number_text(new),
                    percent=percent,
                    period=self._now.period,
                    period_before=self._last.period,
                )

    def _figures(self) -> Iterator[tuple[int, list[str], list[str]]]:
        # What stands twice in one period cannot be compared.
        rows = self._database.execute(
            "WITH last AS (SELECT key, min(cells) AS cells FROM line WHERE side = ? AND period = ? "
            "GROUP BY key HAVING count(*) = 1), "
            "now AS (SELECT key, min(number) AS number, min(cells) AS cells FROM line WHERE side = ? AND period = ? "
            "GROUP BY key HAVING count(*) = 1) "
            "SELECT now.number, last.cells, now.cells FROM now JOIN last USING (key)",
            (self._last.table, self._last.period, self._now.table, self._now.period),
        )
        for number, old, new in rows:
            yield number, json.loads(old), json.loads(new)

    def _usual(self) -> dict[int, _Usual]:
        """What is usual for each measure, where there are enough figures to tell."""
        changes: defaultdict[int, array[float]] = defaultdict(lambda: array("d"))
        sizes: defaultdict[int, array[float]] = defaultdict(lambda: array("d"))
        for _, old_texts, new_texts in self._figures():
            for old_place, new_place in self._pairs:
                old, new = amount(old_texts[old_place]), amount(new_texts[new_place])
                change = _change(old, new)
                if change is not None:
                    changes[new_place].append(change)
                    sizes[new_place].append(abs(float(new or 0)))
        usual: dict[int, _Usual] = {}
        for place, found in changes.items():
            if len(found) >= _FEWEST_FIGURES:
                middle = median(found)
                deviation = median(array("d", (abs(change - middle) for change in found)))
                usual[place] = _Usual(middle, deviation, median(sizes[place]))
        return usual


def _change(old: Decimal | None, new: Decimal | None) -> float | None:
    """The logarithm of the growth: doubled and halved are equally far from unchanged. None where there is none."""
    if old is None or new is None or old <= 0 or new <= 0:
        return None
    return math.log(new / old)


_Group = tuple[int, tuple[str, ...]]
_Sums = dict[_Group, dict[str, tuple[Decimal, int]]]


def _sum_changes(
    database: sqlite3.Connection, last: _Side, now: _Side, pairs: list[tuple[int, int]]
) -> tuple[SumChange, ...]:
    added = [(old, new) for old, new in pairs if is_additive(now.layout.columns[new])]
    for by_indicator in (True, False):
        before = _sums(database, last, [old for old, _ in added], by_indicator=by_indicator)
        after = _sums(database, now, [new for _, new in added], by_indicator=by_indicator)
        if max(len(before), len(after)) <= _MOST_SUMS:
            break
    else:
        return ()
    changes: list[SumChange] = []
    for group in after.keys() & before.keys():
        place, about = group
        level = next((name for name in _LEVELS if name in before[group] and name in after[group]), None)
        if level is not None:
            (old, old_rows), (new, new_rows) = before[group][level], after[group][level]
            column = now.layout.columns[added[place][1]].name
            changes.append(SumChange(column, about, last.period, now.period, old, new, old_rows, new_rows))
    order = {now.layout.columns[n].name: n for n in now.layout.measures}
    return tuple(sorted(changes, key=lambda change: (order[change.column], change.about)))


def _sums(database: sqlite3.Connection, side: _Side, places: list[int], *, by_indicator: bool) -> _Sums:
    """The sums of the measures by what they are about and by level, so that no total is added to its parts.

    It stops when there are too many to be shown.
    """
    layout = side.layout
    sums: _Sums = {}
    columns = [*(layout.indicators if by_indicator else ()), *layout.units]
    found = database.execute("SELECT cells FROM line WHERE side = ? AND period = ?", (side.table, side.period))
    for (cells,) in found:
        texts = json.loads(cells)
        if layout.is_rate(texts):
            continue
        level = _level(layout, texts)
        about = tuple(texts[n] for n in columns if texts[n])
        for place, position in enumerate(places):
            value = amount(texts[position])
            if value is not None:
                levels = sums.setdefault((place, about), {})
                total, rows = levels.get(level, (Decimal(), 0))
                levels[level] = total + value, rows + 1
        if len(sums) > _MOST_SUMS:
            break
    return sums


def _level(layout: Layout, texts: list[str]) -> str:
    if any(total_word(texts[n]) for n in (*layout.dimensions, *layout.remarks)):
        return "total"
    terms = (area_of(texts[n], n in layout.villages) for n in layout.dimensions if texts[n])
    levels = {level_of(term) for term in terms if term}
    return next((level for level in _LEVELS if level in levels), "")


def _percent(number: Decimal) -> str:
    return f"{number:+.1f}"

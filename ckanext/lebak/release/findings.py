"""What a reviewer should look at in a table: sentences with their place."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal

LIMIT = 200
"""Findings of one rule that are listed."""


@dataclass(frozen=True)
class Finding:
    """Something unusual. It may well be right: the producer knows why.

    Attributes:
        rule: Name of the check that found it.
        message: A sentence marked by ``N_``, with ``{name}`` for what varies.
        values: What stands for the names.
        row: Row in the file, the header being row 1; None where no single row is meant.
        column: Name of the column; empty where none is meant.
        sheet: Name of the worksheet; empty for CSV.
    """

    rule: str
    message: str
    values: Mapping[str, str]
    row: int | None
    column: str
    sheet: str = ""

    def sentence(self, translate: Callable[[str], str] = str) -> str:
        """The sentence in the language of ``translate``."""
        return translate(self.message).format(**self.values)


@dataclass(frozen=True)
class SumChange:
    """The sum of a measure in the last period and in this one.

    Attributes:
        column: Name of the measure.
        about: Indicator and unit, where they stand in the rows.
        period_before: The last period (``2024``, ``2024-S1``).
        period: This one.
        before: The sum then, over the rows that are not totals of others.
        after: The sum now.
        rows_before: How many values were added up.
        rows_after: The same, now.
    """

    column: str
    about: tuple[str, ...]
    period_before: str
    period: str
    before: Decimal
    after: Decimal
    rows_before: int
    rows_after: int

    @property
    def percent(self) -> Decimal | None:
        """The change in percent, None after nothing."""
        return (self.after - self.before) / abs(self.before) * 100 if self.before else None


@dataclass(frozen=True)
class Findings:
    """What the checks of a table found.

    Attributes:
        found: The first ones of each rule, by row.
        counts: How many there are, by rule.
        sums: Each measure now and in the last period, unusual or not.
    """

    found: tuple[Finding, ...]
    counts: Mapping[str, int]
    sums: tuple[SumChange, ...] = ()

    @property
    def cut(self) -> bool:
        """Whether there are more than are listed."""
        return sum(self.counts.values()) > len(self.found)


class Notebook:
    """Where checks write down what they find: in the scratch database, a cell once for each rule.

    Args:
        database: The scratch database.
        sheet: Name of the worksheet.
    """

    def __init__(self, database: sqlite3.Connection, sheet: str) -> None:
        self._database = database
        self._sheet = sheet
        database.execute(
            "CREATE TABLE finding (rule TEXT, line INT, col TEXT, about TEXT, message TEXT, said TEXT, "
            "PRIMARY KEY (rule, line, col, about)) WITHOUT ROWID"
        )

    def add(self, rule: str, message: str, row: int | None, column: str, about: str = "", **values: object) -> None:
        """Writes down a finding, once for each place.

        Args:
            rule: Name of the check.
            message: Marked by ``N_``; it may name ``row`` and ``column``.
            row: Row in the file, None for none.
            column: Name of the column, empty for none.
            about: What tells several findings at one place apart.
            **values: What else the message names.
        """
        said = json.dumps({name: str(value) for name, value in {"row": row, "column": column, **values}.items()})
        self._database.execute(
            "INSERT OR IGNORE INTO finding VALUES (?, ?, ?, ?, ?, ?)", (rule, row or 0, column, about, message, said)
        )

    def forget(self, rule: str, column: str) -> None:
        """Strikes out what a rule found in a column."""
        self._database.execute("DELETE FROM finding WHERE rule = ? AND col = ?", (rule, column))

    def read(self, limit: int) -> tuple[tuple[Finding, ...], dict[str, int]]:
        """The first findings of each rule, and how many there are."""
        counts = dict(self._database.execute("SELECT rule, count(*) FROM finding GROUP BY rule"))
        found = self._database.execute(
            "SELECT rule, message, said, line, col FROM (SELECT *, row_number() OVER "
            "(PARTITION BY rule ORDER BY line, col, about) AS nth FROM finding) "
            "WHERE nth <= ? ORDER BY line, col, rule, about",
            (limit,),
        )
        return tuple(
            Finding(rule, message, json.loads(said), line or None, column, self._sheet)
            for rule, message, said, line, column in found
        ), counts

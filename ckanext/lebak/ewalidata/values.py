"""One value out of rows of a table, with the cells that it came from, and how it differs from last year's. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Context, Decimal, InvalidOperation, localcontext
from typing import Any, NamedTuple

from ckanext.lebak.tables.problem import N_

SUM, MEAN, COUNT, LARGEST, SMALLEST, SINGLE = "sum", "mean", "count", "max", "min", "single"

AGGREGATIONS: dict[str, str] = {
    SINGLE: N_("The value of the one row"),
    SUM: N_("Sum"),
    MEAN: N_("Mean"),
    COUNT: N_("Number of rows"),
    LARGEST: N_("Largest"),
    SMALLEST: N_("Smallest"),
}
"""How several rows become one value, and what it is called."""

NO_ROWS = N_("No row of the table is of this year with these filters.")
SEVERAL_ROWS = N_("Several rows are of this year. Choose an aggregation, or add a filter.")
NO_NUMBER = N_("Some of the cells hold no number.")

MOST = Decimal(10) ** 30
"""No county counts so much of anything: a number beyond it is a mistake in the table."""
_EXACT = Context(prec=60)  # digits of a number below `MOST` with the decimals that it is passed on with, and of sums
_PASSED_ON = Decimal("0.000001")

GREAT = Decimal("0.25")
"""From this share of change on, a difference from last year's is flagged to be looked at."""

NEW, GONE, GREAT_CHANGE, REVISED = "new", "gone", "great_change", "revised"


class Cell(NamedTuple):
    """A cell that a value came from: the number of its row in the table, and what it holds."""

    row: int
    text: str


class Result(NamedTuple):
    """A value, or why there is none.

    Attributes:
        value: The value; None where there is none.
        cells: Those that it came from.
        problem: A sentence marked for translation; empty where there is a value.
    """

    value: Decimal | None
    cells: list[Cell]
    problem: str = ""


_COMPUTE: dict[str, Callable[[Sequence[Decimal]], Decimal]] = {
    SINGLE: lambda numbers: numbers[0],
    SUM: lambda numbers: sum(numbers, Decimal(0)),
    MEAN: lambda numbers: sum(numbers, Decimal(0)) / len(numbers),
    LARGEST: max,
    SMALLEST: min,
}


def aggregate(rows: Iterable[Mapping[str, Any]], column: str, aggregation: str) -> Result:
    """The value of rows.

    Args:
        rows: Of the table, each with ``_id``, its number.
        column: The column that is aggregated.
        aggregation: One of `AGGREGATIONS`.
    """
    found = list(rows)
    cells = [Cell(int(row["_id"]), "" if row[column] is None else str(row[column])) for row in found]
    if not cells:
        return Result(None, [], NO_ROWS)
    if aggregation == COUNT:
        return Result(Decimal(len(cells)), cells)
    if aggregation == SINGLE and len(cells) > 1:
        return Result(None, cells, SEVERAL_ROWS)
    try:
        # An empty cell is no nought: it would make a sum that nobody wrote.
        numbers = [Decimal(cell.text) for cell in cells]
    except InvalidOperation:
        return Result(None, cells, NO_NUMBER)
    if not all(number.is_finite() and abs(number) < MOST for number in numbers):
        return Result(None, cells, NO_NUMBER)
    with localcontext(_EXACT):
        return Result(_COMPUTE[aggregation](numbers), cells)


def is_year(cell: Any, year: int) -> bool:
    """Whether a cell of the column of years says this one, as text or as a number.

    Args:
        cell: What the table holds.
        year: The year.
    """
    try:
        return Decimal(str(cell).strip()) == year
    except InvalidOperation:
        return False


def flags(now: Decimal | None, last_year: Decimal | None, exported: Decimal | None) -> list[str]:
    """What somebody should look at before a value is passed on.

    Args:
        now: The value of the year.
        last_year: The value of the year before, as the table says it now.
        exported: The value of the year before, as it was exported then; None if it was not.

    Returns:
        Of `NEW`, `GONE`, `GREAT_CHANGE` and `REVISED` those that hold.
    """
    found = []
    before = exported if last_year is None else last_year
    if now is not None and before is None:
        found.append(NEW)
    if now is None and before is not None:
        found.append(GONE)
    if now is not None and before is not None and abs(now - before) > GREAT * abs(before):
        found.append(GREAT_CHANGE)
    # As they are passed on: a mean of thirds was exported with six decimals, and is the same still.
    if exported is not None and last_year is not None and text_of(exported) != text_of(last_year):
        found.append(REVISED)
    return found


def text_of(value: Decimal | None) -> str:
    """A value as text, without an exponent and without noughts at the end; empty for none."""
    if value is None:
        return ""
    with localcontext(_EXACT):
        text = f"{value.quantize(_PASSED_ON) + 0:f}"  # the sum makes 0 of -0
    return text.rstrip("0").rstrip(".") if "." in text else text

"""What a reviewer sees of a table: its first rows, what became of it since the last release, and what is unusual.

A small table is read at once, a large one in the background. What came of it is kept by the digests of both files and
by what was said of them, so that each pair is read once.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field, replace
from itertools import islice
from typing import IO, Any

import ckan.plugins.toolkit as tk
import msgspec
import sqlalchemy as sa
from ckan import model
from sqlalchemy.dialects.postgresql import insert

from ckanext.lebak.desks.model import TableReading
from ckanext.lebak.files.content import UPLOAD, keeping
from ckanext.lebak.release.findings import Findings
from ckanext.lebak.release.plausibility import findings
from ckanext.lebak.release.table_differences import LIMIT, TableDifferences, table_differences
from ckanext.lebak.tables.problem import TableError
from ckanext.lebak.tables.reading import READERS
from ckanext.lebak.tables.storage import opened
from ckanext.lebak.tables.table import Table, rows_of, written

VERSION = 1
"""Raised when what is read changes, so that tables are read again."""
AT_ONCE = 2 * 2**20
"""Bytes of both files together that are read while somebody waits for the page."""
JOB_SECONDS = 1800
"""The largest workbook takes minutes; what takes longer than this hangs, and is begun again."""
KEPT_DAYS = 30
PREVIEW_ROWS = 50

_MOST_CELLS = 5000
"""Cells of each kind that are shown: of a wide table fewer rows."""
_FEWEST_ROWS = 5
_CLIPPED = 200


@dataclass(frozen=True)
class Reading:
    """What there is to see in a table.

    Attributes:
        columns: Names of its columns.
        rows: The first rows, each with its number in the file (the header is row 1) and its cells as text.
        differences: What became of the released table; None where there is none.
        findings: What is unusual; None where the table could not be read.
        problem: Why something of this is missing, as a sentence marked for translation; empty if nothing is.
        values: What stands for the names in the sentence.
    """

    columns: tuple[str, ...] = ()
    rows: tuple[tuple[int, tuple[str, ...]], ...] = ()
    differences: TableDifferences | None = None
    findings: Findings | None = None
    problem: str = ""
    values: dict[str, str] = field(default_factory=dict)

    def sentence(self, translate: Callable[[str], str]) -> str:
        """Why something is missing, in the language of ``translate``; empty if nothing is."""
        return TableError(self.problem, **self.values).sentence(translate) if self.problem else ""


@dataclass(frozen=True)
class Pair:
    """A table handed in, and the released one to hold it against. Files are as ``content.record`` gives them.

    Attributes:
        after: The file handed in.
        before: The released one; None where there is none.
        replaces: Whether it stands for the released one; else that one is of the period before.
        level: The level that the dataset names (``level_estimasi``).
    """

    after: Mapping[str, Any]
    before: Mapping[str, Any] | None = None
    replaces: bool = False
    level: str = ""

    @property
    def signature(self) -> str:
        """SHA-256 of everything that the reading depends on."""
        told = [VERSION, _said(self.after), _said(self.before) if self.before else None, self.replaces, self.level]
        return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()

    @property
    def files(self) -> list[Mapping[str, Any]]:
        """Both, or the one."""
        return [self.after] if self.before is None else [self.after, self.before]


def is_table(file: Mapping[str, Any]) -> bool:
    """Whether a file is kept here and is of a format that can be read as a table."""
    return file.get("url_type") == UPLOAD and bool(file.get("hash")) and _format(file) in READERS


def reading_of(pair: Pair) -> Reading | None:
    """What there is to see in a table. One that is large is read in the background.

    Args:
        pair: Of tables (`is_table`).

    Returns:
        The reading; None while it is being made.
    """
    row = TableReading.__table__.c
    kept = model.Session.execute(sa.select(row.result, row.at).where(row.signature == pair.signature)).first()
    if kept and kept.result:
        return msgspec.json.decode(kept.result, type=Reading)
    if _is_small(pair):
        return _read_and_keep(pair)
    if kept is None or (_now() - kept.at).total_seconds() > JOB_SECONDS:
        _keep(pair, None)
        title = f"Reading of {pair.after.get('name') or pair.after['id']} for its review"
        tk.enqueue_job(read_job, [asdict(pair)], title=title, rq_kwargs={"timeout": JOB_SECONDS})
    return None


def read_job(pair: Mapping[str, Any]) -> None:
    """The job: reads a table and keeps what came of it.

    Args:
        pair: A `Pair` as a dict.
    """
    _read_and_keep(Pair(**pair))


def read(pair: Pair) -> Reading:
    """Reads a table. What cannot be read is said in the result."""
    told = Reading()
    with keeping(pair.files), ExitStack() as stack:
        try:
            told = _first_rows(pair.after)
            after = stack.enter_context(opened(pair.after))
            period = str(pair.after.get("periode") or "")
            if pair.before is None:
                return replace(told, findings=findings(_table(after, pair.after), period=period, level=pair.level))
            before = stack.enter_context(opened(pair.before))
            if pair.replaces:
                rows = _most_rows(len(told.columns), LIMIT)
                tables = _table(before, pair.before), _table(after, pair.after)
                told = replace(told, differences=table_differences(*tables, limit=rows))
            found = findings(
                _table(after, pair.after),
                _table(before, pair.before),
                period=period,
                period_before=str(pair.before.get("periode") or ""),
                level=pair.level,
            )
            return replace(told, findings=found)
        except TableError as error:
            return replace(told, problem=error.message, values=error.values)


def forget(sha256: str) -> None:
    """Forgets what was read out of a file, in a transaction of its own: of one that must not be kept, no cell stays."""
    row = TableReading.__table__
    with model.Session.get_bind().engine.begin() as connection:
        connection.execute(sa.delete(row).where(sa.or_(row.c.sha256 == sha256, row.c.sha256_before == sha256)))


def _first_rows(file: Mapping[str, Any]) -> Reading:
    with opened(file) as stream:
        table = _table(stream, file)
        most = _most_rows(len(table.columns), PREVIEW_ROWS)
        rows = tuple((number, tuple(_clipped(written(c)) for c in cells)) for number, cells in islice(table.rows, most))
        return Reading(tuple(column.name for column in table.columns), rows)


def _table(stream: IO[bytes], file: Mapping[str, Any]) -> Table:
    stream.seek(0)
    return rows_of(stream, _format(file), file.get("kolom") or [])


def _most_rows(columns: int, usual: int) -> int:
    return max(_FEWEST_ROWS, min(usual, _MOST_CELLS // max(columns, 1)))


def _clipped(text: str) -> str:
    return text if len(text) <= _CLIPPED else text[:_CLIPPED] + "…"


def _format(file: Mapping[str, Any]) -> str:
    return str(file.get("format") or "").upper()


def _said(file: Mapping[str, Any]) -> list[Any]:
    return [file["hash"], _format(file), file.get("kolom") or [], file.get("periode") or ""]


def _is_small(pair: Pair) -> bool:
    stored = [model.Session.get(model.Resource, file["id"]) for file in pair.files]
    sizes = [resource.size if resource else None for resource in stored]
    return all(sizes) and sum(size or 0 for size in sizes) <= AT_ONCE


def _read_and_keep(pair: Pair) -> Reading:
    reading = read(pair)
    _keep(pair, msgspec.json.encode(reading).decode())
    return reading


def _keep(pair: Pair, result: str | None) -> None:
    """Notes a reading in a transaction of its own, for a page that is only looked at, and forgets old ones."""
    row = TableReading.__table__
    values = {"result": result, "at": _now()}
    hashes = {"sha256": pair.after["hash"], "sha256_before": pair.before["hash"] if pair.before else None}
    statement = insert(row).values(signature=pair.signature, **hashes, **values)
    with model.Session.get_bind().engine.begin() as connection:
        connection.execute(sa.delete(row).where(row.c.at < _now() - dt.timedelta(days=KEPT_DAYS)))
        connection.execute(statement.on_conflict_do_update(index_elements=["signature"], set_=values))


def _now() -> dt.datetime:
    return dt.datetime.now(dt.timezone.utc)

"""Rows that many tests begin with: made once through CKAN, which takes seconds, and put back for every other test."""

from __future__ import annotations

import copy
import io
from collections.abc import Callable
from typing import Any, TypeVar

import sqlalchemy as sa
from ckan import model

Made = TypeVar("Made")

#: Filled by triggers when the other rows come.
_BY_TRIGGERS = frozenset({"lebak_feed_change"})

_kept: dict[Callable[[], Any], tuple[Any, list[tuple[str, bytes]]]] = {}


def remembered(make: Callable[[], Made]) -> Made:
    """What a function made in emptied tables (`clean_db`), with the rows that it wrote.

    Args:
        make: Writes rows through CKAN. Called for the first test only.

    Returns:
        What it returned, a copy for this test.
    """
    if make in _kept:
        made, rows = _kept[make]
        _put_back(rows)
    else:
        before = _rows()
        made = make()
        model.Session.commit()
        rows = [
            (table, b"".join(line for line in lines if line not in before[table])) for table, lines in _rows().items()
        ]
        _kept[make] = (made, [(table, lines) for table, lines in rows if lines])
    return copy.deepcopy(made)


def _engine() -> sa.Engine:
    assert model.meta.engine is not None
    return model.meta.engine


def _cursor(connection: sa.Connection) -> Any:
    driver: Any = connection.connection.driver_connection
    return driver.cursor()


def _rows() -> dict[str, list[bytes]]:
    """The rows of all tables as COPY writes them, a table after those that it refers to."""
    names = [name for name, _keys in sa.inspect(_engine()).get_sorted_table_and_fkc_names() if name]
    found = {}
    with _engine().connect() as connection, _cursor(connection) as cursor:
        for name in names:
            if name not in _BY_TRIGGERS:
                text = io.BytesIO()
                cursor.copy_expert(f'COPY "{name}" TO STDOUT', text)
                found[name] = text.getvalue().splitlines(keepends=True)
    return found


def _put_back(rows: list[tuple[str, bytes]]) -> None:
    model.Session.remove()
    with _engine().begin() as connection, _cursor(connection) as cursor:
        for name, lines in rows:
            cursor.copy_expert(f'COPY "{name}" FROM STDIN', io.BytesIO(lines))

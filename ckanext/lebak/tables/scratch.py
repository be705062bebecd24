"""A database for one computation over a table that may be larger than memory."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

_CACHE = 32 * 1024
"""KiB that it keeps in memory; the rest is on disk."""


@contextmanager
def scratch_database() -> Iterator[sqlite3.Connection]:
    """An empty SQLite database in a temporary file of its own, which is gone with it, whatever happens."""
    # The empty name is SQLite's own for this: https://www.sqlite.org/inmemorydb.html#temp_db
    connection = sqlite3.connect("")
    try:
        connection.execute("PRAGMA journal_mode = OFF")  # there is nothing to go back to
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("PRAGMA temp_store = FILE")
        connection.execute(f"PRAGMA cache_size = -{_CACHE}")
        yield connection
    finally:
        connection.close()

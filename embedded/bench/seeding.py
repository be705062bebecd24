"""Many datasets out of a few: copies of really created ones, straight into the database and the index.

Creating 20,000 datasets through CKAN takes hours. A copy has every row of its original (dataset, resources, tags) under
ids, name and title of its own, and the index entry that CKAN made of the original, changed in the same way. Copies are
one minute older than the ones before, so that in order of time the originals stand mixed, as they do in a real catalog.
"""

from __future__ import annotations

import datetime as dt
import json
import re
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

import requests
import sqlalchemy as sa

from embedded.bench.database import opened, public
from embedded.site import Site

#: Ids are made from what they are copied from: two runs make the same datasets.
_IDS = uuid.UUID("b0a7b1c2-0000-4000-8000-000000000000")
#: Rows and index entries that are sent at once.
_BATCH = 500
#: Tables with rows of a dataset, and the column that says whose they are.
_TABLES = {"package": "id", "resource": "package_id", "package_tag": "package_id"}

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Original:
    """A dataset that CKAN made.

    Attributes:
        rows: Its rows by table.
        entry: What CKAN put into the search index, as far as the index gives it back.
    """

    rows: Mapping[str, Sequence[Row]]
    entry: Row

    def copy(self, number: int) -> Original:
        """Returns a dataset with the same content and with names of its own.

        Args:
            number: Which copy; it ends name and title.
        """
        rename = _renamer(self._names(number))
        rows = {table: [_renamed(row, rename) for row in rows] for table, rows in self.rows.items()}
        return Original(rows, _renamed(self.entry, rename))

    def _names(self, number: int) -> dict[str, str]:
        """What is called otherwise in a copy: ids, name, title (also as JSON has it), the moment of the last change."""
        package = self.rows["package"][0]
        ids = [row["id"] for rows in self.rows.values() for row in rows]
        names = {id_: str(uuid.uuid5(_IDS, f"{id_} {number}")) for id_ in ids}
        names[self.entry["index_id"]] = uuid.uuid5(_IDS, f"{self.entry['index_id']} {number}").hex
        names[package["name"]] = f"{package['name']}-{number}"
        for title in {package["title"], json.dumps(package["title"])[1:-1]}:
            names[title] = f"{title} ({number})"
        modified: dt.datetime = package["metadata_modified"]
        for precision in ("microseconds", "milliseconds"):  # of the database, of the index
            older = modified - dt.timedelta(minutes=number)
            names[modified.isoformat(timespec=precision)] = older.isoformat(timespec=precision)
        return names


def copies(originals: Sequence[Original], wanted: int) -> Iterator[Original]:
    """Yields what is missing to have `wanted` datasets, the same number of each original as far as it goes."""
    for number in range(wanted - len(originals)):
        yield originals[number % len(originals)].copy(number // len(originals) + 1)


def seed(site: Site, wanted: int) -> None:
    """Brings a site with some public datasets to `wanted` of them.

    Args:
        site: The site; its services run, its web need not.
        wanted: How many datasets it is to have.
    """
    index = site.stack.solr.core_url(site.name)
    with opened(site) as (connection, known):
        tables = {name: known.tables[name] for name in _TABLES}
        found = copies(_originals(connection, tables, index), wanted)
        while batch := list(islice(found, _BATCH)):
            for name, table in tables.items():
                connection.execute(table.insert(), [dict(row) for copy in batch for row in copy.rows[name]])
            _index(index, [copy.entry for copy in batch])
    requests.get(f"{index}/update", params={"commit": "true"}, timeout=120).raise_for_status()


def _originals(connection: sa.Connection, tables: Mapping[str, sa.Table], index: str) -> list[Original]:
    package = tables["package"]
    ids = connection.scalars(sa.select(package.c.id).where(public(package)).order_by(package.c.name)).all()
    return [Original(_rows(connection, tables, id_), _entry(index, id_)) for id_ in ids]


def _rows(connection: sa.Connection, tables: Mapping[str, sa.Table], id_: str) -> dict[str, list[Row]]:
    of = {name: table.select().where(table.c[_TABLES[name]] == id_) for name, table in tables.items()}
    return {name: [dict(row) for row in connection.execute(query).mappings()] for name, query in of.items()}


def _entry(index: str, id_: str) -> dict[str, Any]:
    """What the index keeps of a dataset, and the one field that it needs and does not give back."""
    reply = requests.get(f"{index}/select", params={"q": f"id:{id_}", "fl": "*", "wt": "json"}, timeout=30)
    reply.raise_for_status()
    (entry,) = reply.json()["response"]["docs"]
    filled_by_solr = ("_version_", "title_ngram", "name_ngram", "indexed_ts")
    return {
        **{key: value for key, value in entry.items() if key not in filled_by_solr},
        "permission_labels": ["public"],
    }


def _index(index: str, entries: Sequence[Row]) -> None:
    requests.post(f"{index}/update", json=entries, timeout=120).raise_for_status()


def _renamer(names: Mapping[str, str]) -> Callable[[str], str]:
    """What replaces every old name in a text by the new one, the longest first: a title may have a name in it."""
    pattern = re.compile("|".join(re.escape(name) for name in sorted(names, key=len, reverse=True)))
    return lambda text: pattern.sub(lambda found: names[found[0]], text)


def _renamed(value: Any, rename: Callable[[str], str]) -> Any:
    """A value with the texts in it renamed; of a time its text in ISO 8601."""
    if isinstance(value, str):
        return rename(value)
    if isinstance(value, dt.datetime):
        return dt.datetime.fromisoformat(rename(value.isoformat(timespec="microseconds")))
    if isinstance(value, Mapping):
        return {key: _renamed(part, rename) for key, part in value.items()}
    if isinstance(value, list):
        return [_renamed(part, rename) for part in value]
    return value

"""What the bench does to the database of a site past CKAN: look, change, forget."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from sqlalchemy.sql.elements import ColumnElement

from embedded.site import Site


@contextmanager
def opened(site: Site) -> Iterator[tuple[sa.Connection, sa.MetaData]]:
    """Opens the main database of a site, in one transaction, with its tables as they are."""
    engine = sa.create_engine(site.database_url)
    tables = sa.MetaData()
    try:
        tables.reflect(engine)
        with engine.begin() as connection:
            yield connection, tables
    finally:
        engine.dispose()


def public(package: sa.Table) -> ColumnElement[bool]:
    """The condition under which a dataset of a seeded site is public."""
    return sa.and_(package.c.state == "active", package.c.private.is_(False), package.c.type == "dataset")


def public_ids(site: Site) -> list[str]:
    """Ids of the public datasets, in a fixed order."""
    with opened(site) as (connection, tables):
        package = tables.tables["package"]
        return list(connection.scalars(sa.select(package.c.id).where(public(package)).order_by(package.c.id)))


def change(site: Site, ids: list[str]) -> None:
    """Changes the titles of datasets."""
    with opened(site) as (connection, tables):
        package = tables.tables["package"]
        title = package.c.title + ", diubah"
        connection.execute(package.update().where(package.c.id.in_(ids)).values(title=title))


def stored_documents(site: Site) -> int:
    """How many documents of single datasets the feed has, in all formats together."""
    with opened(site) as (connection, tables):
        return connection.scalar(sa.select(sa.func.count()).select_from(tables.tables["lebak_feed_fragment"])) or 0


def forget_feed(site: Site) -> None:
    """Empties the feed, as before its first publication."""
    with opened(site) as (connection, tables):
        for table in reversed(tables.sorted_tables):
            if table.name.startswith("lebak_feed_"):
                connection.execute(table.delete())

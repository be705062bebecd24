"""Snapshots, pages and single records as they are served, over revisions that come from real publications."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from ckan import model
from ckan.tests import factories
from ckan.tests.helpers import call_action
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ckanext.lebak.feed import fragments, packing, publishing, reading
from ckanext.lebak.feed.model import CREATE, DELETE, UPDATE, FeedRevision
from ckanext.lebak.feed.packing import Piece
from tests.sdi_factory import complete_dataset

pytestmark = pytest.mark.usefixtures("clean_db", "clean_index", "clean_queues")


@pytest.fixture
def save() -> Callable[..., dict[str, Any]]:
    context, office = {"user": factories.Sysadmin()["name"]}, factories.Organization()["id"]
    return lambda **fields: call_action("package_create", dict(context), **complete_dataset(owner_org=office, **fields))


def change(*ids: str, **values: Any) -> None:
    """By SQL, as many changes in a test would take long by the API."""
    package = model.package_table
    model.Session.execute(sa.update(package).where(package.c.id.in_(ids)).values(**values))
    model.Session.commit()


def published(engine: sa.Engine) -> reading.Snapshot:
    assert publishing.refresh(engine) is not None
    with engine.connect() as connection:
        snapshot = reading.newest(connection)
    assert snapshot is not None
    return snapshot


def ids(items: list[reading.Item]) -> list[str]:
    return [item.package_id for item in items]


def text(piece: Piece) -> str:
    return b"".join(packing.unpacked([piece])).decode()


def test_a_snapshot_stays_as_it_was_but_for_what_is_gone(
    engine: sa.Engine, save: Callable[..., dict[str, Any]]
) -> None:
    records = [save()["id"] for _ in range(7)]
    old = published(engine)
    with engine.connect() as connection:
        order = ids(reading.page(connection, old, "nt", 100))
    assert sorted(order) == sorted(records)
    change(order[0], order[4], title="SIMULASI lain")
    change(order[1], private=True)
    added = save()["id"]
    new = published(engine)
    assert (old.total, new.total) == (7, 7)
    assert new.since == old.since
    with engine.connect() as connection:
        # By number: what is gone leaves its place empty, so that no other record slips onto a page that was read.
        pages = [ids(reading.page(connection, old, "ttl", 3, number=number)) for number in (1, 2, 3, 4)]
        assert pages == [[order[0], order[2]], order[3:6], order[6:], []]
        # By cursor: full pages.
        first = reading.page(connection, old, "ttl", 3, after=0)
        assert ids(first) == [order[0], order[2], order[3]]
        assert ids(reading.page(connection, old, "ttl", 3, after=first[-1].seq)) == order[4:]
        assert "SIMULASI lain" not in text(first[0].piece)
        after = ids(reading.page(connection, new, "ttl", 100))
        assert after[:4] == [order[2], order[3], *order[5:]]
        assert set(after[4:]) == {order[0], order[4], added}
        assert set(ids(reading.page(connection, new, "ttl", 100, since=new.at))) == {order[0], order[4], added}
        assert reading.count(connection, new, since=new.at) == 3
        assert reading.count(connection, new, since=old.at) == reading.count(connection, new) == 7
        assert [item.package_id for item in reading.gone(connection, new, new.at)] == [order[1]]
        assert reading.gone(connection, old, old.at) == []
        wanted = [added, order[1], order[6], "tidak-ada", order[0]]
        assert ids(reading.chosen(connection, new, "json", wanted)) == [added, order[6], order[0]]
        assert ids(reading.chosen(connection, old, "json", wanted)) == [order[6], order[0]]
        for snapshot in (old, new):
            whole = reading.page(connection, snapshot, "xml", 100, after=0)
            assert list(reading.everything(connection, snapshot, "xml")) == [item.piece for item in whole]


def test_a_record_by_id_and_by_the_name_it_has_now(engine: sa.Engine, save: Callable[..., dict[str, Any]]) -> None:
    record, never = save(), save(private=True)
    change(record["id"], name="nama-baru")
    published(engine)
    with engine.connect() as connection:
        for format_ in fragments.FORMATS:
            found = reading.document(connection, record["id"], format_)
            assert isinstance(found, reading.Live)
            assert reading.document(connection, "nama-baru", format_) == found
            assert record["id"] in text(found.item.piece)
            assert found.name == "nama-baru"
        for other in (record["name"], never["id"], never["name"], "tidak-ada"):
            assert reading.document(connection, other, "ttl") is None
    change(record["id"], state="deleted")
    published(engine)
    with engine.connect() as connection:
        found = reading.document(connection, record["id"], "ttl")
        assert isinstance(found, reading.Gone)
        assert found.package_id == record["id"]
        assert reading.document(connection, "nama-baru", "ttl") is None


def test_changes_in_order_each_record_told_once(engine: sa.Engine, save: Callable[..., dict[str, Any]]) -> None:
    stays, changed, gone = save()["id"], save()["id"], save()["id"]
    first = published(engine)
    change(changed, title="SIMULASI lain")
    change(gone, private=True)
    second = published(engine)

    def told(upto: reading.Snapshot) -> dict[tuple[str, str], bool]:
        with engine.connect() as connection:
            rows = reading.changes(connection, 0, 100, upto.seq, format_="nt")
        assert [row.seq for row in rows] == sorted(row.seq for row in rows)
        return {(row.package_id, row.kind): row.piece is not None for row in rows}

    assert told(second) == {
        (stays, CREATE): True,
        (changed, CREATE): False,
        (gone, CREATE): False,
        (changed, UPDATE): True,
        (gone, DELETE): False,
    }
    assert told(first) == {(stays, CREATE): True, (changed, CREATE): True, (gone, CREATE): False}
    with engine.connect() as connection:
        assert [row.kind for row in reading.changes(connection, first.seq, 1, second.seq)] in ([UPDATE], [DELETE])
        with pytest.raises(LookupError):
            reading.snapshot_at(connection, second.seq + 1)
        assert reading.snapshot_at(connection, first.seq) == first


@given(
    steps=st.lists(
        st.tuples(st.integers(0, 4), st.sampled_from(["title", "hide", "show", "publish"])), min_size=1, max_size=25
    ),
    size=st.integers(1, 4),
)
@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_crawl_is_complete_whatever_changes_meanwhile(
    engine: sa.Engine, save: Callable[..., dict[str, Any]], steps: list[tuple[int, str]], size: int
) -> None:
    records = list(model.Session.scalars(sa.select(model.Package.id))) or [save()["id"] for _ in range(5)]
    change(*records, private=False)
    snapshot = published(engine)
    erased: set[str] = set()
    crawled: list[str] = []
    last = 0
    with engine.connect() as connection:
        start = ids(reading.page(connection, snapshot, "nt", 100))
    assert sorted(start) == sorted(records)
    for number, (which, what) in enumerate(steps):
        with engine.connect() as connection:
            items = reading.page(connection, snapshot, "nt", size, after=last)
        crawled += ids(items)
        last = items[-1].seq if items else last
        if what == "title":
            change(records[which], title=f"SIMULASI {number}")
        elif what == "publish":
            published(engine)
            with engine.connect() as connection:
                public = sa.select(model.Package.id).where(model.Package.private.is_(True))
                erased |= set(connection.scalars(public))
        else:
            change(records[which], private=what == "hide")
    with engine.connect() as connection:
        crawled += ids(reading.page(connection, snapshot, "nt", 100, after=last))
        live = connection.scalar(
            sa.select(sa.func.count()).where(FeedRevision.until.is_(None), FeedRevision.kind != DELETE)
        )
        newest = reading.newest(connection)
    assert len(crawled) == len(set(crawled))
    assert set(records) - erased <= set(crawled) <= set(records)
    assert newest is not None
    assert newest.total == live

"""The worker is told of changes, and a change is saved whether or not it can be told."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from ckan import model
from ckan.lib import jobs as ckan_jobs
from ckan.lib import redis as ckan_redis
from ckan.lib.redis import connect_to_redis
from ckan.tests import factories
from redis import ConnectionPool

from ckanext.lebak.feed import changes, checking, jobs, reading
from ckanext.lebak.feed.model import FeedChange
from tests.sdi_factory import complete_dataset, complete_resource

pytestmark = pytest.mark.usefixtures("clean_db", "clean_index", "clean_queues")


@pytest.fixture(autouse=True)
def _nothing_asked() -> Iterator[None]:
    """Begins and ends without a job that was asked for."""
    redis = connect_to_redis()
    redis.delete(*redis.keys(f"{jobs.asked()}*"), jobs.asked())
    yield
    redis.delete(*redis.keys(f"{jobs.asked()}*"), jobs.asked())


def asked_for() -> list[str]:
    return [job.meta["title"] for job in ckan_jobs.get_queue().jobs if job.meta["title"] == changes.PUBLISH]


def shown() -> set[str]:
    with jobs.engine().connect() as connection:
        snapshot = reading.newest(connection)
        assert snapshot is not None
        return {item.package_id for item in reading.page(connection, snapshot, "nt", 100)}


def noted() -> set[str | None]:
    with jobs.engine().connect() as connection:
        return set(connection.scalars(sa.select(FeedChange.package_id)))


def test_a_change_is_noted_told_once_and_published(do: Callable[..., Any]) -> None:
    office = do("organization_create", name="dp3ap2kb", title="SIMULASI dinas", singkatan="SIM")
    first = do("package_create", **complete_dataset(owner_org=office["id"]))
    second = do("package_create", **complete_dataset(owner_org=office["id"]))
    assert noted() >= {first["id"], second["id"]}
    assert asked_for() == [changes.PUBLISH]
    (job,) = [job for job in ckan_jobs.get_queue().jobs if job.meta["title"] == changes.PUBLISH]
    job.perform()
    assert shown() == {first["id"], second["id"]}
    assert noted() == set()
    told: dict[str, Callable[[], Any]] = {
        "bulk": lambda: do("bulk_update_private", org_id=office["id"], datasets=[first["id"]]),
        "delete": lambda: do("package_delete", id=second["id"]),
        "purge": lambda: do("dataset_purge", id=second["id"]),
        "office": lambda: do("organization_patch", id=office["id"], title="SIMULASI lain"),
        "file": lambda: do("resource_create", package_id=first["id"], **complete_resource(name="SIMULASI lain")),
    }
    for way, change in told.items():
        ckan_jobs.get_queue().empty()
        jobs.publish()
        change()
        assert asked_for() == [changes.PUBLISH], way
        assert noted(), way


def test_rows_of_a_table_that_change_change_the_record(do: Callable[..., Any]) -> None:
    office = do("organization_create", name="dp3ap2kb", title="SIMULASI dinas", singkatan="SIM")
    record = do("package_create", **complete_dataset(owner_org=office["id"], resources=[]))
    resource = complete_resource(package_id=record["id"], url=None)
    fields = [{"id": "tahun", "type": "int"}]
    table = do("datastore_create", resource=resource, fields=fields, records=[{"tahun": 2023}])["resource_id"]
    jobs.publish()

    def said() -> reading.Item:
        with jobs.engine().connect() as connection:
            found = reading.document(connection, record["id"], "ttl")
        assert isinstance(found, reading.Live)
        return found.item

    before = said()
    do("datastore_upsert", resource_id=table, records=[{"tahun": 2024}], method="insert")
    # CKAN dates the file a little later, so that many writes count as one; the worker's scheduler does that.
    job = ckan_jobs.get_queue().fetch_job(f"{table}_datastore-patch-last_modified")
    assert job is not None
    job.perform()
    jobs.publish()
    assert said().seq > before.seq


def test_without_redis_a_change_is_saved_and_published_all_the_same(
    do: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    office = do("organization_create", name="dp3ap2kb", title="SIMULASI dinas", singkatan="SIM")
    record = do("package_create", **complete_dataset(owner_org=office["id"]))
    with monkeypatch.context() as without:
        without.setattr(ckan_redis, "_connection_pool", ConnectionPool.from_url("redis://127.0.0.1:1/0"))
        changes.tell()
        do("organization_patch", id=office["id"], title="SIMULASI tanpa Redis")
        do("package_delete", id=record["id"])
    assert model.Package.get(record["id"]).state == "deleted"  # pyright: ignore[reportOptionalMemberAccess]
    jobs.publish()
    assert shown() == set()


def test_a_night_brings_database_index_and_feed_to_the_same(do: Callable[..., Any]) -> None:
    record = do("package_create", **complete_dataset(owner_org=factories.Organization()["id"]))
    jobs.nightly()
    assert shown() == {record["id"]}
    found = checking.last_check()
    assert found is not None
    assert found["records"] == 1

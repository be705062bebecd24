"""`make up` and its kin, on an instance of the tests' own."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator

import pytest
import requests
from psycopg2 import sql

from embedded.catalog import Catalog
from embedded.problem import Problem
from embedded.process import free_port


@pytest.fixture(scope="module")
def name() -> Iterator[str]:
    """The name of an instance that is forgotten in the end."""
    name = f"test-catalog-{os.getpid()}"
    yield name
    Catalog(name).reset()


@pytest.fixture(scope="module")
def catalog(name: str) -> Catalog:
    """A catalog that is up, without the demonstration data."""
    catalog = Catalog(name, free_port(), workers=1)
    catalog.up(print, demo=False)
    return catalog


def test_it_answers_in_indonesian(catalog: Catalog) -> None:
    page = requests.get(catalog.site.url, timeout=60)
    assert page.ok
    assert '<html lang="id"' in page.text


def test_offices_are_there_and_demonstration_data_are_not(catalog: Catalog) -> None:
    def names(action: str) -> list[str]:
        return requests.get(f"{catalog.site.url}/api/3/action/{action}", timeout=60).json()["result"]

    assert len(names("organization_list")) >= 62
    assert names("package_list") == []


def test_the_feed_is_published_before_anyone_asks_for_it(catalog: Catalog) -> None:
    published = "SELECT total FROM lebak_feed_snapshot"
    assert catalog.stack.postgres.query(published, database="site") == [(0,)]


def test_an_interrupted_making_of_the_databases_is_completed(catalog: Catalog) -> None:
    site, postgres = catalog.site, catalog.stack.postgres
    postgres.execute(sql.SQL('DROP VIEW "_table_metadata"'), database="site_datastore")
    (site.folder / "migrated").unlink()
    site.init()
    assert postgres.query('SELECT count(*) >= 0 FROM "_table_metadata"', database="site_datastore") == [(True,)]


def test_the_reader_of_the_datastore_reaches_nothing_else(catalog: Catalog) -> None:
    asked = "SELECT has_database_privilege('site_reader', datname, 'connect') FROM pg_database WHERE datname = %s"
    assert catalog.stack.postgres.query(asked, ["site_datastore"]) == [(True,)]
    assert catalog.stack.postgres.query(asked, ["site"]) == [(False,)]


def test_a_second_up_is_quiet_and_a_restart_keeps_data_and_port(catalog: Catalog, name: str) -> None:
    catalog.site.ckan("user", "add", "penjaga", "email=penjaga@example.org", "password=hanya-untuk-uji-coba")
    again = Catalog(name, workers=1)
    before = again.site.web.pid
    said: list[str] = []
    again.up(said.append)
    assert again.site.web.pid == before
    assert len(said) == 1
    assert set(again.down()) == {"web", "worker", "postgres", "redis", "solr"}
    assert again.down() == []
    assert {state for _, state, _, _ in again.status()} == {"stopped"}
    again.up(print)
    assert again.site.url == catalog.site.url
    assert "penjaga" in again.site.ckan("user", "list")
    assert requests.get(f"{again.site.url}/api/3/action/package_list", timeout=60).json()["result"] == []


def test_a_new_port_moves_the_site_and_its_address(catalog: Catalog, name: str) -> None:
    port = free_port()
    moved = Catalog(name, port, workers=1)
    moved.up(print)
    home = requests.get(f"http://127.0.0.1:{port}/", timeout=60)
    assert f"http://127.0.0.1:{port}/" in home.text
    with pytest.raises(requests.ConnectionError):
        requests.get(catalog.site.url, timeout=5)


def test_a_taken_port_is_told_before_anything_starts() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        catalog = Catalog(f"test-port-{os.getpid()}", port)
        with pytest.raises(Problem, match=rf"Port {port} is taken .* make up PORT=\d+"):
            catalog.up(print)
    assert not catalog.stack.running
    assert not catalog.stack.folder.exists()


def test_a_command_on_a_stopped_catalog_says_what_to_do() -> None:
    with pytest.raises(Problem, match="make up"):
        Catalog(f"test-none-{os.getpid()}").ckan(["user", "list"])

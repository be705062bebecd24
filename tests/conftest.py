"""What every test may use.

Tests with CKAN's fixtures run with all our plugins loaded. Tests against running sites (``e2e``, ``interop``) ask for
`site_factory`; it uses the services of `make test`, or starts its own where pytest was called by hand.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from embedded.site import Site
    from embedded.stack import Stack

#: Plugins with tables of their own, beside CKAN's.
MIGRATED = ("activity", "lebak")


@pytest.fixture(scope="session")
def application() -> Iterator[Any]:
    """CKAN with the plugins of test.ini, made once: CKAN's own fixtures make it for each test, which takes seconds."""
    from ckan import plugins
    from ckan.common import config
    from ckan.config.middleware import make_app

    config["testing"] = True
    yield make_app(config)
    plugins.unload_all()


@pytest.fixture
def with_plugins(application: Any, ckan_config: Any) -> None:
    """In place of CKAN's: the plugins are loaded already. What the test before left open in the database ends."""
    from ckan import model

    model.Session.remove()


@pytest.fixture
def app(application: Any, ckan_config: Any) -> Any:
    """In place of CKAN's: a new client of the same application."""
    from ckan.lib.app_globals import _CONFIG_CACHE
    from ckan.tests.helpers import CKANTestApp

    _CONFIG_CACHE.clear()
    ckan_config["testing"] = True
    return CKANTestApp(application)


@pytest.fixture(autouse=True)
def _our_plugins(request: pytest.FixtureRequest) -> None:
    """Loads the plugins of test.ini for each test that has CKAN's fixtures."""
    if request.config.pluginmanager.has_plugin("ckan_fixtures"):
        request.getfixturevalue("with_plugins")


@pytest.fixture(autouse=True)
def _gate(request: pytest.FixtureRequest) -> Iterator[None]:
    """Opens the gate of releases for tests of other things; those marked ``gate`` meet it as people do."""
    if not request.config.pluginmanager.has_plugin("ckan_fixtures") or request.node.get_closest_marker("gate"):
        yield
        return
    from ckanext.lebak.release.gate import opened

    with opened("tests", reason="Simulasi untuk pengujian", override=True):
        yield


@pytest.fixture
def clean_db(reset_db: Callable[[], None], migrate_db_for: Callable[[str], None]) -> None:
    """Empties all tables; at the first use they are made anew, ours and those of the core plugins too."""
    from ckan import model

    empty_is_enough = model.repo.tables_created_and_initialised
    if empty_is_enough:
        forget_what_is_kept()
    engine = model.meta.engine
    reset_db()
    if not empty_is_enough:
        for plugin in MIGRATED:
            migrate_db_for(plugin)
        assert engine is not None
        model.init_model(engine)  # the migrations left one that connects anew for every transaction


def forget_what_is_kept() -> None:
    """Empties what the database keeps from being deleted row by row: the audit log, agreed lists, proposals."""
    from ckan import model

    assert model.meta.engine is not None
    with model.meta.engine.begin() as connection:
        for table in ("lebak_audit_entry", "lebak_list_version", "lebak_list_document", "lebak_proposal_entry"):
            if model.meta.engine.dialect.has_table(connection, table):
                connection.exec_driver_sql(f"TRUNCATE {table} CASCADE")


@pytest.fixture(scope="session")
def stack() -> Iterator[Stack]:
    """The running PostgreSQL, Redis and Solr: those of `make test`, else some for this session."""
    from embedded.stack import Stack
    from embedded.suite import STACK_VARIABLE

    given = os.environ.get(STACK_VARIABLE)
    if given:
        yield Stack(given, durable=False)
        return
    own = Stack(f"test-{os.getpid()}", durable=False)
    try:
        own.start(print)
        yield own
    finally:
        own.stop()
        own.forget()


@pytest.fixture(scope="session")
def site_factory(stack: Stack) -> Iterator[Callable[..., Site]]:
    """Makes and starts CKAN sites, and stops them when the session ends.

    ``site_factory("receiver", plugins=[...], settings={...}, worker=False)`` returns a running
    `embedded.site.Site` with databases, Solr core and Redis number of its own; its ``url``, ``ini``, ``ckan(...)`` and
    ``database_url`` are what tests need. ``start=False`` leaves the start to the test.
    """
    from embedded.site import Site

    sites: list[Site] = []

    def make(name: str, *, worker: bool = True, start: bool = True, **options: object) -> Site:
        site = Site(stack, name, **options)  # type: ignore[arg-type]
        sites.append(site)
        site.init()
        if start:
            site.start(worker=worker)
        return site

    yield make
    for site in sites:
        site.stop()

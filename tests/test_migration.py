"""The tables that the migration makes are those that the models describe."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from ckan import model

import ckanext.lebak.audit
import ckanext.lebak.data_requests.model
import ckanext.lebak.desks.model
import ckanext.lebak.epss.model
import ckanext.lebak.ewalidata.model
import ckanext.lebak.feed.model
import ckanext.lebak.files.model
import ckanext.lebak.forum.model
import ckanext.lebak.organizations.model
import ckanext.lebak.people.model
import ckanext.lebak.planning.model
import ckanext.lebak.proposals.model
import ckanext.lebak.release.model
import ckanext.lebak.statistics.model
import ckanext.lebak.tables.model
import ckanext.lebak.workbooks.model  # noqa: F401 - a model is known once it is imported

OURS = {name for name in model.meta.metadata.tables if name.startswith("lebak_")}


@pytest.mark.usefixtures("clean_db")
def test_tables_and_models_agree() -> None:
    connection = model.Session.connection()
    assert set(sa.inspect(connection).get_table_names()) >= OURS

    def ours(_object: object, name: str | None, kind: str, _reflected: bool, _compared: object) -> bool:
        return kind != "table" or name in OURS

    context = MigrationContext.configure(connection, opts={"include_object": ours, "compare_type": True})
    assert compare_metadata(context, model.meta.metadata) == []

"""The feed after the database came back from a backup (feed/restoring.py)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from ckanext.lebak.feed import publishing, reading, restoring
from ckanext.lebak.feed.model import UPDATE

pytestmark = pytest.mark.usefixtures("clean_db", "clean_index", "clean_queues")


def test_numbers_go_on_above_all_that_were_given(engine: sa.Engine, save: Callable[..., dict[str, Any]]) -> None:
    ids = {save()["id"] for _ in range(3)}
    publishing.refresh(engine)
    with engine.connect() as connection:
        before = reading.newest(connection)
    assert before is not None
    assert restoring.advance(engine) == len(ids)
    publishing.refresh(engine)
    with engine.connect() as connection:
        newest = reading.newest(connection)
        assert newest is not None
        told = reading.changes(connection, before.seq, 100, newest.seq)
    assert newest.total == before.total
    assert {change.package_id for change in told} == ids
    assert {change.kind for change in told} == {UPDATE}
    assert min(change.seq for change in told) > before.seq + restoring.LEAP


def test_an_empty_catalogue_can_be_restored_too(engine: sa.Engine) -> None:
    publishing.refresh(engine)
    assert restoring.advance(engine) == 0

"""What an office confirmed is due when it said that it looks again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from ckan import model

from ckanext.lebak.notices import schedule
from ckanext.lebak.release.confirmation import confirm
from tests.release.conftest import county, draft, released

__all__ = ["county", "draft", "released"]

pytestmark = [pytest.mark.gate, pytest.mark.usefixtures("clean_db", "clean_index")]


def test_a_confirmation_puts_off_what_is_due(county: SimpleNamespace, released: Callable[..., dict[str, Any]]) -> None:
    record = released(jadwal_rilis="2098-01-01", jadwal_pemutakhiran="2027-08-01")
    package = model.Package.get(record["id"])
    assert package is not None
    confirm(package, county.operator, dt.date(2098, 1, 1))
    assert schedule.note_due(dt.date(2027, 8, 2)) == 0
    assert schedule.note_due(dt.date(2097, 12, 30)) == 2

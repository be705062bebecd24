"""What the tests of the feed share: the database, a sysadmin who acts, an office, and datasets of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from ckan import model
from ckan.tests import factories
from ckan.tests.helpers import call_action

from tests.sdi_factory import complete_dataset

Do = Callable[..., Any]


@pytest.fixture
def engine() -> sa.Engine:
    assert model.meta.engine is not None
    return model.meta.engine


@pytest.fixture
def do() -> Do:
    """Calls an action as a sysadmin."""
    context = {"user": factories.Sysadmin()["name"]}
    return lambda action, **data: call_action(action, dict(context), **data)


@pytest.fixture
def office(do: Do) -> dict[str, Any]:
    return do("organization_create", name="dp3ap2kb", title="SIMULASI dinas", singkatan="SIM")


@pytest.fixture
def save(do: Do, office: dict[str, Any]) -> Callable[..., dict[str, Any]]:
    """Creates a dataset of the office."""
    return lambda **fields: do("package_create", **complete_dataset(**{"owner_org": office["id"], **fields}))

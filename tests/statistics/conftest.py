"""The people of a small county, as tests of releases have them."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from tests.release.conftest import county as new_county
from tests.release.conftest import draft, released

__all__ = ["draft", "new_county", "released"]

_of_module: dict[str, SimpleNamespace] = {}


@pytest.fixture
def county(request: pytest.FixtureRequest) -> SimpleNamespace:
    """A county for all tests of a module, which take records of their own: emptying the tables takes seconds."""
    name = request.module.__name__
    if name not in _of_module:
        for emptied in ("clean_db", "clean_index"):
            request.getfixturevalue(emptied)
        _of_module.clear()
        _of_module[name] = request.getfixturevalue("new_county")
    return _of_module[name]

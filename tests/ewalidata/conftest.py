"""The small county of the tests of releases."""

from __future__ import annotations

from tests.desks.conftest import Browser, browser
from tests.release.conftest import county, draft, released

__all__ = ["Browser", "browser", "county", "draft", "released"]

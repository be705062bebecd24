"""The small county of the tests of releases, and a mail server."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.notices.smtp import MailServer
from tests.release.conftest import county, draft, released

__all__ = ["county", "draft", "released"]


@pytest.fixture
def mail_server() -> Iterator[MailServer]:
    """A mail server that accepts until it is told otherwise."""
    server = MailServer()
    yield server
    server.close()

"""The people of these tests."""

from __future__ import annotations

from typing import Any

import pytest

from tests.people_factory import Cast, make_cast


@pytest.fixture
def cast(clean_db: None, clean_index: None) -> Cast:
    """Eleven roles in five organisations."""
    return make_cast()


@pytest.fixture
def mail_from(ckan_config: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The site has an address that letters come from."""
    monkeypatch.setitem(ckan_config, "smtp.mail_from", "katalog@example.org")

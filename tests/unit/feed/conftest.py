"""Rendering needs a site's settings and nothing else: neither services nor plugins."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import rdflib

from ckanext.lebak.profiles.sdi import current_site
from ckanext.lebak.profiles.site import Site
from tests.unit.profiles.conftest import _site  # noqa: F401, the same settings


@pytest.fixture(autouse=True, scope="session")
def _as_written() -> Iterator[None]:
    """Rdflib leaves numbers and dates as they stand in the document."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rdflib, "NORMALIZE_LITERALS", False)
        yield


@pytest.fixture
def site() -> Site:
    return current_site()

"""Unit tests need no service: run them with `-p no:ckan -p no:ckan_fixtures`."""

from __future__ import annotations

from hypothesis import settings

# Time is measured where it matters; a busy machine must not fail the rest.
settings.register_profile("lebak", deadline=None, print_blob=True)
settings.load_profile("lebak")

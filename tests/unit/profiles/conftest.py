"""The profile needs a site's settings and nothing else: neither services nor plugins."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from ckan.plugins import toolkit as tk

import ckanext.lebak as package

SETTINGS = {
    "ckan.site_url": "http://test.ckan.net",
    "ckan.site_title": "Katalog Data Kabupaten Lebak",
    "ckan.locale_default": "id",
}


@pytest.fixture(autouse=True, scope="session")
def _site() -> Iterator[None]:
    """Our options as they are declared, and a site's own."""
    text = (Path(package.__file__).parent / "config_declaration.yaml").read_text(encoding="utf-8")
    declared = {
        option["key"]: option.get("default", "")
        for group in yaml.safe_load(text)["groups"]
        for option in group["options"]
    }
    with pytest.MonkeyPatch.context() as patch:
        for key, value in {**declared, **SETTINGS}.items():
            patch.setitem(tk.config, key, value)
        yield

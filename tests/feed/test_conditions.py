"""Conditions by the time alone, where something changes that no publication dates."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
from werkzeug.http import http_date

pytestmark = pytest.mark.usefixtures("clean_db", "clean_index", "clean_queues")


@pytest.mark.parametrize("path", ["/catalog.nt", "/catalog/dump.nt.gz", "/data.json"])
def test_a_new_title_of_the_site_is_not_hidden_by_an_old_time(
    app: Any, save: Callable[..., dict[str, Any]], monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    def status(since: str) -> int:
        return app.get(path, headers={"If-Modified-Since": since}).status_code

    save()
    app.get(path)
    time.sleep(1.1)
    before = http_date()
    assert status(before) == 304
    monkeypatch.setitem(tk.config, "ckan.site_title", "SIMULASI nama lain")
    time.sleep(1.1)
    assert status(before) == 200
    time.sleep(1.1)
    assert status(http_date()) == 304

"""A running catalog with offices and demonstration data, and a browser."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from selenium import webdriver

from embedded.suite import BROWSER

if TYPE_CHECKING:
    from embedded.site import Site


@pytest.fixture(scope="session")
def site(site_factory: Callable[..., Site]) -> Site:
    """The catalog as `make up` leaves it: offices and demonstration data loaded."""
    site = site_factory("e2e")
    site.ckan("lebak", "opd", "load")
    site.ckan("lebak", "demo", "load")
    return site


@pytest.fixture(scope="session")
def browser_options() -> webdriver.ChromeOptions:
    """How Chromium is started: without a window, in Indonesian, and reaching this machine only."""
    options = webdriver.ChromeOptions()
    options.binary_location = shutil.which(BROWSER[0]) or ""
    for argument in (
        *("--headless=new", "--disable-gpu", "--disable-dev-shm-usage", "--window-size=1280,1600", "--lang=id"),
        # Every other host is unknown to this browser: a page that needs one shows it.
        "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
        *(("--no-sandbox",) if os.geteuid() == 0 else ()),
    ):
        options.add_argument(argument)
    return options


@pytest.fixture
def browser(browser_options: webdriver.ChromeOptions, tmp_path: Path) -> Iterator[webdriver.Chrome]:
    """A fresh Chromium for one test; skipped where there is none, which is an error where CI counts on it."""
    missing = [program for program in BROWSER if shutil.which(program) is None]
    if missing:
        reason = f"{' and '.join(missing)} not found: apt install chromium chromium-driver"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    browser_options.add_argument(f"--user-data-dir={tmp_path / 'chromium'}")
    driver = webdriver.Chrome(browser_options, webdriver.ChromeService(shutil.which(BROWSER[1])))
    try:
        yield driver
    finally:
        driver.quit()

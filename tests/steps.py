"""What a person does in the browser, as steps that tests share."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import requests
import sqlalchemy as sa
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.ui import Select, WebDriverWait

if TYPE_CHECKING:
    from embedded.site import Site

PASSWORD = "Kata-sandi-uji-123"  # an account of a test's own site
WAIT = 20
PATIENCE = 120


_tokens: dict[str, str] = {}


def token(site: Site) -> str:
    """An API token of the site's own user."""
    if site.name not in _tokens:
        _tokens[site.name] = site.ckan("user", "token", "add", site.name, "uji", "-q").split()[-1]
    return _tokens[site.name]


def act(site: Site, action: str, **data: Any) -> Any:
    """Calls an action of the site as its own user and returns the result."""
    headers = {"Authorization": token(site)}
    answer = requests.post(f"{site.url}/api/3/action/{action}", json=data, headers=headers, timeout=60)
    assert answer.ok, answer.text
    return answer.json()["result"]


def sign_up(site: Site, name: str) -> str:
    """Makes an account whose password is `PASSWORD`, and returns a token for a program of it."""
    act(site, "user_create", name=name, email=f"{name}@example.org", password=PASSWORD)
    return act(site, "api_token_create", user=name, name="uji")["token"]


def empty(site: Site) -> None:
    """Purges the records and offices that an earlier run on the same services has left, also from the feed."""
    left = act(site, "organization_list")
    for record in act(site, "package_search", rows=100, include_private=True)["results"]:
        act(site, "dataset_purge", id=record["id"])
    for name in left:
        act(site, "organization_purge", id=name)
    if left:
        site.ckan("lebak", "feed", "rebuild")


def published(site: Site) -> None:
    """Waits until the feed tells of everything that was saved: for moments it may be at work on it."""
    waiting = sa.select(sa.func.count()).select_from(sa.table("lebak_feed_change"))
    engine = sa.create_engine(site.database_url)
    give_up = time.monotonic() + PATIENCE
    try:
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            while connection.scalar(waiting):
                assert time.monotonic() < give_up, f"changes stay unpublished; see the logs in {site.folder}"
                time.sleep(0.2)
    finally:
        engine.dispose()


def sign_in(browser: Chrome, site: Site, name: str) -> None:
    """Signs an account in through the login page."""
    browser.get(f"{site.url}/user/login")
    browser.find_element(By.NAME, "login").send_keys(name)
    browser.find_element(By.NAME, "password").send_keys(PASSWORD)
    browser.find_element(By.CSS_SELECTOR, "form .btn-primary[type=submit]").click()
    wait_for(browser, ".account.authed")


def wait_for(browser: Chrome, selector: str) -> WebElement:
    """The first element that a CSS selector finds, once it is there."""
    return WebDriverWait(browser, WAIT).until(lambda b: b.find_element(By.CSS_SELECTOR, selector))


def words_of(browser: Chrome, selector: str) -> str:
    """The words of an element, once it has some. Asked in one step: scripts exchange what they show."""
    script = "return document.querySelector(arguments[0])?.innerText || ''"
    return WebDriverWait(browser, WAIT).until(lambda b: b.execute_script(script, selector).strip())


def ready(browser: Chrome) -> None:
    """Waits until the scripts of a form have taken it over: what is typed before is not what they send."""
    waiting = "return document.readyState === 'complete' && !document.querySelector(arguments[0])"
    unready = (
        "[data-module=autocomplete]:not(.select2-hidden-accessible), .lebak-rows:not([data-ready]), "
        "form:has([data-module=lebak-skips]):not([data-skips])"
    )
    WebDriverWait(browser, WAIT).until(lambda b: b.execute_script(waiting, unready))


def fill(browser: Chrome, values: Mapping[str, str]) -> None:
    """Types into the fields of a form, or chooses from their lists, by the fields' names."""
    ready(browser)
    for name, value in values.items():
        field = browser.find_element(By.CSS_SELECTOR, f"form [name='{name}']:not([type=hidden])")
        if field.tag_name == "select":
            Select(field).select_by_value(value)
        elif field.get_attribute("type") == "date":
            browser.execute_script("arguments[0].value = arguments[1]", field, value)
        else:
            field.clear()
            field.send_keys(value)


def values(browser: Chrome, *names: str) -> dict[str, str]:
    """What the fields of the form hold now."""
    found = {}
    for name in names:
        field = browser.find_element(By.CSS_SELECTOR, f"form [name='{name}']:not([type=hidden])")
        found[name] = field.get_attribute("value") or ""
    return found


def save(browser: Chrome, button: str = "form .form-actions .btn-primary") -> None:
    """Presses the form's button and waits for the next page."""
    ready(browser)
    follow(browser, button)


def follow(browser: Chrome, selector: str) -> None:
    """Presses a link or a button and waits for the next page."""
    pressed = browser.find_element(By.CSS_SELECTOR, selector)
    old = browser.find_element(By.TAG_NAME, "html")
    browser.execute_script("arguments[0].scrollIntoView({block: 'center'}); arguments[0].click()", pressed)
    WebDriverWait(browser, WAIT).until(lambda b: b.find_element(By.TAG_NAME, "html") != old)


def text(browser: Chrome, selector: str = "body") -> str:
    """What a person reads."""
    return browser.find_element(By.CSS_SELECTOR, selector).text

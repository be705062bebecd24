"""The configuration of a site: secrets of its own, for its owner only, and safe values."""

from __future__ import annotations

import configparser
import stat
from pathlib import Path

import pytest

from embedded import config
from embedded.site import Site
from embedded.stack import ROOT, Stack


@pytest.fixture
def sites(tmp_path: Path) -> list[Site]:
    """Two configured sites in stacks whose services do not run."""
    made = []
    for name in ("one", "two"):
        stack = Stack(name)
        stack.folder = tmp_path / name
        stack.solr.folder = stack.folder / "solr"
        stack.redis.folder = stack.folder / "redis"
        for folder in (stack.solr.folder, stack.redis.folder):
            folder.mkdir(parents=True)
        (stack.solr.folder / "port").write_text("8983")
        site = Site(stack, "site")
        site.configure()
        made.append(site)
    return made


def read(ini: Path) -> dict[str, str]:
    """The settings of an ini file, as CKAN reads them."""
    parser = configparser.ConfigParser({"here": str(ini.parent)})
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read(ini)
    return dict(parser["app:main"])


def test_two_instances_share_no_secret(sites: list[Site]) -> None:
    first, second = (config.site_secrets(site.folder) for site in sites)
    assert first.keys() == config.SECRETS.keys()
    assert not set(first.values()) & set(second.values())
    assert all(len(secret) >= 32 for secret in first.values())


def test_secrets_stay_the_same_and_are_for_the_owner_only(sites: list[Site]) -> None:
    site = sites[0]
    before = (site.folder / "generated.ini").read_text()
    assert not site.configure()
    assert (site.folder / "generated.ini").read_text() == before
    for name in ("generated.ini", "ckan.ini", "secrets.json"):
        assert stat.S_IMODE((site.folder / name).stat().st_mode) == 0o600


def test_a_persons_own_settings_survive(sites: list[Site]) -> None:
    site = sites[0]
    own = config.OWN + "ckan.site_title = Data Kita\n"
    site.ini.write_text(own)
    site.settings["ckan.site_description"] = "another"
    assert site.configure()
    assert site.ini.read_text() == own


def test_a_per_cent_sign_in_a_setting_arrives(sites: list[Site]) -> None:
    site = sites[0]
    site.settings["ckan.site_title"] = "100% data"
    site.configure()
    assert read(site.folder / "generated.ini")["ckan.site_title"] == "100% data"


def test_the_settings_of_the_tests_are_those_of_the_catalog() -> None:
    tests = read(ROOT / "test.ini")
    ours = {**config.CATALOG, **config.SAFE, "ckan.plugins": " ".join(config.PLUGINS)}
    differing = {key for key, value in ours.items() if tests.get(key) != value}
    assert differing == {"WTF_CSRF_ENABLED"}

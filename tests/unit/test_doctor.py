"""The doctor names each unsafe setting (doctor.py)."""

from __future__ import annotations

import pytest

from ckanext.lebak.doctor import (
    NEEDED_PLUGINS,
    NEEDED_SETTINGS,
    SAFE_SETTINGS,
    service_findings,
    settings_findings,
)

SAFE = {
    "SECRET_KEY": "x" * 40,
    "ckan.site_url": "http://127.0.0.1:5000",
    "ckan.plugins": list(NEEDED_PLUGINS),
    "ckan.hide_version": True,
    "PERMANENT_SESSION_LIFETIME": 28800,
    "REMEMBER_COOKIE_DURATION": 604800,
    "WTF_CSRF_TIME_LIMIT": 28800,
    "REMEMBER_COOKIE_SAMESITE": "Lax",
    "SESSION_COOKIE_HTTPONLY": True,
    "solr_timeout": 5,
    "ckan.search.rows_max": 100,
    **NEEDED_SETTINGS,
}


def test_a_safe_site_has_no_findings() -> None:
    assert list(settings_findings(SAFE)) == []


@pytest.mark.parametrize("setting", SAFE_SETTINGS, ids=lambda setting: setting.key)
def test_each_unsafe_value_is_named_with_its_mend(setting: object) -> None:
    unsafe = 10**9 if setting.key in SAFE and not isinstance(SAFE[setting.key], (bool, str)) else "unsafe"  # type: ignore[attr-defined]
    (finding,) = settings_findings({**SAFE, setting.key: unsafe})  # type: ignore[attr-defined]
    assert setting.key in finding.what  # type: ignore[attr-defined]
    assert setting.key in finding.mend  # type: ignore[attr-defined]


@pytest.mark.parametrize("secret", ["", None, "CHANGE_ME", "short"])
def test_a_weak_secret_is_named(secret: str | None) -> None:
    (finding,) = settings_findings({**SAFE, "SECRET_KEY": secret})
    assert "SECRET_KEY" in finding.what


def test_cookies_of_an_https_site_are_secure() -> None:
    found = [str(finding) for finding in settings_findings({**SAFE, "ckan.site_url": "https://data.example.go.id"})]
    assert len(found) == 2
    assert all("COOKIE_SECURE" in text for text in found)


@pytest.mark.parametrize("name", NEEDED_PLUGINS)
def test_a_missing_plugin_is_named(name: str) -> None:
    plugins = [plugin for plugin in NEEDED_PLUGINS if plugin != name]
    (finding,) = settings_findings({**SAFE, "ckan.plugins": plugins})
    assert name in finding.mend


def test_the_order_of_plugins_matters() -> None:
    found = list(settings_findings({**SAFE, "ckan.plugins": [*NEEDED_PLUGINS[1:], "lebak"]}))
    assert [finding.mend for finding in found] == ["move lebak to the front"]


@pytest.mark.parametrize("key", NEEDED_SETTINGS)
def test_missing_wiring_is_named(key: str) -> None:
    (finding,) = settings_findings({**SAFE, key: ""})
    assert finding.mend == f"set {key} = {NEEDED_SETTINGS[key]}"


def test_each_service_that_does_not_answer_is_named_with_its_mend() -> None:
    nowhere = {
        "sqlalchemy.url": "postgresql://ckan:x@127.0.0.1:1/ckan",
        "ckan.datastore.write_url": "postgresql://ckan:x@127.0.0.1:1/datastore",
        "ckan.datastore.read_url": "",
        "solr_url": "http://127.0.0.1:1/solr/ckan",
        "ckan.redis.url": "redis://127.0.0.1:1/0",
        "ckan.storage_path": "/nonexistent/storage",
    }
    found = {finding.what.partition(" (")[0]: finding.mend for finding in service_findings(nowhere)}
    assert found == {
        "PostgreSQL does not answer": "start PostgreSQL, or correct sqlalchemy.url",
        "The datastore does not answer": "start PostgreSQL, or correct ckan.datastore.write_url",
        "ckan.datastore.read_url is not set": "set ckan.datastore.read_url to the address of the database",
        "Solr does not answer at http://127.0.0.1:1/solr/ckan": "start Solr, or correct solr_url",
        "Redis does not answer": "start Redis, or correct ckan.redis.url",
        "The file storage cannot be written": "mend the rights or the space of its folder",
    }


STORAGE = {"ckan.files.storage.{}.type": "ckan:fs", "ckan.files.storage.{}.path": "/data/{}"}


def _storage(name: str, **settings: object) -> dict[str, object]:
    made: dict[str, object] = {key.format(name): value.format(name) for key, value in STORAGE.items()}
    return {**made, **{f"ckan.files.storage.{name}.{key}": value for key, value in settings.items()}}


@pytest.mark.parametrize(
    "settings",
    [
        _storage("resources", public="true"),
        _storage("default", public=True),
        {"ckan.files.default_storages.resource": "berkas", **_storage("berkas", public=True)},
        {"ckan.storage_path": "/data", **_storage("gambar", public=True, path="/data/resources/sha256")},
        {**_storage("resources"), **_storage("gambar", public=True, path="/data")},
    ],
    ids=["its own", "the default one, which it is made from", "of another name", "beside the folder", "above it"],
)
def test_a_public_storage_with_files_of_records_is_named(settings: dict[str, object]) -> None:
    (finding,) = settings_findings({**SAFE, **settings})
    assert "is public and holds files of records" in finding.what


def test_public_pictures_beside_private_files_are_no_finding() -> None:
    settings = {**_storage("resources"), **_storage("groups", public=True)}
    assert list(settings_findings({**SAFE, **settings})) == []

"""``ckan lebak doctor``: what of this site's settings is unsafe, which service does not answer, and the mend.

The safe values follow the project's security notes: a government site is invited to, not signed up for; sessions end
with the working day; nothing of a person is listed; nobody makes an office of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests
import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

HOUR = 3600
KNOWN_SECRETS = ("CHANGE_ME", "changeme", "secret", "test")
SHORTEST_SECRET = 20

NEEDED_PLUGINS = ("lebak", "scheming_datasets", "scheming_organizations", "dcat", "datastore")

NEEDED_SETTINGS = {
    "scheming.dataset_schemas": "ckanext.lebak.schemas:dataset.yaml",
    "scheming.organization_schemas": "ckanext.lebak.schemas:organization.yaml",
    "scheming.presets": "ckanext.scheming:presets.json ckanext.lebak.schemas:presets.yaml",
    "ckanext.dcat.rdf.profiles": "sdi",
}


@dataclass(frozen=True)
class Finding:
    """Something that is wrong, and what to do about it."""

    what: str
    mend: str

    def __str__(self) -> str:
        return f"{self.what} -> {self.mend}"


@dataclass(frozen=True)
class Setting:
    """A setting with the values that are safe, and why."""

    key: str
    safe: Callable[[Any], bool]
    value: str
    why: str


def _is(expected: Any) -> Callable[[Any], bool]:
    return lambda value: value == expected


def _off(value: Any) -> bool:
    return value in (False, None, "", "false", "False", [])


def _at_most(limit: int) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, (int, float)) and value <= limit


SAFE_SETTINGS = (
    Setting(
        "ckan.auth.user_create_organizations", _off, "false", "any account could make itself the head of an office"
    ),
    Setting("ckan.auth.user_delete_organizations", _off, "false", "an office could delete itself with its datasets"),
    Setting("ckan.auth.user_create_groups", _off, "false", "groups are not used here"),
    Setting("ckan.auth.user_delete_groups", _off, "false", "groups are not used here"),
    Setting("ckan.auth.create_user_via_web", _off, "false", "accounts are given by invitation"),
    Setting("ckan.auth.create_user_via_api", _off, "false", "accounts are given by invitation"),
    Setting("ckan.auth.public_user_details", _off, "false", "names of staff would be listed to the public"),
    Setting("ckan.auth.allow_dataset_collaborators", _off, "false", "collaborators cross the borders of offices"),
    Setting("ckan.auth.reveal_private_datasets", _off, "false", "it tells that a hidden dataset exists"),
    Setting(
        "ckan.auth.public_activity_stream_detail", _off, "false", "old versions of records would be shown to everyone"
    ),
    Setting("ckan.files.authenticated_uploads.allow", _off, "false", "files would be kept past the checks of a record"),
    Setting("ckan.auth.create_unowned_dataset", _off, "false", "every dataset belongs to an office"),
    Setting("ckan.auth.anon_create_dataset", _off, "false", "only an office's operator writes"),
    Setting("ckan.datastore.sqlsearch.enabled", _off, "false", "it had four security advisories in one year"),
    Setting("ckan.search.solr_allowed_query_parsers", _off, "(empty)", "visitors could run Solr queries of their own"),
    Setting("ckan.cors.origin_allow_all", _off, "false", "other sites could act with a visitor's session"),
    Setting("ckan.hide_version", _is(True), "true", "the version tells an attacker what to try"),
    Setting("debug", _off, "false", "error pages would show code and settings"),
    Setting("PERMANENT_SESSION_LIFETIME", _at_most(8 * HOUR), "28800", "a session should end with the working day"),
    Setting("REMEMBER_COOKIE_DURATION", _at_most(7 * 24 * HOUR), "604800", "a login should not outlive a week"),
    Setting("WTF_CSRF_TIME_LIMIT", _at_most(8 * HOUR), "28800", "a form's token should end with the session"),
    Setting("REMEMBER_COOKIE_SAMESITE", _is("Lax"), "Lax", "other sites could send requests with the login"),
    Setting("SESSION_COOKIE_HTTPONLY", _is(True), "true", "scripts could read the session"),
    Setting("solr_timeout", _at_most(5), "5", "one hung Solr would hold every web process"),
    Setting("ckan.search.rows_max", _at_most(1000), "1000", "one request could ask for everything"),
)


def settings_findings(config: Mapping[str, Any]) -> Iterator[Finding]:
    """What is unsafe or missing in a configuration. Pure: the configuration in, findings out."""
    for setting in SAFE_SETTINGS:
        value = config.get(setting.key)
        if not setting.safe(value):
            yield Finding(f"{setting.key} = {value!r}: {setting.why}", f"set {setting.key} = {setting.value}")
    yield from _secret_findings(config)
    yield from _address_findings(config)
    yield from _public_storage_findings(config)
    plugins = _words(config.get("ckan.plugins"))
    for name in NEEDED_PLUGINS:
        if name not in plugins:
            yield Finding(f"the plugin {name} is not on", f"add {name} to ckan.plugins")
    if "lebak" in plugins and any(
        plugins.index("lebak") > plugins.index(n) for n in plugins if n.startswith("scheming")
    ):
        yield Finding(
            "lebak stands after scheming in ckan.plugins: its templates are not found", "move lebak to the front"
        )
    for key, value in NEEDED_SETTINGS.items():
        if not set(_words(value)) <= set(_words(config.get(key))):
            yield Finding(f"{key} is {config.get(key)!r}", f"set {key} = {value}")


def _words(value: Any) -> list[str]:
    return value.split() if isinstance(value, str) else list(value or [])


def _secret_findings(config: Mapping[str, Any]) -> Iterator[Finding]:
    secret = str(config.get("SECRET_KEY") or "")
    if len(secret) < SHORTEST_SECRET or secret in KNOWN_SECRETS:
        yield Finding(
            "SECRET_KEY is missing, short or a known example: sessions can be forged",
            'set SECRET_KEY to the output of: python3 -c "import secrets; print(secrets.token_urlsafe(48))"',
        )


def _address_findings(config: Mapping[str, Any]) -> Iterator[Finding]:
    url = str(config.get("ckan.site_url") or "")
    if url.startswith("https://"):
        for key in ("SESSION_COOKIE_SECURE", "REMEMBER_COOKIE_SECURE"):
            if config.get(key) is not True:
                yield Finding(f"{key} is off on an https site", f"set {key} = true")
    elif not url.startswith("http://"):
        yield Finding("ckan.site_url is missing: links and the feed need it", "set ckan.site_url = https://...")


def _public_storage_findings(config: Mapping[str, Any]) -> Iterator[Finding]:
    """File storages of CKAN 2.12 that give files of records to everyone, past every question who may take them."""
    head, tail = "ckan.files.storage.", ".type"
    names = [key[len(head) : -len(tail)] for key in config if key.startswith(head) and key.endswith(tail)]
    resources = str(config.get("ckan.files.default_storages.resource") or "resources")
    # CKAN makes one for resources from the default one, with the same settings, where none is named.
    kept_in = resources if resources in names else str(config.get("ckan.files.default_storages.default") or "default")
    folder = _folder(config.get("ckan.storage_path"), "resources")
    if kept_in in names:
        folder = _folder(config.get(f"{head}{kept_in}.path"), "" if kept_in == resources else "resources")
    for name in names:
        if str(config.get(f"{head}{name}.public") or "").lower() not in ("true", "1", "yes", "on"):
            continue
        path = _folder(config.get(f"{head}{name}.path"), "")
        if name == kept_in or (folder and path and (path in (folder, *folder.parents) or folder in path.parents)):
            yield Finding(
                f"the file storage {name} is public and holds files of records: anybody may take restricted files",
                f"set {head}{name}.public = false, and keep public pictures in a storage of their own",
            )


def _folder(path: Any, below: str) -> Path | None:
    return Path(str(path), below) if path else None


def service_findings(config: Mapping[str, Any]) -> Iterator[Finding]:
    """Which service of this site does not answer, or has no worker."""
    yield from _database_finding("PostgreSQL", config.get("sqlalchemy.url"), "sqlalchemy.url")
    for key in ("ckan.datastore.write_url", "ckan.datastore.read_url"):
        yield from _database_finding("The datastore", config.get(key), key)
    yield from _solr_finding(config)
    yield from _redis_findings(config)
    yield from _storage_finding(config)


def _database_finding(name: str, url: Any, key: str) -> Iterator[Finding]:
    if not url:
        yield Finding(f"{key} is not set", f"set {key} to the address of the database")
        return
    engine = sa.create_engine(str(url), connect_args={"connect_timeout": 5})
    try:
        with engine.connect() as connection:
            connection.execute(sa.select(1))
    except SQLAlchemyError as error:
        reason = str(getattr(error, "orig", error)).strip().splitlines()[0]
        yield Finding(f"{name} does not answer ({reason})", f"start PostgreSQL, or correct {key}")
    finally:
        engine.dispose()


def _solr_finding(config: Mapping[str, Any]) -> Iterator[Finding]:
    url = str(config.get("solr_url") or "").rstrip("/")
    try:
        answer = requests.get(f"{url}/admin/ping", params={"wt": "json"}, timeout=5)
        ok = answer.status_code == requests.codes.ok and answer.json().get("status") == "OK"
    except (requests.RequestException, ValueError):
        ok = False
    if not ok:
        yield Finding(f"Solr does not answer at {url or '(no solr_url)'}", "start Solr, or correct solr_url")


def _redis_findings(config: Mapping[str, Any]) -> Iterator[Finding]:
    import redis  # noqa: PLC0415 - CKAN brings it; only this check needs it
    from rq import Worker  # noqa: PLC0415

    connection = redis.Redis.from_url(str(config.get("ckan.redis.url")), socket_connect_timeout=5)
    try:
        connection.ping()
        workers = Worker.count(connection=connection)
    except redis.RedisError:
        yield Finding("Redis does not answer", "start Redis, or correct ckan.redis.url")
        return
    finally:
        connection.close()
    if not workers:
        yield Finding("No worker is running: tables are not loaded and notices not sent", "start: ckan jobs worker")


def _storage_finding(config: Mapping[str, Any]) -> Iterator[Finding]:
    path = config.get("ckan.storage_path")
    if not path:
        yield Finding("ckan.storage_path is not set: files cannot be uploaded", "set ckan.storage_path to a folder")
        return
    probe = Path(str(path)) / ".lebak-doctor"
    try:
        probe.write_bytes(b"")
        probe.unlink()
    except OSError as error:
        yield Finding(
            f"The file storage cannot be written ({error.strerror})", "mend the rights or the space of its folder"
        )

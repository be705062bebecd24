"""What stands in the ``ckan.ini`` of a site of this project.

A site has two files: ``generated.ini``, written anew at every start from this module, and ``ckan.ini``, written once,
which extends it (CKAN's own ``use = config:``) and belongs to the person who runs the site. Both are readable by their
owner only, for they hold or lead to secrets.
"""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Mapping
from pathlib import Path

#: In this order: templates of the earlier win. Ours override dcat's and scheming's.
PLUGINS = (
    "lebak",
    "scheming_datasets",
    "scheming_organizations",
    "dcat",
    "structured_data",
    "datastore",
    "datatables_view",
    "text_view",
    "activity",
)

#: What the catalog is: names, languages, schemas. The same for every site.
CATALOG = {
    "ckan.site_title": "Katalog Data Kabupaten Lebak",
    "ckan.site_description": "Data sektoral Kabupaten Lebak menurut Satu Data Indonesia",
    "ckan.site_logo": "",
    "ckan.gravatar_default": "disabled",
    "ckan.locale_default": "id",
    "ckan.locale_order": "id en",
    "ckan.locales_offered": "id en",
    "ckan.display_timezone": "Asia/Jakarta",
    "ckan.views.default_views": "datatables_view text_view",
    "scheming.dataset_schemas": " ".join(
        f"ckanext.lebak.schemas:{schema}"
        for schema in (
            "dataset.yaml",
            "kegiatan_statistik.yaml",
            "indikator.yaml",
            "usulan_rekomendasi.yaml",
        )
    ),
    "scheming.organization_schemas": "ckanext.lebak.schemas:organization.yaml",
    "scheming.presets": "ckanext.scheming:presets.json ckanext.lebak.schemas:presets.yaml",
    "ckanext.dcat.rdf.profiles": "sdi",
}

HOUR = 3600
DAY = 24 * HOUR

#: Where CKAN's own default is wrong for the site of a public office. `ckan lebak doctor` checks a site against the same
#: list. Sessions stay in signed cookies on purpose: reading and login go on while Redis is down; they end after a
#: working day. SESSION_COOKIE_SECURE and REMEMBER_COOKIE_SECURE belong to a site behind TLS, which this one is not.
SAFE = {
    "PERMANENT_SESSION_LIFETIME": str(8 * HOUR),
    "REMEMBER_COOKIE_DURATION": str(7 * DAY),
    "REMEMBER_COOKIE_SAMESITE": "Lax",
    "SESSION_COOKIE_HTTPONLY": "true",
    "SESSION_COOKIE_SAMESITE": "Lax",
    "WTF_CSRF_ENABLED": "true",
    "WTF_CSRF_TIME_LIMIT": str(8 * HOUR),
    "ckan.auth.allow_admin_collaborators": "false",
    "ckan.auth.allow_dataset_collaborators": "false",
    "ckan.auth.anon_create_dataset": "false",
    "ckan.auth.create_dataset_if_not_in_organization": "false",
    "ckan.auth.create_unowned_dataset": "false",
    "ckan.auth.create_user_via_api": "false",
    "ckan.auth.create_user_via_web": "false",
    "ckan.auth.enable_cookie_auth_in_api": "true",
    "ckan.auth.public_activity_stream_detail": "false",
    "ckan.auth.public_user_details": "false",
    "ckan.auth.reveal_private_datasets": "false",
    "ckan.auth.user_create_groups": "false",
    "ckan.auth.user_create_organizations": "false",
    "ckan.auth.user_delete_groups": "false",
    "ckan.auth.user_delete_organizations": "false",
    "ckan.cors.origin_allow_all": "false",
    "ckan.datastore.sqlsearch.enabled": "false",
    "ckan.hide_version": "true",
    "ckan.mimetype_guess": "file_ext",
    "ckan.requests.timeout": "5",
    "ckan.search.rows_max": "100",
    "solr_timeout": "5",
}

LOGGING = """
[loggers]
keys = root, ckan, ckanext, cli, environment

[handlers]
keys = console

[formatters]
keys = generic

[logger_root]
level = WARNING
handlers = console

[logger_ckan]
level = INFO
handlers = console
qualname = ckan
propagate = 0

[logger_ckanext]
level = INFO
handlers = console
qualname = ckanext
propagate = 0

# Both say at each command what is always the same.
[logger_cli]
level = WARNING
handlers =
qualname = ckan.cli

[logger_environment]
level = WARNING
handlers =
qualname = ckan.config.environment

[handler_console]
class = StreamHandler
args = (sys.stderr,)
level = NOTSET
formatter = generic

[formatter_generic]
format = %(asctime)s %(levelname)-5.5s [%(name)s] %(message)s
"""

OWN = """\
# Settings of this one site. What stands below `use` wins over generated.ini, which is written anew at every start.
[app:main]
use = config:generated.ini
"""

#: The secrets of a site and how many bytes of randomness each has.
SECRETS = {
    "SECRET_KEY": 48,
    "WTF_CSRF_SECRET_KEY": 48,
    "api_token.jwt": 48,
    "database": 24,
    "datastore": 24,
}


def site_secrets(folder: Path) -> dict[str, str]:
    """Returns the secrets of the site in `folder`, made once and kept there for the owner's eyes only."""
    kept = folder / "secrets.json"
    known: dict[str, str] = json.loads(kept.read_text()) if kept.exists() else {}
    if SECRETS.keys() - known.keys():
        known = {**{name: secrets.token_urlsafe(size) for name, size in SECRETS.items()}, **known}
        write_private(kept, json.dumps(known, indent=1))
    return known


def secret_settings(known: Mapping[str, str]) -> dict[str, str]:
    """Returns the settings that are secrets in themselves."""
    token = f"string:{known['api_token.jwt']}"
    return {
        "SECRET_KEY": known["SECRET_KEY"],
        "WTF_CSRF_SECRET_KEY": known["WTF_CSRF_SECRET_KEY"],
        "api_token.jwt.encode.secret": token,
        "api_token.jwt.decode.secret": token,
    }


def ini_text(settings: Mapping[str, str], use: str = "egg:ckan") -> str:
    """Returns an ini file with these settings in ``[app:main]``; ``%`` is doubled as the format asks."""
    lines = [f"{key} = {value.replace('%', '%%')}" for key, value in settings.items()]
    return "\n".join(["[app:main]", f"use = {use}", *lines, ""]) + LOGGING


def write_private(path: Path, text: str) -> None:
    """Writes a file that only its owner may read, in one step."""
    part = path.with_name(path.name + ".part")
    part.unlink(missing_ok=True)
    with os.fdopen(os.open(part, os.O_CREAT | os.O_WRONLY | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
    part.replace(path)

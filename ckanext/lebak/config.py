"""The options of the extension: a constant and a getter each, read when called.

Types, defaults and texts stand in ``config_declaration.yaml`` only.
"""

from __future__ import annotations

import ckan.plugins.toolkit as tk

CUSTODIAN = "ckanext.lebak.custodian"
CUSTODIAN_NAME = "ckanext.lebak.custodian_name"
CUSTODIAN_EMAIL = "ckanext.lebak.custodian_email"
SUPERVISOR = "ckanext.lebak.supervisor"
SUPERVISOR_NAME = "ckanext.lebak.supervisor_name"
COORDINATOR = "ckanext.lebak.coordinator"
AREA = "ckanext.lebak.area"
CATALOG_LICENSE = "ckanext.lebak.catalog_license"
MAX_TABLE_ROWS = "ckanext.lebak.max_table_rows"


def custodian() -> str:
    """Name of the organization that is the walidata."""
    return tk.config[CUSTODIAN]


def custodian_name() -> str:
    """What a reader sees as the custodian."""
    return tk.config[CUSTODIAN_NAME]


def custodian_email() -> str:
    """Office e-mail of the walidata, empty for none."""
    return tk.config[CUSTODIAN_EMAIL] or ""


def supervisor() -> str:
    """Name of the organization that is the pembina data."""
    return tk.config[SUPERVISOR]


def supervisor_name() -> str:
    """What a reader of the feed sees as the supervisor."""
    return tk.config[SUPERVISOR_NAME]


def coordinator() -> str:
    """Name of the organization that coordinates the Forum Satu Data."""
    return tk.config[COORDINATOR]


def area() -> str:
    """Kemendagri code of the county, with dots."""
    return tk.config[AREA]


def catalog_license() -> str:
    """Code of the licence of the catalogue itself."""
    return tk.config[CATALOG_LICENSE]


def max_table_rows() -> int:
    """The most rows of a file that are loaded into the datastore."""
    return tk.config[MAX_TABLE_ROWS]

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
FEED_PAGE_SIZE = "ckanext.lebak.feed_page_size"
FEED_MAX_AGE = "ckanext.lebak.feed_max_age"
FEED_SNAPSHOT_HOURS = "ckanext.lebak.feed_snapshot_hours"
FEED_TOMBSTONE_DAYS = "ckanext.lebak.feed_tombstone_days"
FILE_READING_DAYS = "ckanext.lebak.file_reading_days"


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


def feed_page_size() -> int:
    """How many records a page of the feed has where the reader does not say."""
    return tk.config[FEED_PAGE_SIZE]


def feed_max_age() -> int:
    """For how many seconds a cache may give a page of the feed without asking."""
    return tk.config[FEED_MAX_AGE]


def feed_snapshot_hours() -> int:
    """For how many hours a crawl of the feed that has begun can go on."""
    return tk.config[FEED_SNAPSHOT_HOURS]


def feed_tombstone_days() -> int:
    """For how many days the feed says that a record is gone."""
    return tk.config[FEED_TOMBSTONE_DAYS]


def file_reading_days() -> int:
    """For how many days it is kept who took a file that is not open."""
    return tk.config[FILE_READING_DAYS]

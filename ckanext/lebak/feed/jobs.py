"""What the worker does for the feed."""

from __future__ import annotations

import logging

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model
from ckan.lib.redis import connect_to_redis

from ckanext.lebak.feed import checking, publishing, report, retention

log = logging.getLogger(__name__)

SECONDS = 3600
"""A rebuild of twenty thousand records takes a minute or two; what takes longer than this hangs."""


def asked() -> str:
    """The key in Redis that says that a publication was asked for and has not begun."""
    return f"lebak:feed:{tk.config['ckan.site_id']}"


def publish() -> None:
    """Publishes what was changed."""
    # First: what is changed from now on may come too late for this run.
    connect_to_redis().delete(asked())
    outcome = publishing.refresh(engine(), wait=True)
    log.info("Feed: %s", outcome)


def nightly() -> None:
    """Forgets what is old, and brings database, search index and feed to the same."""
    report.keep_totals(engine())  # first: it counts what is forgotten next
    retention.forget(engine())
    checking.check(engine(), repair=True)


def engine() -> sa.Engine:
    """The engine of CKAN's database."""
    if model.meta.engine is None:
        raise RuntimeError("CKAN has not been loaded")
    return model.meta.engine

"""What was changed is told to the worker, and that a night has passed.

The changes themselves are noted by the database (``lebak_feed_change``), whoever makes them. So nothing is lost when
nobody is told: the next reader of the feed, or the next change, has them published.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable
from functools import lru_cache

import ckan.plugins.toolkit as tk
from ckan.lib.redis import connect_to_redis
from redis.exceptions import RedisError

from ckanext.lebak.feed import jobs
from ckanext.lebak.profiles.terms import WIB

log = logging.getLogger(__name__)

CHANGING = (
    "package_create",
    "package_update",
    "package_delete",
    "dataset_purge",
    "bulk_update_private",
    "bulk_update_public",
    "bulk_update_delete",
    "organization_update",
    "organization_delete",
    "organization_purge",
    "group_update",
    "group_delete",
    "group_purge",
    "member_create",
    "member_delete",
    "tag_delete",
)
"""CKAN's actions after which a publication is due. Files are saved by ``package_update``."""

PUBLISH = "Publish what was changed"
CHECK = "Nightly check of the feed"
"""What the jobs are called in CKAN's list of jobs."""

_LOST = 300  # seconds after which a job that was asked for and never began is asked for again
_NIGHT = dt.timedelta(hours=1)  # after midnight


def tell() -> None:
    """Has the worker publish what was changed; once, however often this is asked before it begins."""
    try:
        _enqueue_once(jobs.publish, jobs.asked(), _LOST, PUBLISH)
    except RedisError:
        log.warning("The worker cannot be told of a change; the next reader of the feed gets it published")


def check_due() -> None:
    """Has the worker look over the feed, once a night. Costs nothing but the first time in a night."""
    try:
        _ask_for_check((dt.datetime.now(WIB) - _NIGHT).date().isoformat())
    except RedisError:
        log.warning("The worker cannot be asked for the nightly check of the feed")


@lru_cache(maxsize=1)
def _ask_for_check(night: str) -> None:
    _enqueue_once(jobs.nightly, f"{jobs.asked()}:check:{night}", 2 * 24 * 3600, CHECK)


def _enqueue_once(job: Callable[[], None], key: str, seconds: int, title: str) -> None:
    if connect_to_redis().set(key, 1, nx=True, ex=seconds):
        tk.enqueue_job(job, title=title, rq_kwargs={"timeout": jobs.SECONDS})

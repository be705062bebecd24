"""What was changed is told to the worker.

The changes themselves are noted by the database (``lebak_feed_change``), whoever makes them. So nothing is lost when
nobody is told: the next reader of the feed, or the next change, has them published.
"""

from __future__ import annotations

import logging

import ckan.plugins.toolkit as tk
from ckan.lib.redis import connect_to_redis
from redis.exceptions import RedisError

from ckanext.lebak.feed import jobs

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
"""What the job is called in CKAN's list of jobs."""

_LOST = 300  # seconds after which a job that was asked for and never began is asked for again


def tell() -> None:
    """Has the worker publish what was changed; once, however often this is asked before it begins."""
    try:
        if connect_to_redis().set(jobs.asked(), 1, nx=True, ex=_LOST):
            tk.enqueue_job(jobs.publish, title=PUBLISH, rq_kwargs={"timeout": jobs.SECONDS})
    except RedisError:
        log.warning("The worker cannot be told of a change; the next reader of the feed gets it published")

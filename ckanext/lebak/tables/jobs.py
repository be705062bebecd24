"""Checking files and loading tables in the background."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import ckan.plugins as p
import ckan.plugins.toolkit as tk
from redis.exceptions import RedisError

from ckanext.lebak.tables import scanning
from ckanext.lebak.tables.loading import JOB_SECONDS, load_table, needs_loading

log = logging.getLogger(__name__)

_BY_CALLER: ContextVar[bool] = ContextVar("tables_by_caller", default=False)


@contextmanager
def tables_by_caller() -> Iterator[None]:
    """Inside it saving enqueues nothing: the caller loads the tables of what it saves itself.

    Its files are checked when somebody hands them in.
    """
    before = _BY_CALLER.set(True)
    try:
        yield
    finally:
        _BY_CALLER.reset(before)


def enqueue_tables(dataset: Mapping[str, Any]) -> None:
    """Has those tables of a dataset loaded that are not what their files and descriptions say now.

    Args:
        dataset: As ``package_show`` gives it.
    """
    if _BY_CALLER.get() or not p.plugin_loaded("datastore"):
        return
    for resource in dataset.get("resources", []):
        if needs_loading(resource):
            enqueue_table(resource)


def enqueue_scans(dataset: Mapping[str, Any]) -> None:
    """Has those files of a dataset checked for personal data that were not checked as they are now.

    Args:
        dataset: As ``package_show`` gives it.
    """
    if _BY_CALLER.get():
        return
    for resource in dataset.get("resources", []):
        if scanning.needs_scanning(resource):
            title = f"Check of {resource.get('name') or resource['id']}"
            _enqueue(scan_job, [resource["id"]], {}, title, scanning.JOB_SECONDS)


def enqueue_table(resource: Mapping[str, Any], *, force: bool = False) -> None:
    """Has the table of a resource loaded.

    Args:
        resource: As ``resource_show`` gives it.
        force: Whether to load again what was tried already.
    """
    title = f"Table of {resource.get('name') or resource['id']}"
    _enqueue(load_table_job, [resource["id"]], {"force": force}, title, JOB_SECONDS)


def _enqueue(job: Callable[..., None], args: list[Any], kwargs: dict[str, Any], title: str, seconds: int) -> None:
    try:
        tk.enqueue_job(job, args, kwargs, title=title, rq_kwargs={"timeout": seconds})
    except RedisError:
        # What was saved is saved. A hand-in asks for both again, and waits for the check.
        log.warning("%s waits: the worker cannot be told of it", title)


def load_table_job(resource_id: str, *, force: bool = False) -> None:
    """The job: loads the table of a resource, if the resource is still there."""
    try:
        load_table(resource_id, force=force)
    except tk.ObjectNotFound:
        log.info("Resource %s was removed before its table was loaded", resource_id)


def scan_job(resource_id: str) -> None:
    """The job: checks the file of a resource for personal data, if the resource is still there."""
    try:
        scanning.ensure_scanned(scanning.stored_resource(resource_id))
    except tk.ObjectNotFound:
        log.info("Resource %s was removed before its file was checked", resource_id)

"""The work of a night: what the site does once a day by itself. Every room gives a job; the list is below.

The web asks the worker for it with the first request after midnight in the county's time, also when the site was down
at midnight. A job that fails is logged and does not stop the others; it is asked for again after an hour. While Redis
is down nothing is asked for, and nothing waits: it is asked for when Redis is back.
"""

from __future__ import annotations

import datetime as dt
import logging
import threading
import time
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.lib.redis import connect_to_redis
from flask import Flask
from redis.exceptions import RedisError

from ckanext.lebak.data_requests import reminders as request_reminders
from ckanext.lebak.feed import jobs as feed_jobs
from ckanext.lebak.language import FLASK, as_in_a_request
from ckanext.lebak.notices import digests, schedule
from ckanext.lebak.planning import reminders
from ckanext.lebak.profiles.terms import WIB
from ckanext.lebak.proposals import reminding
from ckanext.lebak.release import jobs as release_jobs
from ckanext.lebak.workbooks import importing

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

log = logging.getLogger(__name__)

JOBS: dict[str, Callable[[], object]] = {
    "withdrawals": release_jobs.reapply,
    "release": release_jobs.daily,
    "due": schedule.note_due,
    "proposals": reminding.remind,
    "promises": reminders.note_due,
    "requests": request_reminders.note_due,
    "feed": feed_jobs.nightly,
    "workbooks": importing.forget_old,
    "digests": digests.send,
}
"""In this order: what is withdrawn first, what is told last."""

TITLE = "The work of a night"
"""What the job is called in CKAN's list of jobs."""

_LOST = 3600  # seconds after which it is asked for again, unless it was all done
_DONE = 2 * 24 * 3600
_SECONDS = 3 * 3600  # what takes longer than this hangs
_LOOK = 60  # seconds between two looks of a process
_BEGINS = dt.timedelta(minutes=1)  # after midnight, so that clocks may differ


def run(names: Iterable[str] = JOBS) -> list[str]:
    """Does the work of a night now.

    Args:
        names: Which jobs of `JOBS`.

    Returns:
        Names of those that failed; the log says why.
    """
    failed = []
    for name in names:
        try:
            with as_in_a_request():
                JOBS[name]()
        except Exception:
            log.exception("The nightly job %s failed; it is tried again", name)
            failed.append(name)
        finally:
            model.Session.remove()
    return failed


def job() -> None:
    """The worker's job: what of this night's work is not done yet."""
    key = _key()
    redis = connect_to_redis()
    failed = run([name for name in JOBS if not redis.sismember(f"{key}:jobs", name)])
    finished = [name for name in JOBS if name not in failed]
    if finished:
        redis.sadd(f"{key}:jobs", *finished)
        redis.expire(f"{key}:jobs", _DONE)
    if not failed:
        redis.set(key, "done", ex=_DONE)


def ask() -> None:
    """Asks the worker for the work of this night, once."""
    try:
        if connect_to_redis().set(_key(), "asked", nx=True, ex=_LOST):
            tk.enqueue_job(job, title=TITLE, rq_kwargs={"timeout": _SECONDS})
    except RedisError:
        log.warning("The worker cannot be asked for the work of the night; it is asked again in a minute")


def _key() -> str:
    night = (dt.datetime.now(WIB) - _BEGINS).date().isoformat()
    return f"lebak:daily:{tk.config['ckan.site_id']}:{night}"


# --- the clock --------------------------------------------------------------------------------------------------------


class Nights:
    """A layer in front of the site that notices, with any request, that a night has come."""

    def __init__(self, application: Callable[..., Iterable[bytes]], flask: Flask) -> None:
        """Notes what is given.

        Args:
            application: The WSGI application behind it.
            flask: CKAN's Flask application.
        """
        self._application = application
        self._lock = threading.Lock()
        self._began = False
        self._next_look = 0.0
        FLASK[:] = [flask]

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Passes a request on. The first one of a process waits until withdrawals stand as they were made."""
        if not self._began:
            with self._lock:
                if not self._began:
                    run(["withdrawals"])
                    self._began = True
        now = time.monotonic()
        if now >= self._next_look:
            self._next_look = now + _LOOK
            ask()
        return self._application(environ, start_response)

"""The daily e-mail: one to each person, of what they have not read and were not mailed yet.

Through CKAN's mailer, which asks the plugins of ``INotifier`` first: another plugin can send it by another way. A mail
server that fails loses nothing: what was not sent is sent the next time.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import logging
import smtplib
import socket
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import CodeType
from urllib.parse import urlsplit

import ckan.plugins as p
import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model
from ckan.lib import mailer

from ckanext.lebak.notices import inbox, wording
from ckanext.lebak.notices.model import Notice
from ckanext.lebak.profiles.terms import WIB

log = logging.getLogger(__name__)

SECONDS = 20
"""A mail server that says nothing for so long is taken for failed; CKAN's mailer would wait for ever."""

MOST_FAILURES = 3
"""After so many people in a row whose e-mail failed the server is left alone until the next time."""

_YOUNG = dt.timedelta(days=30)  # what is older was read elsewhere, or nobody cares any more
_LOCK = 0x6C6562616B6D  # "lebakm"


class NotSent(Exception):
    """Some e-mails could not be sent. They wait for the next time."""


def send(now: dt.datetime | None = None) -> int:
    """Sends the e-mails of today to who did not get theirs yet. Commits person by person.

    Args:
        now: The present moment; without it, the clock's.

    Returns:
        How many were sent.

    Raises:
        NotSent: Some were not.
    """
    if not _has_a_way():
        return 0
    moment = now or dt.datetime.now(dt.timezone.utc)
    engine = model.Session.get_bind().engine
    with engine.begin() as connection:
        # Two runs at once would send the same twice. The lock ends with this transaction, whatever happens.
        if not connection.scalar(sa.select(sa.func.pg_try_advisory_xact_lock(_LOCK))):
            return 0
        return _send_all(moment)


def _has_a_way() -> bool:
    mail = tk.config.get("smtp.server") and tk.config.get("smtp.mail_from")
    return bool(mail) or any(True for _ in p.PluginImplementations(p.INotifier))


def _send_all(moment: dt.datetime) -> int:
    sent, failed, in_a_row = 0, 0, 0
    for user_id in _waiting(moment):
        outcome = _send_to(user_id, moment)
        if outcome is None:
            continue
        sent, failed = sent + outcome, failed + (not outcome)
        in_a_row = 0 if outcome else in_a_row + 1
        if in_a_row == MOST_FAILURES:
            break
    if failed:
        raise NotSent(f"{sent} e-mails were sent, {failed} were not; they are tried again the next time")
    return sent


def _waiting(moment: dt.datetime) -> list[str]:
    """Ids of the people who have something to be told, and were not mailed today."""
    midnight = dt.datetime.combine(moment.astimezone(WIB).date(), dt.time(), WIB)
    mailed = sa.select(Notice.user_id).where(Notice.mailed_at >= midnight)
    query = sa.select(Notice.user_id).where(*_untold(moment), Notice.user_id.not_in(mailed))
    return sorted(set(model.Session.scalars(query)))


def _untold(moment: dt.datetime) -> tuple[sa.ColumnElement[bool], ...]:
    return Notice.mailed_at.is_(None), Notice.read_at.is_(None), Notice.at > moment - _YOUNG


def _send_to(user_id: str, moment: dt.datetime) -> bool | None:
    """Sends one person theirs: whether it went out; None if there is nothing to send."""
    user = model.User.get(user_id)
    if user is None or user.state != model.State.ACTIVE or not user.email or not inbox.wants_digest(user):
        return None
    query = sa.select(Notice).where(Notice.user_id == user_id, *_untold(moment)).order_by(Notice.at, Notice.id)
    told = inbox.readable(user, model.Session.scalars(query))
    if not told:
        return None
    ids = [notice.id for notice, _ in told]
    error = _mail(user, told, moment)
    mailed_at = None if error else moment
    # No row was locked while the server was asked: who reads on meanwhile does not wait.
    result = {"mailed_at": mailed_at, "tries": Notice.tries + 1, "error": error}
    model.Session.execute(sa.update(Notice).where(Notice.id.in_(ids)).values(**result))
    model.Session.commit()
    return not error


def _mail(user: model.User, told: Sequence[inbox.Told], moment: dt.datetime) -> str:
    """Gives one e-mail to CKAN's mailer: the kind of error that it ended with, empty if it went out."""
    with wording.site_language():
        subject, body = wording.digest_subject(len(told)), wording.digest(user.display_name, told)
    headers = {"Message-ID": _message_id(user, moment), "Auto-Submitted": "auto-generated"}
    model.Session.commit()  # nothing is held open while a server is waited for
    try:
        with _at_most(SECONDS):
            mailer.mail_user(user, subject, body, headers=headers)
    except smtplib.SMTPException as error:
        return "" if _only_the_goodbye_failed(error) else _kind(error)
    except Exception as error:  # whatever a mailer or a plugin does, the next person gets theirs
        log.exception("The daily e-mail could not be sent")
        return _kind(error)
    return ""


def _message_id(user: model.User, moment: dt.datetime) -> str:
    """The same for every try of a day: a server that took the first and did not say so drops the second."""
    day = moment.astimezone(WIB).date()
    key = hashlib.sha256(f"{user.id} {day}".encode()).hexdigest()[:32]
    host = urlsplit(tk.config.get("ckan.site_url") or "").hostname or "localhost"
    return f"<lebak.{key}@{host}>"


@contextmanager
def _at_most(seconds: float) -> Iterator[None]:
    """Has sockets that are opened inside give up; CKAN's mailer says no time itself. For a process of its own."""
    before = socket.getdefaulttimeout()
    socket.setdefaulttimeout(seconds)
    try:
        yield
    finally:
        socket.setdefaulttimeout(before)


def _only_the_goodbye_failed(error: BaseException) -> bool:
    """CKAN's mailer says QUIT whether or not it sent. An error of that alone comes after a mail that was taken."""
    passed = _functions(error)
    if mailer._mail_recipient.__code__ not in passed or smtplib.SMTP.quit.__code__ not in passed:
        return False
    before = error.__context__
    while before is not None:
        if mailer._mail_recipient.__code__ in _functions(before):
            return False
        before = before.__context__
    return True


def _functions(error: BaseException) -> list[CodeType]:
    return [frame.f_code for frame, _line in traceback.walk_tb(error.__traceback__)]


def _kind(error: BaseException) -> str:
    """The names of an error and of what it came from; its text may hold an address."""
    names = []
    cause: BaseException | None = error
    while cause is not None and len(names) < 3:  # noqa: PLR2004
        names.append(type(cause).__name__)
        cause = cause.__context__
    return " < ".join(names)

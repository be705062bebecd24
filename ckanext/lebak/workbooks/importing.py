"""An upload of workbooks: checked, shown to who sent it, and written. What becomes of each form, `records` knows."""

from __future__ import annotations

import datetime as dt
import logging
import time
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import PurePath
from typing import Any

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model
from redis.exceptions import RedisError

from ckanext.lebak.files import content
from ckanext.lebak.files.uploads import is_upload, look_at
from ckanext.lebak.language import as_in_a_request
from ckanext.lebak.tables.problem import N_, TableError
from ckanext.lebak.workbooks import bundle, records
from ckanext.lebak.workbooks.model import AT_WORK, CHECKED, CHECKING, REFUSED, WRITING, WRITTEN, WorkbookUpload
from ckanext.lebak.workbooks.reading import read

log = logging.getLogger(__name__)

MOST_SENT = 50
"""Megabytes of an upload: a thousand activities, zipped, have fourteen."""
AT_ONCE = 5
"""Workbooks that are read or written while the sender waits; more is done in the background."""
RECORDS_AT_ONCE = 20
"""As `AT_ONCE`, of records: one workbook may hold thousands of indicators."""
BYTES_AT_ONCE = 2 * 2**20
"""As `AT_ONCE`, of the file: its records are counted only below that, since counting unpacks it."""
JOB_SECONDS = 3600
_SAVE_SECONDS = 2  # between two looks of the page that waits there is news enough
_SAVE_SHARE = 20  # and of so many seconds at most one goes into saving a report that grows
KEPT_DAYS = 30
"""How long an upload and what was found in it can be looked at."""


def send(upload: Any, organization_id: str, actor: str) -> WorkbookUpload:
    """Keeps an upload, and has it checked.

    Args:
        upload: As a form or the API sends it.
        organization_id: Id of the office.
        actor: Name of the account.

    Raises:
        ValidationError: Nothing was sent, or no such file is taken.
    """
    if not is_upload(upload):
        raise tk.ValidationError({"upload": [tk._("Choose the file first.")]})
    name = PurePath((upload.filename or "").replace("\\", "/")).name
    if not name.lower().endswith((bundle.END, ".zip")):
        raise tk.ValidationError({"upload": [tk._("Send a workbook (XLSX), or a ZIP file of workbooks.")]})
    look_at(upload, limit=MOST_SENT)
    try:
        number = bundle.count(upload.stream)
    except TableError as error:
        raise tk.ValidationError({"upload": [error.sentence(tk._)]}) from error
    size = upload.stream.seek(0, 2)
    many = number > AT_ONCE or size > BYTES_AT_ONCE or bundle.has_many(upload.stream, RECORDS_AT_ONCE)
    upload.stream.seek(0)
    digest = content.keep(upload.stream)
    made = WorkbookUpload(name=name, digest=digest, organization_id=organization_id, sent_by=actor, number=number)
    model.Session.add(made)
    model.repo.commit()
    _do(made, check, "Check", many=many)
    return made


def write_all(found: WorkbookUpload) -> None:
    """Has the records of a checked upload written that have no problem.

    Raises:
        ValidationError: It is not checked, or was written already.
    """
    # One at a time: a button that is pressed twice writes once.
    model.Session.refresh(found, with_for_update=True)
    if found.state != CHECKED:
        raise tk.ValidationError({"id": [tk._("This file is being checked, or was written already.")]})
    many = found.number > AT_ONCE or len(found.report) > RECORDS_AT_ONCE
    found.state, found.done, found.changed_at = WRITING, 0, _now()
    model.repo.commit()
    _do(found, write, "Records", many=many)


def get(upload_id: str) -> WorkbookUpload:
    """An upload by its id.

    Raises:
        ObjectNotFound: There is none.
    """
    found = model.Session.get(WorkbookUpload, upload_id)
    if found is None:
        raise tk.ObjectNotFound(tk._("There is no such file."))
    return found


def look_after(found: WorkbookUpload) -> None:
    """Says of an upload that nobody is at work with it any more, where that is so: its worker was killed, or is gone.

    What was written until then stays, and stands in the report.
    """
    if found.state not in AT_WORK or _now() - found.changed_at < dt.timedelta(seconds=JOB_SECONDS):
        return
    # Two readers at once, or the job that ends after all: who has the row first.
    model.Session.refresh(found, with_for_update=True)
    if found.state in AT_WORK and _now() - found.changed_at >= dt.timedelta(seconds=JOB_SECONDS):
        log.error("nobody has been at work with upload %s since %s", found.id, found.changed_at)
        found.state, found.refusal = _given_up(found.state), tk._(_STOPPED[found.state])
    model.repo.commit()


def sent_by(actor: str, limit: int = 10) -> list[WorkbookUpload]:
    """The last uploads of a person."""
    query = sa.select(WorkbookUpload).where(WorkbookUpload.sent_by == actor)
    return list(model.Session.scalars(query.order_by(WorkbookUpload.sent_at.desc()).limit(limit)))


def refers_to(digest: str) -> bool:
    """Whether an upload has this content: it is kept as long (``content.KEEPERS``)."""
    query = sa.select(WorkbookUpload.id).where(WorkbookUpload.digest == digest).limit(1)
    return model.Session.scalar(query) is not None


def forget_old() -> int:
    """Forgets uploads that were sent more than `KEPT_DAYS` ago, with their files; returns how many."""
    before = _now() - dt.timedelta(days=KEPT_DAYS)
    query = sa.select(WorkbookUpload).where(WorkbookUpload.sent_at < before)
    found = list(model.Session.scalars(query))
    digests = {each.digest for each in found}
    for each in found:
        model.Session.delete(each)
    model.Session.flush()
    for digest in digests:
        content.erase(digest)
    model.repo.commit()
    return len(found)


def _do(found: WorkbookUpload, job: Any, title: str, *, many: bool) -> None:
    if not many:
        job(found.id)
        return
    try:
        tk.enqueue_job(job, [found.id], title=f"{title} of {found.name}", rq_kwargs={"timeout": JOB_SECONDS})
    except RedisError as error:
        found.state = CHECKED if found.state == WRITING else REFUSED
        found.refusal = told = tk._("The background work of the catalog does not answer. Send the file again later.")
        model.repo.commit()
        raise tk.ValidationError({"upload": [told]}) from error


def _now() -> dt.datetime:
    return dt.datetime.now(dt.timezone.utc)


# --- checking and writing ---------------------------------------------------------------------------------------------


_STOPPED = {
    CHECKING: N_(
        "The catalog could not look at the whole file. Send it again; if this comes again, tell the walidata."
    ),
    WRITING: N_(
        "Writing stopped before the end. What was written stands below; send the file again for the others: what is "
        "there already is changed, not doubled."
    ),
}
"""What the sender is told where the work broke off."""


def check(upload_id: str) -> None:
    """The job: reads an upload and notes what was understood; nothing is written."""
    _each(upload_id, CHECKING, CHECKED, records.checked)


def write(upload_id: str) -> None:
    """The job: writes the records of an upload that have no problem."""
    _each(upload_id, WRITING, WRITTEN, records.written)


def _given_up(state: str) -> str:
    return WRITTEN if state == WRITING else REFUSED


def _each(upload_id: str, before: str, after: str, look: records.Look) -> None:
    with as_in_a_request():
        found = get(upload_id)
        if found.state != before:
            return  # it was given up meanwhile (`look_after`)
        report: list[dict[str, Any]] = []
        try:
            _look_at_all(found, look, report)
            refusal = ""
        except Exception as error:  # whatever it is: the page of the sender waits for an end
            model.Session.rollback()
            refusal = _why(error, before)
            known = isinstance(error, TableError | FileNotFoundError)
            log.warning("upload %s broke off: %s", upload_id, error, exc_info=not known)
            found = get(upload_id)
        found.state = _given_up(before) if refusal else after
        found.refusal = refusal
        _save(found, report)


def _look_at_all(found: WorkbookUpload, look: records.Look, report: list[dict[str, Any]]) -> None:
    seen = records.Seen()
    next_save = time.monotonic() + _SAVE_SECONDS
    with content.reading(found.digest) as stream:
        for number, part in enumerate(bundle.parts(stream, found.name), 1):
            for item in _of_workbook(found, part, look, seen):
                report.append(asdict(item))
                if (began := time.monotonic()) > next_save:
                    _save(found, report)
                    ended = time.monotonic()
                    next_save = ended + max(_SAVE_SECONDS, _SAVE_SHARE * (ended - began))
            found.done = number
            model.repo.commit()
            # What a record leaves in the session is not needed for the next one.
            model.Session.expire_all()


def _save(found: WorkbookUpload, report: list[dict[str, Any]]) -> None:
    found.report, found.changed_at = list(report), _now()
    model.repo.commit()


def _why(error: Exception, state: str) -> str:
    if isinstance(error, TableError):
        return error.sentence(tk._)
    if isinstance(error, FileNotFoundError):
        return tk._("The file is not there any more. Send it again.")
    return tk._(_STOPPED[state])


def _of_workbook(
    found: WorkbookUpload, part: bundle.Part, look: records.Look, seen: records.Seen
) -> Iterator[records.Item]:
    try:
        forms = read(part.stream)
    except TableError as error:
        yield records.Item(part.name, problems=[records.problem(error.sentence(tk._))])
        return
    if not forms:
        yield records.Item(part.name, problems=[records.problem(tk._("The workbook holds no answers."))])
    for understood in forms:
        yield look(found, part.name, understood, seen)

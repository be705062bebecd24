"""An upload of workbooks: checked, shown to who sent it, and written. What becomes of each form, `records` knows."""

from __future__ import annotations

import datetime as dt
import logging
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
from ckanext.lebak.tables.problem import TableError
from ckanext.lebak.workbooks import bundle, records
from ckanext.lebak.workbooks.model import CHECKED, REFUSED, WRITING, WRITTEN, WorkbookUpload
from ckanext.lebak.workbooks.reading import read
from ckanext.lebak.workbooks.records import Item

log = logging.getLogger(__name__)

AT_ONCE = 5
"""Workbooks that are read or written while the sender waits; more is done in the background."""
JOB_SECONDS = 3600
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
    look_at(upload)
    try:
        number = bundle.count(upload.stream)
    except TableError as error:
        raise tk.ValidationError({"upload": [error.sentence(tk._)]}) from error
    upload.stream.seek(0)
    digest = content.keep(upload.stream)
    made = WorkbookUpload(name=name, digest=digest, organization_id=organization_id, sent_by=actor, number=number)
    model.Session.add(made)
    model.repo.commit()
    _do(made, check, "Check")
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
    found.state, found.done = WRITING, 0
    model.repo.commit()
    _do(found, write, "Records")


def get(upload_id: str) -> WorkbookUpload:
    """An upload by its id.

    Raises:
        ObjectNotFound: There is none.
    """
    found = model.Session.get(WorkbookUpload, upload_id)
    if found is None:
        raise tk.ObjectNotFound(tk._("There is no such file."))
    return found


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
    before = dt.datetime.now(dt.timezone.utc) - dt.timedelta(days=KEPT_DAYS)
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


def _do(found: WorkbookUpload, job: Any, title: str) -> None:
    if found.number <= AT_ONCE:
        job(found.id)
        return
    try:
        tk.enqueue_job(job, [found.id], title=f"{title} of {found.name}", rq_kwargs={"timeout": JOB_SECONDS})
    except RedisError as error:
        found.state = CHECKED if found.state == WRITING else REFUSED
        found.refusal = told = tk._("The background work of the catalog does not answer. Send the file again later.")
        model.repo.commit()
        raise tk.ValidationError({"upload": [told]}) from error


# --- checking and writing ---------------------------------------------------------------------------------------------


def check(upload_id: str) -> None:
    """The job: reads an upload and notes what was understood; nothing is written."""
    _each(upload_id, CHECKED, records.checked)


def write(upload_id: str) -> None:
    """The job: writes the records of an upload that have no problem."""
    _each(upload_id, WRITTEN, records.written)


def _each(upload_id: str, after: str, look: Any) -> None:
    with as_in_a_request():
        found = get(upload_id)
        report: list[Item] = []
        try:
            with content.reading(found.digest) as stream:
                for number, part in enumerate(bundle.parts(stream, found.name), 1):
                    report += _of_workbook(found, part, look)
                    found.done = number
                    model.repo.commit()
                    # What a record leaves in the session is not needed for the next one.
                    model.Session.expire_all()
        except (TableError, FileNotFoundError) as error:
            log.warning("upload %s cannot be read: %s", upload_id, error)
            found.state = REFUSED
            gone = tk._("The file is not there any more. Send it again.")
            found.refusal = error.sentence(tk._) if isinstance(error, TableError) else gone
        else:
            found.state = after
        found.report = [asdict(item) for item in report]
        model.repo.commit()


def _of_workbook(found: WorkbookUpload, part: bundle.Part, look: Any) -> Iterator[Item]:
    try:
        forms = read(part.stream)
    except TableError as error:
        yield Item(part.name, problems=[records.problem(error.sentence(tk._))])
        return
    if not forms:
        yield Item(part.name, problems=[records.problem(tk._("The workbook holds no answers."))])
    for understood in forms:
        yield look(found, part.name, understood)

"""The register of withdrawals: a file beside the database, appended to and never changed.

A backup of the database brings back what was withdrawn after it was made. The register lies with the files
(``ckan.storage_path``), so it says what must not be public again. It holds ids, times and digests: no reason, no name
of a person, no title.
"""

from __future__ import annotations

import datetime as dt
import fcntl
import json
import logging
import os
from dataclasses import dataclass
from pathlib import Path

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model

from ckanext.lebak.release.model import Release, Workflow
from ckanext.lebak.release.rules import APPROVED
from ckanext.lebak.release.rules import WITHDRAWN as GONE

log = logging.getLogger(__name__)

FILE = "lebak-withdrawals.jsonl"
WITHDRAWN = "withdrawn"
RELEASED = "released"


@dataclass(frozen=True)
class Word:
    """A line of the register.

    Attributes:
        act: `WITHDRAWN`, or `RELEASED` for what was released again after that.
        package_id: The record.
        at: When.
        content: SHA-256 of its content (``content.digest``), empty if it is not known.
    """

    act: str
    package_id: str
    at: dt.datetime
    content: str


def path() -> Path | None:
    """Where the register lies; None where the site keeps no files."""
    folder = tk.config.get("ckan.storage_path")
    return Path(folder) / FILE if folder else None


def words() -> dict[str, list[Word]]:
    """The register by record, the oldest word first. A line that is not whole is left out, and the log says so."""
    file = path()
    found: dict[str, list[Word]] = {}
    if file is None or not file.exists():
        return found
    for number, line in enumerate(file.read_text(encoding="utf-8", errors="replace").splitlines(), start=1):
        if not line.strip():
            continue
        try:
            said = json.loads(line)
            word = Word(said["act"], said["id"], dt.datetime.fromisoformat(said["at"]), said["content"])
        except (ValueError, KeyError, TypeError):
            log.warning("Line %d of %s cannot be read", number, file)
            continue
        found.setdefault(word.package_id, []).append(word)
    return {id_: sorted(said, key=lambda word: word.at) for id_, said in found.items()}


def note(act: str, package_id: str, content: str | None, at: dt.datetime | None = None) -> None:
    """Adds a word, after the move was committed. If the disk refuses, the log says so and `complete` adds it later.

    Args:
        act: `WITHDRAWN` or `RELEASED`.
        package_id: Id of the record.
        content: Its digest.
        at: When; without it, now.
    """
    moment = at or dt.datetime.now(dt.timezone.utc)
    line = json.dumps({"act": act, "id": package_id, "at": moment.isoformat(), "content": content or ""})
    file = path()
    if file is None:
        log.error("ckan.storage_path is not set: a backup would bring back what was withdrawn (%s)", package_id)
        return
    try:
        _append(file, line)
    except OSError:
        log.exception("The register of withdrawals cannot be written (%s)", package_id)


def note_release(package_id: str, content: str) -> None:
    """Adds that a record was released, if it stands in the register: what is withdrawn may come back that way."""
    if package_id in words():
        note(RELEASED, package_id, content)


def complete() -> None:
    """Adds what the database knows and the register does not: a move after which the disk failed, an override."""
    known = words()
    query = sa.select(Workflow.package_id, Workflow.content, Workflow.since).where(Workflow.status == GONE)
    for package_id, content, since in model.Session.execute(query):
        if all(word.at < since for word in known.get(package_id, [])):
            note(WITHDRAWN, package_id, content, at=since)


def brought_back() -> list[Word]:
    """What is public though it was withdrawn: a backup from before brought it back. Older releases are marked here.

    A record counts as released again where the register or the database says so, later than the withdrawal and with the
    content that it has now.

    Returns:
        For each such record the withdrawal that it came back from.
    """
    register = words()
    query = sa.select(Workflow.package_id, Workflow.content).where(
        Workflow.package_id.in_(list(register)), Workflow.status == APPROVED
    )
    found = []
    for package_id, content in model.Session.execute(query).all():
        word = _forbids(register[package_id], content)
        if word is not None and not _released_since(word, content):
            found.append(word)
    for package_id, said in register.items():
        last = max((word.at for word in said if word.act == WITHDRAWN), default=None)
        if last is not None:
            _mark_releases(package_id, last)
    model.Session.commit()
    return found


def _forbids(said: list[Word], content: str | None) -> Word | None:
    """The withdrawal that keeps a record from being public with this content; None if there is none."""
    if said[-1].act == WITHDRAWN:
        return said[-1]
    of_content = [word for word in said if word.content and word.content == content]
    return of_content[-1] if of_content and of_content[-1].act == WITHDRAWN else None


def _released_since(word: Word, content: str | None) -> bool:
    later = sa.select(Release.id).where(
        Release.package_id == word.package_id, Release.at > word.at, Release.content == content
    )
    return model.Session.scalar(later.limit(1)) is not None


def _mark_releases(package_id: str, withdrawn: dt.datetime) -> None:
    old = (Release.package_id == package_id, Release.at <= withdrawn, Release.withdrawn_at.is_(None))
    model.Session.execute(sa.update(Release).where(*old).values(withdrawn_at=withdrawn))


def _append(file: Path, line: str) -> None:
    """Writes a line and has the disk keep it, also after a line that was cut off."""
    file.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(file, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o640)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        size = os.fstat(handle).st_size
        whole = size == 0 or os.pread(handle, 1, size - 1) == b"\n"
        os.write(handle, f"{'' if whole else chr(10)}{line}\n".encode())
        os.fsync(handle)
    finally:
        os.close(handle)
    folder = os.open(file.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)

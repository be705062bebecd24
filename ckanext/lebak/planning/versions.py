"""The list as the Forum agrees on it: version n is frozen with number, date and signed document."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model
from sqlalchemy.dialects.postgresql import JSONB

from ckanext.lebak import audit
from ckanext.lebak.planning import entry, fulfilment, promises, public, rounds
from ckanext.lebak.planning.minutes import Minutes
from ckanext.lebak.planning.model import ListDocument, ListVersion
from ckanext.lebak.profiles.terms import WIB

MOST_BYTES = 10 * 2**20
"""Of a signed document: a scan of some tens of pages."""
_PDF = b"%PDF-"
_LONGEST_LETTER = 200
_LONGEST_NOTE = 5000

Entry = dict[str, Any]


class Document(NamedTuple):
    """A file as it was uploaded."""

    name: str
    content: bytes


def proposal(year: int) -> list[Entry]:
    """What the Forum would agree on now: all that was handed in, by office and title."""
    handed_in = promises.handed_in(year)
    offices = {promise.organization_id for promise in handed_in}
    query = sa.select(model.Group.id, model.Group.name, model.Group.title).where(model.Group.id.in_(offices))
    told = {row.id: (row.name, row.title or row.name) for row in model.Session.execute(query)}
    entries = []
    for promise in handed_in:
        name, title = told.get(promise.organization_id, ("", ""))
        head = {
            "promise_id": promise.id,
            "organization_id": promise.organization_id,
            "organization_name": name,
            "organization": title,
        }
        entries.append({**head, **(promise.handed_in or {})})
    return sorted(entries, key=lambda one: (one["organization"], one["title"].casefold(), one["promise_id"]))


def digest(entries: Sequence[Entry]) -> str:
    """SHA-256 of entries, the same before and after they were agreed on. Pure."""
    text = json.dumps(entries, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def of_year(year: int) -> list[ListVersion]:
    """The versions of a year, the newest first."""
    query = sa.select(ListVersion).where(ListVersion.year == year).order_by(ListVersion.number.desc())
    return list(model.Session.scalars(query))


def years() -> list[int]:
    """The years of which a version was agreed, the newest first."""
    return list(model.Session.scalars(sa.select(ListVersion.year).distinct().order_by(ListVersion.year.desc())))


def get(year: int, number: int | None = None) -> ListVersion:
    """A version of a year; without a number, the last.

    Raises:
        ObjectNotFound: There is none.
    """
    query = sa.select(ListVersion).where(ListVersion.year == year)
    if number is not None:
        query = query.where(ListVersion.number == number)
    found = model.Session.scalar(query.order_by(ListVersion.number.desc()).limit(1))
    if found is None:
        raise tk.ObjectNotFound(tk._("No such list was agreed on."))
    return found


def agree(
    year: int,
    actor: str,
    *,
    agreed_on: dt.date,
    letter: str,
    document: Document | None,
    seen: str,
    note: str = "",
) -> ListVersion:
    """Freezes what was handed in as the next version of the year, in the caller's transaction.

    Args:
        year: Of the round, which must be closed.
        actor: Name of the account.
        agreed_on: The day of the agreement.
        letter: Number of the Berita Acara.
        document: The signed one.
        seen: The digest of what was signed, as the printed annex and the page of the coordinator say it.
        note: What the Forum decided beside it.

    Raises:
        ValidationError: Something is missing, or what was handed in is not what was signed.
    """
    rounds.get(year)
    locked = model.Session.get_one(rounds.Round, year, with_for_update=True, populate_existing=True)
    errors: dict[str, list[str]] = {}
    if locked.closed_at is None:
        errors["year"] = [tk._("Close the round first, so that nothing changes while it is agreed on.")]
    if agreed_on > dt.datetime.now(WIB).date():
        errors["agreed_on"] = [tk._("This day is still to come. Write the day of the meeting.")]
    if not letter.strip() or len(letter) > _LONGEST_LETTER:
        errors["letter"] = [tk._("Write the number of the Berita Acara, in at most 200 characters.")]
    if len(note) > _LONGEST_NOTE:
        errors["note"] = [tk._("Write at most {count} characters.").format(count=_LONGEST_NOTE)]
    if document is None:
        errors["document"] = [tk._("Choose the signed document, a PDF.")]
    elif problem := problem_of(document):
        errors["document"] = [problem]
    entries = proposal(year)
    made, before = digest(entries), next(iter(of_year(year)), None)
    if not entries:
        errors["year"] = [tk._("No office has handed in a promise yet.")]
    elif before is not None and before.digest == made:
        sentence = tk._("Nothing has changed since version {number}.")
        errors["year"] = [sentence.format(number=before.number)]
    elif seen != made:
        errors["seen"] = [tk._("What was handed in changed since this page was opened. Print it and sign it anew.")]
    if errors or document is None:
        raise tk.ValidationError({**errors})
    version = ListVersion(
        year=year,
        number=(before.number if before else 0) + 1,
        agreed_on=agreed_on,
        letter=letter.strip(),
        note=note.strip(),
        entries=entries,
        digest=made,
        made_by=actor,
    )
    model.Session.add(version)
    model.Session.flush()
    add_document(version, document, actor)
    audit.note(actor, "list.agree", details={"year": year, "number": version.number}, content=made)
    return version


# --- signed documents -------------------------------------------------------------------------------------------------


def problem_of(document: Document) -> str:
    """What is wrong with an uploaded document, in words; empty if nothing is."""
    if len(document.content) > MOST_BYTES:
        return tk._("The file is larger than {size} MB. Scan it with fewer dots per inch.").format(
            size=MOST_BYTES // 2**20
        )
    return "" if document.content.startswith(_PDF) else tk._("This is no PDF. Scan the signed document as PDF.")


def add_document(
    version: ListVersion, document: Document, actor: str, organization_id: str | None = None
) -> ListDocument:
    """Adds a signed document to a version; none is ever replaced.

    Args:
        version: The version.
        document: The file.
        actor: Name of the account.
        organization_id: Whose Berita Acara it is; None for the one of the whole Forum.

    Raises:
        ValidationError: It is no PDF, or the office promises nothing in this version.
    """
    if problem := problem_of(document):
        raise tk.ValidationError({"document": [problem]})
    if organization_id and organization_id not in {one["organization_id"] for one in version.entries}:
        raise tk.ValidationError({"organization": [tk._("This office promises nothing in this version.")]})
    stored = ListDocument(
        version_id=version.id,
        organization_id=organization_id,
        name=document.name[-_LONGEST_LETTER:] or "berita-acara.pdf",
        size=len(document.content),
        digest=hashlib.sha256(document.content).hexdigest(),
        content=document.content,
        uploaded_by=actor,
    )
    model.Session.add(stored)
    model.Session.flush()
    details = {"version": version.id, "document": stored.id}
    audit.note(actor, "list.document", organization_id=organization_id, content=stored.digest, details=details)
    return stored


def documents(version_ids: Iterable[str]) -> list[ListDocument]:
    """The signed documents of versions, without their content, in the order of upload."""
    query = sa.select(ListDocument).where(ListDocument.version_id.in_(list(version_ids)))
    return list(model.Session.scalars(query.order_by(ListDocument.uploaded_at)))


def printed(year: int, number: int | None, organization_id: str | None) -> Minutes:
    """The Berita Acara of an office, or of all of them, to be printed.

    Args:
        year: Of the list.
        number: Of the version; None for what was handed in, as it would be agreed on now.
        organization_id: The office; None for all of them.

    Raises:
        ObjectNotFound: There is no such version, or the office promises nothing in it.
    """
    version = get(year, number) if number is not None else None
    entries = version.entries if version else proposal(year)
    told = digest(entries)
    mine = [one for one in entries if organization_id in (None, one["organization_id"])]
    if not mine:
        raise tk.ObjectNotFound(tk._("This office promises nothing in this version."))
    office = mine[0]["organization"] if organization_id else ""
    if version:
        return Minutes(year, version.number, told, mine, office, version.letter, version.agreed_on)
    before = next(iter(of_year(year)), None)
    return Minutes(year, (before.number if before else 0) + 1, told, mine, office)


# --- read -------------------------------------------------------------------------------------------------------------


def public_list(version: ListVersion, today: dt.date | None = None) -> list[dict[str, Any]]:
    """What everybody may read of a version: each entry by ``public.view``, in the order of the version.

    Args:
        version: The version.
        today: In the county's time; without it, today.
    """
    day = today or dt.datetime.now(WIB).date()
    found = fulfilment.kept({one["promise_id"]: one["period"] for one in version.entries})
    first = {} if version.number == 1 else _first_promised(version)
    nothing = fulfilment.Kept()
    return [
        public.view(one, found.get(one["promise_id"], nothing), day, first.get(one["promise_id"], ""))
        for one in version.entries
    ]


def _first_promised(version: ListVersion) -> dict[str, str]:
    """The day that the first version with a promise said, by id of the promise."""
    entries = sa.func.jsonb_array_elements(ListVersion.entries).table_valued(sa.column("value", JSONB))
    promise, day = (entries.c.value[key].astext for key in ("promise_id", "jadwal_rilis"))
    query = sa.select(promise, day).select_from(sa.join(ListVersion, entries, sa.true())).distinct(promise)
    query = query.where(ListVersion.year == version.year, ListVersion.number <= version.number)
    query = query.order_by(promise, ListVersion.number)
    return {row[0]: row[1] for row in model.Session.execute(query)}


class Change(NamedTuple):
    """How an entry differs between two lists: ``added``, ``changed`` or ``dropped``, with the keys that changed."""

    kind: str
    entry: Mapping[str, Any]
    keys: tuple[str, ...] = ()


def changes(before: Iterable[Entry], after: Iterable[Entry]) -> list[Change]:
    """What a list says otherwise than the one before. Pure.

    Args:
        before: The entries of the version before.
        after: Those of the version after, or of the proposal.
    """
    old, found = {one["promise_id"]: one for one in before}, []
    for one in after:
        earlier = old.pop(one["promise_id"], None)
        if earlier is None:
            found.append(Change("added", one))
            continue
        compared = (*entry.KEYS, entry.NATIONAL_PRIORITY)
        keys = tuple(key for key in compared if one.get(key) != earlier.get(key))
        if keys:
            found.append(Change("changed", one, keys))
    return [*found, *(Change("dropped", one) for one in old.values())]

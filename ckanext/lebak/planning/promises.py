"""The promises of an office: written, handed in, consented to by its head. All in the caller's transaction."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model
from sqlalchemy.exc import InvalidRequestError

from ckanext.lebak import audit
from ckanext.lebak.planning import entry, reminders, rounds
from ckanext.lebak.planning.lookups import Records
from ckanext.lebak.planning.model import CONSENT, DRAFT, HANDED_IN, ListVersion, Promise, now
from ckanext.lebak.release.people import consent_asked

MOST = 1000
"""Promises of one office in one year; more are a mistake."""
_RECORDS = {field.key for field in entry.FIELDS if field.kind == entry.RECORD}


class Rolled(NamedTuple):
    """What became of last year's promises.

    Attributes:
        taken: How many were taken over, as drafts.
        left: Titles of those that could not be: something in them holds no more.
    """

    taken: int
    left: list[str]


def hold(year: int, organization_id: str) -> None:
    """Has whoever writes promises of the same office and year wait until the caller's transaction ends.

    What is compared with all promises of the office, or handed in as a whole, would else be written twice or lost.

    Args:
        year: Of the round.
        organization_id: The office.
    """
    key = sa.func.hashtextextended(f"lebak promises {year} {organization_id}", 0)
    model.Session.execute(sa.select(sa.func.pg_advisory_xact_lock(key)))


def _held(promise: Promise) -> None:
    """Holds the promises of its office, and reads the promise as it is now."""
    hold(promise.year, promise.organization_id)
    try:
        model.Session.refresh(promise)
    except InvalidRequestError:  # somebody took it back meanwhile
        raise tk.ObjectNotFound(tk._("There is no such promise.")) from None


def of_office(year: int, organization_id: str) -> list[Promise]:
    """The promises of an office in a year, by title; those that were taken back and are gone are left out."""
    query = sa.select(Promise).where(
        Promise.year == year,
        Promise.organization_id == organization_id,
        sa.or_(Promise.state != HANDED_IN, Promise.handed_in.is_not(None)),
    )
    # As the database has them now: what this session read before may have been changed by others since.
    found = model.Session.scalars(query, execution_options={"populate_existing": True})
    return sorted(found, key=lambda promise: (promise.said["title"].casefold(), promise.id))


def handed_in(year: int) -> list[Promise]:
    """What all offices have handed in for a year, by office and title as it was handed in."""
    query = sa.select(Promise).where(Promise.year == year, Promise.handed_in.is_not(None))
    found = model.Session.scalars(query)
    return sorted(found, key=lambda promise: (promise.organization_id, _told(promise)["title"].casefold(), promise.id))


def _told(promise: Promise) -> entry.Said:
    return promise.handed_in or promise.said


def get(promise_id: str) -> Promise:
    """A promise by its id.

    Raises:
        ObjectNotFound: There is none.
    """
    found = model.Session.get(Promise, promise_id)
    if found is None:
        raise tk.ObjectNotFound(tk._("There is no such promise."))
    return found


def agreed_ids(year: int) -> set[str]:
    """Ids of the promises that the last agreed version of a year holds."""
    query = sa.select(ListVersion.entries).where(ListVersion.year == year).order_by(ListVersion.number.desc()).limit(1)
    return {one["promise_id"] for one in model.Session.scalar(query) or ()}


# --- what the office says ---------------------------------------------------------------------------------------------


def save(
    year: int, organization_id: str, given: Mapping[str, Any], actor: str, *, promise: Promise | None = None
) -> Promise:
    """Writes a promise, or changes one. A change counts when it is handed in.

    Args:
        year: Of the round, which must be open.
        organization_id: The office.
        given: By key of ``entry.FIELDS``.
        actor: Name of the account.
        promise: The one to change; None for a new one.

    Raises:
        ValidationError: Something of it cannot be, by field.
        ObjectNotFound: The promise was taken back meanwhile.
    """
    rounds.held_open(year)
    if promise is None:
        hold(year, organization_id)
    else:
        _held(promise)
    present = of_office(year, organization_id)
    agreed = promise is not None and promise.id in agreed_ids(year)
    reading = entry.read(given, year, Records(organization_id), agreed=agreed)
    errors = reading.errors
    others = [one for one in present if promise is None or one.id != promise.id]
    if not errors and entry.same(reading.said) in {entry.same(one.said) for one in others if not one.dropped}:
        errors["period"] = [tk._("Your office promises this data for this period already. Change that promise.")]
    if promise is None and len(present) >= MOST:
        errors["title"] = [tk._("An office has at most {number} promises in a year.").format(number=MOST)]
    if errors:
        raise tk.ValidationError({**errors})
    return write(year, organization_id, reading.said, actor, promise=promise)


def write(year: int, organization_id: str, said: entry.Said, actor: str, *, promise: Promise | None = None) -> Promise:
    """Keeps what ``entry.read`` gave, checked by the caller (`save`, ``spreadsheet``).

    Args:
        year: Of the round.
        organization_id: The office.
        said: What the promise says now.
        actor: Name of the account.
        promise: The one to change; None for a new one.
    """
    if promise is None:
        promise = Promise(year=year, organization_id=organization_id, said={}, changed_by=actor)
        model.Session.add(promise)
    # Whether it is national priority data was said by others, and stays.
    kept = promise.said.get(entry.NATIONAL_PRIORITY, "")
    promise.said = {**said, entry.NATIONAL_PRIORITY: kept}
    promise.state, promise.dropped, promise.refusal = DRAFT, False, ""
    promise.changed_at, promise.changed_by = now(), actor
    model.Session.flush()
    return promise


def drop(promise: Promise, actor: str, reason: str = "") -> None:
    """Takes a promise back. One that was handed in stays until that is handed in too; a draft is gone.

    Args:
        promise: The promise.
        actor: Name of the account.
        reason: Why; needed where the Forum has agreed on it.

    Raises:
        ValidationError: The round is closed, the reason is missing, or it was taken back already.
        ObjectNotFound: It is gone since.
    """
    rounds.held_open(promise.year)
    _held(promise)
    if promise.dropped:
        raise tk.ValidationError({"id": [tk._("Your office took this promise back already.")]})
    if promise.handed_in is None and promise.handed_in_at is None:
        model.Session.delete(promise)
        model.Session.flush()
        return
    if promise.id in agreed_ids(promise.year) and not reason.strip():
        sentence = tk._("The Forum has agreed on this promise. Say why your office takes it back.")
        raise tk.ValidationError({"alasan_perubahan": [sentence]})
    promise.said = {**promise.said, "alasan_perubahan": reason.strip()[: entry.MOST_SIGNS]}
    promise.dropped, promise.state, promise.refusal = True, DRAFT, ""
    promise.changed_at, promise.changed_by = now(), actor


def roll(year: int, organization_id: str, actor: str) -> Rolled:
    """Takes over what the office promised for the year before, a year later each, where it is not promised yet.

    Args:
        year: Of the round, which must be open.
        organization_id: The office.
        actor: Name of the account.

    Returns:
        How many were taken over, and which were not. What is there already is neither.
    """
    rounds.held_open(year)
    hold(year, organization_id)
    lookup, taken, left = Records(organization_id), 0, []
    present = {entry.same(promise.said) for promise in of_office(year, organization_id)}
    for before in of_office(year - 1, organization_id):
        if before.handed_in is None:
            continue
        given = entry.a_year_later({**before.handed_in, "dataset": before.package_id or before.handed_in["dataset"]})
        reading = entry.read(given, year, lookup)
        # A record that is gone since is not named any more: of a dataset the title is left.
        if reading.errors.keys() - _RECORDS:
            left.append(before.handed_in["title"])
        elif entry.same(reading.said) not in present:
            present.add(entry.same(reading.said))
            write(year, organization_id, reading.said, actor)
            taken += 1
    return Rolled(taken, left)


# --- on its way to the Forum ------------------------------------------------------------------------------------------


def submit(year: int, organization_id: str, actor: str, *, heads: bool) -> list[Promise]:
    """Hands in all drafts of an office; where the office wants its head's consent, they wait for it.

    Args:
        year: Of the round, which must be open.
        organization_id: The office.
        actor: Name of the account.
        heads: Whether the actor is the head, or acts in the head's place.

    Returns:
        What was handed in.

    Raises:
        ValidationError: The round is closed, or there is nothing to hand in.
    """
    rounds.held_open(year)
    hold(year, organization_id)
    drafts = [one for one in of_office(year, organization_id) if one.state == DRAFT]
    if not drafts:
        raise tk.ValidationError({"year": [tk._("There is nothing new to hand in.")]})
    if consent_asked(organization_id) and not heads:
        for promise in drafts:
            promise.state = CONSENT
        _note(actor, "promise.submit", year, organization_id, drafts)
        reminders.tell_waiting(year, organization_id, actor)
        return drafts
    return _hand_in(year, organization_id, drafts, actor, "promise.submit")


def consent(year: int, organization_id: str, actor: str) -> list[Promise]:
    """The head consents to all that waits: it is handed in.

    Raises:
        ValidationError: The round is closed, or nothing waits.
    """
    rounds.held_open(year)
    hold(year, organization_id)
    return _hand_in(year, organization_id, _waiting(year, organization_id), actor, "promise.consent")


def decline(year: int, organization_id: str, actor: str, reason: str) -> list[Promise]:
    """The head does not consent: all that waits becomes a draft again, with the reason.

    Raises:
        ValidationError: Nothing waits, or the reason is missing.
    """
    if not reason.strip():
        raise tk.ValidationError({"text": [tk._("Say what is to be changed, so that your office can mend it.")]})
    hold(year, organization_id)
    found = _waiting(year, organization_id)
    for promise in found:
        promise.state, promise.refusal = DRAFT, reason.strip()[: entry.MOST_SIGNS]
    _note(actor, "promise.decline", year, organization_id, found, text=reason.strip())
    reminders.tell_declined(year, organization_id, actor)
    return found


def _waiting(year: int, organization_id: str) -> list[Promise]:
    found = [one for one in of_office(year, organization_id) if one.state == CONSENT]
    if not found:
        raise tk.ValidationError({"year": [tk._("Nothing waits for consent.")]})
    return found


def _hand_in(year: int, organization_id: str, found: Iterable[Promise], actor: str, act: str) -> list[Promise]:
    promises = list(found)
    for promise in promises:
        if promise.said["dataset"] != (promise.handed_in or {}).get("dataset", ""):
            promise.package_id = promise.said["dataset"] or None  # else what the office linked stays
        promise.handed_in = None if promise.dropped else dict(promise.said)
        promise.state, promise.refusal = HANDED_IN, ""
        promise.handed_in_at, promise.handed_in_by = now(), actor
    _note(actor, act, year, organization_id, promises)
    return promises


def _note(actor: str, act: str, year: int, organization_id: str, promises: Iterable[Promise], text: str = "") -> None:
    counted = Counter("dropped" if promise.dropped else "promised" for promise in promises)
    details = {"year": year, **counted}
    audit.note(actor, act, organization_id=organization_id, text=text, details=details)


# --- what may be said at any time -------------------------------------------------------------------------------------


def link(promise: Promise, dataset: str, actor: str) -> None:
    """Says which dataset keeps a promise, also after the list was agreed: what was promised does not change by it.

    Args:
        promise: The promise.
        dataset: Id or address of a dataset of the office; empty for none.
        actor: Name of the account.

    Raises:
        ValidationError: The office has no such dataset.
        ObjectNotFound: The promise is gone since.
    """
    _held(promise)
    named = Records(promise.organization_id).find(entry.DATASET, dataset) if dataset else None
    if dataset and named is None:
        raise tk.ValidationError({"dataset": [tk._("Choose a dataset of your office.")]})
    promise.package_id = named.id if named else None
    details = {"promise": promise.id, "dataset": promise.package_id}
    audit.note(actor, "promise.link", organization_id=promise.organization_id, details=details)


def prioritise(promise: Promise, actor: str, *, listed: bool) -> None:
    """Notes that a promise is national priority data, or is not, for the next version that is agreed.

    Args:
        promise: The promise.
        actor: Name of the account: the walidata or the coordinator.
        listed: Whether it is on the national list.

    Raises:
        ObjectNotFound: The office has not handed it in, so the Forum does not know of it.
    """
    _held(promise)
    if promise.handed_in is None:
        raise tk.ObjectNotFound(tk._("There is no such promise."))
    value = entry.YES if listed else ""
    promise.said = {**promise.said, entry.NATIONAL_PRIORITY: value}
    promise.handed_in = {**promise.handed_in, entry.NATIONAL_PRIORITY: value}
    details = {"promise": promise.id, "priority": listed}
    audit.note(actor, "promise.priority", organization_id=promise.organization_id, details=details)

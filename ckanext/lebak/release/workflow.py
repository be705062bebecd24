"""The moves of a record, each in one transaction: looked up in the rules, done, noted in the audit log.

A move takes the person who makes it and what they say. It locks the record, so that of two people one comes second and
is told. It commits: CKAN's own saving does, and is part of it.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Iterable
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.lib import search
from ckan.types import Context

from ckanext.lebak import audit
from ckanext.lebak.notices import telling
from ckanext.lebak.profiles.terms import WIB
from ckanext.lebak.release import gate, releases, rules, withdrawals, working_copy
from ckanext.lebak.release.content import digest, record
from ckanext.lebak.release.handing_in import problems
from ckanext.lebak.release.model import ReviewNote, Workflow
from ckanext.lebak.release.people import consent_asked, parts_of, review_by
from ckanext.lebak.release.rules import Place

log = logging.getLogger(__name__)

METADATA_TYPES = ("kegiatan-statistik", "indikator")
"""Types whose metadata the pembina looks over before they are released (Peraturan BPS 5/2020)."""


def acts_of(user: model.User | None, package: model.Package) -> list[str]:
    """What a person may do with a record now: acts of ``rules.ACTS``."""
    row = gate.workflow_of(package.id) or Workflow(package_id=package.id, status=rules.DRAFT, step="")
    open_acts = rules.acts_open_to(parts_of(user, package.owner_org), row.place)
    open_acts = [act for act in open_acts if rules.is_for(act, package.type)]
    for act in (rules.APPROVE, rules.PASS_ON):
        if act in open_acts and not rules.may_approve(review_by(user, package, row)):
            open_acts.remove(act)
    if rules.DISCARD in open_acts and row.release_of is None:
        open_acts.remove(rules.DISCARD)
    return open_acts


def submit(
    package_id: str,
    user: model.User,
    *,
    names_no_person: bool = False,
    kind: str = "",
    reason: str = "",
    letter: str = "",
    text: str = "",
) -> Workflow:
    """Hands a record in.

    Args:
        package_id: Id of the record, or of a working copy.
        user: Who hands it in.
        names_no_person: Their declaration that the tables name no person.
        kind: Code of vocabularies/release_status.csv.
        reason: Why released figures change; needed for a revision.
        letter: Number of the head's letter, if who hands in is the head.
        text: What the walidata should know, such as an explanation of a jump.

    Returns:
        Where it stands now.

    Raises:
        ObjectNotFound: There is no such record.
        NotAuthorized: Not for this person.
        ValidationError: Something is missing; by field, as sentences.
    """
    package, row, move = _begin(rules.SUBMIT, package_id, user)
    found = problems(package, names_no_person=names_no_person, kind=kind, reason=reason)
    if found:
        model.Session.rollback()
        raise tk.ValidationError(found)
    content = digest(model.Session.connection(), package.id)
    if content != row.content:
        row.pembina_view = ""
    row.content = content
    row.submitted_by, row.submitted_at = user.name, _now()
    row.names_no_person = user.name
    row.kind, row.reason, row.period = kind, reason, package.extras.get("temporal_end", "")
    row.consent_by = row.consent_at = row.consent_letter = row.release_on = row.approved_by = None
    if rules.Part.HEAD in parts_of(user, package.owner_org):
        row.consent_by, row.consent_at, row.consent_letter = user.name, _now(), letter or None
    asked = consent_asked(package.owner_org) and row.consent_by is None
    place = rules.arrival(move, consent_asked=asked, pembina_first=_pembina_first(package, row), later=False)
    return _go(package, row, place, move.act, user, text)


def consent(package_id: str, user: model.User, *, letter: str = "", text: str = "") -> Workflow:
    """The head consents to a hand-in, with the number of a letter where the office has such.

    Raises:
        ObjectNotFound, NotAuthorized, ValidationError: As `submit`.
    """
    package, row, move = _begin(rules.CONSENT_ACT, package_id, user)
    row.consent_by, row.consent_at, row.consent_letter = user.name, _now(), letter or None
    place = rules.arrival(move, consent_asked=False, pembina_first=_pembina_first(package, row), later=False)
    return _go(package, row, place, move.act, user, text)


def send_back(act: str, package_id: str, user: model.User, *, text: str, notes: Iterable[ReviewNote] = ()) -> Workflow:
    """The head declines, the walidata returns, or the producer takes the hand-in back.

    Args:
        act: ``decline``, ``return`` or ``recall``; ``mend`` where BPS wants a proposal mended.
        package_id: Id of the record.
        user: Who does it.
        text: Why, in words; a recall needs none.
        notes: What is to be mended, by field or cell.

    Raises:
        ObjectNotFound, NotAuthorized: As `submit`.
        ValidationError: No reason is given.
    """
    package, row, move = _begin(act, package_id, user)
    kept = list(notes)
    if act != rules.RECALL and not text.strip() and not kept:
        _refuse("text", tk._("Say what is to be mended, so that the office knows what to do."))
    model.Session.add_all(kept)
    return _go(package, row, move.after, act, user, text)


def look_over(act: str, package_id: str, user: model.User, *, text: str = "") -> Workflow:
    """The pembina agrees to priority data or metadata, or objects; an objection goes to the walidata.

    Args:
        act: ``agree`` or ``object``.
        package_id: Id of the record.
        user: Who does it.
        text: The objection, or a remark.

    Raises:
        ObjectNotFound, NotAuthorized, ValidationError: As `send_back`.
    """
    package, row, move = _begin(act, package_id, user)
    if act == rules.OBJECT and not text.strip():
        _refuse("text", tk._("Say what the objection is, so that the walidata can pass it on."))
    row.pembina_view = "agreed" if act == rules.AGREE else "objected"
    view = {"status_review_pembina": "approved" if act == rules.AGREE else "onprogress"}
    return _go(package, row, move.after, act, user, text, fields=view)


def approve(
    package_id: str, user: model.User, *, content: str | None = None, day: dt.date | None = None, text: str = ""
) -> Workflow:
    """The walidata releases a record, now or from a day on.

    Args:
        package_id: Id of the record, or of a working copy.
        user: Who does it.
        content: Digest of the content that the person looked at; None to take what was handed in.
        day: The day from which it is public; None for now.
        text: A remark for the log.

    Returns:
        Where the released record stands, or the record that waits for its day.

    Raises:
        ObjectNotFound: There is no such record.
        NotAuthorized: Not the walidata, or their own work.
        ValidationError: It changed meanwhile, or is not complete.
    """
    package, row, move = _begin(rules.APPROVE, package_id, user)
    _refuse_unless_looked_at(package, row, user, content)
    row.approved_by = user.name
    if day is not None and day > dt.datetime.now(WIB).date():
        row.release_on = day
        place = rules.arrival(move, consent_asked=False, pembina_first=False, later=True)
        return _go(package, row, place, move.act, user, text, details={"from": day.isoformat()})
    return _publish(package, row, move.act, user.name, text)


def pass_on(package_id: str, user: model.User, *, content: str | None = None, text: str = "") -> Workflow:
    """The walidata agrees to a proposal: it can be entered in BPS's system, and stays as it is meanwhile.

    Args:
        package_id: Id of the proposal.
        user: Who does it.
        content: Digest of the content that the person looked at; None to take what was handed in.
        text: A remark for the log.

    Raises:
        ObjectNotFound, NotAuthorized, ValidationError: As `approve`.
    """
    package, row, move = _begin(rules.PASS_ON, package_id, user)
    _refuse_unless_looked_at(package, row, user, content)
    _close_notes(package.id)
    row.passed_title = package.title
    return _go(package, row, move.after, move.act, user, text)


def publish_due(today: dt.date | None = None) -> list[str]:
    """Releases what was approved for a day that has come. For the worker.

    Args:
        today: In the county's time; without it, today.

    Returns:
        Ids of what was released.
    """
    day = today or dt.datetime.now(WIB).date()
    query = model.Session.query(Workflow.package_id).filter(Workflow.step == rules.DATE, Workflow.release_on <= day)
    done = []
    for (package_id,) in query.all():
        try:
            package, row = _locked(package_id)
            if row.place == Place(rules.IN_REVIEW, rules.DATE):
                _publish(package, row, rules.PUBLISH, row.approved_by or audit.COMMAND, "")
                done.append(package_id)
        except Exception:
            # One that is refused does not keep the others from their readers.
            log.exception("%s was to be released today and could not be", package_id)
            model.Session.rollback()
    return done


def withdraw(package_id: str, user: model.User, *, text: str) -> Workflow:
    """Takes a record from the public, with its files, its table and its older releases.

    Args:
        package_id: Id of the released record.
        user: The walidata, or the office's head.
        text: Why; kept for those who work with it.

    Raises:
        ObjectNotFound, NotAuthorized, ValidationError: As `send_back`.
    """
    package, row, move = _begin(rules.WITHDRAW, package_id, user)
    if not text.strip():
        _refuse("text", tk._("Say why the record is withdrawn."))
    releases.withdraw(package_id)
    with gate.opened(user.name):
        row = _go(package, row, move.after, move.act, user, text, fields={"private": True})
    withdrawals.note(withdrawals.WITHDRAWN, package_id, row.content)
    return row


def withdraw_again(package_id: str, at: dt.datetime) -> bool:
    """Takes from the public what was withdrawn before and came back with a backup of the database.

    Args:
        package_id: Id of the record.
        at: When it was withdrawn.

    Returns:
        Whether it was public.
    """
    package, row = _locked(package_id)
    move = rules.find(rules.WITHDRAW, row.place)
    if move is None:
        model.Session.rollback()
        return False
    releases.withdraw(package_id, at)
    with gate.opened(audit.COMMAND):
        details = {"again": at.isoformat()}
        _go(package, row, move.after, move.act, None, "", fields={"private": True}, details=details)
    return True


def reopen(package_id: str, user: model.User, *, text: str = "") -> Workflow:
    """Takes a withdrawn record back to draft, to be mended and handed in again.

    Raises:
        ObjectNotFound, NotAuthorized: As `submit`.
        ValidationError: A change of it has begun, which is the one to go on with.
    """
    package, row, move = _begin(rules.REOPEN, package_id, user)
    if working_copy.of(package_id):
        _refuse("publishing_status", tk._("A change of this record has begun. Go on with that one."))
    with gate.opened(user.name):
        return _go(package, row, move.after, move.act, user, text, fields={"state": "draft", "private": True})


def begin_change(package_id: str, user: model.User, *, new_period: bool = False) -> str:
    """Begins a change of a released record, in a working copy that only the office sees.

    Args:
        package_id: Id of the released record.
        user: Operator or head of the office.
        new_period: Whether the change is the next release of the series: a further file with the same columns.

    Returns:
        Id of the working copy; of the one that is there already, if there is one.

    Raises:
        ObjectNotFound, NotAuthorized: As `submit`.
        ValidationError: The record is not public.
    """
    package, _row, _move = _begin(rules.CHANGE, package_id, user)
    present = working_copy.of(package.id)
    if present is not None:
        model.Session.rollback()
        return present.package_id
    copy = working_copy.make(package, user.name, new_period=new_period)
    audit.note(user.name, "release.change", package_id=package.id, details={"copy": copy, "new_period": new_period})
    model.Session.commit()
    return copy


def discard(package_id: str, user: model.User, *, text: str = "") -> Workflow:
    """Gives a change up. The working copy goes to the bin, where it can be had back; the released record stays.

    Raises:
        ObjectNotFound, NotAuthorized: As `submit`.
        ValidationError: It is no working copy.
    """
    package, row, move = _begin(rules.DISCARD, package_id, user)
    if row.release_of is None:
        _refuse("publishing_status", tk._("Only a change of a released record can be discarded."))
    released = row.release_of
    row.release_of = None
    audit.note(user.name, "release.discard", package_id=released, details={"copy": package.id}, text=text)
    row = _go(package, row, move.after, move.act, user, text)
    tk.get_action("package_delete")(_as(user.name), {"id": package.id})
    return row


# --- parts of every move ----------------------------------------------------------------------------------------------


def _begin(act: str, package_id: str, user: model.User) -> tuple[model.Package, Workflow, rules.Move]:
    package, row = _locked(package_id)
    move = rules.find(act, row.place) if rules.is_for(act, package.type) else None
    if not move or not (parts_of(user, package.owner_org) & move.parts):
        model.Session.rollback()
        if not rules.is_for(act, package.type) and act == rules.APPROVE:
            _refuse("publishing_status", tk._("A proposal does not become public. Pass it on to BPS instead."))
        if move is None and act in rules.acts_open_to(parts_of(user, package.owner_org), _usual(act)):
            _refuse("publishing_status", tk._("Somebody else moved this record meanwhile. Load the page again."))
        raise tk.NotAuthorized(tk._("This step is not yours: it belongs to somebody else in the data's path."))
    return package, row, move


def _refuse_unless_looked_at(package: model.Package, row: Workflow, user: model.User, content: str | None) -> None:
    """Refuses to let pass one's own work, and what is not the content that the person looked at."""
    if not rules.may_approve(review_by(user, package, row)):
        model.Session.rollback()
        raise tk.NotAuthorized(
            tk._("Nobody releases what they changed or handed in themselves. Ask another person of the walidata.")
        )
    if digest(model.Session.connection(), package.id) != row.content or content not in (None, row.content):
        _refuse("publishing_status", tk._("The content is not the one you looked at. Look at it again."))


def _usual(act: str) -> Place:
    return next(move.before for move in rules.MOVES if move.act == act)


def _locked(package_id: str) -> tuple[model.Package, Workflow]:
    """The record and where it stands, as they are now, until this transaction ends."""
    package = model.Session.get(model.Package, package_id)
    if package is None or package.state == model.State.DELETED:
        raise tk.ObjectNotFound(tk._("Dataset not found"))
    model.Session.refresh(package, with_for_update=True)
    row = gate.workflow_of(package_id)
    if row is None:
        row = Workflow(package_id=package_id, status=rules.DRAFT, step="")
        model.Session.add(row)
        model.Session.flush()
    else:
        model.Session.refresh(row)
    return package, row


def _refuse(field: str, sentence: str) -> Any:
    model.Session.rollback()
    raise tk.ValidationError({field: [sentence]})


def _go(
    package: model.Package,
    row: Workflow,
    place: Place,
    act: str,
    user: model.User | None,
    text: str,
    *,
    fields: dict[str, Any] | None = None,
    details: dict[str, Any] | None = None,
) -> Workflow:
    """Ends a move: the row, the log, and what CKAN and the search index say of it."""
    before = row.status
    package_id = package.id
    actor = user.name if user else audit.COMMAND
    row.status, row.step, row.since = place.status, place.step, _now()
    telling.told(act, package, row, actor)
    audit.note(
        actor,
        f"release.{act}",
        package_id=package_id,
        organization_id=package.owner_org,
        states=(before, place.status),
        content=row.content,
        text=text,
        details={"step": place.step, **(details or {})},
    )
    model.Session.flush()
    _save(package_id, {"publishing_status": place.status, **(fields or {})}, actor)
    return row


def _save(package_id: str, fields: dict[str, Any], actor: str) -> None:
    """Saves what the record says of its own way, commits, and has the index show it to whom it concerns now."""
    with gate.opened(actor):
        tk.get_action("package_patch")(_as(actor), {"id": package_id, **fields})
    model.Session.commit()
    search.rebuild(package_id, defer_commit=False)


def _publish(package: model.Package, row: Workflow, act: str, actor: str, text: str) -> Workflow:
    """Makes what was approved public: the record itself, or by it the record that it is a working copy of."""
    content = row.content or ""
    target_id = row.release_of or package.id
    told = record(model.Session.connection(), package.id) or {}
    kept = {"kind": row.kind, "period": row.period, "reason": row.reason, "approved_by": actor}
    if row.release_of:
        row = working_copy.switch(row, told, actor=actor, act=act, text=text, kept=kept)
        withdrawals.note_release(target_id, content)
        return row
    releases.keep(target_id, content, told, **kept)
    before = row.status
    row.status, row.step, row.since = rules.APPROVED, "", _now()
    states = (before, rules.APPROVED)
    audit.note(actor, f"release.{act}", package_id=target_id, states=states, content=content, text=text)
    telling.told(act, package, row, actor)
    _close_notes(package.id)
    model.Session.flush()
    with gate.undone_if_refused():
        _save(target_id, {"publishing_status": rules.APPROVED, "state": "active", "private": False}, actor)
    withdrawals.note_release(target_id, content)
    return row


def _close_notes(package_id: str) -> None:
    open_notes = model.Session.query(ReviewNote).filter_by(package_id=package_id, closed_at=None)
    for note in open_notes:
        note.closed_at = _now()


def _pembina_first(package: model.Package, row: Workflow) -> bool:
    """Whether the pembina looks it over before the walidata: priority data, and metadata of statistical activities."""
    released = model.Session.get(model.Package, row.release_of) if row.release_of else None
    listed = any(record.extras.get("prioritas_tahun") for record in (package, released) if record)
    concerns = listed or package.type in METADATA_TYPES
    return concerns and not row.pembina_view


def _as(actor: str) -> Context:
    """The rules have checked the person's move; CKAN asks for membership of the office, which is another thing."""
    # CKAN notes who saves, and knows only accounts: what nobody moves, the site moves.
    name = tk.config["ckan.site_id"] if actor == audit.COMMAND else actor
    return Context(user=name, ignore_auth=True)


def _now() -> dt.datetime:
    return dt.datetime.now(dt.timezone.utc)

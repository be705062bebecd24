"""The meetings of the Forum: the coordinator writes down what was decided, and the office says when it is done."""

from __future__ import annotations

import datetime as dt
from typing import Any

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model

from ckanext.lebak import audit
from ckanext.lebak.forum.model import Decision, Meeting
from ckanext.lebak.profiles.terms import WIB

LONGEST = 2000
"""Characters of a decision."""


def last() -> Meeting | None:
    """The meeting that was held last."""
    query = sa.select(Meeting).order_by(Meeting.held_on.desc(), Meeting.id.desc()).limit(1)
    return model.Session.scalars(query).first()


def listed() -> list[Meeting]:
    """All meetings, the newest first."""
    return list(model.Session.scalars(sa.select(Meeting).order_by(Meeting.held_on.desc(), Meeting.id.desc())))


def get(meeting_id: str) -> Meeting:
    """A meeting by its id.

    Raises:
        ObjectNotFound: There is none.
    """
    found = model.Session.get(Meeting, meeting_id)
    if found is None:
        raise tk.ObjectNotFound(tk._("There is no such meeting."))
    return found


def decision(decision_id: str) -> Decision:
    """A decision by its id.

    Raises:
        ObjectNotFound: There is none.
    """
    found = model.Session.get(Decision, decision_id)
    if found is None:
        raise tk.ObjectNotFound(tk._("There is no such decision."))
    return found


def hold(held_on: dt.date, subject: str, actor: str) -> Meeting:
    """Writes down a meeting.

    Args:
        held_on: The day.
        subject: What it was about.
        actor: Name of the account.

    Raises:
        ValidationError: The day is still to come, or the subject is empty.
    """
    if held_on > _today():
        raise tk.ValidationError(
            {"held_on": [tk._("This day is still to come. Write a meeting down once it was held.")]}
        )
    made = Meeting(held_on=held_on, subject=_told("subject", subject), noted_by=actor)
    model.Session.add(made)
    model.Session.flush([made])
    audit.note(actor, "forum.meeting", text=made.subject, details={"held_on": held_on.isoformat()})
    return made


def decide(meeting: Meeting, text: str, organization_id: str | None, due: dt.date, actor: str) -> Decision:
    """Adds a decision to a meeting.

    Args:
        meeting: The meeting.
        text: What is to be done.
        organization_id: The office that does it; None for all.
        due: The day until which.
        actor: Name of the account.

    Raises:
        ValidationError: There is no text, or the day lies before the meeting.
    """
    if due < meeting.held_on:
        raise tk.ValidationError({"due": [tk._("This day lies before the meeting. Choose a later one.")]})
    told = _told("text", text)
    # One at a time, so that each has a number of its own.
    model.Session.execute(sa.select(Meeting.id).where(Meeting.id == meeting.id).with_for_update())
    numbers = sa.select(sa.func.coalesce(sa.func.max(Decision.number), 0)).where(Decision.meeting_id == meeting.id)
    number = model.Session.scalar(numbers) or 0
    made = Decision(meeting_id=meeting.id, number=number + 1, text=told, organization_id=organization_id, due=due)
    model.Session.add(made)
    model.Session.flush([made])
    audit.note(actor, "forum.decision", organization_id=organization_id, text=told, details={"due": due.isoformat()})
    return made


def finish(found: Decision, actor: str, *, done: bool) -> None:
    """Says that a decision is carried out, or that it is not after all.

    Args:
        found: The decision.
        actor: Name of the account.
        done: Whether it is.

    Raises:
        ValidationError: That is known already.
    """
    if (found.done_on is not None) is done:
        told = tk._("This decision is marked as done already.") if done else tk._("This decision is still open.")
        raise tk.ValidationError({"done": [told]})
    found.done_on, found.done_by = (_today(), actor) if done else (None, None)
    act = "forum.done" if done else "forum.reopened"
    audit.note(actor, act, organization_id=found.organization_id, details={"decision": found.id})


def open_of(organization_id: str) -> list[Decision]:
    """The decisions that an office has yet to carry out, the most urgent first."""
    query = sa.select(Decision).where(Decision.organization_id == organization_id, Decision.done_on.is_(None))
    return list(model.Session.scalars(query.order_by(Decision.due, Decision.id)))


def shown(found: Decision, today: dt.date | None = None) -> dict[str, Any]:
    """A decision as pages and the API give it."""
    office = model.Group.get(found.organization_id) if found.organization_id else None
    return {
        "id": found.id,
        "number": found.number,
        "text": found.text,
        "organization": office.name if office else "",
        "office": office.title if office else "",
        "due": found.due.isoformat(),
        "done_on": found.done_on.isoformat() if found.done_on else "",
        "overdue": found.done_on is None and found.due < (today or _today()),
    }


def shown_meeting(found: Meeting) -> dict[str, Any]:
    """A meeting with its decisions, as pages and the API give it."""
    return {
        "id": found.id,
        "held_on": found.held_on.isoformat(),
        "subject": found.subject,
        "decisions": [shown(decision_) for decision_ in found.decisions],
    }


def _today() -> dt.date:
    return dt.datetime.now(WIB).date()


def _told(field: str, text: str) -> str:
    told = text.strip()
    if not told:
        raise tk.ValidationError({field: [tk._("Write what it is about.")]})
    if len(told) > LONGEST:
        raise tk.ValidationError({field: [tk._("Shorten the text to {number} characters.").format(number=LONGEST)]})
    return told

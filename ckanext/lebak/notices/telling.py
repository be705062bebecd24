"""Who is told what. Noted in the transaction of what happened: what is undone was never told.

Imports only what says who people are and where a record stands; the moves (``release.workflow``) call it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model
from sqlalchemy.dialects.postgresql import insert

from ckanext.lebak.notices.model import (
    CONSENT_ASKED,
    HANDED_IN,
    NOTE,
    OBJECTED,
    PASSED_ON,
    RELEASED,
    RETURNED,
    WITHDRAWN,
    Notice,
)
from ckanext.lebak.people import capacities
from ckanext.lebak.people.deputies import of_office
from ckanext.lebak.profiles.terms import plain
from ckanext.lebak.release import rules
from ckanext.lebak.release.model import ReviewNote, Workflow

_ARRIVED = (rules.SUBMIT, rules.CONSENT_ACT, rules.AGREE)
_ENDED = {
    rules.OBJECT: OBJECTED,
    rules.PASS_ON: PASSED_ON,
    rules.RETURN: RETURNED,
    rules.MEND: RETURNED,
    rules.DECLINE: RETURNED,
    rules.WITHDRAW: WITHDRAWN,
}


def told(act: str, package: model.Package, row: Workflow, actor: str) -> None:
    """Notes for whom it concerns what just became of a record. Not for who did it.

    Args:
        act: One of ``rules.ACTS``; after those that concern nobody else, nothing is noted.
        package: The record, or the working copy.
        row: Where it stands now.
        actor: Name of the account that did it.
    """
    if act in _ARRIVED:
        what = CONSENT_ASKED if row.step == rules.CONSENT else HANDED_IN
    elif act in (rules.APPROVE, rules.PUBLISH) and row.status == rules.APPROVED:
        what = RELEASED
    else:
        what = _ENDED.get(act, "")
    if what:
        add(what, package, _concerned(what, package, row), actor=actor, release_of=row.release_of)


def noted(note: ReviewNote, package: model.Package, row: Workflow | None, actor: str) -> None:
    """Notes that somebody wrote a note on a record, or answered one: for who handed it in, or for who asked.

    Args:
        note: The note.
        package: The record that it is about.
        row: Where the record stands.
        actor: Name of the account that wrote or answered it.
    """
    names = {note.author} if note.answered_by == actor else {row.submitted_by, row.last_editor} if row else set()
    add(NOTE, package, _accounts(names), actor=actor, release_of=row.release_of if row else None)


def add(
    what: str,
    package: model.Package,
    people: Iterable[model.User],
    *,
    actor: str = "",
    once: str | None = None,
    **details: Any,
) -> None:
    """Adds a notice for each of some people, in the caller's transaction.

    Args:
        what: What happened.
        package: The record.
        people: Whom it concerns.
        actor: Name of the account that did it, which is not told.
        once: Where the same must not be told twice, what it is known by.
        **details: What else there is to know; empty ones are left out.
    """
    said = {"title": plain(package.title or package.name), "type": package.type, "name": package.name, **details}
    _add(what, package.id, people, actor, once, said)


def add_of_list(
    what: str,
    year: int,
    office: str,
    people: Iterable[model.User],
    *,
    actor: str = "",
    once: str | None = None,
    **details: Any,
) -> None:
    """Adds a notice of the data list for each of some people, in the caller's transaction.

    Args:
        what: One of ``model.OF_THE_LIST``.
        year: Of the list.
        office: Name of the office whose promises it is about.
        people: Whom it concerns.
        actor: Name of the account that did it, which is not told.
        once: Where the same must not be told twice, what it is known by.
        **details: What else there is to know; empty ones are left out.
    """
    _add(what, "", people, actor, once, {"year": year, "office": office, **details})


def add_of_request(
    what: str,
    request: str,
    office: str,
    people: Iterable[model.User],
    *,
    actor: str = "",
    once: str | None = None,
    **details: Any,
) -> None:
    """Adds a notice of a request of tables for each of some people, in the caller's transaction.

    Args:
        what: One of ``model.OF_REQUESTS``.
        request: Id of the request.
        office: Name of the office that is asked.
        people: Whom it concerns.
        actor: Name of the account that did it, which is not told.
        once: Where the same must not be told twice, what it is known by.
        **details: What else there is to know; empty ones are left out.
    """
    _add(what, "", people, actor, once, {"request": request, "office": office, **details})


def _add(
    what: str, package_id: str, people: Iterable[model.User], actor: str, once: str | None, said: dict[str, Any]
) -> None:
    told_once = {person.id for person in people if person.name != actor}
    rows = [
        {
            "user_id": user_id,
            "what": what,
            "package_id": package_id,
            "at": sa.func.now(),
            "details": {key: value for key, value in said.items() if value},
            "once": once,
            "tries": 0,
            "error": "",
        }
        for user_id in sorted(told_once)
    ]
    if rows:
        model.Session.execute(insert(Notice).values(rows).on_conflict_do_nothing())


def office(organization_id: str | None, *, heads_only: bool = False) -> list[model.User]:
    """The people of an office: its operators and its head.

    Args:
        organization_id: Id of the office.
        heads_only: Without the operators.
    """
    wanted = (capacities.HEAD,) if heads_only else (capacities.OPERATOR, capacities.HEAD)
    member = model.Member
    query = (
        sa.select(model.User)
        .join(member, member.table_id == model.User.id)
        .where(
            member.group_id == organization_id,
            member.table_name == "user",
            member.capacity.in_(wanted),
            member.state == model.State.ACTIVE,
            model.User.state == model.State.ACTIVE,
            # The site itself made the offices, and is a member since.
            model.User.name != tk.config["ckan.site_id"],
        )
    )
    return list(model.Session.scalars(query))


def _concerned(what: str, package: model.Package, row: Workflow) -> list[model.User]:
    if what == HANDED_IN:
        return capacities.holders(capacities.PEMBINA if row.step == rules.PEMBINA else capacities.WALIDATA)
    if what == OBJECTED:
        return capacities.holders(capacities.WALIDATA)
    if what == CONSENT_ASKED:
        deputies = [user for _capacity, user in of_office(package.owner_org or "")]
        return [*office(package.owner_org, heads_only=True), *deputies]
    if what == RETURNED:
        return _accounts({row.submitted_by, row.last_editor})
    found = office(package.owner_org)
    return [*found, *capacities.holders(capacities.WALIDATA)] if what == WITHDRAWN else found


def _accounts(names: Iterable[str | None]) -> list[model.User]:
    wanted = [name for name in names if name]
    query = sa.select(model.User).where(model.User.name.in_(wanted), model.User.state == model.State.ACTIVE)
    return list(model.Session.scalars(query))

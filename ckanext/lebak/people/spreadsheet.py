"""A spreadsheet of people: its rows, and everything that is wrong with them by row and column.

The columns are the account's name, the e-mail address, the office and what the person is there; a full name and a last
day may stand beside them. Nothing is made here: `rows` reads, `plan` compares with what there is.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import IO

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model
from ckan.logic.schema import create_user_for_user_invite_schema
from ckan.types import Context

from ckanext.lebak.organizations.aliases import current_name
from ckanext.lebak.people import granting
from ckanext.lebak.people.capacities import GRANTED, HEAD, OPERATOR
from ckanext.lebak.people.inviting import account_of
from ckanext.lebak.people.membership import capacity_in
from ckanext.lebak.people.refusal import N_, Refused
from ckanext.lebak.profiles.terms import WIB
from ckanext.lebak.tables.problem import TableError
from ckanext.lebak.tables.reading import READERS, Row
from ckanext.lebak.tables.values import Cell

MEMBER_OF = {"operator": OPERATOR, "kepala": HEAD}
"""What a person can be as a member of an office, as it is written, and CKAN's capacity for it."""
KINDS = (*MEMBER_OF, *GRANTED)
"""All that a person can be, as it is written in a spreadsheet or on the command line."""

HEADINGS = {
    "name": ("nama akun", "akun", "username"),
    "email": ("surel", "email", "e-mail"),
    "opd": ("opd", "kantor"),
    "kind": ("kapasitas", "sebagai"),
    "full_name": ("nama lengkap", "nama"),
    "until": ("sampai", "until"),
}
"""The columns, and the headings by which each is known."""
NEEDED = ("name", "email", "opd", "kind")


@dataclass(frozen=True)
class Problem:
    """Something wrong with a spreadsheet.

    Attributes:
        row: Number of the row in the file; the header is 1.
        column: One of `HEADINGS`.
        refused: What is wrong.
    """

    row: int
    column: str
    refused: Refused


@dataclass(frozen=True)
class Person:
    """A row: somebody, and what they shall be in an office.

    Attributes:
        row: Number of the row in the file.
        name: Of the account.
        email: Of the account.
        opd: Address (slug) or abbreviation of the office.
        kind: One of `KINDS`.
        full_name: As it is shown.
        until: Last day of a granted capacity.
    """

    row: int
    name: str
    email: str
    opd: str
    kind: str
    full_name: str = ""
    until: dt.date | None = None


@dataclass
class Plan:
    """What there is to do for one person, when nothing is wrong.

    Attributes:
        person: The row.
        organization: The office, by id.
        new: Whether there is no such account yet, nor in a row before.
        present: Whether the person is that already.
    """

    person: Person
    organization: str
    new: bool
    present: bool


@dataclass
class Plans:
    """All that a spreadsheet asks for, and all that is wrong with it."""

    plans: list[Plan] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def rows(stream: IO[bytes], file_type: str) -> tuple[list[Person], list[Problem]]:
    """Reads a spreadsheet. Pure.

    Args:
        stream: The file; it can seek.
        file_type: ``XLSX`` or ``CSV``.

    Returns:
        The rows that can be read, and what is wrong with the others.

    Raises:
        Refused: It is no such file, or lacks a column.
    """
    try:
        table: list[Row] = list(READERS[file_type](stream))
    except TableError as error:
        raise Refused("file", error.message, **error.values) from error
    if not table:
        raise Refused("file", N_("The file is empty."))
    columns = _columns(table[0][1])
    people: list[Person] = []
    problems: list[Problem] = []
    for number, cells in table[1:]:
        values = {key: _text(cells[at]) if at < len(cells) else "" for key, at in columns.items()}
        found = list(_problems_of(number, values))
        problems += found
        if not found:
            people.append(_person(number, values))
    return people, problems


def plan(people: Iterable[Person]) -> Plans:
    """Compares rows with the accounts and offices that there are.

    Returns:
        What there is to do, and all that is wrong; where anything is wrong, nothing should be done.
    """
    result = Plans()
    emails: dict[str, str] = {}
    names: dict[str, str] = {}
    seen: set[tuple[str, str, str]] = set()
    for person in people:
        new = person.name not in names and model.User.get(person.name) is None
        try:
            _check_account(person, emails, names)
            office = organization(person.opd)
            _check_once(person, office, seen)
            result.plans.append(Plan(person, office.id, new, _check_kind(person, office)))
        except Refused as refused:
            result.problems.append(Problem(person.row, refused.field, refused))
        emails.setdefault(person.email.lower(), person.name)
        names.setdefault(person.name, person.email.lower())
    return result


def organization(name: str) -> model.Group:
    """The office of an address (slug, also a former one) or of an abbreviation.

    Raises:
        Refused: There is none, or several have the abbreviation.
    """
    found = model.Group.get(name.lower()) or model.Group.get(current_name(name.lower()) or "")
    if found and found.is_organization and found.state == model.State.ACTIVE:
        return found
    abbreviation = model.group_table.c.extras["singkatan"].astext
    query = sa.select(model.Group).where(
        sa.func.lower(abbreviation) == name.lower(),
        model.Group.is_organization.is_(True),
        model.Group.state == model.State.ACTIVE,
    )
    several = list(model.Session.scalars(query))
    if len(several) != 1:
        sentence = N_('"{name}" is no office. Write its address, as in /organization/..., or its abbreviation.')
        raise Refused("opd", sentence, name=name)
    return several[0]


def _columns(header: Iterable[Cell]) -> dict[str, int]:
    given = [_text(cell).lower() for cell in header]
    columns = {
        key: given.index(heading) for key, known in HEADINGS.items() for heading in reversed(known) if heading in given
    }
    missing = [HEADINGS[key][0] for key in NEEDED if key not in columns]
    if missing:
        sentence = N_("The first row lacks these columns: {columns}. Write them as headings.")
        raise Refused("file", sentence, columns=", ".join(missing))
    return columns


def _text(cell: Cell) -> str:
    if isinstance(cell, (dt.datetime, dt.date)):
        return cell.isoformat()[: len("2026-08-17")]
    return "" if cell is None else str(cell).strip()


def _problems_of(row: int, values: dict[str, str]) -> Iterator[Problem]:
    for key in NEEDED:
        if not values[key]:
            yield Problem(row, key, Refused(key, N_("Fill in this cell.")))
    if values["kind"] and values["kind"].lower() not in KINDS:
        kinds = ", ".join(KINDS)
        yield Problem(row, "kind", Refused("kind", N_("Write one of: {kinds}."), kinds=kinds))
    if values["name"] and not re.fullmatch(r"[a-z0-9_-]{3,100}", values["name"].lower()):
        sentence = N_("The name of an account has at least 3 letters, digits, - or _, and no spaces.")
        yield Problem(row, "name", Refused("name", sentence))
    until = values.get("until", "")
    if until:
        try:
            dt.date.fromisoformat(until)
        except ValueError:
            sentence = N_("Write the day as year-month-day, for example 2026-12-31.")
            yield Problem(row, "until", Refused("until", sentence))
        if values["kind"].lower() in MEMBER_OF:
            sentence = N_("Only walidata, pembina and koordinator have a last day. Leave this cell empty.")
            yield Problem(row, "until", Refused("until", sentence))


def _person(row: int, values: dict[str, str]) -> Person:
    until = values.get("until")
    return Person(
        row,
        values["name"].lower(),
        values["email"],
        values["opd"],
        values["kind"].lower(),
        values.get("full_name", ""),
        dt.date.fromisoformat(until) if until else None,
    )


def _check_once(person: Person, office: model.Group, seen: set[tuple[str, str, str]]) -> None:
    """Whether no row before says of this person what they are in this office."""
    said = (person.name, office.id, "member" if person.kind in MEMBER_OF else person.kind)
    if said in seen:
        raise Refused("name", N_("{person} stands here twice for this office."), person=person.name)
    seen.add(said)


def _check_account(person: Person, emails: dict[str, str], names: dict[str, str]) -> None:
    """Whether the account can be made, or is that person's already."""
    if names.get(person.name, person.email.lower()) != person.email.lower():
        raise Refused("email", N_("{person} stands here with two addresses."), person=person.name)
    if emails.get(person.email.lower(), person.name) != person.name:
        sentence = N_("This address stands here for {person} too. Each account needs its own.")
        raise Refused("email", sentence, person=emails[person.email.lower()])
    owner = account_of(person.email)
    if owner and owner.name != person.name:
        sentence = N_("This address belongs to the account {person}. Use that name, or another address.")
        raise Refused("email", sentence, person=owner.name)
    account = model.User.get(person.name)
    if account is None:
        _check_new(person)
    elif account.state == model.State.DELETED:
        raise Refused("name", N_("The account {person} was deleted. Choose another."), person=account.name)
    elif (account.email or "").lower() != person.email.lower():
        sentence = N_("There is an account {person} with another address. Choose another name, or its address.")
        raise Refused("name", sentence, person=account.name)


def _check_new(person: Person) -> None:
    """Asks CKAN's own validators."""
    fields = {"name": person.name, "email": person.email}
    context = Context(user="", session=model.Session)
    _, errors = tk.navl_validate(fields, create_user_for_user_invite_schema(), context)
    for column in ("name", "email"):
        if errors.get(column):
            raise Refused(column, "{reason}", reason=" ".join(str(error) for error in errors[column]))


def _check_kind(person: Person, office: model.Group) -> bool:
    """Whether the person is already what the row says.

    Raises:
        Refused: They cannot be that in this office.
    """
    account = model.User.get(person.name)
    if person.kind in MEMBER_OF:
        present = capacity_in(office.id, account.id) if account else None
        if present == HEAD and MEMBER_OF[person.kind] != HEAD:
            raise Refused("kind", N_("{person} is head of this office now. End that first."), person=person.name)
        return present == MEMBER_OF[person.kind]
    held = granting.spans(account, office, person.kind) if account else []
    today = dt.datetime.now(WIB).date()
    span = granting.Span(today, person.until)
    if any(span.overlaps(other) for other in held):
        return True
    try:
        wish = granting.Wish(person.kind, person.name, "", span)
        granting.check(wish, roles=granting.roles_of(office), held=[], stood_in=[], today=today)
    except Refused as refused:
        refused.field = {"organization": "opd", "capacity": "kind", "user": "name"}.get(refused.field, refused.field)
        raise
    return False

"""``ckan lebak user``: people one by one or from a spreadsheet, and their invitations."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from functools import wraps
from pathlib import Path
from typing import Any, NoReturn

import ckan.plugins.toolkit as tk
import click
from ckan import model

from ckanext.lebak.people import inviting, loading, spreadsheet
from ckanext.lebak.people.refusal import Refused
from ckanext.lebak.people.spreadsheet import HEADINGS, KINDS, MEMBER_OF, Person, Problem

__all__ = ["user"]

FILE_TYPES = {".xlsx": "XLSX", ".csv": "CSV"}


@click.group()
def user() -> None:
    """Who may what."""


def _in_request(command: Callable[..., None]) -> Callable[..., None]:
    """Runs a command as CKAN runs a request: letters need addresses, and sentences the site's language."""

    @wraps(command)
    @click.pass_context
    def run(context: click.Context, /, *args: Any, **kwargs: Any) -> None:
        with context.meta["flask_app"].test_request_context():
            command(*args, **kwargs)

    return run


@user.command()
@click.argument("name")
@click.option("--opd", required=True, help="Address (slug) or abbreviation of the office.")
@click.option("--as", "kind", required=True, type=click.Choice(KINDS), help="What the person is there.")
@click.option("--email", default="", help="Of a new account; the invitation goes there.")
@click.option("--full-name", default="", help="Of a new account, as it is shown.")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="Last day of walidata, pembina or koordinator.")
@click.option("--by", default="", help="The account in whose name this is done; it stands in the audit log.")
@_in_request
def add(name: str, opd: str, kind: str, email: str, full_name: str, until: dt.datetime | None, by: str) -> None:
    """Make NAME an operator, the head, the walidata, ... of an office. A new account is invited by e-mail."""
    _check_actor(by)
    account = model.User.get(name)
    email = email or (account.email if account and account.email else "")
    if not email:
        _fail(tk._("There is no account {name} yet: give its address with --email.").format(name=name))
    if until and kind in MEMBER_OF:
        _fail(tk._("Only walidata, pembina and koordinator have a last day."))
    person = Person(1, name, email, opd, kind, full_name, until.date() if until else None)
    plans = spreadsheet.plan([person])
    if plans.problems:
        _fail(" ".join(problem.refused.sentence(tk._) for problem in plans.problems))
    _tell(_load(plans.plans, by))


@user.command("load")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Only say what would be done, and what is wrong.")
@click.option("--by", default="", help="The account in whose name this is done; it stands in the audit log.")
@_in_request
def load_file(file: Path, dry_run: bool, by: str) -> None:
    """Load the people of FILE (.xlsx or .csv). All of it or nothing; what is wrong is said by row and column.

    The first row has the headings "nama akun", "surel", "opd" and "kapasitas", and may have "nama lengkap" and
    "sampai" (the last day of a capacity).
    """
    _check_actor(by)
    if file.suffix.lower() not in FILE_TYPES:
        _fail(tk._("The file must end in .xlsx or .csv."))
    try:
        with file.open("rb") as stream:
            people, problems = spreadsheet.rows(stream, FILE_TYPES[file.suffix.lower()])
    except Refused as refused:
        _fail(refused.sentence(tk._))
    plans = spreadsheet.plan(people)
    problems = sorted([*problems, *plans.problems], key=lambda problem: (problem.row, problem.column))
    if problems:
        for problem in problems:
            click.secho(_said(problem), fg="red", err=True)
        _fail(tk._("Nothing was changed. Correct the file and load it again."))
    if dry_run:
        for plan in plans.plans:
            state = tk._("is that already") if plan.present else tk._("new account") if plan.new else tk._("will be")
            click.echo(f"  {plan.person.name}: {plan.person.kind}, {plan.person.opd} ({state})")
        click.echo(tk._("Nothing is wrong. Nothing was changed: this was a trial."))
        return
    _tell(_load(plans.plans, by))


@user.command()
@click.argument("names", nargs=-1, required=True)
@_in_request
def invite(names: tuple[str, ...]) -> None:
    """Send the invitations of the accounts NAMES again, whose people have not chosen a password yet."""
    unsent: list[str] = []
    for name in names:
        try:
            account = loading.waiting(name)
        except Refused as refused:
            _fail(refused.sentence(tk._))
        office = next(iter(inviting.invited_to(account)), (None, None))
        if inviting.send_invitation(account.id, *office):
            click.echo(tk._("The invitation was sent to {email}.").format(email=name))
        else:
            unsent.append(name)
    _tell_unsent(unsent)


def _load(plans: Iterable[spreadsheet.Plan], by: str) -> loading.Loaded:
    try:
        return loading.load(plans, by=by)
    except Refused as refused:
        _fail(refused.sentence(tk._))
    except tk.ValidationError as error:
        _fail("; ".join(f"{key}: {value}" for key, value in error.error_summary.items()))


def _tell(loaded: loading.Loaded) -> None:
    for name, kind, opd in loaded.given:
        click.echo(f"  {name}: {kind}, {opd}")
    counts = tk._("New accounts: {made}. Granted: {given}. As it was: {present}. Invitations sent: {sent}.")
    click.echo(
        counts.format(
            made=len(loaded.made), given=len(loaded.given), present=len(loaded.present), sent=len(loaded.sent)
        )
    )
    _tell_unsent(loaded.unsent)


def _tell_unsent(names: list[str]) -> None:
    if not names:
        return
    click.secho(tk._("These invitations could not be sent; the accounts are there:"), fg="yellow", err=True)
    for name in names:
        click.secho(f"  {name}", fg="yellow", err=True)
    sentence = tk._("Mend the settings of the mail server (smtp.*), then: {command}")
    click.secho(sentence.format(command=f"ckan lebak user invite {' '.join(names)}"), fg="yellow", err=True)
    raise click.exceptions.Exit(1)


def _said(problem: Problem) -> str:
    place = tk._('Row {row}, column "{column}"').format(row=problem.row, column=HEADINGS[problem.column][0])
    return f"{place}: {problem.refused.sentence(tk._)}"


def _check_actor(name: str) -> None:
    if name and model.User.get(name) is None:
        _fail(tk._("There is no account {name}.").format(name=name))


def _fail(reason: str) -> NoReturn:
    click.secho(reason, fg="red", err=True)
    raise click.exceptions.Exit(1)

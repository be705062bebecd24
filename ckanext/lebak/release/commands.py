"""``ckan lebak release``: what the administrator of the site may do past the walidata, by name and with a reason."""

from __future__ import annotations

from typing import NoReturn

import ckan.plugins.toolkit as tk
import click
import sqlalchemy as sa
from ckan import model
from ckan.types import Context

from ckanext.lebak.release import gate, jobs
from ckanext.lebak.release.model import Workflow
from ckanext.lebak.release.visibility import public_packages

__all__ = ["release"]

_BY = click.option("--by", required=True, help="Who answers for it: the name of a person's account.")
_REASON = click.option("--reason", required=True, help="Why, for the audit log and the history of the record.")


@click.group()
def release() -> None:
    """The way of records to the public."""


@release.command()
def status() -> None:
    """Say how many records stand where."""
    rows = sa.select(Workflow.status, Workflow.step, sa.func.count()).group_by(Workflow.status, Workflow.step)
    for place, step, number in model.Session.execute(rows.order_by(Workflow.status, Workflow.step)):
        click.echo(f"{number:6} {place}{f' ({step})' if step else ''}")
    waiting = len(_unapproved())
    if waiting:
        click.echo(f"{waiting:6} public without an approval: ckan lebak release adopt")


@release.command()
@_BY
@_REASON
def adopt(by: str, reason: str) -> None:
    """Take what is public already, from before this extension was there, for released."""
    ids = _unapproved()
    with gate.opened(_account(by), reason=reason, override=True):
        for package_id in ids:
            gate.note_override(package_id)
            model.Session.commit()
    click.echo(f"{len(ids)} records are taken for released.")


@release.command()
@click.argument("record")
@_BY
@_REASON
@click.option("--to", "to", required=True, type=click.Choice(["public", "hidden", "purged"]))
def override(record: str, by: str, reason: str, to: str) -> None:
    """Make RECORD (id or name) public, hidden or gone without the walidata. The audit log says who did it and why."""
    package = model.Package.get(record)
    if package is None:
        _fail(f"There is no record {record}.")
    actor = _account(by)
    with gate.opened(actor, reason=reason, override=True):
        context = Context(user=actor, ignore_auth=True)
        if to == "purged":
            tk.get_action("dataset_purge")(context, {"id": package.id})
        else:
            fields = {"state": "active", "private": to == "hidden"}
            try:
                tk.get_action("package_patch")(context, {"id": package.id, **fields})
            except tk.ValidationError as error:
                _fail(error.error_summary)
    click.echo(f"{record}: {to}, by {actor}.")


@release.command()
def due() -> None:
    """Release what was approved for a day that has come, and end switches that were cut off. The worker does it too."""
    done = jobs.daily()
    click.echo(f"{len(done)} records released.")


@release.command()
def reapply() -> None:
    """Withdraw again what came back with a backup of the database. The site does it too when it starts."""
    done = jobs.reapply()
    for package_id in done:
        click.echo(f"  {package_id}")
    click.echo(f"{len(done)} records are withdrawn again.")


def _unapproved() -> list[str]:
    approved = sa.select(Workflow.package_id).where(Workflow.status == "approved")
    return list(
        model.Session.scalars(sa.select(model.Package.id).where(public_packages(), model.Package.id.not_in(approved)))
    )


def _account(name: str) -> str:
    user = model.User.get(name)
    if user is None:
        _fail(f"There is no account {name}.")
    return user.name


def _fail(reason: object) -> NoReturn:
    click.secho(str(reason), fg="red", err=True)
    raise click.exceptions.Exit(1)

"""``ckan lebak``: offices, people, the demonstration catalog, tables, the feed. Commands call a room."""

from __future__ import annotations

from collections import Counter
from typing import NoReturn

import ckan.plugins.toolkit as tk
import click

from ckanext.lebak import daily as nights
from ckanext.lebak.demo import loading as demo_loading
from ckanext.lebak.doctor import service_findings, settings_findings
from ckanext.lebak.feed.commands import feed
from ckanext.lebak.organizations import changes
from ckanext.lebak.organizations import loading as organization_loading
from ckanext.lebak.people.commands import user
from ckanext.lebak.release.commands import release
from ckanext.lebak.tables import scanning
from ckanext.lebak.tables.loading import load_table
from ckanext.lebak.tables.scan import CLEAN
from ckanext.lebak.tables.status import COMPLETE

__all__ = ["lebak"]


@click.group()
def lebak() -> None:
    """The catalog of Kabupaten Lebak."""


lebak.add_command(feed)
lebak.add_command(release)
lebak.add_command(user)


@lebak.group()
def opd() -> None:
    """Offices (OPD), kecamatan and BPS."""


@opd.command()
@click.option("--force", is_flag=True, help="Also overwrite what a person changed by hand.")
def load(force: bool) -> None:
    """Create the offices, or bring them up to date. What a person changed by hand stays."""
    counts: Counter[str] = Counter()
    for outcome in organization_loading.load(force=force):
        counts[outcome.state] += 1
        if outcome.kept:
            counts["kept"] += 1
            click.echo(f"  {outcome.name}: kept as changed by hand: {', '.join(outcome.kept)}")
        if outcome.state == "deleted":
            click.echo(f"  {outcome.name}: deleted or merged, left alone")
    order = ("created", "updated", "unchanged", "kept", "deleted")
    click.echo("Offices: " + ", ".join(f"{counts[state]} {state}" for state in order if counts[state]))


@opd.command()
@click.argument("old")
@click.argument("new")
@click.option("--title", help="The name that the office gets.")
@click.option("--singkatan", help="The abbreviation that the office gets.")
def rename(old: str, new: str, title: str | None, singkatan: str | None) -> None:
    """Give the office OLD the address NEW. Its datasets stay, the old address leads to the new one."""
    try:
        todo = changes.rename(old, new, title=title, abbreviation=singkatan)
    except (changes.ChangeError, tk.ValidationError) as error:
        _fail(error)
    click.echo(f"{old} is now {new}.")
    _echo_all(todo)


@opd.command()
@click.argument("old")
@click.argument("into")
def merge(old: str, into: str) -> None:
    """Merge the office OLD into the office INTO: datasets and members move, the old address leads there."""
    try:
        todo = changes.merge(old, into, tell=lambda text: click.echo(f"  {text}"))
    except (changes.ChangeError, tk.ValidationError) as error:
        _fail(error)
    click.echo(f"{old} is now part of {into}.")
    _echo_all(todo)


@lebak.group()
def demo() -> None:
    """The demonstration catalog: quotations of published figures."""


@demo.command("load")
def demo_load() -> None:
    """Create the demonstration catalog, or bring it up to date."""
    counts: Counter[str] = Counter()

    def tell(title: str, state: demo_loading.State) -> None:
        counts[state] += 1
        click.echo(f"  {state}: {title}")

    demo_loading.load(tell)
    click.echo("Demonstration catalog: " + ", ".join(f"{number} {state}" for state, number in counts.items()))


@demo.command("remove")
def demo_remove() -> None:
    """Remove the demonstration catalog, with its files, tables and organization."""
    try:
        removed = demo_loading.remove(lambda title: click.echo(f"  removed: {title}"))
    except demo_loading.ForeignDatasetsError as error:
        _fail(f"Its organization also holds other datasets; move or delete them first: {error}")
    click.echo("The demonstration catalog is removed." if removed else "There is no demonstration catalog.")


@lebak.group()
def table() -> None:
    """Tables of uploaded files."""


@table.command("load")
@click.argument("resource_id")
def table_load(resource_id: str) -> None:
    """Load the file of RESOURCE_ID into the datastore now, even if that was tried before."""
    try:
        status = load_table(resource_id, force=True)
    except tk.ObjectNotFound:
        _fail(f"There is no resource {resource_id}.")
    if status is None:
        _fail("This resource is not an uploaded table (CSV, TSV or XLSX).")
    if status.state != COMPLETE:
        _fail(status.sentence)
    click.echo(f"{status.rows} rows loaded.")


@table.command("scan")
@click.argument("resource_id")
def table_scan(resource_id: str) -> None:
    """Check the file of RESOURCE_ID for personal data now, even if that was done. Ends with 1 unless it is clean."""
    try:
        result = scanning.ensure_scanned(scanning.stored_resource(resource_id), force=True)
    except tk.ObjectNotFound:
        _fail(f"There is no resource {resource_id}.")
    if result is None:
        _fail("This resource is no uploaded file.")
    if result.state != CLEAN:
        _fail("\n".join([f"{result.state}:", *result.sentences(tk._)]))
    click.echo("Nothing was found.")


@lebak.command()
def daily() -> None:
    """Do the work of a night now: releases of today, due dates, the feed, e-mails. The worker does it by itself."""
    failed = nights.run()
    if failed:
        _fail(f"These failed, the log says why: {', '.join(failed)}.")
    click.echo("Done.")


@lebak.command()
def doctor() -> None:
    """Name unsafe settings and services that do not answer, each with the mend. Ends with 1 if there is anything."""
    findings = [*settings_findings(tk.config), *service_findings(tk.config)]
    for finding in findings:
        click.echo(f"{click.style(finding.what, fg='red')}\n  -> {finding.mend}")
    if findings:
        raise click.exceptions.Exit(1)
    click.secho("All settings are safe, all services answer.", fg="green")


def _fail(reason: object) -> NoReturn:
    click.secho(str(reason), fg="red", err=True)
    raise click.exceptions.Exit(1)


def _echo_all(sentences: list[str]) -> None:
    for sentence in sentences:
        click.secho(sentence, fg="yellow")

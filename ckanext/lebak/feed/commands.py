"""``ckan lebak feed``: what an operator asks of the feed, and has it do."""

from __future__ import annotations

import datetime as dt
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn

import click
import requests
import sqlalchemy as sa
from ckan import model
from ckan.lib.helpers import get_display_timezone

from ckanext.lebak import profiles
from ckanext.lebak.feed import checking, documents, publishing, reading, records, report, restoring
from ckanext.lebak.feed.model import FeedChange, FeedProblem, FeedVisit
from ckanext.lebak.feed.packing import Piece, gzipped, unpacked
from ckanext.lebak.feed.score import MOST, mandatory_missing, score, statements
from ckanext.lebak.feed.syntaxes import RDF_SYNTAXES
from ckanext.lebak.profiles.sdi import current_site
from ckanext.lebak.release.collections import collection_ids

__all__ = ["feed"]

SHAPES = Path(profiles.__file__).with_name("sdi.ttl")
_AT_ONCE = 100  # records in one graph: more would not make the shapes faster
_LAST_VISITS = 10
_TIMEOUT = 10


@click.group()
def feed() -> None:
    """What machines read."""


@feed.command()
def status() -> None:
    """Say how many records the feed has, what waits, what is set aside, and who harvested last."""
    with _engine().connect() as connection:
        snapshot = reading.newest(connection)
        if snapshot is None:
            click.echo("Nothing is published yet: it will be at the first request, or by `ckan lebak feed rebuild`.")
        else:
            click.echo(f"Records: {snapshot.total}, in snapshot {snapshot.seq} of {_said(snapshot.at)}")
        waiting = connection.scalar(sa.select(sa.func.count()).select_from(FeedChange))
        click.echo(f"Changes that wait: {waiting}")
        states = sa.select(FeedProblem.state, sa.func.count()).group_by(FeedProblem.state)
        counts = {row[0]: row[1] for row in connection.execute(states)}
        click.echo(f"Set aside: {counts.get(publishing.ASIDE, 0)}, in part: {counts.get(publishing.PARTIAL, 0)}")
        _tell_drop(connection)
        visits = sa.select(FeedVisit.__table__).order_by(FeedVisit.last_at.desc()).limit(_LAST_VISITS)
        for visit in connection.execute(visits):
            told = f"{visit.requests} answers, {visit.unchanged} unchanged, {visit.errors} errors"
            click.echo(f"  {_said(visit.last_at)}  {visit.surface}  {told}  {visit.agent}")


@feed.command()
@click.option("--repair", is_flag=True, help="Index and publish again what differs.")
def check(repair: bool) -> None:
    """Compare database, search index and feed by hash, and name what is set aside. Ends with 1 if anything differs."""
    with _progress("Comparing") as progress:
        found = checking.check(_engine(), repair=repair, progress=progress)
    for name, drift in (("feed", found.feed), ("search index", found.search)):
        for kind, ids in (("missing", drift.missing), ("stale", drift.stale), ("extra", drift.extra)):
            for id_ in ids:
                click.echo(f"  {name}: {kind}: {id_}")
    for id_, reason in found.unindexed.items():
        click.echo(f"  search index: cannot take in {id_}: {reason}")
    with _engine().connect() as connection:
        _tell_drop(connection)
    aside = _set_aside()
    for id_, sentences in aside.items():
        click.echo(f"  set aside: {id_}: {' '.join(sentences)}")
    if found.agrees and not aside:
        click.secho(f"Database, search index and feed agree on {found.records} records.", fg="green")
        return
    if found.repaired:
        but = ", but for what is told here" if found.unindexed or found.search_away else ""
        click.secho(f"What differed is indexed and published again{but}.", fg="yellow")
    if found.unindexed:
        _tell(
            "What the search index cannot take in: open the dataset for editing and save it. If that fails, mend its "
            "row in the database: the reason says what CKAN cannot read there."
        )
    if found.search_away:
        _tell("The search does not answer: see that Solr runs, and call this command again. The feed is compared.")
    if aside or not repair or found.unindexed or found.search_away:
        raise click.exceptions.Exit(1)


@feed.command()
@click.option(
    "--processes",
    type=click.IntRange(min=1),
    default=publishing.PROCESSES,
    show_default=True,
    help="How many processes render.",
)
def rebuild(processes: int) -> None:
    """Look at every record, and publish those that are not published as they are now."""
    with _progress("Publishing") as progress:
        done = publishing.rebuild(_engine(), processes=processes, progress=progress)
    click.echo(f"{done.published} published, {done.gone} gone, {done.aside} set aside.")


@feed.command()
def advance() -> None:
    """After a database was restored from a backup: go on above every number that the change stream ever gave."""
    waiting = restoring.advance(_engine())
    click.echo(f"{waiting} records wait to be published under new numbers: run `ckan lebak feed rebuild`.")


@feed.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--format", "format_", type=click.Choice(list(RDF_SYNTAXES)), help="Else the end of FILE says it.")
def dump(file: Path, format_: str | None) -> None:
    """Write the whole catalogue to FILE, packed if its name ends with .gz. The file is there whole or not at all."""
    ends = [end.removeprefix(".") for end in file.suffixes]
    chosen = format_ or next((end for end in reversed(ends) if end in RDF_SYNTAXES), None)
    if chosen is None:
        _fail(f"Say the format, by the end of the name or with --format: {', '.join(RDF_SYNTAXES)}.")
    if not file.absolute().parent.is_dir():
        _fail(f"There is no folder {file.parent}: make it, or name another.")
    engine = _engine()
    publishing.refresh(engine, wait=True)
    pack = gzipped if file.suffix == ".gz" else unpacked
    try:
        with engine.connect() as connection, _whole(file) as target:
            for part in pack(_pieces(connection, chosen)):
                target.write(part)
    except OSError as error:
        _fail(f"{file} cannot be written ({error.strerror}): name another place, or make room and allow it there.")
    click.echo(f"{file}: {file.stat().st_size} bytes")


@feed.command()
@click.option(
    "--shapes",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="SHACL shapes in Turtle, once or more. Else those of Satu Data, which quotations need not meet.",
)
def validate(shapes: tuple[Path, ...]) -> None:
    """Validate what is published against SHACL shapes. Ends with 1 if there is a violation."""
    try:
        import pyshacl
        from pyshacl.errors import ReportableRuntimeError
    except ImportError:
        _fail("Validation needs pyshacl: pip install 'ckanext-lebak[shacl]'.")
    from rdflib import Graph
    from rdflib.namespace import SH

    rules = Graph()
    for file in shapes or (SHAPES,):
        try:
            rules.parse(file)
        except Exception as error:  # each of rdflib's parsers has its own
            _fail(f"{file} cannot be read as Turtle: {_first_line(error)}")
    engine = _engine()
    publishing.refresh(engine, wait=True)
    violations = 0
    with engine.connect() as connection:
        for graph in _graphs(connection, quotations=bool(shapes)):
            try:
                results: Any = pyshacl.validate(graph, shacl_graph=rules, inplace=True)[1]
            except ReportableRuntimeError as error:
                _fail(f"The shapes cannot be applied, mend them: {_first_line(error)}")
            for result in results.subjects(SH.resultSeverity, SH.Violation):
                violations += 1
                told = (SH.focusNode, SH.resultPath, SH.resultMessage)
                click.echo("  " + " ".join(str(results.value(result, predicate)) for predicate in told))
    if violations:
        click.secho(f"{violations} violations", fg="red")
        raise click.exceptions.Exit(1)
    click.secho("No violation.", fg="green")


@feed.command("score")
@click.argument("id_or_name", required=False)
@click.option("--ask", is_flag=True, help="Ask each address whether it answers; else they are taken to.")
def score_(id_or_name: str | None, ask: bool) -> None:
    """Say what the European quality assessment (MQA) would give a record, or all of them, and what is missing."""
    with _engine().connect() as connection:
        ids = _ids(connection, id_or_name)
        if id_or_name and not ids:
            _fail(f"There is no public record {id_or_name}.")
        totals: list[float] = []
        for record in checking.loaded(connection, ids):
            ref, said = statements(record, current_site())
            status_of = _status if ask else lambda _url: 200
            reached = score(said, ref, status=status_of, conforms=not mandatory_missing(said, ref))
            totals.append(reached.total)
            click.echo(f"  {record['name']}: {reached}")
    if len(totals) > 1:
        click.echo(f"On average {sum(totals) / len(totals):.0f} of {MOST} points in {len(totals)} records.")


# ----------------------------------------------------------------------------------------------------------------------


def _engine() -> sa.Engine:
    engine = model.meta.engine
    if engine is None:
        _fail("CKAN has no database.")
    return engine


def _said(moment: dt.datetime) -> str:
    return f"{moment.astimezone(get_display_timezone()):%Y-%m-%d %H:%M %Z}"


@contextmanager
def _progress(label: str) -> Iterator[Callable[[int, int], None]]:
    """A progress bar, as the function that moves it: how many are done, and of how many."""
    with click.progressbar(length=0, label=label) as bar:

        def progress(done: int, total: int) -> None:
            bar.length = total
            bar.update(done - bar.pos)

        yield progress


@contextmanager
def _whole(file: Path) -> Iterator[Any]:
    """A file to write to that takes its name when it is complete."""
    with tempfile.NamedTemporaryFile(dir=file.absolute().parent, prefix=f".{file.name}.", delete=False) as target:
        temporary = Path(target.name)
        try:
            yield target
        except BaseException:
            temporary.unlink()
            raise
        target.flush()
        os.fsync(target.fileno())
    temporary.chmod(0o644)
    temporary.replace(file)


def _pieces(connection: sa.Connection, format_: str) -> Iterator[Piece]:
    snapshot, syntax = _newest(connection), RDF_SYNTAXES[format_]
    stored = reading.everything(connection, snapshot, format_)
    return documents.document(syntax, [documents.described(syntax, snapshot, current_site())], stored)


def _newest(connection: sa.Connection) -> reading.Snapshot:
    return reading.newest(connection) or _fail("Nothing is published yet.")


def _graphs(connection: sa.Connection, *, quotations: bool) -> Iterator[Any]:
    """What is published, as graphs of some records each, with or without quotations."""
    from rdflib import Graph

    quoted = sa.select(model.Package.id).where(model.Package.owner_org.in_(collection_ids(connection)))
    left_out = set() if quotations else set(connection.scalars(quoted))
    snapshot, after = _newest(connection), 0
    while items := reading.page(connection, snapshot, "nt", _AT_ONCE, after=after):
        kept = [item.piece for item in items if item.package_id not in left_out]
        yield Graph().parse(data=b"".join(unpacked(kept)), format="nt")
        after = items[-1].seq


def _set_aside() -> dict[str, list[str]]:
    """The sentences that say why, by id."""
    query = sa.select(FeedProblem.package_id, FeedProblem.reasons).where(FeedProblem.state == publishing.ASIDE)
    with _engine().connect() as connection:
        return {
            row.package_id: [reason["message"].format(**reason["values"]) for reason in row.reasons]
            for row in connection.execute(query)
        }


def _ids(connection: sa.Connection, reference: str | None) -> list[str]:
    if reference is None:
        return records.public_ids(connection)
    named = sa.select(model.Package.id).where(sa.or_(model.Package.id == reference, model.Package.name == reference))
    return list(connection.scalars(named.where(records.fed())))


def _status(url: str) -> int:
    """The status that an address answers with; 0 if there is no answer."""
    try:
        return requests.head(url, allow_redirects=True, timeout=_TIMEOUT).status_code
    except requests.RequestException as error:
        click.secho(f"  {url}: {error}", fg="yellow", err=True)
        return 0


def _first_line(error: Exception) -> str:
    return next(iter(str(error).splitlines()), "") or type(error).__name__


def _tell_drop(connection: sa.Connection) -> None:
    if fallen := report.drop(connection):
        _tell(
            f"The number of records fell from {fallen['before']} ({fallen['at']} UTC) to {fallen['now']}. If nobody "
            "meant to withdraw that many, look for the cause before the portals follow."
        )


def _tell(trouble: object) -> None:
    click.secho(str(trouble), fg="red", err=True)


def _fail(reason: object) -> NoReturn:
    _tell(reason)
    raise click.exceptions.Exit(1)

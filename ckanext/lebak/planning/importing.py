"""Promises of a workbook, tried first and then written, all or none."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa
from ckan import model

from ckanext.lebak import audit
from ckanext.lebak.planning import entry, lookups, promises, rounds, spreadsheet
from ckanext.lebak.planning.spreadsheet import Plan, Problem, Row


class Outcome(NamedTuple):
    """What became of a workbook, or would.

    Attributes:
        new: How many promises are new.
        changed: How many say something else than before.
        same: How many rows say what is there already.
        problems: By cell; with any, nothing was written.
        written: Whether it was written.
    """

    new: int
    changed: int
    same: int
    problems: list[Problem]
    written: bool


def bring_in(year: int, organization_id: str, given: Sequence[Row], actor: str, *, write: bool) -> Outcome:
    """Tries rows, and writes them as drafts where all of them are well. In the caller's transaction.

    Args:
        year: Of the round, which must be open.
        organization_id: The office.
        given: The rows.
        actor: Name of the account.
        write: Whether to write them; else they are only tried.

    Raises:
        ValidationError: The round is closed.
    """
    rounds.held_open(year)
    promises.hold(year, organization_id)
    present = {one.id: one for one in promises.of_office(year, organization_id)}
    agreed = promises.agreed_ids(year)
    made: Plan = spreadsheet.plan(given, year, lookups.Records(organization_id), present, agreed)
    new = sum(promise is None for promise, _said in made.ready)
    written = write and not made.problems
    if written:
        for promise, said in made.ready:
            promises.write(year, organization_id, said, actor, promise=promise)
        details = {"year": year, "new": new, "changed": len(made.ready) - new}
        audit.note(actor, "promise.import", organization_id=organization_id, details=details)
    return Outcome(new, len(made.ready) - new, made.same, made.problems, written)


def workbook(year: int, organization_id: str, office: str) -> bytes:
    """The template of an office: its promises, with addresses in place of ids.

    Args:
        year: Of the round.
        organization_id: The office.
        office: Its title.
    """
    found = [one for one in promises.of_office(year, organization_id) if not one.dropped]
    named = ("dataset", "kegiatan", "indikator")
    ids = {one.said[key] for one in found for key in named}
    query = sa.select(model.Package.id, model.Package.name).where(model.Package.id.in_(ids))
    names = {row.id: row.name for row in model.Session.execute(query)}

    def addressed(said: entry.Said) -> dict[str, Any]:
        return {**said, **{key: names.get(said[key], said[key]) for key in named}, "alasan_perubahan": ""}

    series = [one.name for one in lookups.series_of(organization_id)]
    return spreadsheet.template(year, office, ((one.id, addressed(one.said)) for one in found), series)

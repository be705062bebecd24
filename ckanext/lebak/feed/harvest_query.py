"""What CKAN harvesters write into ``fq`` of ``package_search``, read as conditions on the revisions of the feed.

Only what the stock ``ckan`` harvester of ckanext-harvest builds is understood, and what people add to it by hand::

    organization:a OR organization:b          organizations_filter_include
    -organization:a -organization:b           organizations_filter_exclude
    groups:a OR groups:b                      groups_filter_include, and groups_filter_exclude with minus signs
    metadata_modified:[2026-01-31T00:00:00.000001Z TO *]
    dataset_type:dataset

Terms that follow each other must all hold, ``OR`` joins values of one field. (Solr would read ``organization:a OR
organization:b metadata_modified:[...]`` as "the last, and better if one of the first": a harvester with a filter would
then take every changed record.) Anything else is refused, for a filter that is overlooked gives away too much.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

import sqlalchemy as sa
from ckan import model
from sqlalchemy.sql.elements import ColumnElement
from werkzeug.exceptions import BadRequest

from ckanext.lebak.feed.model import DELETE, FeedRevision

MODIFIED = "metadata_modified"
NAMED = ("organization", "groups", "dataset_type")

_PART = re.compile(
    r"\s*(?:(?P<word>OR|AND)(?!\S)"
    r'|(?P<sign>[+-]?)(?P<field>\w+):(?P<value>"[^"]*"|\[[^\]]*\]|[^\s"()\[\]]+)(?!\S))'
)
_RANGE = re.compile(r"\[\s*(\S+)\s+TO\s+(\S+)\s*\]")
_OPEN = ("*", "NOW")


@dataclass(frozen=True)
class Named:
    """A field has one of these values, or none of them.

    Attributes:
        field: One of `NAMED`.
        values: The values.
        excluded: Whether it must have none of them.
    """

    field: str
    values: tuple[str, ...]
    excluded: bool = False


@dataclass(frozen=True)
class Changed:
    """Something was changed in this time, in UTC; None where it is open."""

    since: dt.datetime | None
    until: dt.datetime | None


Term = Named | Changed


def terms(fq: str) -> list[Term]:
    """Reads a filter query.

    Args:
        fq: What the harvester sent.

    Returns:
        Its terms, all of which must hold.

    Raises:
        BadRequest: Something in it is not understood.
    """
    found: list[Term] = []
    position, joined = 0, ""
    while position < len(fq.rstrip()):
        part = _PART.match(fq, position)
        if part is None or (part["word"] and (joined or not found)):
            raise _unknown(fq[position:])
        position = part.end()
        if part["word"]:
            joined = part["word"]
            continue
        term = _term(part)
        if joined == "OR":
            term = _either(found.pop(), term, fq)
        found.append(term)
        joined = ""
    if joined:
        raise _unknown(joined)
    return found


def condition(term: Term) -> ColumnElement[bool]:
    """The condition on ``FeedRevision``. What is gone is told to everyone: nothing is kept of it to choose it by."""
    if isinstance(term, Changed):
        return sa.and_(
            FeedRevision.at >= term.since if term.since else sa.true(),
            FeedRevision.at <= term.until if term.until else sa.true(),
        )
    among = {
        "organization": FeedRevision.office.in_(term.values),
        "groups": FeedRevision.package_id.in_(_members(term.values)),
        "dataset_type": FeedRevision.type.in_(term.values),
    }[term.field]
    return sa.or_(FeedRevision.kind == DELETE, sa.not_(among) if term.excluded else among)


def _term(part: re.Match[str]) -> Term:
    field, value, excluded = part["field"], part["value"], part["sign"] == "-"
    if field == MODIFIED and not excluded:
        limits = _RANGE.fullmatch(value)
        if limits:
            return Changed(*(_moment(limit) for limit in limits.groups()))
    elif field in NAMED and not value.startswith("["):
        return Named(field, (value.strip('"'),), excluded)
    raise _unknown(part[0])


def _either(one: Term, other: Term, fq: str) -> Named:
    if (
        isinstance(one, Named)
        and isinstance(other, Named)
        and one.field == other.field
        and not (one.excluded or other.excluded)
    ):
        return Named(one.field, (*one.values, *other.values))
    raise _unknown(fq)


def _moment(text: str) -> dt.datetime | None:
    if text in _OPEN:
        return None
    try:
        moment = dt.datetime.fromisoformat(re.sub(r"Z$", "+00:00", text))
        return (moment if moment.tzinfo else moment.replace(tzinfo=dt.timezone.utc)).astimezone(dt.timezone.utc)
    except (ValueError, OverflowError):
        raise _unknown(text) from None


def _members(groups: tuple[str, ...]) -> sa.Select[tuple[str]]:
    group, member = model.group_table.c, model.member_table.c
    return (
        sa.select(member.table_id)
        .join(model.group_table, group.id == member.group_id)
        .where(
            member.table_name == "package",
            member.state == model.State.ACTIVE,
            group.is_organization.is_(False),
            group.state == model.State.ACTIVE,
            group.name.in_(groups),
        )
    )


def _unknown(what: str) -> BadRequest:
    return BadRequest(
        f"This part of fq is not understood here: {what.strip()[:200]} - use organization:NAME, groups:NAME, "
        "dataset_type:NAME (with OR between those of one field, or a minus sign before each) and "
        "metadata_modified:[TIME TO *]."
    )

"""The gate: no record is public but by an approval of exactly its content.

Three walls, one rule:

1. Saving. ``state`` and ``private`` of a record follow from its workflow, whatever is posted (``logic.action.saving``).
2. Chained actions, where CKAN skips the schema, and for a sentence that says what to do (``logic.action.guarding``).
3. `look_over`, after every flush of CKAN's session: a record that would become public without approval, or that waits
   or is public and would change, is refused before the search index learns of it. In the same transaction, from what
   the database holds, whoever writes.

What opens the gate is `opened`: for the switch that `workflow` makes of an approved record, and for a command that
overrides it by name and reason, which goes to the audit log. Nothing that a request may say opens it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model
from sqlalchemy import event
from sqlalchemy.orm import ORMExecuteState, Session

from ckanext.lebak import audit
from ckanext.lebak.release import releases
from ckanext.lebak.release.content import digest, record
from ckanext.lebak.release.model import Workflow
from ckanext.lebak.release.rules import APPROVED, DRAFT, EDITABLE, NEVER_PUBLIC, REJECTED, WITHDRAWN, Place


class Refused(tk.ValidationError):
    """Something that the gate does not let through, as a sentence for the person who tried."""

    def __init__(self, sentence: str) -> None:
        """Takes the sentence, translated."""
        super().__init__({"publishing_status": [sentence]})


@dataclass(frozen=True)
class Opening:
    """Who opened the gate, and why.

    Attributes:
        actor: Name of the account, or of the command.
        reason: In words; empty for an approval, which has its own.
        override: Whether content passes without an approval, and is noted as overridden.
    """

    actor: str
    reason: str = ""
    override: bool = False


_OPENING: ContextVar[Opening | None] = ContextVar("lebak_gate", default=None)


@contextmanager
def opened(actor: str, *, reason: str = "", override: bool = False) -> Iterator[None]:
    """Opens the gate for what is done inside.

    Args:
        actor: Name of the account or command that does it.
        reason: Why; an override needs one.
        override: Lets through what nobody approved, as CKAN's own ``state`` and ``private`` say, and notes it.

    Raises:
        ValueError: An override without a reason.
    """
    if override and not reason.strip():
        raise ValueError("an override of the gate needs a reason")
    before = _OPENING.set(Opening(actor, reason, override))
    try:
        yield
    finally:
        _OPENING.reset(before)


def opening() -> Opening | None:
    """Who has the gate open now; None if it is shut."""
    return _OPENING.get()


def workflow_of(package_id: str) -> Workflow | None:
    """The row of a record; None for one that was never handed in nor released."""
    return model.Session.get(Workflow, package_id)


def place_of(package_id: str) -> Place:
    """Where a record stands."""
    found = workflow_of(package_id)
    return found.place if found else Place(DRAFT)


def refuse_unless_editable(package_id: str) -> None:
    """Says what to do instead of changing a record that waits or is public.

    Raises:
        Refused: Its content may not change now.
    """
    place = place_of(package_id)
    if opening() is None and place not in EDITABLE:
        raise Refused(_what_to_do(place))


def refuse_unless_deletable(package_id: str) -> None:
    """Says what to do instead of deleting a record that waits, is public, or is withdrawn and must say so.

    Raises:
        Refused: It may not be deleted now.
    """
    place = place_of(package_id)
    if opening() is not None:
        return
    if place in EDITABLE and releases.last(package_id) is None:
        return
    if place.status == APPROVED:
        raise Refused(tk._("This record is public. The walidata or the head of its office withdraws it."))
    if place.status == WITHDRAWN or place in EDITABLE:
        raise Refused(tk._("This record was public, and its address says that it was withdrawn. So it is not deleted."))
    raise Refused(_what_to_do(place))


def no_relations() -> str:
    """Why a record is not related to another by CKAN's relations, which nobody approves, and what to do."""
    return tk._("Records are not related this way, because nobody approves it. Name the other one in the description.")


def _what_to_do(place: Place) -> str:
    if place.status == APPROVED:
        return tk._(
            "This record is public. Begin a change of it: readers keep the released version until the walidata "
            "approves yours."
        )
    if place.status == WITHDRAWN:
        return tk._("This record was withdrawn. Take it back to draft before you change it.")
    return tk._("This record was handed in and is being checked. Take the hand-in back before you change it.")


@contextmanager
def undone_if_refused() -> Iterator[None]:
    """Ends the transaction of what the gate refuses, so that the request can go on to say so.

    Raises:
        Refused: As it came.
    """
    try:
        yield
    except Refused:
        model.Session.rollback()
        raise


# --- the last wall ----------------------------------------------------------------------------------------------------

_GUARDED = frozenset({"package", "resource", "package_tag", "tag", "member", "group", "lebak_workflow"})
_BOUND = sa.tuple_(Workflow.status, Workflow.step).not_in([tuple(place) for place in EDITABLE])
"""Of a row: the content of its record may not change now."""
_OVERRIDDEN = "lebak_overridden"


def watch() -> None:
    """Has CKAN's session ask the gate. Can be called again."""
    if not event.contains(model.Session, "after_flush", _after_flush):
        event.listen(model.Session, "after_flush", _after_flush)
        event.listen(model.Session, "before_commit", _before_commit)
        event.listen(model.Session, "after_rollback", _after_rollback)
        event.listen(model.Session, "do_orm_execute", _refuse_bulk_changes)


def _after_flush(session: Session, _context: object) -> None:
    touched = [*session.new, *session.dirty, *session.deleted]  # a list: CKAN's files cannot be hashed
    now = opening()
    _refuse_what_is_never_public(touched)
    if now is None:
        _refuse_what_has_no_approval(session, touched)
    ids = {id_ for entity in touched for id_ in _package_ids(session, entity) if id_}
    if not ids or (now and not now.override):
        return  # in the middle of a switch, which looks at its end
    if now:
        session.info.setdefault(_OVERRIDDEN, {}).update(dict.fromkeys(ids, now))
    else:
        look_over(session.connection(), ids)


def _package_ids(session: Session, entity: object) -> Iterator[str | None]:
    """The records that an entity is part of, and was part of before."""
    if isinstance(entity, model.Package):
        yield entity.id
    elif isinstance(entity, model.Resource | model.PackageTag):
        yield from _now_and_before(entity, "package_id")
    elif isinstance(entity, model.Member) and entity.table_name == "package":
        yield from _now_and_before(entity, "table_id")
    elif isinstance(entity, model.Tag):
        links = model.package_tag_table.c
        yield from session.connection().scalars(sa.select(links.package_id).where(links.tag_id == entity.id))


def _now_and_before(entity: object, name: str) -> Iterator[str | None]:
    history = sa.inspect(entity, raiseerr=True).attrs[name].history
    yield from (*history.deleted, *history.unchanged, *history.added)


def _refuse_what_is_never_public(touched: Iterable[object]) -> None:
    """Refuses to make public what no approval and no override makes public."""
    for entity in touched:
        if not isinstance(entity, model.Package) or entity.type not in NEVER_PUBLIC:
            continue
        if entity.state == model.State.ACTIVE and not entity.private:
            raise Refused(tk._("A proposal does not become public. Pass it on to BPS instead."))


def _refuse_what_has_no_approval(session: Session, touched: Iterable[object]) -> None:
    """Refuses what would change what the public reads of records, and is no part of any of them."""
    for entity in touched:
        if isinstance(entity, model.PackageRelationship):
            raise Refused(no_relations())
        if not isinstance(entity, model.Group) or not entity.is_organization or entity.state == model.State.ACTIVE:
            continue
        if _has_bound_records(session.connection(), entity.id):
            raise Refused(
                tk._(
                    "This office has records that are public, withdrawn or handed in. Withdraw them or move them to "
                    "the office that takes over, then close it."
                )
            )


def _has_bound_records(connection: sa.Connection, organization_id: str) -> bool:
    package = model.package_table
    bound = (
        sa.select(Workflow.package_id)
        .join(package, package.c.id == Workflow.package_id)
        .where(package.c.owner_org == organization_id, _BOUND)
    )
    return connection.scalar(bound.limit(1)) is not None


def look_over(connection: sa.Connection, package_ids: Iterable[str]) -> None:
    """Refuses what may not be, of records that were just written.

    Args:
        connection: The one that wrote, in its transaction.
        package_ids: Of the records.

    Raises:
        Refused: One would be public without an approval of its content, or was changed, hidden or removed while it
            waits or is public.
    """
    ids = set(package_ids)
    package, rows = model.package_table, Workflow.__table__
    query = (
        sa.select(package.c.id, package.c.state, package.c.private, rows.c.status, rows.c.step, rows.c.content)
        .outerjoin(rows, rows.c.package_id == package.c.id)
        .where(package.c.id.in_(sorted(ids)))
    )
    written = connection.execute(query).all()
    for row in written:
        place = Place(row.status or DRAFT, row.step or "")
        public = row.state == model.State.ACTIVE and not row.private
        if public and place.status != APPROVED:
            raise Refused(tk._("Only the walidata makes a record public, and only as it was handed in."))
        hidden = place == Place(APPROVED) and not public
        if hidden or (place not in EDITABLE and digest(connection, row.id) != row.content):
            raise Refused(_what_to_do(place))
    gone = ids - {row.id for row in written}
    if gone:
        _refuse_removed(connection, gone)


def _refuse_removed(connection: sa.Connection, package_ids: Iterable[str]) -> None:
    bound = sa.select(Workflow.status, Workflow.step).where(Workflow.package_id.in_(sorted(package_ids)), _BOUND)
    row = connection.execute(bound.limit(1)).first()
    if row is not None:
        raise Refused(_what_to_do(Place(row.status, row.step)))


def _refuse_bulk_changes(state: ORMExecuteState) -> None:
    """Refuses a statement that writes records past the session's flush.

    CKAN has one: the datastore notes so that the table of a removed file is gone. Files of records that may be edited
    are written that way too.
    """
    statement = state.statement
    if opening() is not None or not isinstance(statement, sa.Update | sa.Delete | sa.Insert):
        return
    name = getattr(statement.table, "name", None)
    if name not in _GUARDED:
        return
    if name == model.resource_table.name and isinstance(statement, sa.Update) and "package_id" not in _written(state):
        touched = sa.select(model.Resource.package_id).where(*statement._where_criteria)
        if all(place_of(id_) in EDITABLE for id_ in state.session.scalars(touched) if id_):
            return
    raise Refused(tk._("Records are changed one by one, so that each can be checked."))


def _written(state: ORMExecuteState) -> set[str]:
    """The columns that an update writes, by the statement or by its parameters."""
    by_statement = getattr(state.statement, "_values", None) or {}
    parameters = state.parameters or {}
    by_parameters = [parameters] if isinstance(parameters, Mapping) else parameters
    return {getattr(key, "key", str(key)) for key in by_statement} | {key for each in by_parameters for key in each}


def settle(package_id: str, actor: str) -> None:
    """Looks at a record after a save and before the search index learns of it: who changed it, and is it approved.

    Args:
        package_id: Id of the record.
        actor: Name of the account that saved it.

    Raises:
        Refused: It was being released and is not what was approved.
    """
    model.Session.flush()
    now = opening()
    if now and now.override:
        return  # noted when the transaction ends
    current = digest(model.Session.connection(), package_id)
    row = workflow_of(package_id)
    if now and row and row.status == APPROVED and row.content != current:
        raise Refused(tk._("The content changed while it was being released. Look at it again, then release it."))
    if now is None and (row is None or row.seen != current):
        if row is None:
            row = Workflow(package_id=package_id)
            model.Session.add(row)
        row.seen, row.last_editor = current, actor


# --- overrides --------------------------------------------------------------------------------------------------------


def note_override(package_id: str) -> None:
    """Has the open override take a record for released or hidden as it is, when the transaction ends.

    Raises:
        RuntimeError: The gate is not open for an override.
    """
    model.Session().info.setdefault(_OVERRIDDEN, {})[package_id] = _override()


def note_purge(package_id: str) -> None:
    """Says in the log that an override removes a record, and forgets where it stood and what its releases said."""
    by, row = _override(), workflow_of(package_id)
    before = row.status if row else DRAFT
    audit.note(by.actor, "release.purge", package_id=package_id, states=(before, None), text=by.reason)
    releases.withdraw(package_id, forget=True)
    if row is not None:
        model.Session.delete(row)


def _override() -> Opening:
    now = opening()
    if now is None or not now.override:
        raise RuntimeError("the gate is not open for an override")
    return now


def _before_commit(session: Session) -> None:
    if session.in_nested_transaction():
        return
    for package_id, by in session.info.pop(_OVERRIDDEN, {}).items():
        _note_override(session, package_id, by)


def _after_rollback(session: Session) -> None:
    session.info.pop(_OVERRIDDEN, None)


def _note_override(session: Session, package_id: str, by: Opening) -> None:
    """Takes a record for released, or for changed, as the override left it, and says so in the log."""
    session.flush()
    connection = session.connection()
    told = record(connection, package_id)
    package = session.get(model.Package, package_id)
    if told is None or package is None:
        return
    content = digest(connection, package_id)
    row = session.get(Workflow, package_id)
    public = package.state == model.State.ACTIVE and not package.private
    before = row.status if row else DRAFT
    if row and row.content == content and public == (before == APPROVED):
        return
    if not public and before in (DRAFT, REJECTED):
        return
    row = row or Workflow(package_id=package_id)
    session.add(row)
    row.status, row.step = (APPROVED, "") if public else (WITHDRAWN, "")
    row.content = row.seen = content
    if before != row.status:
        row.since = dt.datetime.now(dt.timezone.utc)
    states = (before, row.status)
    audit.note(by.actor, "release.override", package_id=package_id, states=states, content=content, text=by.reason)
    if public:
        releases.keep_override(package_id, content or "", told, actor=by.actor, reason=by.reason)
    else:
        releases.withdraw(package_id)

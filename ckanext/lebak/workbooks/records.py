"""What becomes of a form of a workbook: the record that it makes or changes, each whole or not at all.

Records are written by CKAN's own actions as the person who sent the file, so that every rule of a form in the browser
holds here too. A record that was released is not changed: its office begins a change of it first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import authz, model
from ckan.lib import plugins as lib_plugins
from ckan.lib.munge import munge_title_to_name
from ckan.types import Context

from ckanext.lebak import audit
from ckanext.lebak.desks.office import may_edit_now
from ckanext.lebak.language import say
from ckanext.lebak.release.model import Workflow
from ckanext.lebak.release.requirements import missing_at_release
from ckanext.lebak.statistics import private
from ckanext.lebak.statistics.questions import WHICH, Form, form
from ckanext.lebak.workbooks.model import WorkbookUpload
from ckanext.lebak.workbooks.paper import told
from ckanext.lebak.workbooks.reading import Understood

_YEAR = "tahun_kegiatan"
_LONGEST_NAME = 90  # CKAN's limit is 100
_READ_OVER = 5
"""Workbooks of an upload whose answers are shown again: nobody reads over hundreds."""
_LONGEST_SHOWN = 300


@dataclass
class Item:
    """What became of a form of an upload.

    Attributes:
        file: Name of the workbook.
        form: Name of the form.
        title: Of the record.
        year: Of an activity or a proposal.
        answers: How many questions were answered.
        missing: How many answers a hand-in still lacks.
        changes: Address of the record that it changes; empty for a new one.
        problems: What keeps it from being written: ``sheet``, ``cell``, ``label`` and ``sentence``.
        understood: What was heard, for the sender to read over: ``label`` and ``text``. Of a file with many workbooks
            and of what is private it is not kept.
        written: Address of the record, once it is written.
    """

    file: str
    form: str = ""
    title: str = ""
    year: str = ""
    answers: int = 0
    missing: int = 0
    changes: str = ""
    problems: list[dict[str, str]] = field(default_factory=list)
    understood: list[dict[str, str]] = field(default_factory=list)
    written: str = ""


def state_of(record: Mapping[str, Any]) -> str:
    """What changes whenever a record changes, or what it answers about people, which is kept beside it.

    Args:
        record: As ``package_show`` gives it.
    """
    return f"{record['metadata_modified']} {private.changed_at(record['id'])}".strip()


@dataclass
class Seen:
    """What forms of an upload were before: a second one of the same record would overwrite the first.

    Attributes:
        files: The file of each, by what it is known by: form, title and year, or the id of the record.
    """

    files: dict[tuple[str, ...], str] = field(default_factory=dict)

    def before(self, item: Item, id_: str) -> str | None:
        """The file that has this record too, if one came before; notes it for those that follow.

        Args:
            item: The form.
            id_: Id of the record that it changes; empty for a new one.
        """
        title = " ".join(item.title.casefold().split())
        keys = [(item.form, title, item.year)] if title else []
        keys += [(id_,)] if id_ else []
        found = next((self.files[key] for key in keys if key in self.files), None)
        for key in keys:
            self.files.setdefault(key, item.file)
        return found


Look = Callable[[WorkbookUpload, str, Understood, Seen], Item]
"""What is done with a form: `checked`, or `written`."""


def checked(found: WorkbookUpload, file: str, understood: Understood, seen: Seen) -> Item:
    """What would become of a form.

    Args:
        found: The upload.
        file: Name of the workbook.
        understood: The form.
        seen: The forms of the upload before it.
    """
    item, record, stored = _prepared(found, file, understood, seen)
    if found.number <= _READ_OVER:
        item.understood = _read_over(understood)
    if not record:
        return item
    record = dict(record)
    try:
        with private.kept_apart(record["type"], record):
            errors = _errors(found.sent_by, record, stored)
    except tk.ValidationError as error:
        errors = error.error_dict
    # All that is wrong is told at once, each cell by what was seen of it first.
    known = {(each["sheet"], each["cell"]) for each in item.problems if each["cell"]}
    item.problems += [each for each in _told(understood, errors) if (each["sheet"], each["cell"]) not in known]
    if not item.problems:
        schema = tk.h.scheming_get_dataset_schema(record["type"])
        item.missing = len(missing_at_release(record, schema))
    return item


def written(found: WorkbookUpload, file: str, understood: Understood, seen: Seen) -> Item:
    """Writes a form, if nothing is wrong with it.

    Args:
        found: The upload.
        file: Name of the workbook.
        understood: The form.
        seen: The forms of the upload before it.
    """
    item, record, stored = _prepared(found, file, understood, seen)
    if item.problems:
        return item
    action = "package_update" if stored else "package_create"
    try:
        made = tk.get_action(action)(_context(found.sent_by), dict(record))
    except (tk.ValidationError, tk.NotAuthorized) as error:
        model.Session.rollback()
        refused = error.error_dict if isinstance(error, tk.ValidationError) else {"": [str(error)]}
        item.problems += _told(understood, refused)
        return item
    item.written = made["name"]
    details = {"file": file, "upload": found.id}
    audit.note(found.sent_by, "workbook.write", package_id=made["id"], content=found.digest, details=details)
    # The note stays with its record, whatever happens to the next one.
    model.repo.commit()
    return item


def _prepared(
    found: WorkbookUpload, file: str, understood: Understood, seen: Seen
) -> tuple[Item, dict[str, Any], model.Package | None]:
    """A form with the record that it becomes or changes, and what is wrong before a validator has looked at it.

    The record is empty where it may not be changed at all.
    """
    answers = understood.answers
    item = Item(
        file,
        understood.form,
        title=str(answers.get("title") or answers.get("nama") or ""),
        year=str(answers.get(_YEAR) or ""),
        answers=len(answers),
        problems=[
            problem(tk._(each.message).format(**each.values), sheet=each.sheet, cell=each.cell, label=say(each.label))
            for each in understood.problems
        ],
    )
    described = form(understood.form)
    stored = _stored(found, understood, described)
    twin = seen.before(item, stored.id if stored else "")
    if twin is not None:
        sentence = tk._("This is the same record as one before it, in {file}. Leave one of them out, or rename it.")
        item.problems.append(problem(sentence.format(file=twin)))
    if stored is None:
        record = {**described.record, "owner_org": found.organization_id, **answers}
        record.setdefault("name", _free_name(f"{item.title} {item.year}"))
        return item, record, None
    item.changes = stored.name
    if not authz.is_authorized_boolean("package_update", _context(found.sent_by), {"id": stored.id}):
        item.problems.append(problem(tk._("This record is of another office, or not yours to change.")))
        return item, {}, stored
    if not may_edit_now(stored.id):
        sentence = tk._("This record was handed in or released. Begin a change of it, take its workbook and send that.")
        item.problems.append(problem(sentence))
        return item, {}, stored
    before = tk.get_action("package_show")(_context(found.sent_by), {"id": stored.id})
    if understood.changed and understood.changed != state_of(before):
        sentence = tk._(
            "The record was changed in the catalog after this workbook was taken from it. Take its workbook again and "
            "bring your answers into that one."
        )
        item.problems.append(problem(sentence))
        return item, {}, stored
    kept = {key: value for key, value in before.items() if key not in understood.asked}
    # What the workbook asks and leaves empty is empty; private answers, kept elsewhere, are emptied by a blank.
    blank = dict.fromkeys(understood.asked & described.private_keys, "")
    return item, {**kept, **blank, **answers}, stored


def _stored(found: WorkbookUpload, understood: Understood, described: Form) -> model.Package | None:
    """The record that a form is of: by its id, or by form, title and year within the office."""
    package = model.Package
    live = [package.type == described.dataset_type, package.state != model.State.DELETED]
    if WHICH in described.record:
        live.append(package.extras[WHICH].astext == described.name)
    if understood.id:
        by_id = model.Session.scalar(sa.select(package).where(package.id == understood.id, *live))
        if by_id is not None:
            return by_id
    title = str(understood.answers.get("title") or "").strip()
    year = package.extras[_YEAR].astext
    query = (
        sa.select(package)
        .outerjoin(Workflow, Workflow.package_id == package.id)
        .where(*live, package.owner_org == found.organization_id, package.title == title)
        .where(sa.func.coalesce(year, "") == str(understood.answers.get(_YEAR) or ""))
        # A change of a released record that has begun is what the office works on.
        .order_by(Workflow.release_of.is_(None), package.id)
        .limit(1)
    )
    return model.Session.scalar(query) if title else None


def _free_name(title: str) -> str:
    """An address that no record has."""
    base = munge_title_to_name(title)[:_LONGEST_NAME].strip("-") or "formulir"
    names = (base if number == 1 else f"{base}-{number}" for number in count(1))
    return next(name for name in names if model.Package.get(name) is None)


def _context(actor: str) -> Context:
    user = model.User.get(actor)
    return {"user": actor, "auth_user_obj": user}  # type: ignore[typeddict-item]


def _errors(actor: str, record: Mapping[str, Any], stored: model.Package | None) -> Mapping[str, Any]:
    """What the validators of a record say, as CKAN's action would ask them; nothing is written."""
    plugin = lib_plugins.lookup_package_plugin(record["type"])
    action = "package_update" if stored else "package_create"
    schema = plugin.update_package_schema() if stored else plugin.create_package_schema()
    if not authz.is_authorized_boolean(action, _context(actor), dict(record)):
        return {"": [tk._("You may not write records of this office.")]}
    context: Any = {**_context(actor), "model": model, "session": model.Session, "schema": schema}
    if stored is not None:
        context["package"] = stored
    _data, errors = lib_plugins.plugin_validate(plugin, context, dict(record), schema, action)
    return errors


def _read_over(understood: Understood) -> list[dict[str, str]]:
    """The answers as they were heard, in the words of the code lists."""
    questions = [each for each in form(understood.form).questions if not each.private]
    lines = [line for each in questions if understood.answers.get(each.key) for line in told(each, understood.answers)]
    return [
        {"label": f"{number} {label}".strip(), "text": text[:_LONGEST_SHOWN]} for number, label, text in lines if text
    ]


# --- problems ---------------------------------------------------------------------------------------------------------


def problem(sentence: str, *, sheet: str = "", cell: str = "", label: str = "") -> dict[str, str]:
    """What keeps a form from being written, as an `Item` has it.

    Args:
        sentence: What is wrong.
        sheet: Title of the sheet; empty for the form as a whole.
        cell: Where on it.
        label: What is asked there.
    """
    return {"sheet": sheet, "cell": cell, "label": label, "sentence": sentence}


def _told(understood: Understood, errors: Mapping[str, Any]) -> list[dict[str, str]]:
    """What validators say, by the cells that they speak of."""
    labels = {question.key: say(question.label) for question in form(understood.form).questions}
    return [
        problem(
            sentence,
            sheet=place.sheet if (place := understood.places.get(path)) else "",
            cell=place.cell if place else "",
            label=labels.get(path.partition(".")[0], path),
        )
        for path, sentence in _sentences(errors)
    ]


def _sentences(errors: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    for key, said in errors.items():
        for number, each in enumerate(said if isinstance(said, list) else [said]):
            if isinstance(each, Mapping):
                yield from _sentences(each, f"{prefix}{key}.{number}.")
            else:
                yield f"{prefix}{key}", str(each)

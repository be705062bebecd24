"""Answers about the person in charge: kept beside the record, never in it.

BPS's forms ask who answers for an activity and how to reach them. That is printed for the office, the walidata and BPS;
it is in no package dict, so in no activity stream, index or feed either. What looks like a NIP, the number of a civil
servant, is not kept at all.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model

from ckanext.lebak.logic.validators.values import clean_text, is_blank
from ckanext.lebak.statistics.model import PrivateAnswers
from ckanext.lebak.statistics.nip import looks_like_nip
from ckanext.lebak.statistics.questions import private_fields

_LONGEST = 500


def of(package_id: str) -> dict[str, Any]:
    """The private answers of a record. Who may read them is asked by the caller."""
    row = model.Session.get(PrivateAnswers, package_id)
    return dict(row.answers) if row else {}


def changed_at(package_id: str) -> str:
    """When the private answers of a record were last changed; empty if it has none."""
    row = model.Session.get(PrivateAnswers, package_id)
    return row.changed_at.astimezone(dt.timezone.utc).isoformat() if row else ""


@contextmanager
def kept_apart(dataset_type: str, data_dict: MutableMapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Takes the private answers out of what is saved; puts them back for a form that is shown again.

    Args:
        dataset_type: Type of the record.
        data_dict: What was posted.

    Yields:
        The answers, cleaned; empty ones say that an answer was taken away.

    Raises:
        ValidationError: One of them cannot be kept.
    """
    posted = {key: data_dict.pop(key) for key in private_fields(dataset_type) & data_dict.keys()}
    try:
        yield _cleaned(posted)
    except tk.ValidationError:
        data_dict.update(posted)
        raise


def would_change(package_id: str, answers: Mapping[str, Any]) -> bool:
    """Whether these answers, as `kept_apart` gives them, say something else than what is kept."""
    before = of(package_id) if answers else {}
    return any((before.get(key) or "") != value for key, value in answers.items())


def keep(package_id: str, answers: Mapping[str, Any]) -> None:
    """Keeps private answers of a record; those that are not given stay as they are. The caller commits.

    Args:
        package_id: Id of the record, which is in the database.
        answers: As `kept_apart` gives them.
    """
    after = {key: value for key, value in {**of(package_id), **answers}.items() if value}
    model.Session.merge(PrivateAnswers(package_id=package_id, answers=after, changed_at=_now()))
    model.Session.flush()


def copy(from_id: str, to_id: str) -> None:
    """Gives a record the private answers of another: a working copy, or the released record that it becomes."""
    answers = of(from_id)
    if answers != of(to_id):
        model.Session.merge(PrivateAnswers(package_id=to_id, answers=answers, changed_at=_now()))
        model.Session.flush()


def _now() -> dt.datetime:
    return dt.datetime.now(dt.timezone.utc)


def _cleaned(posted: Mapping[str, Any]) -> dict[str, str]:
    cleaned, errors = {}, {}
    for key, value in posted.items():
        if is_blank(value):
            cleaned[key] = ""
            continue
        try:
            text = " ".join(clean_text(value).split())
        except tk.Invalid as error:
            errors[key] = [error.error]
            continue
        if looks_like_nip(text):
            errors[key] = [tk._("Leave out the NIP: the catalog does not keep it.")]
        elif len(text) > _LONGEST:
            errors[key] = [tk._("This is too long. Write at most {count} characters.").format(count=_LONGEST)]
        cleaned[key] = text
    if errors:
        raise tk.ValidationError(errors)
    return cleaned

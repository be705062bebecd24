"""Several records at once: each goes through the action by itself, and what became of each is told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.types import Context

from ckanext.lebak.release import rules

ACTIONS = {rules.APPROVE: "lebak_release_approve", rules.RETURN: "lebak_release_return"}
"""What can be done to several records, and by which action."""
_UNSEEN = "unseen"
"""In place of a digest that was not posted: no content has it, so nothing is released unseen."""


@dataclass(frozen=True)
class Result:
    """What became of a record.

    Attributes:
        package_id: Its id.
        title: Its title.
        done: Whether it was done.
        status: Where it stands now, where it was done: code of vocabularies/publishing_status.csv.
        sentence: Why it was not done.
    """

    package_id: str
    title: str
    done: bool
    status: str = ""
    sentence: str = ""


def carry_out(
    act: str, user: model.User, chosen: Sequence[str], *, contents: Mapping[str, str], text: str, day: str
) -> list[Result]:
    """Releases or returns records, one after the other. What is refused of one does not stop the others.

    Args:
        act: ``approve`` or ``return``.
        user: Who does it.
        chosen: Ids of the records.
        contents: Digest of what was listed, by id: another content is not released.
        text: The reason, or a remark, of all of them.
        day: The day from which they are public, as text; empty for now.
    """
    results = []
    for package_id in chosen:
        package = model.Package.get(package_id)
        title = package.title or package.name if package else package_id
        said = {"id": package_id, "text": text}
        if act == rules.APPROVE:
            said |= {"content": contents.get(package_id) or _UNSEEN, "day": day}
        try:
            state = tk.get_action(ACTIONS[act])(Context(user=user.name, auth_user_obj=user), said)
        except (tk.ValidationError, tk.NotAuthorized, tk.ObjectNotFound) as error:
            model.Session.rollback()
            results.append(Result(package_id, title, done=False, sentence=sentence_of(error)))
        else:
            results.append(Result(package_id, title, done=True, status=state["status"]))
    return results


def sentence_of(error: Exception) -> str:
    """What an action refused, as sentences for the person."""
    if isinstance(error, tk.ValidationError):
        return " ".join(_sentences(error.error_dict)) or str(error)
    return str(getattr(error, "message", None) or error)


def _sentences(told: Any) -> list[str]:
    if isinstance(told, Mapping):
        return [sentence for value in told.values() for sentence in _sentences(value)]
    if isinstance(told, list):
        return [sentence for value in told for sentence in _sentences(value)]
    return [str(told)] if told else []

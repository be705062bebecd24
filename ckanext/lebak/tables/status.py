"""What came of the last attempt to load a table, kept where CKAN's own loaders keep it: in ``task_status``."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field

import ckan.plugins.toolkit as tk
from ckan import model

from ckanext.lebak.tables.problem import TableError

TASK = "lebak_table"
LOADING = "loading"
COMPLETE = "complete"
ERROR = "error"


@dataclass(frozen=True)
class TableStatus:
    """The last attempt.

    Attributes:
        signature: Of the file and the described columns that were tried.
        state: ``loading``, ``complete`` or ``error``.
        rows: How many rows are in the datastore.
        message: The sentence that says why not, untranslated; empty when all went well.
        values: What stands for the names in the sentence.
        when: When it was noted, in seconds since 1970.
    """

    signature: str
    state: str
    rows: int = 0
    message: str = ""
    values: dict[str, str] = field(default_factory=dict)
    when: float = field(default_factory=time.time)

    def is_of(self, signature: str, patience: float) -> bool:
        """Whether this attempt was of that file and is settled, or under way for less than ``patience`` seconds."""
        stuck = self.state == LOADING and time.time() - self.when > patience
        return self.signature == signature and not stuck

    @property
    def sentence(self) -> str:
        """Why the table is not there, in the language of the request; empty when it is."""
        return TableError(self.message, **self.values).sentence(tk._) if self.message else ""


def table_status(resource_id: str) -> TableStatus | None:
    """The last attempt for a resource; None when there was none."""
    row = _row(resource_id)
    return TableStatus(**json.loads(row.value)) if row else None


def keep_status(resource_id: str, status: TableStatus) -> None:
    """Notes an attempt, in place of the one before, and commits."""
    before = _row(resource_id)
    tk.get_action("task_status_update")(
        {"ignore_auth": True},
        {
            **({"id": before.id} if before else {}),
            "entity_id": resource_id,
            "entity_type": "resource",
            "task_type": TASK,
            "key": TASK,
            "value": json.dumps(vars(status), ensure_ascii=False),
            "state": status.state,
            "error": json.dumps({"message": status.message, **status.values}, ensure_ascii=False)
            if status.message
            else "",
        },
    )


def forget_status(resource_id: str) -> None:
    """Removes what is noted of a resource, and commits."""
    row = _row(resource_id)
    if row:
        model.Session.delete(row)
        model.Session.commit()


def _row(resource_id: str) -> model.TaskStatus | None:
    return model.Session.query(model.TaskStatus).filter_by(entity_id=resource_id, task_type=TASK, key=TASK).first()

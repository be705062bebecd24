"""The notices. Made by ``migration/lebak``."""

from __future__ import annotations

import datetime as dt
from typing import Any

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

HANDED_IN, CONSENT_ASKED, RETURNED, RELEASED = "handed_in", "consent_asked", "returned", "released"
WITHDRAWN, NOTE, OBJECTED, DUE, OVERDUE = "withdrawn", "note", "objected", "due", "overdue"
PASSED_ON, ROMANTIK, RESULTS_DUE = "passed_on", "romantik", "results_due"
"""Of proposals: the walidata agreed; something was recorded of BPS's answer; BPS waits for the results."""
ROUND_OPENED, PROMISES_WAIT, PROMISES_DECLINED = "round_opened", "promises_wait", "promises_declined"
PROMISE_DUE, PROMISE_OVERDUE = "promise_due", "promise_overdue"
OF_THE_LIST = (ROUND_OPENED, PROMISES_WAIT, PROMISES_DECLINED, PROMISE_DUE, PROMISE_OVERDUE)
"""Told of the data list and not of a record: ``package_id`` is empty, ``details`` has ``year`` and ``office``."""
TABLES_ASKED, TABLES_DUE, TABLES_OVERDUE = "tables_asked", "tables_due", "tables_overdue"
OF_REQUESTS = (TABLES_ASKED, TABLES_DUE, TABLES_OVERDUE)
"""Told of a request of tables: ``package_id`` is empty, ``details`` has its ``request`` and the ``office`` asked."""


def _now() -> dt.datetime:
    return dt.datetime.now(dt.timezone.utc)


class Notice(tk.BaseModel):
    """What one person is told of one record.

    Attributes:
        user_id: Whom it tells.
        what: One of the names above.
        package_id: The record. It may be gone since.
        at: When it happened.
        details: ``title``, ``type`` and ``name`` of the record then; ``release_of``, the released record that it was a
            change of; of what is due the ``field`` and the ``promised`` day. No words and no name of a person.
        once: What it is known by where it must not be told twice; None for what happens again and again.
        read_at: When the person marked it as read.
        mailed_at: When it went out by e-mail.
        tries: How often that was tried.
        error: Which kind of error the last try ended with; no address and no content.
    """

    __tablename__ = "lebak_notice"
    __table_args__ = (sa.UniqueConstraint("user_id", "once"),)

    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), primary_key=True)
    user_id: Mapped[str] = mapped_column(sa.UnicodeText, sa.ForeignKey("user.id", ondelete="CASCADE"), nullable=False)
    what: Mapped[str] = mapped_column(sa.UnicodeText, nullable=False)
    package_id: Mapped[str] = mapped_column(sa.UnicodeText, nullable=False, index=True)
    at: Mapped[dt.datetime] = mapped_column(sa.DateTime(timezone=True), nullable=False, default=_now)
    details: Mapped[dict[str, Any]] = mapped_column(JSONB, nullable=False, default=dict)
    once: Mapped[str | None] = mapped_column(sa.UnicodeText)
    read_at: Mapped[dt.datetime | None] = mapped_column(sa.DateTime(timezone=True))
    mailed_at: Mapped[dt.datetime | None] = mapped_column(sa.DateTime(timezone=True))
    tries: Mapped[int] = mapped_column(sa.Integer, nullable=False, default=0)
    error: Mapped[str] = mapped_column(sa.UnicodeText, nullable=False, default="")

"""Meetings of the Forum and what they decided. Made by ``migration/lebak``."""

from __future__ import annotations

import datetime as dt
from typing import Any

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from sqlalchemy.orm import Mapped, MappedColumn, mapped_column, relationship

from ckanext.lebak.release.model import new_id


def _text(**options: Any) -> MappedColumn[Any]:
    return mapped_column(sa.UnicodeText, **options)


class Meeting(tk.BaseModel):
    """A meeting.

    Attributes:
        held_on: The day.
        subject: What it was about.
        noted_by: Name of the account that wrote it down.
        decisions: What it decided, in the order in which it was written down.
    """

    __tablename__ = "lebak_forum_meeting"

    id: Mapped[str] = _text(primary_key=True, default=new_id)
    held_on: Mapped[dt.date] = mapped_column(sa.Date, nullable=False, index=True)
    subject: Mapped[str] = _text(nullable=False)
    noted_by: Mapped[str] = _text(nullable=False)
    decisions: Mapped[list[Decision]] = relationship("Decision", order_by="Decision.number", back_populates="meeting")


class Decision(tk.BaseModel):
    """Something that a meeting decided.

    Attributes:
        number: From 1, within its meeting.
        text: What is to be done.
        organization_id: The office that does it; None for all of them together.
        due: The day until which.
        done_on: When it was done; None while it is not.
        done_by: Name of the account that said so.
    """

    __tablename__ = "lebak_forum_decision"
    __table_args__ = (sa.UniqueConstraint("meeting_id", "number"),)

    id: Mapped[str] = _text(primary_key=True, default=new_id)
    meeting_id: Mapped[str] = mapped_column(sa.UnicodeText, sa.ForeignKey("lebak_forum_meeting.id"), nullable=False)
    number: Mapped[int] = mapped_column(sa.Integer, nullable=False)
    text: Mapped[str] = _text(nullable=False)
    organization_id: Mapped[str | None] = _text(index=True)
    due: Mapped[dt.date] = mapped_column(sa.Date, nullable=False)
    done_on: Mapped[dt.date | None] = mapped_column(sa.Date)
    done_by: Mapped[str | None] = _text()
    meeting: Mapped[Meeting] = relationship("Meeting", back_populates="decisions")

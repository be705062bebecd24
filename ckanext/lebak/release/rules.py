"""Who may move a record where. One table, pure: no CKAN, no database.

The steps are those of Perpres 39/2019: the producer hands over data with standard and metadata (article 33), the
walidata checks and returns or releases (34, 36), the pembina looks over priority data (35). The names of the statuses
are the national schema's (vocabularies/publishing_status.csv); ``withdrawn`` is ours.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum
from typing import NamedTuple

DRAFT = "draft"
IN_REVIEW = "in_review"
APPROVED = "approved"
REJECTED = "rejected"
WITHDRAWN = "withdrawn"
STATUSES = (DRAFT, IN_REVIEW, APPROVED, REJECTED, WITHDRAWN)

CONSENT = "consent"
WALIDATA = "walidata"
PEMBINA = "pembina"
DATE = "date"
BPS = "bps"
"""The step of a proposal that the walidata agreed to: BPS answers it in a system of its own (room ``proposals``)."""
SWITCHED = "switched"
"""The step of a working copy that became the released record, until its tables are exchanged and it is gone."""


class Place(NamedTuple):
    """Where a record stands: its status, and within it who or what is waited for."""

    status: str
    step: str = ""


class Part(Enum):
    """What a person is to a record. One person may be several."""

    OPERATOR = "operator"
    HEAD = "kepala"
    WALIDATA = "walidata"
    PEMBINA = "pembina"


OFFICE = frozenset({Part.OPERATOR, Part.HEAD})
"""Who works for the office that owns the record."""


class Move(NamedTuple):
    """A way for a record to go.

    Attributes:
        act: What is done.
        before: From where.
        after: To where. Where it depends (consent, priority data, a date), `arrival` says.
        parts: Who may do it.
    """

    act: str
    before: Place
    after: Place
    parts: frozenset[Part]


SUBMIT, CONSENT_ACT, DECLINE, RECALL = "submit", "consent", "decline", "recall"
AGREE, OBJECT, RETURN, APPROVE, PUBLISH = "agree", "object", "return", "approve", "publish"
WITHDRAW, REOPEN, CHANGE, DISCARD = "withdraw", "reopen", "change", "discard"
PASS_ON, MEND = "pass_on", "mend"
"""Of proposals, in place of a release: the walidata passes one on to BPS; BPS wants it mended."""

_DRAFT, _REJECTED = Place(DRAFT), Place(REJECTED)
_AT_HEAD, _AT_PEMBINA = Place(DRAFT, CONSENT), Place(IN_REVIEW, PEMBINA)
_AT_WALIDATA, _AT_DATE = Place(IN_REVIEW, WALIDATA), Place(IN_REVIEW, DATE)
_PUBLIC, _GONE, _AT_BPS = Place(APPROVED), Place(WITHDRAWN), Place(IN_REVIEW, BPS)
_HEAD, _CUSTODIAN, _SUPERVISOR = frozenset({Part.HEAD}), frozenset({Part.WALIDATA}), frozenset({Part.PEMBINA})

MOVES: tuple[Move, ...] = (
    Move(SUBMIT, _DRAFT, _AT_WALIDATA, OFFICE),
    Move(SUBMIT, _REJECTED, _AT_WALIDATA, OFFICE),
    Move(CONSENT_ACT, _AT_HEAD, _AT_WALIDATA, _HEAD),
    Move(DECLINE, _AT_HEAD, _DRAFT, _HEAD),
    *(Move(RECALL, place, _DRAFT, OFFICE) for place in (_AT_HEAD, _AT_PEMBINA, _AT_WALIDATA, _AT_DATE)),
    Move(AGREE, _AT_PEMBINA, _AT_WALIDATA, _SUPERVISOR),
    Move(OBJECT, _AT_PEMBINA, _AT_WALIDATA, _SUPERVISOR),
    *(Move(RETURN, place, _REJECTED, _CUSTODIAN) for place in (_AT_PEMBINA, _AT_WALIDATA, _AT_DATE)),
    # Who may approve also depends on who edited last, and on who there is to do it: `may_approve`.
    Move(APPROVE, _AT_WALIDATA, _PUBLIC, frozenset({Part.WALIDATA, Part.PEMBINA, Part.HEAD})),
    Move(PASS_ON, _AT_WALIDATA, _AT_BPS, frozenset({Part.WALIDATA, Part.PEMBINA, Part.HEAD})),
    Move(MEND, _AT_BPS, _REJECTED, frozenset({Part.WALIDATA, Part.PEMBINA})),
    # Nobody's: the day has come.
    Move(PUBLISH, _AT_DATE, _PUBLIC, frozenset()),
    Move(WITHDRAW, _PUBLIC, _GONE, frozenset({Part.WALIDATA, Part.HEAD})),
    Move(REOPEN, _GONE, _DRAFT, frozenset({*OFFICE, Part.WALIDATA})),
    Move(CHANGE, _PUBLIC, _PUBLIC, OFFICE),
    Move(DISCARD, _DRAFT, _DRAFT, OFFICE),
    Move(DISCARD, _REJECTED, _DRAFT, OFFICE),
)

ACTS = tuple(dict.fromkeys(move.act for move in MOVES))
EDITABLE = frozenset({_DRAFT, _REJECTED})
"""Where the content of a record may change. Everywhere else it stays what was handed in or released."""


def find(act: str, place: Place) -> Move | None:
    """The move that an act makes from a place; None where there is none."""
    return next((move for move in MOVES if move.act == act and move.before == place), None)


NEVER_PUBLIC = frozenset({"usulan-rekomendasi"})
"""Types of records that no release makes public: of proposals readers see what ``proposals.looking`` gives."""
_OF_PUBLIC, _OF_OTHERS = frozenset({APPROVE, PUBLISH}), frozenset({PASS_ON, MEND})


def is_for(act: str, record_type: str) -> bool:
    """Whether an act is one for records of this type."""
    return act not in (_OF_PUBLIC if record_type in NEVER_PUBLIC else _OF_OTHERS)


def acts_open_to(parts: Iterable[Part], place: Place) -> list[str]:
    """What somebody with these parts may do with a record that stands there."""
    mine = set(parts)
    return [move.act for move in MOVES if move.before == place and mine & move.parts]


def arrival(move: Move, *, consent_asked: bool, pembina_first: bool, later: bool) -> Place:
    """Where a move ends.

    Args:
        move: The move.
        consent_asked: The office asks for its head's consent, and who hands in is not the head.
        pembina_first: The data are priority data that the pembina has not looked over yet (Perpres 39/2019,
            article 35).
        later: It is approved for a day to come.
    """
    if move.act == SUBMIT and consent_asked:
        return _AT_HEAD
    if move.after == _AT_WALIDATA and move.act in (SUBMIT, CONSENT_ACT) and pembina_first:
        return _AT_PEMBINA
    return _AT_DATE if move.act == APPROVE and later else move.after


class Review(NamedTuple):
    """What decides whether somebody may release a record.

    Attributes:
        parts: What the person is to the record.
        edited: The person changed this content last, or handed it in.
        own_data: The record belongs to the walidata's own office.
        others: How many people who may act as walidata neither changed nor handed in this content.
    """

    parts: frozenset[Part]
    edited: bool
    own_data: bool
    others: int


def may_approve(review: Review) -> bool:
    """Whether somebody may release a record: the walidata, and never their own work.

    The walidata's own office needs a second walidata person. While there is none, the pembina or that office's head
    releases instead.
    """
    if review.edited:
        return False
    if Part.WALIDATA in review.parts:
        return True
    nobody_else = review.own_data and review.others == 0
    return nobody_else and bool(review.parts & {Part.PEMBINA, Part.HEAD})

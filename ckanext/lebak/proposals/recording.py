"""Records what happens to a proposal at BPS, by hand: each entry with its day, in one transaction.

Who may, the door has asked. What may be recorded now, ``standing`` says. The record itself stays locked meanwhile, as
it was handed in (``release.gate``), until BPS wants it mended.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model

from ckanext.lebak.notices import telling
from ckanext.lebak.notices.model import ROMANTIK
from ckanext.lebak.profiles.terms import WIB
from ckanext.lebak.proposals import letters, numbers, standing, states
from ckanext.lebak.proposals.model import ProposalEntry
from ckanext.lebak.release import gate, rules, workflow
from ckanext.lebak.statistics.questions import WHICH

TYPE = "usulan-rekomendasi"
"""The type of records that are proposals."""

FORM = WHICH
"""The field that says which form a proposal is: a code of vocabularies/proposal_form.csv."""

_AT_BPS = rules.Place(rules.IN_REVIEW, rules.BPS)


def today() -> dt.date:
    """The day in the county's time."""
    return dt.datetime.now(WIB).date()


def entries(package_ids: Iterable[str]) -> dict[str, list[ProposalEntry]]:
    """What was recorded of some proposals, the oldest first, by their ids; an empty list for one without entries."""
    wanted = list(package_ids)
    found: dict[str, list[ProposalEntry]] = {package_id: [] for package_id in wanted}
    query = sa.select(ProposalEntry).where(ProposalEntry.package_id.in_(wanted)).order_by(ProposalEntry.id)
    for entry in model.Session.scalars(query):
        found[entry.package_id].append(entry)
    return found


def entries_of(package_id: str) -> list[ProposalEntry]:
    """What was recorded of a proposal, the oldest first."""
    return entries([package_id])[package_id]


def standing_of(package_id: str) -> standing.Standing:
    """Where a proposal stands at BPS."""
    return standing.standing(entries_of(package_id))


def record(package_id: str, user: model.User, what: str, day: dt.date, *, note: str = "") -> ProposalEntry:
    """Records what Romantik says, or that BPS has the complete form.

    Args:
        package_id: Id of the proposal.
        user: Who records it.
        what: One of ``standing.RECORDED_BY_HAND``.
        day: When it happened.
        note: Words that belong to it. What is to be mended is said here, and the office reads it.

    Raises:
        ObjectNotFound: There is no such proposal.
        ValidationError: It cannot be recorded now; by field, as sentences.
    """
    if what not in standing.RECORDED_BY_HAND:
        raise tk.ValidationError({"what": [tk._("Choose what Romantik says.")]})
    package = _locked(package_id, anywhere=what == states.CANCELLED)
    if what == states.TO_BE_MENDED and not note.strip():
        _refuse("note", tk._("Say what BPS wants mended, so that the office knows what to do."))
    entry = _add(package, user, what, day, note=note.strip())
    if what == states.TO_BE_MENDED:
        workflow.send_back(rules.MEND, package.id, user, text=note)
    elif what != standing.COMPLETE:
        telling.add(ROMANTIK, package, telling.office(package.owner_org), actor=user.name, status=what)
    model.Session.commit()
    return entry


def record_number(package_id: str, user: model.User, number: str, day: dt.date, letter: Any) -> ProposalEntry:
    """Records the number of BPS's recommendation, with the letter that has it. Neither without the other.

    Args:
        package_id: Id of the proposal.
        user: Who records it.
        number: As it stands on the letter.
        day: Of the letter.
        letter: The letter, as a form or the API sends a file.

    Raises:
        ObjectNotFound, ValidationError: As `record`.
    """
    package = _locked(package_id)
    number = numbers.normal(number)
    _refuse_number(package, number)
    _refuse_unless_next(package.id, standing.NUMBER, day)
    kept = letters.keep(letter, missing=tk._("Send BPS's letter too: a number is recorded only with its letter."))
    entry = _add(package, user, standing.NUMBER, day, number=number, file=kept.digest, file_name=kept.name)
    telling.add(ROMANTIK, package, telling.office(package.owner_org), actor=user.name, status=standing.NUMBER)
    model.Session.commit()
    return entry


def record_handover(package_id: str, user: model.User, day: dt.date, proof: Any, *, note: str = "") -> ProposalEntry:
    """Records that results and metadata were handed to BPS, with the proof.

    Args:
        package_id: Id of the proposal.
        user: Who records it.
        day: When it was done.
        proof: The receipt or letter, as a form or the API sends a file.
        note: What was handed over.

    Raises:
        ObjectNotFound, ValidationError: As `record`.
    """
    package = _locked(package_id)
    _refuse_unless_next(package.id, standing.HANDOVER, day)
    kept = letters.keep(proof, missing=tk._("Send the proof too: BPS's receipt, or the letter that went with it."))
    entry = _add(package, user, standing.HANDOVER, day, note=note.strip(), file=kept.digest, file_name=kept.name)
    model.Session.commit()
    return entry


def note_activity(package: model.Package, user: model.User, activity_id: str) -> ProposalEntry:
    """Notes which activity a proposal became, in the transaction that makes it. Leaves the commit to its caller."""
    return _add(package, user, standing.ACTIVITY, today(), activity_id=activity_id)


def undo(package_id: str, user: model.User, *, note: str) -> ProposalEntry:
    """Takes the last entry back. Both stay in the history.

    Args:
        package_id: Id of the proposal.
        user: Who does it.
        note: Why.

    Raises:
        ObjectNotFound, ValidationError: As `record`.
    """
    package = _locked(package_id, anywhere=True)
    told = entries_of(package.id)
    now = standing.standing(told)
    if not note.strip():
        _refuse("note", tk._("Say why the entry is taken back."))
    problem = standing.undo_refusal(now, told)
    if problem:
        _refuse("note", tk._(problem))
    entry = ProposalEntry(
        package_id=package.id, by=user.name, what=standing.UNDO, day=today(), note=note.strip(), undoes=now.last
    )
    model.Session.add(entry)
    model.Session.commit()
    return entry


def locked_for_activity(package_id: str) -> tuple[model.Package, standing.Standing]:
    """A proposal that becomes an activity, locked until the end of the transaction.

    Raises:
        ObjectNotFound, ValidationError: As `record`.
    """
    package = _locked(package_id)
    _refuse_unless_next(package.id, standing.ACTIVITY, today())
    return package, standing_of(package.id)


def _locked(package_id: str, *, anywhere: bool = False) -> model.Package:
    """The proposal, which nobody else records of until this transaction ends.

    Args:
        package_id: Id of the proposal.
        anywhere: Also where it is with its office or the walidata.
    """
    package = model.Session.get(model.Package, package_id)
    if package is None or package.type != TYPE or package.state == model.State.DELETED:
        raise tk.ObjectNotFound(tk._("There is no such proposal."))
    model.Session.refresh(package, with_for_update=True)
    if not anywhere and gate.place_of(package.id) != _AT_BPS:
        _refuse("what", tk._("The walidata has to check the proposal and pass it on to BPS first."))
    return package


def _refuse_number(package: model.Package, number: str) -> None:
    if not numbers.is_number(number):
        sentence = tk._(
            "Write the recommendation number as it stands on BPS's letter: a letter, the year in two digits, the four "
            "digits of the area and a serial number, for example {example}."
        )
        _refuse("number", sentence.format(example="V-25.3602.001"))
    if not numbers.fits(number, package.extras.get(FORM, "")):
        sentence = tk._("Numbers begin with V for a survey (FS3) and with K for a compilation (FP-KPA). Look again.")
        _refuse("number", sentence)
    query = sa.select(ProposalEntry.package_id).where(ProposalEntry.number == number).distinct()
    for other in model.Session.scalars(query):
        if other != package.id and standing_of(other).number == number:
            _refuse("number", tk._("Another proposal has this number already. Look at both letters."))


def _refuse_unless_next(package_id: str, what: str, day: dt.date) -> None:
    problem = standing.refusal(standing_of(package_id), what, day, today())
    if problem:
        _refuse(problem[0], tk._(problem[1]))


def _add(package: model.Package, user: model.User, what: str, day: dt.date, **more: Any) -> ProposalEntry:
    _refuse_unless_next(package.id, what, day)
    entry = ProposalEntry(package_id=package.id, by=user.name, what=what, day=day, **more)
    model.Session.add(entry)
    model.Session.flush()
    return entry


def _refuse(field: str, sentence: str) -> None:
    model.Session.rollback()
    raise tk.ValidationError({field: [sentence]})

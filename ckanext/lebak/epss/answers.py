"""The county's answers: chosen activities, levels, explanations and documents."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import PurePath
from typing import Any

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model

from ckanext.lebak import audit
from ckanext.lebak.epss.model import EpssActivity, EpssAnswer, EpssDocument
from ckanext.lebak.files import content
from ckanext.lebak.files.uploads import is_upload, look_at, name_of
from ckanext.lebak.forum.counting import ACTIVITY
from ckanext.lebak.vocabulary import Term, vocabulary

LONGEST = 5000
"""Characters of an explanation."""
TYPES = {
    ".pdf": "application/pdf",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
}
"""What documents come as, by the end of their names."""


def indicators() -> list[Term]:
    """The indicators, in the order of the regulation."""
    return list(vocabulary("epss_indicator").terms())


def of_year(year: int) -> dict[str, EpssAnswer]:
    """The answers of a year by indicator."""
    query = sa.select(EpssAnswer).where(EpssAnswer.year == year)
    return {answer.indicator: answer for answer in model.Session.scalars(query)}


def years() -> list[int]:
    """The years of which something was said, the newest first."""
    told = sa.union(*(sa.select(each.year) for each in (EpssActivity, EpssAnswer, EpssDocument)))
    return sorted(model.Session.scalars(told), reverse=True)


def answer(year: int, indicator: str, level: int | None, explanation: str, actor: str) -> EpssAnswer:
    """Says the level of an indicator, and why.

    Args:
        year: Of the assessment.
        indicator: Code of vocabularies/epss_indicator.csv.
        level: Code of vocabularies/epss_level.csv; None to say none.
        explanation: Why it is this level.
        actor: Name of the account.

    Raises:
        ValidationError: There is no such indicator or level, or the explanation is missing or too long.
    """
    _known(indicator)
    told = explanation.strip()
    if level is not None and str(level) not in vocabulary("epss_level"):
        raise tk.ValidationError({"level": [tk._("Choose a level from 1 to 5.")]})
    if level is not None and not told:
        raise tk.ValidationError({"explanation": [tk._("Explain why it is this level.")]})
    if len(told) > LONGEST:
        raise tk.ValidationError(
            {"explanation": [tk._("Shorten the text to {number} characters.").format(number=LONGEST)]}
        )
    found = model.Session.get(EpssAnswer, (year, indicator), with_for_update=True)
    if found is None:
        found = EpssAnswer(year=year, indicator=indicator, answered_by=actor)
        model.Session.add(found)
    found.level, found.explanation, found.answered_by = level, told, actor
    audit.note(actor, "epss.answer", text=told, details={"year": year, "indicator": indicator, "level": level})
    return found


# --- activities -------------------------------------------------------------------------------------------------------


def activities(year: int) -> list[model.Package]:
    """The activities that are chosen for the assessment of a year, by title."""
    package = model.Package
    query = (
        sa.select(package)
        .join(EpssActivity, EpssActivity.package_id == package.id)
        .where(EpssActivity.year == year, package.state != model.State.DELETED)
        .order_by(package.title, package.id)
    )
    return list(model.Session.scalars(query))


def offices_of(year: int) -> set[str]:
    """Ids of the offices whose activities are chosen."""
    return {package.owner_org for package in activities(year) if package.owner_org}


def choose(year: int, package: model.Package, actor: str, *, chosen: bool) -> None:
    """Chooses an activity for the assessment of a year, or leaves it out again.

    Args:
        year: Of the assessment.
        package: The activity.
        actor: Name of the account.
        chosen: Whether it is chosen.

    Raises:
        ValidationError: It is no statistical activity.
    """
    if package.type != ACTIVITY:
        raise tk.ValidationError({"id": [tk._("Choose a statistical activity.")]})
    found = model.Session.get(EpssActivity, (year, package.id))
    if chosen and found is None:
        model.Session.add(EpssActivity(year=year, package_id=package.id))
    elif found is not None and not chosen:
        model.Session.delete(found)
    act = "epss.choose" if chosen else "epss.leave_out"
    audit.note(actor, act, package_id=package.id, organization_id=package.owner_org, details={"year": year})


# --- documents --------------------------------------------------------------------------------------------------------


def documents(year: int) -> list[EpssDocument]:
    """The documents of a year, in the order in which they came."""
    query = sa.select(EpssDocument).where(EpssDocument.year == year)
    return list(model.Session.scalars(query.order_by(EpssDocument.added_at, EpssDocument.id)))


def document(document_id: str) -> EpssDocument:
    """A document by its id.

    Raises:
        ObjectNotFound: There is none.
    """
    found = model.Session.get(EpssDocument, document_id)
    if found is None:
        raise tk.ObjectNotFound(tk._("There is no such document."))
    return found


def add(year: int, indicator: str, upload: Any, actor: str) -> EpssDocument:
    """Adds a document.

    Args:
        year: Of the assessment.
        indicator: Which it is evidence for.
        upload: As a form or the API sends it.
        actor: Name of the account.

    Raises:
        ValidationError: None was sent, or it is not taken.
    """
    _known(indicator)
    if not is_upload(upload):
        raise tk.ValidationError({"upload": [tk._("Choose the file first.")]})
    name = name_of(upload)
    if media_type(name) is None:
        raise tk.ValidationError({"upload": [tk._("Send the document as PDF, DOCX, XLSX, PNG or JPG.")]})
    look_at(upload)
    made = EpssDocument(year=year, indicator=indicator, name=name, digest=content.keep(upload.stream), added_by=actor)
    model.Session.add(made)
    details = {"year": year, "indicator": indicator}
    audit.note(actor, "epss.document", content=made.digest, details=details)
    return made


def remove(found: EpssDocument, actor: str) -> None:
    """Takes a document away; its file too, where nothing else refers to it."""
    details = {"year": found.year, "indicator": found.indicator}
    audit.note(actor, "epss.document_removed", content=found.digest, details=details)
    digest = found.digest
    model.Session.delete(found)
    model.Session.flush()
    content.erase(digest)


def media_type(name: str) -> str | None:
    """The media type of a document by its name; None for what is not taken."""
    return TYPES.get(PurePath(name).suffix.lower())


def refers_to(digest: str) -> bool:
    """Whether a document has this content: it is kept as long (``content.KEEPERS``)."""
    query = sa.select(EpssDocument.id).where(EpssDocument.digest == digest).limit(1)
    return model.Session.scalar(query) is not None


def by_indicator(found: Iterable[EpssDocument]) -> dict[str, list[EpssDocument]]:
    """Documents by the indicator that they are evidence for."""
    groups: dict[str, list[EpssDocument]] = {}
    for each in found:
        groups.setdefault(each.indicator, []).append(each)
    return groups


def _known(indicator: str) -> None:
    if indicator not in vocabulary("epss_indicator"):
        raise tk.ValidationError({"indicator": [tk._("Choose an indicator of the assessment.")]})

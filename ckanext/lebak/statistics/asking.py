"""A question as a form in the browser asks it: where its conditions are answered, and what they are in words. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ckanext.lebak.statistics.questions import Text, list_name, resolved
from ckanext.lebak.statistics.skipping import Condition, asked_if, is_met
from ckanext.lebak.vocabulary import vocabulary


@dataclass(frozen=True)
class Shown:
    """A question of a form, for these answers.

    Attributes:
        field: The field, with its code list and its number.
        heading: What stands above it and those that follow; empty if nothing does.
        here: The conditions whose answers are given on the same page; a script looks at them.
        open: Whether the conditions that are answered on other pages are met.
        asked: Whether all of them are.
        conditions: All of them, each as the label of the other question and those of its answers.
    """

    field: Mapping[str, Any]
    heading: Text
    here: Condition
    open: bool
    asked: bool
    conditions: tuple[tuple[Text, tuple[Text, ...]], ...]


def shown(field: Mapping[str, Any], fields: Sequence[Mapping[str, Any]], answers: Mapping[str, Any]) -> Shown:
    """A question as the form asks it.

    Args:
        field: Of the schema.
        fields: All fields of the schema, in their order.
        answers: The record; on a form that is shown again, with what was typed.
    """
    pages, page = {}, 0
    for each in fields:
        page += "start_form_page" in each
        pages[each["field_name"]] = page
    condition, mine = asked_if(field), pages.get(field["field_name"])
    here = {other: codes for other, codes in condition.items() if pages.get(other) == mine}
    elsewhere = {other: codes for other, codes in condition.items() if other not in here}
    by_name = {each["field_name"]: each for each in fields}
    return Shown(
        field=resolved(field, answers),
        heading=_heading(field, fields),
        here=here,
        open=is_met(elsewhere, answers),
        asked=is_met(condition, answers),
        conditions=tuple(
            _in_words(by_name[other], codes, answers) for other, codes in condition.items() if other in by_name
        ),
    )


def _heading(field: Mapping[str, Any], fields: Sequence[Mapping[str, Any]]) -> Text:
    mine = field.get("bagian")
    first = next((each for each in fields if mine and each.get("bagian") == mine), None)
    return dict(mine) if mine and first is not None and first["field_name"] == field["field_name"] else {}


def _in_words(
    other: Mapping[str, Any], codes: Sequence[str], answers: Mapping[str, Any]
) -> tuple[Text, tuple[Text, ...]]:
    terms = vocabulary(list_name(other, answers))
    labels = tuple({"id": terms[code].id, "en": terms[code].en} for code in codes if code in terms)
    return resolved(other, answers)["label"], labels

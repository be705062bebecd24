"""Codes of the catalog's code lists, and identifiers that others issue."""

from __future__ import annotations

import re
from typing import Any

import ckan.plugins.toolkit as tk
from ckan.types import Context, DataValidator, FlattenDataDict, FlattenErrorDict, FlattenKey, ValueValidator
from ckanext.scheming.validation import scheming_validator
from flask import has_request_context

from ckanext.lebak.logic.validators.values import is_blank, items, quote, short_text, store_list
from ckanext.lebak.proposals import numbers
from ckanext.lebak.statistics.questions import list_name, suitable
from ckanext.lebak.vocabulary import Term, Vocabulary, vocabulary

_ = tk._

# SDSN code: domain, concept, definition, classification (Peraturan BPS 4/2021; all 4,505 published codes match).
_SDS_CODE = re.compile(r"(?:SD|SP|ST|SE|UL)[0-9]{5}\.[0-9]{2}\.[0-9]{2}")
# Kemendagri's codes of provinces and of kabupaten and kota; BPS's, of the same digits at this level, have no dot.
_PROVINCE = re.compile(r"[1-9][0-9]")
_REGENCY = re.compile(r"[1-9][0-9]\.?[0-9]{2}")


@scheming_validator
def lebak_code(field: dict[str, Any], schema: dict[str, Any]) -> ValueValidator | DataValidator:
    """One code of the field's code list.

    Args:
        field: `vocabulary` names the list. With `choice_value: uri` the address of the term is stored, else its code;
            either is understood. The list, and which of its codes fit, may depend on another answer of the record
            (`pilihan_menurut`, `pilihan_sesuai`).
        schema: Not used.

    Returns:
        A validator that returns the code (or address) to store, or raises `Invalid`.
    """
    codes = vocabulary(field["vocabulary"])
    stored = "uri" if field.get("choice_value") == "uri" else "code"

    def validator(value: Any) -> Any:
        return value if is_blank(value) else getattr(_term(codes, value), stored)

    def by_answers(key: FlattenKey, data: FlattenDataDict, errors: FlattenErrorDict, context: Context) -> None:
        if is_blank(data.get(key)):
            return
        answers = {other[0]: value for other, value in data.items() if len(other) == 1}
        code = _term(vocabulary(list_name(field, answers)), data[key]).code
        if not suitable(field, answers, code):
            raise tk.Invalid(_("This choice does not belong to your answer to the question before. Choose another."))
        data[key] = code

    return by_answers if {"pilihan_menurut", "pilihan_sesuai"} & field.keys() else validator


@scheming_validator
def lebak_codes(field: dict[str, Any], schema: dict[str, Any]) -> DataValidator:
    """Several codes of the field's code list, stored once each in the order of the list.

    Args:
        field: As for `lebak_code`.
        schema: Not used.

    Returns:
        A validator that takes a list, its JSON text, or one or more codes in one text (separated by commas or line
        ends), and stores JSON text.
    """
    codes = vocabulary(field["vocabulary"])
    stored = "uri" if field.get("choice_value") == "uri" else "code"
    position = {code: number for number, code in enumerate(codes)}

    def validator(key: FlattenKey, data: FlattenDataDict, errors: FlattenErrorDict, context: Context) -> None:
        terms = {term.code: term for term in (_term(codes, item) for item in items(data.get(key), ",\n"))}
        store_list(key, data, [getattr(terms[code], stored) for code in sorted(terms, key=position.__getitem__)])

    return validator


def lebak_area_code(value: Any) -> Any:
    """A code of an area of Kabupaten Lebak (county, kecamatan, desa or kelurahan) as Kemendagri writes it: `36.02.08`.

    Args:
        value: The code.

    Returns:
        The code.

    Raises:
        Invalid: No such area; names the right code where a BPS code was given.
    """
    return value if is_blank(value) else _term(vocabulary("area"), value).code


def lebak_province_code(value: Any) -> Any:
    """A code of a province as Kemendagri writes it, as text: `36`.

    Args:
        value: The code.

    Returns:
        The code.

    Raises:
        Invalid: The form is another.
    """
    if is_blank(value):
        return value
    text = short_text(value)
    if not _PROVINCE.fullmatch(text):
        raise tk.Invalid(
            _('Write the code of the province in two digits, for example 36 for Banten. "{value}" is none.').format(
                value=quote(value)
            )
        )
    return text


def lebak_regency_code(value: Any) -> Any:
    """A code of a kabupaten or kota as Kemendagri writes it, as text with a dot: `36.02`. BPS's `3602` is understood.

    Args:
        value: The code.

    Returns:
        The code with its dot.

    Raises:
        Invalid: The form is another.
    """
    if is_blank(value):
        return value
    text = short_text(value)
    if not _REGENCY.fullmatch(text):
        raise tk.Invalid(
            _('Write the code of the kabupaten or kota as 36.02, with its dot. "{value}" is none.').format(
                value=quote(value)
            )
        )
    return text if "." in text else f"{text[:2]}.{text[2:]}"


def lebak_urusan(value: Any) -> Any:
    """A code of an urusan or supporting element, `N.NN`, as text: 2.10 is not 2.1.

    Args:
        value: The code.

    Returns:
        The code.

    Raises:
        Invalid: No such urusan.
    """
    return value if is_blank(value) else _term(vocabulary("urusan"), value).code


def lebak_sds_code(value: Any) -> Any:
    """A code of the national list of standard data (SDSN): two letters, five digits, two pairs of digits.

    Args:
        value: The code.

    Returns:
        The code in capitals.

    Raises:
        Invalid: The form is another.
    """
    if is_blank(value):
        return value
    text = short_text(value).upper()
    if not _SDS_CODE.fullmatch(text):
        raise tk.Invalid(
            _(
                "Write the SDSN code as two letters (SD, SP, ST, SE or UL), five digits, and two pairs of digits, "
                'for example SP00012.00.00. "{value}" has another form.'
            ).format(value=quote(value))
        )
    return text


def lebak_recommendation_number(value: Any) -> Any:
    """A number of BPS's recommendation of a statistical activity: `K-TT.WWWW.NNN`.

    Args:
        value: The number.

    Returns:
        The number in capitals.

    Raises:
        Invalid: The form is another.
    """
    if is_blank(value):
        return value
    text = numbers.normal(short_text(value))
    if not numbers.is_number(text):
        raise tk.Invalid(
            _(
                "Write the recommendation number as it stands on BPS's letter: a letter, the year in two digits, the "
                'four digits of the area and a serial number, for example V-25.3602.001. "{value}" has another form.'
            ).format(value=quote(value))
        )
    return text


def _term(codes: Vocabulary, value: Any) -> Term:
    """Returns the term of a code or address; raises Invalid with a hint if there is none."""
    text = short_text(value)
    term = codes.get(text) or codes.by_uri(text)
    if term is None:
        raise tk.Invalid(_wrong_code(codes, text))
    return term


def _wrong_code(codes: Vocabulary, text: str) -> str:
    """Says what to write instead of a code that is not in the list."""
    quoted = quote(text)
    if codes.name == "area":
        for term in codes.values():
            if term.more["bps"] == text:
                return _('"{value}" is the code of BPS. Write the code of Kemendagri for {name}: {code}.').format(
                    value=quoted, name=term.label(_lang()), code=term.code
                )
        return _(
            '"{value}" is not an area of Kabupaten Lebak. Write the code of Kemendagri with its dots, for example '
            "36.02.14 or 36.02."
        ).format(value=quoted)
    if codes.name == "urusan":
        return _(
            '"{value}" is not an urusan. Write the code with two digits after the dot, for example 2.08 or 2.10.'
        ).format(value=quoted)
    return _('"{value}" is not in the list. Choose one that is, for example {example}.').format(
        value=quoted, example=next(iter(codes))
    )


def _lang() -> str:
    """Returns the reader's language; Indonesian where nobody is reading."""
    return str(tk.h.lang()) if has_request_context() else "id"

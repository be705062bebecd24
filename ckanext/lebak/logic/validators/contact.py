"""How to reach an office: telephone, e-mail, web address."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

import ckan.plugins.toolkit as tk

from ckanext.lebak.logic.validators.values import INVISIBLE, is_blank, quote, short_text

_ = tk._

_MAX_URL = 2_000
_EMAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z]{2,63}")
_PHONE_CHARACTERS = re.compile(r"[0-9 ()+./-]+")
# A host that the public can reach has a dot in its name; `http://api/...` is a name inside somebody's network.
_HOST = re.compile(r"[^\s/?#@:\\.]+(?:\.[^\s/?#@:\\.]+)+(?::[0-9]{1,5})?")
_NOT_IN_ADDRESS = re.compile(r"[\x00-\x20\x7f-\xa0\"<>\\^`{|}\u2028\u2029]")


def lebak_office_phone(value: Any) -> Any:
    """The telephone number of an office: a fixed line, a number for the public such as 112, or a foreign number.

    Mobile numbers are refused: they are almost always a person's, and this field is shown to everybody.

    Args:
        value: The number; spaces, brackets, dots and hyphens may stand in it.

    Returns:
        The number with single spaces.

    Raises:
        Invalid: No telephone number, or a mobile one.
    """
    if is_blank(value):
        return value
    text = " ".join(short_text(value).split())
    digits = re.sub(r"[^0-9]", "", text)
    national = "0" + digits[2:] if text.lstrip("( ").startswith("+62") else digits
    dialled = national[0:1] in {"0", "1"} or text.startswith("+")
    if not _PHONE_CHARACTERS.fullmatch(text) or not 3 <= len(digits) <= 15 or not dialled:
        raise tk.Invalid(
            _(
                "Write the office's telephone number with its area code, for example (0252) 123456. "
                '"{value}" is not a telephone number.'
            ).format(value=quote(value))
        )
    if national.startswith("08"):
        raise tk.Invalid(
            _(
                '"{value}" is a mobile number, and this field is public. Write the fixed line of the office, or leave '
                "the field empty."
            ).format(value=quote(value))
        )
    return text


def lebak_office_email(value: Any) -> Any:
    """The e-mail address of an office.

    Args:
        value: The address.

    Returns:
        The address, its domain without capitals.

    Raises:
        Invalid: No e-mail address.
    """
    if is_blank(value):
        return value
    text = short_text(value)
    if not _EMAIL.fullmatch(text):
        raise tk.Invalid(
            _(
                "Write one e-mail address of the office, for example data@kantor.lebakkab.go.id. "
                '"{value}" is not an e-mail address.'
            ).format(value=quote(value))
        )
    box, _at, domain = text.rpartition("@")
    return f"{box}@{domain.lower()}"


def lebak_http_url(value: Any) -> Any:
    """A web address that everybody can open: http or https, a host with a dot in its name, no password.

    Args:
        value: The address.

    Returns:
        The address without spaces around it.

    Raises:
        Invalid: No web address.
    """
    if is_blank(value):
        return value
    text = value.strip() if isinstance(value, str) and len(value) <= _MAX_URL else ""
    if not _is_web_address(text):
        raise tk.Invalid(
            _(
                "Write a whole web address that begins with https:// or http://, without spaces and without a "
                'password, for example https://lebakkab.go.id/profil. "{value}" is not one.'
            ).format(value=quote(value))
        )
    return text


def _is_web_address(text: str) -> bool:
    """Tells whether a text is an http(s) address that can be put into a page and into RDF as it is."""
    if not text or _NOT_IN_ADDRESS.search(text) or INVISIBLE.search(text):
        return False
    try:
        parts = urlsplit(text)
        return parts.scheme in {"http", "https"} and _HOST.fullmatch(parts.netloc) is not None and parts.port != 0
    except ValueError:  # brackets that are no IPv6 host, a port above 65535
        return False

"""What a notice says: a sentence, a text to copy into a messenger, and the daily e-mail. Plain text everywhere."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from urllib.parse import urlencode

import ckan.plugins.toolkit as tk
from flask_babel import force_locale

from ckanext.lebak import config
from ckanext.lebak.notices.model import (
    CONSENT_ASKED,
    DUE,
    HANDED_IN,
    NOTE,
    OBJECTED,
    OVERDUE,
    PASSED_ON,
    PROMISE_DUE,
    PROMISE_OVERDUE,
    PROMISES_DECLINED,
    PROMISES_WAIT,
    RELEASED,
    RESULTS_DUE,
    RETURNED,
    ROMANTIK,
    ROUND_OPENED,
    TABLES_ASKED,
    TABLES_DUE,
    TABLES_OVERDUE,
    WITHDRAWN,
    Notice,
)
from ckanext.lebak.profiles.sdi import current_site
from ckanext.lebak.tables.problem import N_

PAGE = "/pemberitahuan"
MOST_TOLD = 50
"""So many notices one e-mail tells; the others are on the page."""

_SENTENCES = {
    HANDED_IN: N_("“{title}” was handed in and waits for your check."),
    CONSENT_ASKED: N_("“{title}” waits for your consent before it goes to the walidata."),
    RETURNED: N_("“{title}” was returned. See what is to be mended, then hand it in again."),
    RELEASED: N_("“{title}” is released. Everyone can read it now."),
    WITHDRAWN: N_("“{title}” was withdrawn and is not public any more."),
    NOTE: N_("There is a new note or answer on “{title}”."),
    PASSED_ON: N_("The walidata agreed to “{title}”. Now it can be entered in Romantik."),
    ROMANTIK: N_("There is news of “{title}” from BPS. See its page."),
    RESULTS_DUE: N_("The results of “{title}” were to be there by {day}. Hand them and the metadata to BPS."),
    ROUND_OPENED: N_("The planning round of {year} is open. Promise the data of your office by {day}."),
    PROMISES_WAIT: N_("Promises of your office for {year} wait for your consent."),
    PROMISES_DECLINED: N_("The head sent the promises of {year} back. Read why, and mend them."),
    PROMISE_DUE: N_("“{title}” is promised for {day} in the data list. Prepare its release in time."),
    PROMISE_OVERDUE: N_("“{title}” was promised for {day} in the data list. Release it, or tell the coordinator."),
    TABLES_ASKED: N_("“{title}” asks your office for tables until {day}. Choose the released data that answer them."),
    TABLES_DUE: N_("“{title}” waits for tables of your office until {day}. Choose the data, or say when they come."),
    TABLES_OVERDUE: N_("“{title}” wanted tables of your office by {day}. Choose the data, or say when they come."),
    OBJECTED: N_("The pembina objects to “{title}”. Read the objection and pass it on to the office."),
}
_PROMISES = {
    (DUE, "jadwal_rilis"): N_("The next data of “{title}” are promised for {day}. Prepare them in time."),
    (DUE, "jadwal_pemutakhiran"): N_("“{title}” is to be looked over by {day}. Renew it if anything changed."),
    (OVERDUE, "jadwal_rilis"): N_(
        "The next data of “{title}” were promised for {day}. Hand them in, or change the promised day."
    ),
    (OVERDUE, "jadwal_pemutakhiran"): N_(
        "“{title}” was to be looked over by {day}. Renew it, or change the promised day."
    ),
}


@contextmanager
def site_language() -> Iterator[None]:
    """Inside it sentences are in the language of the site, whatever the page is in: others read what is sent on."""
    with force_locale(tk.config["ckan.locale_default"]):
        yield


def sentence(notice: Notice) -> str:
    """What a notice says, in the language of the page, on one line."""
    said = notice.details
    text = _SENTENCES.get(notice.what) or _PROMISES[notice.what, said["field"]]
    title = " ".join(str(said.get("title", "")).split())
    return tk._(text).format(title=title, day=tk.h.lebak_date(said.get("promised", "")), year=said.get("year", ""))


def address(type_: str, name: str) -> str:
    """The full address of a record."""
    return f"{current_site().pages}/{type_}/{name}"


def list_address(year: int, office: str) -> str:
    """The full address of the page on which an office promises."""
    return f"{current_site().pages}/daftar-data/kerja?{urlencode({'tahun': year, 'opd': office})}"


def request_address(request: str) -> str:
    """The full address of a request of tables."""
    return f"{current_site().pages}/permintaan-data/{request}"


def page_address() -> str:
    """The full address of the page of notices."""
    return current_site().pages + PAGE


def message(notice: Notice, link: str) -> str:
    """A notice to copy into a messenger, in the language of the site.

    Args:
        notice: The notice.
        link: Address of the record, empty if it is gone.
    """
    with site_language():
        return "\n".join(part for part in (f"{tk.config['ckan.site_title']}: {sentence(notice)}", link) if part)


def digest_subject(number: int) -> str:
    """The subject of the daily e-mail."""
    subject = tk.ungettext("{number} notice", "{number} notices", number).format(number=number)
    return f"{tk.config['ckan.site_title']}: {subject}"


def digest(display_name: str, told: Sequence[tuple[Notice, str]]) -> str:
    """The daily e-mail.

    Args:
        display_name: Of the person.
        told: The notices, the oldest first, each with the address of its record or an empty text.
    """
    lines = [tk._("Dear {name},").format(name=" ".join(display_name.split())), ""]
    for notice, link in told[:MOST_TOLD]:
        lines += [f"- {sentence(notice)}", *([f"  {link}"] if link else [])]
    more = len(told) - MOST_TOLD
    if more > 0:
        lines += ["", tk.ungettext("And {number} more.", "And {number} more.", more).format(number=more)]
    lines += ["", tk._("All your notices, and the way to turn this e-mail off:"), page_address()]
    return "\n".join(lines) + "\n"


def withdrawal_message(title: str, link: str, withdrawn_at: str | None) -> str:
    """What to send to those who took a record, in the language of the site.

    Args:
        title: Of the record.
        link: Its address.
        withdrawn_at: When it was withdrawn, as ISO 8601; None while it is public.
    """
    with site_language():
        day = tk.h.render_datetime(withdrawn_at) if withdrawn_at else tk._("(date)")
        text = tk._(
            "The data “{title}” ({link}) were withdrawn from {site} on {day}. Please stop using and passing them on, "
            "delete your copies, and tell those who have them from you. Questions: {contact}"
        )
        return text.format(
            title=" ".join(title.split()),
            link=link,
            site=tk.config["ckan.site_title"],
            day=day,
            contact=config.custodian_email() or config.custodian_name(),
        )

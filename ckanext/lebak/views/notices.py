"""The page of what a person is told (``/pemberitahuan``)."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
from flask import Blueprint, Response, request

from ckanext.lebak.views.refusing import refuse_in_words

__all__ = ["lebak_notices"]

lebak_notices = Blueprint("lebak_notices", __name__, url_prefix="/pemberitahuan")
refuse_in_words(lebak_notices)


@lebak_notices.get("/")
def index() -> str:
    """The notices of who is signed in: what is not read first."""
    return tk.render("lebak/notices.html", tk.get_action("lebak_notice_list")({}, {}))


@lebak_notices.post("/dibaca")
def read() -> Response:
    """Marks one notice, those that were shown, or all of them as read."""
    ids = request.form.getlist("id")
    tk.get_action("lebak_notice_read")({}, {"ids": ids} if ids else {})
    return tk.redirect_to("lebak_notices.index")


@lebak_notices.post("/surel")
def digest() -> Response:
    """Turns the daily e-mail on or off."""
    wanted = tk.get_action("lebak_notice_digest_set")({}, {"digest": bool(request.form.get("digest"))})["digest"]
    tk.h.flash_success(
        tk._("You get one e-mail a day when there is news.") if wanted else tk._("You get no more e-mails.")
    )
    return tk.redirect_to("lebak_notices.index")

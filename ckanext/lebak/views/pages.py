"""Pages that stand alone (an area, our terms, the report on harvests), and what holds for every address and answer."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
from flask import Blueprint, Response, request

from ckanext.lebak.feed.score import FIELDS, MOST
from ckanext.lebak.vocabulary import vocabulary

__all__ = ["lebak"]

lebak = Blueprint("lebak", __name__)

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "SAMEORIGIN",
    "Referrer-Policy": "strict-origin-when-cross-origin",
}


@lebak.before_app_request
def _no_nul() -> Response | None:
    """The database can hold no NUL, and stops at a question with one: in CKAN's own views too."""
    told = (request.path, *request.args.values(), *request.args)
    if any("\0" in text for text in told):
        return tk.abort(400, tk._("This address is damaged: open the page from the site's menu, or search for it."))
    return None


@lebak.after_app_request
def _safe_headers(response: Response) -> Response:
    """Core sets none of these."""
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    return response


@lebak.route("/wilayah/<code>")
def area(code: str) -> str | Response:
    """The page of an area, the target of its IRI in the feed: its codes, and the datasets that cover it."""
    term = vocabulary("area").get(code)
    if term is None:
        return tk.abort(404, tk._("There is no area with this code."))
    parent = vocabulary("area").get(term.more.get("parent", ""))
    return tk.render("lebak/area.html", {"term": term, "parent": parent, "source": vocabulary("area").source})


@lebak.route("/def/sdi")
def terms() -> str:
    """The terms of our RDF namespace: what each field means, from the schema itself."""
    fields = tk.h.scheming_get_dataset_schema("dataset")
    return tk.render(
        "lebak/terms.html", {"dataset_fields": fields["dataset_fields"], "resource_fields": fields["resource_fields"]}
    )


@lebak.route("/panen-data")
def harvest_report() -> str | Response:
    """For the walidata: who harvested, what machines do not get, and what to mend."""
    try:
        report = tk.get_action("lebak_feed_report")({}, {})
    except tk.NotAuthorized:
        return tk.abort(403, tk._("Only for the walidata."))
    return tk.render("lebak/harvest_report.html", {"report": report, "most_points": MOST, "score_fields": FIELDS})

"""The county's self-assessment (``/epss``): levels, explanations, documents, and what the catalog can evidence."""

from __future__ import annotations

import datetime as dt
import tempfile
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from flask import Blueprint, Response, request, send_file

from ckanext.lebak.epss import answers, evidence, folder
from ckanext.lebak.files import content
from ckanext.lebak.forum import counting
from ckanext.lebak.profiles.terms import WIB
from ckanext.lebak.release import rules
from ckanext.lebak.views.refusing import refuse_in_words
from ckanext.lebak.vocabulary import vocabulary

__all__ = ["lebak_epss"]

lebak_epss = Blueprint("lebak_epss", __name__, url_prefix="/epss")
refuse_in_words(lebak_epss)

Page = str | Response | tuple[str, int]
REFUSED = 422
IN_MEMORY = 1 << 20
"""Bytes of the folder that are held in memory; more goes to a temporary file."""


@lebak_epss.get("/")
def index() -> Page:
    """The assessment of this year."""
    return tk.redirect_to("lebak_epss.show", year=dt.datetime.now(WIB).year)


@lebak_epss.get("/<int(fixed_digits=4):year>")
def show(year: int) -> Page:
    """The assessment of a year."""
    return _page(year)


@lebak_epss.get("/<int(fixed_digits=4):year>.zip")
def taken(year: int) -> Page:
    """All of it as a folder."""
    shown = tk.get_action("lebak_epss_show")({}, {"year": year})
    kept = {document.id: document.digest for document in answers.documents(year)}
    told = {
        "year": year,
        "activities": [activity["title"] for activity in shown["activities"]],
        "indicators": [_row(indicator, kept) for indicator in shown["indicators"]],
    }
    target = tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115 - closed with the answer
    try:
        folder.write(target, told, content.reading)  # type: ignore[arg-type]
    except FileNotFoundError:
        target.close()
        return tk.abort(404, tk._("A document is missing in the storage. Tell the administrator of the catalog."))
    target.seek(0)
    answer: Response = send_file(target, "application/zip", as_attachment=True, download_name=f"epss-{year}.zip")  # type: ignore[arg-type]
    return _private(answer)


@lebak_epss.get("/dokumen/<id_>")
def document(id_: str) -> Page:
    """A document."""
    found = tk.get_action("lebak_epss_document_show")({}, {"id": id_})
    try:
        with content.reading(found["digest"]) as stream:
            body = stream.read()
    except FileNotFoundError:
        return tk.abort(404, tk._("A document is missing in the storage. Tell the administrator of the catalog."))
    answer = Response(body, mimetype=answers.media_type(found["name"]) or "application/octet-stream")
    answer.headers.set("Content-Disposition", "attachment", filename=found["name"])
    return _private(answer)


@lebak_epss.post("/<int(fixed_digits=4):year>/jawaban/<indicator>")
def answer(year: int, indicator: str) -> Page:
    """Says the level of an indicator."""
    typed = {key: request.form.get(key, "") for key in ("level", "explanation")}
    return _done("lebak_epss_answer_save", year, indicator, typed, tk._("Noted."))


@lebak_epss.post("/<int(fixed_digits=4):year>/dokumen/<indicator>")
def add_document(year: int, indicator: str) -> Page:
    """Adds a document."""
    given = {"upload": request.files.get("upload")}
    return _done("lebak_epss_document_add", year, indicator, given, tk._("The document is kept."))


@lebak_epss.post("/<int(fixed_digits=4):year>/hapus-dokumen/<id_>")
def remove_document(year: int, id_: str) -> Page:
    """Takes a document away."""
    return _done("lebak_epss_document_remove", year, "", {"id": id_}, tk._("The document is gone."))


@lebak_epss.post("/<int(fixed_digits=4):year>/kegiatan")
def choose(year: int) -> Page:
    """Chooses an activity, or leaves it out."""
    said = {"id": request.form.get("id", ""), "chosen": request.form.get("chosen", "")}
    return _done("lebak_epss_activity_choose", year, "", said, tk._("Noted."))


def _done(action: str, year: int, indicator: str, said: dict[str, Any], sentence: str) -> Page:
    try:
        tk.get_action(action)({}, {**said, "year": year, "indicator": indicator})
    except tk.ValidationError as error:
        model.Session.rollback()
        typed = {"act": action, "indicator": indicator, **said}
        return _page(year, errors=error.error_dict, typed=typed), REFUSED
    tk.h.flash_success(sentence)
    return tk.redirect_to("lebak_epss.show", year=year, _anchor=f"i-{indicator}" if indicator else None)


def _page(year: int, **more: Any) -> str:
    shown = tk.get_action("lebak_epss_show")({}, {"year": year})
    answers_it = bool(tk.h.check_access("lebak_epss_answer_save"))
    chosen = {activity["id"] for activity in shown["activities"]}
    # An assessment looks at activities that were carried out, in the year or the one before. Drafts are their office's.
    found = [each for told in (year, year - 1) for each in counting.activities(told)] if answers_it else []
    page = {
        "errors": {},
        "typed": {},
        **shown,
        "answers": answers_it,
        "brings": bool(tk.h.check_access("lebak_epss_document_add", {"year": year})),
        "offered": [each for each in found if each["id"] not in chosen and each["status"] != rules.DRAFT],
        "terms": vocabulary("epss_indicator"),
        "levels": vocabulary("epss_level").terms(),
        "pages": _addresses(),
        **more,
    }
    return tk.render("lebak/epss/index.html", page)


def _row(indicator: dict[str, Any], kept: dict[str, str]) -> dict[str, Any]:
    term, level = vocabulary("epss_indicator")[indicator["code"]], indicator["level"]
    said = indicator["evidence"]
    sentence = said["sentence"] if said else ""
    nothing = tk._("The catalog has nothing that shows this. Add documents.")
    return {
        "code": term.code,
        "domain": term.more["domain_id"],
        "indicator": term.id,
        "level": f"{level} {vocabulary('epss_level')[str(level)].id}" if level else "",
        "explanation": indicator["explanation"],
        "evidence": tk._(sentence).format(**said["numbers"]) if said else nothing,
        "link": _addresses(external=True)[said["page"]] if said else "",
        "documents": [(one["name"], kept[one["id"]]) for one in indicator["documents"] if one["id"] in kept],
    }


def _addresses(*, external: bool = False) -> dict[str, str]:
    """Where what the catalog says can be looked at."""
    endpoints = {
        evidence.LIST: "lebak_data_list.index",
        evidence.FORUM: "lebak_forum.index",
        evidence.DESK: "lebak_review.walidata",
        evidence.DATASETS: "dataset.search",
        evidence.FEED: "lebak.harvest_report",
    }
    return {page: tk.h.url_for(endpoint, _external=external) for page, endpoint in endpoints.items()}


def _private(answer: Response) -> Response:
    request.environ["__no_cache__"] = True  # CKAN's mark, where it would let caches keep the answer
    answer.headers["Cache-Control"] = "private, no-store"
    return answer

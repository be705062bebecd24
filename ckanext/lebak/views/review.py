"""The desks of who checks: the walidata's and the pembina's, and the national list of priority data."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import groupby
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.lib.helpers import Page
from flask import Blueprint
from flask.typing import ResponseReturnValue

from ckanext.lebak.desks import bulk, drafts, queue, review
from ckanext.lebak.desks.drafts import Draft
from ckanext.lebak.people.capacities import PEMBINA, WALIDATA, holds
from ckanext.lebak.people.signed_in import signed_in
from ckanext.lebak.release import gate, rules

__all__ = ["lebak_review"]

lebak_review = Blueprint("lebak_review", __name__)

ADD, DROP, KEEP = "add", "drop", "keep"
ACTIONS = {
    rules.RETURN: "lebak_release_return",
    rules.APPROVE: "lebak_release_approve",
    rules.PASS_ON: "lebak_proposal_pass_on",
    rules.AGREE: "lebak_release_agree",
    rules.OBJECT: "lebak_release_object",
}
"""What the buttons of a hand-in do."""
FILTERS = ("tab", "step", "organization", "priority", "sort")
REFUSED = 409
"""The answer to what was not done; the page holds what was typed."""


@contextmanager
def _told() -> Iterator[None]:
    """Answers what is not there and what is not for this person."""
    try:
        yield
    except tk.ObjectNotFound:
        tk.abort(404, tk._("There is no such record."))
    except tk.NotAuthorized as error:
        tk.abort(403, str(error.message or tk._("This page is not yours.")))


# --- the walidata's desk ----------------------------------------------------------------------------------------------


@lebak_review.route("/meja-walidata")
def walidata() -> ResponseReturnValue:
    """What waits, what was returned and what was withdrawn."""
    return _queue_page()


@lebak_review.route("/meja-walidata", methods=["POST"])
def walidata_bulk() -> ResponseReturnValue:
    """Releases or returns the records that are ticked."""
    form = tk.request.form
    act, text, chosen = form.get("act", ""), form.get("text", "").strip(), form.getlist("chosen")
    with _told():
        tk.check_access("lebak_review_queue", {}, {"desk": WALIDATA})
    user, problem = signed_in(), ""
    if act not in bulk.ACTIONS:
        problem = tk._("Choose what to do with the records.")
    elif not chosen:
        problem = tk._("Tick the records that you mean, then choose again.")
    elif act == rules.RETURN and not text:
        problem = tk._("Say what is to be mended, so that the offices know what to do.")
    if problem or user is None:
        return _queue_page(problem=problem, chosen=chosen), REFUSED
    contents = {package_id: form.get(f"content-{package_id}", "") for package_id in chosen}
    results = bulk.carry_out(act, user, chosen, contents=contents, text=text, day=form.get("day", "").strip())
    left = [result.package_id for result in results if not result.done]
    return _queue_page(results=results, chosen=left)


def _queue_page(**more: Any) -> str:
    args = tk.request.args
    asked = {key: value for key in FILTERS if (value := args.get(key))}
    number = tk.h.get_page_number(args)
    with _told():
        try:
            found = tk.get_action("lebak_review_queue")({}, {**asked, "offset": (number - 1) * queue.PAGE})
        except tk.ValidationError as error:
            tk.abort(400, bulk.sentence_of(error))
    return tk.render(
        "lebak/review/walidata.html",
        {
            "found": found,
            "asked": asked,
            "tab": asked.get("tab", queue.WAITING),
            "page": _pages(found, number, "lebak_review.walidata", asked),
            "typed": tk.request.form,
            "results": [],
            "chosen": [],
            "problem": "",
            **more,
        },
    )


def _pages(found: dict[str, Any], number: int, endpoint: str, asked: dict[str, str]) -> Page:
    def address(page: int, **_: Any) -> str:
        return tk.h.url_for(endpoint, page=page, **asked)

    page = Page(
        collection=found["results"], page=number, url=address, item_count=found["count"], items_per_page=queue.PAGE
    )
    page.items = found["results"]
    return page


# --- the pembina's desk -----------------------------------------------------------------------------------------------


@lebak_review.route("/meja-pembina")
def pembina() -> ResponseReturnValue:
    """What waits for the pembina: priority data, then metadata by type."""
    args = tk.request.args
    number = tk.h.get_page_number(args)
    asked = {"organization": office} if (office := args.get("organization")) else {}
    with _told():
        given = {**asked, "desk": PEMBINA, "offset": (number - 1) * queue.PAGE}
        found = tk.get_action("lebak_review_queue")({}, given)
    page = _pages(found, number, "lebak_review.pembina", asked)
    parts = groupby(found["results"], lambda record: "priority" if record["priority"] else record["type"])
    sections = [(part, list(records)) for part, records in parts]
    return tk.render("lebak/review/pembina.html", {"found": found, "sections": sections, "page": page, "asked": asked})


# --- one hand-in ------------------------------------------------------------------------------------------------------


@lebak_review.route("/meja-<any(walidata, pembina):desk>/<id_>")
def hand_in(desk: str, id_: str) -> ResponseReturnValue:
    """All that there is to see of a hand-in."""
    with _told():
        return _hand_in_page(desk, id_, [])


@lebak_review.route("/meja-<any(walidata, pembina):desk>/<id_>", methods=["POST"])
def decide(desk: str, id_: str) -> ResponseReturnValue:
    """Carries out what a button of the page says: a further note, one note kept, or a step of the record."""
    form = tk.request.form
    act, _, about = form.get("act", "").partition(":")
    notes = drafts.posted(form)
    if act in (ADD, DROP):
        notes = [*notes, drafts.at(about)] if act == ADD else _without(notes, about)
        with _told():
            return _hand_in_page(desk, id_, notes, focus=len(notes) - 1 if act == ADD else None)
    try:
        sentence = _keep(id_, notes, about) if act == KEEP else _step(id_, act, notes)
    except tk.ObjectNotFound:
        return tk.abort(404, tk._("There is no such record."))
    except (tk.ValidationError, tk.NotAuthorized) as error:
        model.Session.rollback()
        return _refused(desk, id_, notes, error)
    tk.h.flash_success(sentence)
    if act == KEEP:
        left = _without(notes, about)
        if any(note.text for note in left):
            return _hand_in_page(desk, id_, left)
        return tk.redirect_to(tk.h.url_for("lebak_review.hand_in", desk=desk, id_=id_) + "#catatan")
    if holds(signed_in(), desk):
        return tk.redirect_to(f"lebak_review.{desk}")
    return tk.redirect_to("home.index")


@lebak_review.route("/meja-walidata/<id_>/riwayat/<int:entry>", methods=["POST"])
def redact(id_: str, entry: int) -> ResponseReturnValue:
    """Takes the words of an entry of the log away."""
    with _told():
        tk.get_action("lebak_audit_redact")({}, {"id": entry})
    tk.h.flash_success(tk._("The words were taken away. The entry and their digest stay."))
    return tk.redirect_to(tk.h.url_for("lebak_review.hand_in", desk=WALIDATA, id_=id_) + "#riwayat")


def _step(id_: str, act: str, notes: list[Draft]) -> str:
    """Makes a step, with the notes where they go with it; the sentence that says so."""
    form = tk.request.form
    if act not in ACTIONS:
        raise tk.ValidationError({"act": [tk._("Choose what to do with the record.")]})
    written = [note.as_note() for note in notes if note.text]
    said: dict[str, Any] = {"id": id_, "text": form.get("text", "").strip()}
    if act == rules.RETURN:
        said["notes"] = written
    elif act in (rules.APPROVE, rules.PASS_ON):
        if written:
            sentence = tk._("There are notes that nobody has read yet. Return the record with them, or remove them.")
            raise tk.ValidationError({"notes": [sentence]})
        said["content"] = form.get("content") or "unseen"
        if act == rules.APPROVE and form.get("when") == "day":
            said["day"] = form.get("day", "").strip()
            if not said["day"]:
                raise tk.ValidationError({"day": [tk._("Say from which day the record is public.")]})
    state = tk.get_action(ACTIONS[act])({}, said)
    if act in (rules.AGREE, rules.OBJECT):
        for note in written:
            tk.get_action("lebak_review_note_create")({}, {"id": id_, **note})
    return _done(act, state)


def _done(act: str, state: dict[str, Any]) -> str:
    if act == rules.RETURN:
        return tk._("The record was returned to its office, with your reasons.")
    if act == rules.PASS_ON:
        return tk._("You agreed. Now it can be entered in Romantik; record on its page what Romantik says.")
    if act == rules.APPROVE and state["step"] == rules.DATE:
        return tk._("The record will be public from {day} on.").format(day=tk.h.lebak_date(state["release_on"]))
    if act == rules.APPROVE:
        return tk._("The record is public now.")
    if act == rules.AGREE:
        return tk._("You agreed. The record goes to the walidata.")
    return tk._("Your objection goes to the walidata, who passes it on.")


def _keep(id_: str, notes: list[Draft], about: str) -> str:
    chosen = notes[int(about)] if about.isdigit() and int(about) < len(notes) else Draft()
    tk.get_action("lebak_review_note_create")({}, {"id": id_, **chosen.as_note()})
    return tk._("The note is saved. The office reads it when the record is returned.")


def _without(notes: list[Draft], about: str) -> list[Draft]:
    return [note for number, note in enumerate(notes) if str(number) != about]


def _refused(desk: str, id_: str, notes: list[Draft], error: Exception) -> ResponseReturnValue:
    """The page again, with what was typed and why it was not done; where it may not be seen any more, the words."""
    sentence = bulk.sentence_of(error)
    try:
        return _hand_in_page(desk, id_, notes, problem=sentence), REFUSED
    except tk.NotAuthorized:
        words = [tk.request.form.get("text", ""), *(note.text for note in notes)]
        told = {"problem": sentence, "words": [word for word in words if word.strip()], "desk": desk}
        return tk.render("lebak/review/not_done.html", told), 403


def _hand_in_page(desk: str, id_: str, notes: list[Draft], *, focus: int | None = None, problem: str = "") -> str:
    package = model.Package.get(id_)
    if package is None:
        raise tk.ObjectNotFound
    state = tk.get_action("lebak_release_show")({}, {"id": package.id})
    if not {rules.APPROVE, rules.PASS_ON} & set(state["acts"]) or desk != WALIDATA:
        # Who releases in place of the only walidata (``rules.may_approve``) sees the page for that.
        tk.check_access("lebak_review_queue", {}, {"desk": desk})
    row = gate.workflow_of(package.id)
    if row is None:
        raise tk.ObjectNotFound
    schema = tk.h.scheming_get_dataset_schema(package.type)
    told = review.hand_in(package, row, schema, lang=_lang(), say=tk._)
    return tk.render(
        "lebak/review/hand_in.html",
        {
            "desk": desk,
            "pkg": tk.get_action("package_show")({}, {"id": package.id}),
            "state": state,
            "told": told,
            "schema": schema,
            "notes": notes,
            "focus": focus,
            "problem": problem,
            "typed": tk.request.form,
            "is_walidata": holds(signed_in(), WALIDATA),
        },
    )


# --- the national list of priority data -------------------------------------------------------------------------------


@lebak_review.route("/data-prioritas")
def priority() -> ResponseReturnValue:
    """What is on the list, by year."""
    return _priority_page()


@lebak_review.route("/data-prioritas/<id_>", methods=["POST"])
def priority_set(id_: str) -> ResponseReturnValue:
    """Notes the years of a dataset on the list."""
    form = tk.request.form
    years = form.get("years", "").replace(",", " ").split()
    given = {"id": id_, "years": years, "criterion": form.get("criterion"), "indicator": form.get("indicator")}
    try:
        with _told():
            tk.get_action("lebak_priority_set")({}, given)
    except tk.ValidationError as error:
        model.Session.rollback()
        return _priority_page(problem=bulk.sentence_of(error), refused=id_), REFUSED
    tk.h.flash_success(tk._("The list of priority data is noted."))
    return tk.redirect_to("lebak_review.priority")


def _priority_page(**more: Any) -> str:
    with _told():
        tk.check_access("lebak_priority_set", {}, {})
    everything = queue.priority_list()
    walidata_too = holds(signed_in(), WALIDATA)
    records = [
        {
            **row,
            "years": json.loads(row["years"]),
            # The coordinator keeps the list, and reads what is public.
            "seen": row["public"] or (walidata_too and row["status"] != rules.DRAFT),
        }
        for row in everything
    ]
    years = sorted({year for row in records for year in row["years"]}, reverse=True)
    year = tk.request.args.get("year", "")
    shown = [row for row in records if not year or year in row["years"]]
    given = {"records": shown, "years": years, "year": year, "change": tk.request.args.get("change", "")}
    return tk.render(
        "lebak/review/priority.html", {**given, "typed": tk.request.form, "problem": "", "refused": "", **more}
    )


def _lang() -> str:
    return "en" if str(tk.h.lang() or "id").startswith("en") else "id"

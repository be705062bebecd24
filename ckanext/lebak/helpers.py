"""What the templates ask. Helpers format; they decide nothing."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

import ckan.plugins.toolkit as tk
from babel import Locale
from babel.dates import format_date, format_datetime, get_timezone_name
from babel.numbers import format_decimal
from ckan import model
from ckan.lib.helpers import date_str_to_datetime, get_display_timezone
from ckan.lib.search import SearchError, SolrConnectionError

from ckanext.lebak import config
from ckanext.lebak.desks import office, places, steps
from ckanext.lebak.desks.queue import desks_of
from ckanext.lebak.files import approvals
from ckanext.lebak.files.access import is_open, is_proposed, reason_for
from ckanext.lebak.forms.conflict import FILE, Fields, Said, loaded
from ckanext.lebak.notices import inbox
from ckanext.lebak.people.capacities import capacities_of
from ckanext.lebak.people.membership import headed_by
from ckanext.lebak.people.signed_in import signed_in
from ckanext.lebak.periods import parse_period
from ckanext.lebak.release import confirmation, history
from ckanext.lebak.release.collections import is_collection
from ckanext.lebak.release.differences import Segment, words
from ckanext.lebak.release.requirements import Missing, missing_at_release
from ckanext.lebak.statistics import asking, copying, formulas, links
from ckanext.lebak.statistics.questions import form_of, private_fields
from ckanext.lebak.vocabulary import Term, vocabulary

log = logging.getLogger(__name__)


def lebak_choices(field: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The options of a scheming field from its code list: ``[{"value", "label": {"id", "en"}}]``.

    :param field: has ``vocabulary``; optionally ``choice_value: uri`` and ``show_code: true``.
    """
    by_uri = field.get("choice_value") == "uri"

    def label(term: Term) -> dict[str, str]:
        prefix = f"{term.code} " if field.get("show_code") else ""
        return {"id": prefix + term.id, "en": prefix + term.en}

    terms = vocabulary(field["vocabulary"]).terms()
    return [{"value": term.uri if by_uri else term.code, "label": label(term)} for term in terms]


def lebak_suggestions(name: str) -> list[str]:
    """The words of an open code list, to suggest in a form."""
    return [term.label(_lang()) for term in vocabulary(name).terms()]


def lebak_code_label(name: str, code: Any) -> str:
    """The label of a code or of its URI; what is not in the list shows as it is."""
    terms = vocabulary(name)
    term = terms.get(str(code)) or terms.by_uri(str(code))
    return term.label(_lang()) if term else str(code)


def lebak_area_label(code: Any) -> str:
    """``Rangkasbitung (36.02.14)``: an area's name with its code."""
    term = vocabulary("area").get(str(code))
    return f"{term.id} ({term.code})" if term else str(code)


def lebak_period(value: Any) -> str:
    """A reference period in words: ``Semester 1 2024``, ``Juli 2024``."""
    period = parse_period(value)
    if not period:
        return str(value)
    text, lang = period.text, _lang()
    if "S" in text:
        return tk._("Semester {number} {year}").format(number=text[-1], year=text[:4])
    if "Q" in text:
        return tk._("Quarter {number} {year}").format(number=text[-1], year=text[:4])
    if len(text) == len("2024-07"):
        return format_date(period.start, "MMMM y", locale=lang)
    if len(text) == len("2024-07-31"):
        return format_date(period.start, "d MMMM y", locale=lang)
    return text


def lebak_date(value: Any) -> str:
    """An ISO date in words: ``17 Agustus 2026``."""
    try:
        day = dt.date.fromisoformat(str(value)[:10])
    except ValueError:
        return str(value)
    return format_date(day, "d MMMM y", locale=_lang())


@tk.chained_helper
def render_datetime(
    up: Callable[..., str],
    datetime_: Any,
    date_format: str | None = None,
    with_hours: bool = False,
    with_seconds: bool = False,
) -> str:
    """CKAN's ``render_datetime``, in the words of the language: ``17 Agustus 2026 pukul 15.00 WIB``.

    CKAN's own gives "Agustus 17, 2026, 15:00 (WIB)" in Indonesian. A ``date_format`` of the caller is left to it.
    """
    if date_format or with_seconds:
        return up(datetime_, date_format=date_format, with_hours=with_hours, with_seconds=with_seconds)
    moment = _moment(datetime_)
    if moment is None:
        return ""
    lang = _lang()
    local = moment.astimezone(get_display_timezone())
    day = format_date(local, "d MMMM y", locale=lang)
    if not with_hours:
        return day
    zone = get_timezone_name(local, width="short", locale=Locale.parse(lang))
    hour = format_datetime(local, "HH.mm" if lang == "id" else "HH:mm", tzinfo=local.tzinfo, locale=lang)
    return tk._("{day} at {hour} {zone}").format(day=day, hour=hour, zone=zone)


_PLURAL = frozenset({"breadcrumb", "content tab", "facet label", "main nav", "page title"})
"""Purposes of CKAN's ``humanize_entity_type`` that name all records of a type."""


@tk.chained_helper
def humanize_entity_type(up: Callable[..., str | None], entity_type: str, object_type: str, purpose: str) -> str | None:
    """CKAN's words for a type of record, from ``nama_tipe`` of its schema: not "Kegiatan-statistiks"."""
    schema = tk.h.scheming_get_dataset_schema(object_type) if entity_type == "package" else None
    words = (schema or {}).get("nama_tipe")
    if not words:
        return up(entity_type, object_type, purpose)
    name = words["banyak" if purpose in _PLURAL else "satu"][_lang()]
    return {
        "add link": tk._("New: {kind}"),
        "create label": tk._("New: {kind}"),
        "create title": tk._("New: {kind}"),
        "edit label": tk._("Edit: {kind}"),
        "update label": tk._("Save"),
        "save label": tk._("Save"),
        "view label": tk._("View: {kind}"),
        "delete confirmation": tk._("Are you sure you want to delete this?"),
        "search placeholder": tk._("Search: {kind}"),
        "no description": tk._("No description"),
    }.get(purpose, "{kind}").format(kind=name)


def lebak_custodian_name() -> str:
    """What a reader sees as the custodian (walidata)."""
    return config.custodian_name()


def lebak_custodian_email() -> str:
    """Office e-mail of the custodian, empty for none."""
    return config.custodian_email()


def lebak_missing_at_release(dataset: Mapping[str, Any]) -> list[Missing]:
    """The fields that a dataset still lacks for its release, each with its page of the form; none for a quotation."""
    if is_collection(dataset.get("owner_org")):
        return []
    type_ = dataset.get("type") or "dataset"
    private = lebak_private_answers(dataset.get("id")) if private_fields(type_) else None
    return missing_at_release(dataset, tk.h.scheming_get_dataset_schema(type_), private)


def lebak_private_answers(package_id: str | None) -> dict[str, Any] | None:
    """What a record answers about people, for who may read it (its office, the walidata, BPS); else None."""
    if not package_id:
        return {}
    try:
        return tk.get_action("lebak_private_answers_show")({}, {"id": package_id})
    except (tk.ObjectNotFound, tk.NotAuthorized):
        return None


def lebak_question(field: Mapping[str, Any], object_type: str, data: Mapping[str, Any]) -> asking.Shown:
    """A field as a form asks it: its code list, its number, its heading, and when it is asked.

    :param field: of the schema of ``object_type``.
    :param data: the record, with what was typed.
    """
    schema = tk.h.scheming_get_dataset_schema(object_type) or {}
    return asking.shown(field, schema.get("dataset_fields", []), data)


def lebak_records_to_choose(field: Mapping[str, Any], data: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The records that a field may refer to (``record_type``), the newest first: those of the office, then public ones.

    :param field: of the schema.
    :param data: the record, with what was typed.
    """
    return links.choices(field["record_type"], signed_in(), data, data.get(field["field_name"]))


def lebak_record_link(package_id: Any) -> dict[str, Any] | None:
    """Title and address of another record, for who may see it."""
    try:
        found = tk.get_action("package_show")({}, {"id": str(package_id)})
    except (tk.ObjectNotFound, tk.NotAuthorized):
        return None
    return {"title": found["title"], "url": tk.url_for(f"{found['type']}.read", id=found["name"])}


def lebak_referring(field_name: str, package_id: str) -> list[dict[str, str]]:
    """The public records that refer to a record by a field, such as the datasets that come from an activity."""
    return links.referring(field_name, package_id)


def lebak_form_name(record: Mapping[str, Any]) -> str:
    """Name of BPS's form that a record holds; empty for one of another kind."""
    held = form_of(record)
    return held.name if held else ""


def lebak_next_year(record: Mapping[str, Any]) -> str:
    """The year after that of an activity."""
    return copying.next_year(record)


def lebak_formulas(text: Any) -> list[formulas.Line]:
    """The formulas of a field, each as MathML where it is LaTeX; what cannot be read shows as it was typed."""
    try:
        return formulas.lines(str(text or ""))
    except formulas.FormulaError:
        return [formulas.Line(str(text), None)]


def lebak_figure(value: float | Decimal) -> str:
    """A figure as it is written in the language: ``1.234,5``."""
    return format_decimal(value, format="#,##0.######", locale=_lang())


def lebak_indicator_values(indicator_id: str) -> list[dict[str, Any]]:
    """The datasets that carry an indicator and its values, as ``lebak_indicator_values`` gives them."""
    return tk.get_action("lebak_indicator_values")({}, {"id": indicator_id})


def lebak_form_page(dataset_type: str, field_name: str) -> int:
    """The number of the form page on which a field stands, from 1; 0 for a field of the files."""
    for number, page in enumerate(tk.h.scheming_get_dataset_form_pages(dataset_type) or [], start=1):
        if any(field["field_name"] == field_name for field in page["fields"]):
            return number
    return 0


def lebak_loaded(record: Mapping[str, Any], fields: Fields) -> str:
    """What a form carries of the record it is opened with, so that a save meanwhile is noticed."""
    return loaded(record, fields)


def lebak_said(field: Mapping[str, Any], value: Said) -> str:
    """What a field says, for a person: codes as labels, several values and rows a line each, of a file its name."""
    name = field["field_name"]
    if not isinstance(value, str):
        columns = field["repeating_subfields"]
        rows = ([lebak_said(column, row.get(column["field_name"], "")) or "–" for column in columns] for row in value)
        return "\n".join(" · ".join(row) for row in rows)
    if name == FILE:
        return value.split("\n")[0]
    if name == "owner_org":
        office = model.Group.get(value)
        return office.display_name if office else value
    if name == "private":
        return tk._("Private") if value == "True" else tk._("Public")
    if value and field.get("vocabulary") and field.get("choices_helper"):
        return "\n".join(lebak_code_label(field["vocabulary"], code) for code in value.split("\n"))
    return value


def lebak_words(before: str, after: str) -> list[Segment]:
    """A text with the words marked that another version of it does not have; without marks where they do not help."""
    marked = [piece for piece in words(before, after) if piece.kind != "removed"]
    return marked or [Segment("equal", after)]


def lebak_is_empty(value: Any) -> bool:
    """Whether a stored value says nothing."""
    return value in (None, "", [], {})


def _lang() -> str:
    return "en" if str(tk.h.lang() or "id").startswith("en") else "id"


def _moment(value: Any) -> dt.datetime | None:
    """A datetime with zone: CKAN's are naive and in UTC."""
    if isinstance(value, str):
        try:
            value = date_str_to_datetime(value)
        except (TypeError, ValueError):
            return None
    if isinstance(value, dt.datetime):
        return value if value.tzinfo else value.replace(tzinfo=dt.timezone.utc)
    return None


def lebak_home_facets() -> dict[str, Any]:
    """The facets of all public datasets, for the home page. An unreachable search leaves the page without them."""
    fields = ["organization", "vocab_lebak_topic"]
    try:
        found = tk.get_action("package_search")({"user": ""}, {"rows": 0, "facet.field": fields, "facet.limit": 100})
    except (SearchError, SolrConnectionError):
        log.exception("The home page is shown without its facets")
        return {}
    return found["search_facets"]


def lebak_facet_label(item: Mapping[str, Any]) -> str:
    """The whole label of a value of a facet."""
    return item["display_name"]


def lebak_table(resource_id: str) -> dict[str, Any]:
    """What became of the table of an uploaded file, as ``lebak_table_show`` gives it."""
    return tk.get_action("lebak_table_show")({}, {"id": resource_id})


def lebak_feed_problem(dataset_id: str) -> dict[str, Any] | None:
    """Why machines do not get a dataset, or not all of it, as ``lebak_feed_problem_show`` gives it."""
    return tk.get_action("lebak_feed_problem_show")({}, {"id": dataset_id})


def lebak_offices_headed() -> list[dict[str, Any]]:
    """The offices whose head the reader is, each with ``name`` and ``title``."""
    if not tk.current_user.is_authenticated:
        return []
    return [{"name": office.name, "title": office.title} for office in headed_by(tk.current_user.id)]


def lebak_may_read_files(dataset: Mapping[str, Any]) -> bool:
    """Whether whoever looks at a dataset may take its files."""
    if is_open(dataset.get("accessRights")):
        return True
    package = model.Package.get(dataset["id"])
    return package is not None and reason_for(signed_in(), package) is not None


def lebak_access_proposed(dataset: Mapping[str, Any]) -> bool:
    """Whether the restriction of a dataset is proposed and not decided."""
    return is_proposed(dataset)


def lebak_agencies() -> list[dict[str, Any]]:
    """The organisations of whoever is signed in, by title."""
    user = signed_in()
    found = [model.Group.get(id_) for id_ in approvals.agencies_of(user)] if user else []
    return [{"id": agency.id, "title": agency.title or agency.name} for agency in found if agency]


def lebak_access_requests(dataset_id: str) -> list[dict[str, Any]]:
    """The requests for the files of a dataset that whoever is signed in may see."""
    return tk.get_action("lebak_access_request_list")({}, {"package_id": dataset_id}) if signed_in() else []


def lebak_review_desks() -> list[tuple[str, int | None]]:
    """The desks of what the reader acts as today, each with the number that waits there; the priority list has none."""
    user = signed_in()
    return desks_of(capacities_of(user))


def lebak_standing(dataset_id: str) -> dict[str, Any] | None:
    """Where a record stands, as ``lebak_release_show`` gives it; None for those who do not work with it."""
    try:
        return tk.get_action("lebak_release_show")({}, {"id": dataset_id})
    except tk.NotAuthorized:
        return None


def lebak_open_steps(standing: Mapping[str, Any]) -> list[steps.Step]:
    """The steps that the reader may make with a record now."""
    return steps.open_steps(standing)


def lebak_may_edit_now(dataset_id: str) -> bool:
    """Whether the content of a record may change now, by whoever may edit it."""
    return office.may_edit_now(dataset_id)


def lebak_change_of(dataset_id: str) -> model.Package | None:
    """The released record that a working copy is a change of; None for any other record."""
    return office.released_of(dataset_id) if dataset_id else None


def lebak_note_place(note: Mapping[str, Any], record: Mapping[str, Any]) -> places.Place:
    """Where a note of the review leads: ``label`` and ``href``."""
    return places.of_note(note, record)


def lebak_problem_place(key: str, record: Mapping[str, Any]) -> places.Place:
    """Where a problem of a hand-in is mended: ``label`` and ``href``."""
    return places.of_problem(key, record)


def lebak_has_desk() -> bool:
    """Whether the reader works for an office."""
    user = tk.current_user
    return isinstance(user, model.User) and office.works_somewhere(user)


def lebak_releases(dataset_id: str) -> list[history.Listed]:
    """The releases of a dataset that everybody may read, the newest first."""
    return history.listed(dataset_id)


def lebak_confirmation(dataset_id: str) -> Any:
    """When an office last said that what is public still holds; None if it did not since the release."""
    return confirmation.of_release(dataset_id)


def lebak_person(name: str | None) -> str:
    """What a person is called, by the name of the account; what is no account shows as it is."""
    user = model.User.get(name) if name else None
    return user.display_name if user else name or ""


def lebak_act(act: str) -> str:
    """What an act of the audit log is called."""
    return tk._(steps.LOG_WORDS[act]) if act in steps.LOG_WORDS else act


def lebak_files(dataset_id: str) -> list[dict[str, Any]]:
    """Ids and names of the files of a record, in their order."""
    package = model.Package.get(dataset_id)
    return [{"id": file.id, "name": file.name, "url": file.url} for file in package.resources] if package else []


def lebak_unread_notices() -> int:
    """How many notices the person who reads the page has not read."""
    user = tk.current_user
    return inbox.unread(user) if isinstance(user, model.User) else 0


def lebak_similar_work(dataset_id: str) -> list[dict[str, Any]]:
    """Activities and proposals that are the same as a proposal or similar to it, for who works with it."""
    if not dataset_id:
        return []
    try:
        return tk.get_action("lebak_proposal_similar")({}, {"id": dataset_id})
    except (tk.NotAuthorized, tk.ObjectNotFound):
        return []


def lebak_office_title(organization_id: str) -> str:
    """The title of an office, by its id."""
    office = model.Group.get(organization_id)
    return office.display_name if office else organization_id


def lebak_may_finish_decision(decision: Mapping[str, Any]) -> bool:
    """Whether the person who reads the page may say that a decision of the Forum is carried out."""
    return bool(tk.h.check_access("lebak_forum_decision_finish", {"id": decision["id"]}))

"""BPS's forms as workbooks in the browser (``/formulir``): templates, filled forms, and what people send."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model
from flask import Blueprint, Response, request

from ckanext.lebak import worksheets
from ckanext.lebak.desks import office as desk
from ckanext.lebak.people.signed_in import signed_in
from ckanext.lebak.release.model import Workflow
from ckanext.lebak.statistics import private
from ckanext.lebak.statistics.questions import forms_of
from ckanext.lebak.views.refusing import refuse_in_words
from ckanext.lebak.workbooks import importing, layout, paper, records
from ckanext.lebak.workbooks.model import AT_WORK
from ckanext.lebak.workbooks.writing import Filled, workbook

__all__ = ["lebak_workbooks"]

lebak_workbooks = Blueprint("lebak_workbooks", __name__, url_prefix="/formulir")
refuse_in_words(lebak_workbooks)

Page = str | Response | tuple[str, int]
REFUSED = 422
TEMPLATES = {"kegiatan": ("MS-Keg",), "indikator": ("MS-Ind",), "fs3": ("FS3",), "fp-kpa": ("FP-KPA",)}
"""The empty workbooks, by their addresses. That of an activity holds MS-Var too."""


@lebak_workbooks.get("/")
def index() -> Page:
    """Templates for everybody, and for who works for an office the way to send them."""
    return _page()


@lebak_workbooks.get("/templat/<name>.xlsx")
def template(name: str) -> Page:
    """An empty workbook of a form."""
    if name not in TEMPLATES:
        return tk.abort(404, tk._("There is no such form."))
    forms = [Filled(form, private={}) for form in TEMPLATES[name]]
    return _file(workbook(forms), worksheets.MEDIA_TYPE, f"templat-{name}.xlsx")


@lebak_workbooks.get("/isi/<id_>.xlsx")
def filled(id_: str) -> Page:
    """The form of a record as a workbook."""
    one, name = _filled(id_)
    return _file(workbook([one]), worksheets.MEDIA_TYPE, f"{name}.xlsx")


@lebak_workbooks.get("/isi/<id_>.pdf")
def printed(id_: str) -> Page:
    """The form of a record on paper."""
    one, name = _filled(id_)
    package = model.Package.get(one.id)
    office = model.Group.get(package.owner_org) if package else None
    return _file(
        paper.pdf(one, office=(office.title or office.name) if office else ""), "application/pdf", f"{name}.pdf"
    )


@lebak_workbooks.get("/opd/<name>.zip")
def of_office(name: str) -> Page:
    """All forms of an office, of all years, a workbook each; indicators in one."""
    office = model.Group.get(name)
    if office is None or not office.is_organization:
        return tk.abort(404, tk._("Organization not found"))
    tk.check_access("lebak_workbook_check", {}, {"organization": office.id})
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        tables: dict[str, list[Filled]] = {}
        for id_ in _records_of(office.id):
            one, file = _filled(id_)
            if one.form in layout.ACROSS:
                tables.setdefault(one.form, []).append(one)
            else:
                archive.writestr(f"{one.form}/{file}.xlsx", workbook([one]))
        for form, records in tables.items():
            archive.writestr(f"{form}.xlsx", workbook(records))
    return _file(target.getvalue(), "application/zip", f"formulir-{office.name}.zip")


@lebak_workbooks.post("/")
def send() -> Page:
    """Takes a file, and shows what it would become."""
    organization = request.form.get("organization", "")
    try:
        given = {"organization": organization, "upload": request.files.get("upload")}
        made = tk.get_action("lebak_workbook_check")({}, given)
    except tk.ValidationError as error:
        model.Session.rollback()
        return _page(errors=error.error_dict, typed={"organization": organization}), REFUSED
    return tk.redirect_to("lebak_workbooks.sent", id_=made["id"])


@lebak_workbooks.get("/kiriman/<id_>")
def sent(id_: str) -> Page:
    """What was found in a file."""
    return _sent_page(id_)


@lebak_workbooks.post("/kiriman/<id_>/tulis")
def write(id_: str) -> Page:
    """Writes what has no problem."""
    try:
        tk.get_action("lebak_workbook_write")({}, {"id": id_})
    except tk.ValidationError as error:
        model.Session.rollback()
        return _sent_page(id_, errors=error.error_dict), REFUSED
    return tk.redirect_to("lebak_workbooks.sent", id_=id_)


def _sent_page(id_: str, **more: Any) -> str:
    shown = tk.get_action("lebak_workbook_show")({}, {"id": id_})
    good = [item for item in shown["report"] if not item["problems"]]
    page = {"errors": {}, **shown, **more, "good": good, "at_work": shown["state"] in AT_WORK}
    return tk.render("lebak/workbooks/sent.html", page)


def _page(**more: Any) -> str:
    user = signed_in()
    page = {
        "errors": {},
        "typed": {},
        "templates": TEMPLATES,
        "offices": desk.offices_of(user) if user else [],
        "uploads": importing.sent_by(user.name) if user else [],
        **more,
    }
    return tk.render("lebak/workbooks/index.html", page)


def _filled(reference: str) -> tuple[Filled, str]:
    """The form of a record that the reader may see, and the name of its file."""
    record = tk.get_action("package_show")({}, {"id": reference})
    forms = forms_of(record["type"])
    if not forms:
        raise tk.ObjectNotFound(tk._("This record holds no form of BPS."))
    name = forms[0] if len(forms) == 1 else record.get("jenis_formulir") or forms[0]
    may = tk.h.check_access("lebak_private_answers_show", {"id": record["id"]})
    answers = private.of(record["id"]) if may else None
    return Filled(name, record, answers, id=record["id"], changed=records.state_of(record)), record["name"]


def _records_of(organization_id: str) -> list[str]:
    """Ids of the records of an office that hold a form, changes of released ones too."""
    package = model.Package
    types = [type_ for type_ in tk.h.scheming_dataset_schemas() if forms_of(type_)]
    # Of a released record whose change has begun, the change: what the office works on.
    changed = sa.select(Workflow.release_of).where(Workflow.release_of.is_not(None))
    query = (
        sa.select(package.id)
        .where(package.owner_org == organization_id, package.type.in_(types), package.state != model.State.DELETED)
        .where(package.id.not_in(changed))
        .order_by(package.type, package.name)
    )
    return list(model.Session.scalars(query))


def _file(content: bytes, media_type: str, name: str) -> Response:
    request.environ["__no_cache__"] = True  # CKAN's mark, where it would let caches keep the answer
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-store"}
    return Response(content, mimetype=media_type, headers=headers)

"""The history of a dataset for its readers: each release as it was, what it changed, and its files."""

from __future__ import annotations

import mimetypes
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.lib import files
from flask import Blueprint, request, send_file
from flask.typing import ResponseReturnValue

from ckanext.lebak.files import access, content, readings
from ckanext.lebak.people.signed_in import signed_in
from ckanext.lebak.release import history
from ckanext.lebak.release.differences import field_differences
from ckanext.lebak.release.model import Release
from ckanext.lebak.release.people import parts_of
from ckanext.lebak.release.visibility import is_public

__all__ = ["lebak_releases"]

lebak_releases = Blueprint("lebak_releases", __name__)


@lebak_releases.route("/dataset/<id>/rilis")
def listed(id: str) -> ResponseReturnValue:  # noqa: A002 - CKAN's name
    """The releases of a dataset: they stand on its page."""
    package = _public(id)
    return tk.redirect_to(tk.h.url_for(f"{package.type}.read", id=package.name, _anchor="rilis"))


@lebak_releases.route("/dataset/<id>/rilis/<int:number>")
def read(id: str, number: int) -> ResponseReturnValue:  # noqa: A002
    """A release as it was, with what it changed."""
    package, release = _found(id, number)
    told, before = _shown(package, release), history.before(release)
    schema = tk.h.scheming_get_dataset_schema(package.type)
    lang = "en" if str(tk.h.lang()).startswith("en") else "id"
    differences = field_differences(_shown(package, before), told, schema, lang=lang) if before else None
    return tk.render(
        "lebak/release/read.html",
        {
            "pkg_dict": tk.get_action("package_show")({}, {"id": package.id}),
            "release": release,
            "told": told,
            "before": before,
            "differences": differences,
            "may_take": _may_take(package, release),
            "newest": history.listed(package.id)[0].number == number,
        },
    )


@lebak_releases.route("/dataset/<id>/rilis/<int:number>/berkas/<resource_id>")
def download(id: str, number: int, resource_id: str) -> ResponseReturnValue:  # noqa: A002
    """A file of a release, as it was then."""
    package, release = _found(id, number)
    file = history.file_of(release, resource_id)
    if file is None:
        return tk.abort(404, tk._("This release has no such file."))
    if not _may_take(package, release):
        return tk.abort(403, tk._("These files are not open. The page of the dataset says why."))
    upload = file.get("url_type") == content.UPLOAD
    if upload and not content.exists(str(file.get("hash"))):
        return tk.abort(404, tk._("This file is not kept any more."))
    if request.method == "GET":
        digest = str(file.get("hash")) if upload else None
        named = not _is_open(package, release)
        readings.note_content(signed_in(), package, resource_id, digest, readings.DOWNLOAD, named=named)
    if not upload:
        return tk.redirect_to(file["url"])
    return _sent(str(file.get("hash")), str(file.get("url") or resource_id).rsplit("/", 1)[-1])


def _sent(digest: str, filename: str) -> ResponseReturnValue:
    kept = content.uploader({"url_type": content.UPLOAD, "hash": digest})
    type_ = mimetypes.guess_type(filename)[0] or "application/octet-stream"
    if isinstance(kept, content.StorageUpload):
        location = kept.content_path()
        data = files.FileData(location, size=kept.storage.size(location), content_type=type_)
        return kept.storage.as_response(data, filename)
    return send_file(kept.content_path(), mimetype=type_, as_attachment=True, download_name=filename)


def _shown(package: model.Package, release: Release) -> dict[str, Any]:
    """What a release says to this reader: without the addresses of files that they may not take."""
    told = history.shown(release)
    if not _may_take(package, release):
        told["resources"] = [{**file, "url": ""} for file in told.get("resources", [])]
    return told


def _may_take(package: model.Package, release: Release) -> bool:
    """Whether the reader may take files of a release: as the dataset is restricted now, and as it was then."""
    if _is_open(package, release):
        return True
    person = signed_in()
    why = access.reason_for(person, package)
    return bool(parts_of(person, package.owner_org)) if why == access.EVERYONE else why is not None


def _is_open(package: model.Package, release: Release) -> bool:
    """Whether files of a release of a public dataset are for everyone: they are now, and were then."""
    return access.is_open(access.access_of(package)) and access.is_open((release.record or {}).get("accessRights"))


def _public(id_: str) -> model.Package:
    package = model.Package.get(id_)
    if package is None or not is_public(package):
        return tk.abort(404, tk._("Dataset not found"))
    return package


def _found(id_: str, number: int) -> tuple[model.Package, Release]:
    package = _public(id_)
    release = history.find(package.id, number)
    if release is None:
        return tk.abort(404, tk._("There is no such release, or it was withdrawn."))
    return package, release
